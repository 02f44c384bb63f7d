import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct DeadLetterTests {
    private func bury(_ world: World, _ state: String) async throws {
        _ = try await world.database.superuser.pipeline(
            Query.run(
                """
                update jobs set state = \(state), attempts = 8, last_error = 'exit_75', ended_at = \(world.clock.now)
                where practice_id = \(world.mesa.id)
                """))
    }

    @Test func `the desk sees what is dead, without anybody's data, and has it tried again`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/dead-letters/\(house.letter)/retry"
            #expect(try await world.request(.get, "/v1/dead-letters", as: house.intake).items.isEmpty)
            try await bury(world, "dead")
            for person in [house.intake, house.admin, house.owner] {
                let dead = try await world.request(.get, "/v1/dead-letters", as: person)
                #expect(
                    dead.items == [
                        [
                            "id": .text("\(house.letter)"), "kind": "outbox.send",
                            "subjectId": .text("\(house.letter)"), "attempts": 8, "lastError": "exit_75",
                            "diedAt": "2026-01-05T16:00:00Z",
                        ]
                    ])
            }
            for person in [house.counselor, house.newcomer, world.tempe.intake] {
                #expect(try await world.request(.get, "/v1/dead-letters", as: person).items.isEmpty)
                #expect(try await world.request(.put, path, as: person).status == 404)
            }
            #expect(try await world.request(.get, "/v1/dead-letters", as: house.client).status == 403)
            #expect(try await world.request(.put, path, as: house.client).status == 403)
            #expect(try await world.request(.get, "/v1/dead-letters", as: house.intake).items.count == 1)

            world.clock.advance(by: .seconds(60))
            #expect(try await world.request(.put, path, as: house.intake).status == 204)
            #expect(try await world.request(.put, path, as: house.intake).status == 204)
            #expect(try await world.request(.get, "/v1/dead-letters", as: house.intake).items.isEmpty)
            let job = try await world.database.superuser.pipeline(
                Query.row(
                    """
                    select state, attempts, run_at from jobs where practice_id = \(house.id) and job_id = \(house.letter)
                    """
                ) { row in (try row.next(String.self), try row.next(Int.self), try row.next(Instant.self)) })
            #expect(job.0 == "waiting" && job.1 == 0 && job.2 == world.clock.now)
        }
    }

    @Test func `what is done stays done`() async throws {
        try await withWorld { (world: World) async throws in
            try await bury(world, "done")
            let refused = try await world.request(
                .put, "/v1/dead-letters/\(world.mesa.letter)/retry", as: world.mesa.intake)
            #expect(refused.status == 409 && refused.code == "job_is_done")
            #expect(refused["detail"].text?.contains("a dead one") == true)
            #expect(try await world.request(.put, "/v1/dead-letters/x/retry", as: world.mesa.intake).status == 404)
        }
    }
}
