import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What the reports on the rosters count for nothing: what was no offer, and who never had a seat.
@Suite struct UncountedSeatTests {
    @Test func `an offer that was recorded by mistake was none`() async throws {
        try await withScene { (world: World, scene: ReportScene) async throws in
            let now = world.clock.now
            func offers() async throws -> JSONValue? {
                let path = "/v1/reports/fill?from=2026-01-01&programId=\(scene.program)"
                let program = try await world.get(path, as: world.mesa.owner)["programs"].asArray.first
                return program?["periods"]?.asArray.first?["offers"]
            }
            #expect(try await offers() == ["made": 1, "accepted": 0, "lapsed": 0, "standing": 1])
            let flo = try await world.database.superuser.pipeline(
                Query.row(
                    """
                    select enrollment_id from enrollments where group_id = \(scene.second) and offer_expires_at > \(now)
                    """
                ) { try $0.next(ID<Enrollment>.self) })
            let undone = try await world.request(
                .put, "/v1/enrollments/\(flo)/history", as: world.mesa.intake, json: ["steps": []], ifMatch: 1)
            #expect(undone.status == 200, "\(undone.text)")
            #expect(try await offers() == ["made": 0, "accepted": 0, "lapsed": 0, "standing": 0])
        }
    }

    @Test func `who completed on the day of joining never had a seat, and began in no quarter of the funnel`()
        async throws
    {
        try await withScene { (world: World, scene: ReportScene) async throws in
            let path = "/v1/reports/funnel?programId=\(scene.program)"
            let before = try await world.get(path, as: world.mesa.admin)
            #expect(before.status == 200)
            try await world.seed(world.mesa) { seed in
                let kim = try seed.client("Kim Stepper", born: "1980-05-01").clientID
                seed.episode(of: kim, in: scene.first, ["active": "2025-10-05", "completed": "2025-10-05"])
            }
            let completed: SQL = "from enrollment_spans where status = 'completed' and lower(during) = '2025-10-05'"
            #expect(try await world.count("\(completed) and upper_inf(recorded)") == 1)
            #expect(try await world.get(path, as: world.mesa.admin).text == before.text)
        }
    }
}
