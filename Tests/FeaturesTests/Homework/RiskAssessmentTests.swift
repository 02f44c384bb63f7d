import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What a professional makes of a risk record.
@Suite struct RiskAssessmentTests {
    @Test func `assessments are added, with what was reported, to whom, when and by whom`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            _ = try await world.submit(mesa.groupHomework[0], hopeless)
            let risk = try await world.risk(of: mesa.groupHomework[0])
            let first = try await world.assess(risk, ["outcome": "watch", "note": "Called, no answer."], ifMatch: 1)
            #expect(first.status == 200 && first.version == 2 && first["outcome"] == "watch")
            try await world.advance(by: .seconds(3_600))
            let second = try await world.assess(
                risk,
                [
                    "outcome": "acted", "note": "A child is being hurt at home.",
                    "reportedTo": "Department of Child Safety", "reportedAt": "2026-01-05T16:45:00Z",
                ], as: mesa.facilitator, ifMatch: 2)
            #expect(second["assessedAt"] == "2026-01-05T17:00:00Z" && second["outcome"] == "acted")
            guard case .array(let made) = second["assessments"] else { throw NotAList() }
            #expect(made.map { $0["assessedByName"] } == ["Carl Cohen", "Fay Flores"])
            #expect(
                made.last == [
                    "id": made.last?["id"] ?? .null, "outcome": "acted", "note": "A child is being hurt at home.",
                    "reportedTo": "Department of Child Safety", "reportedAt": "2026-01-05T16:45:00Z",
                    "assessedAt": "2026-01-05T17:00:00Z",
                    "assessedById": .text(mesa.facilitator.accountID.description), "assessedByName": "Fay Flores",
                ])
            #expect(made.first?["note"] == "Called, no answer." && made.first?["reportedTo"] == .null)
            #expect(try await world.read(risk, as: mesa.counselor).body == second.body)
        }
    }

    @Test func `an assessment never changes, and its words are kept sealed`() async throws {
        try await withWorld { world in
            _ = try await world.submit(world.mesa.homework, hopeless)
            let risk = try await world.risk(of: world.mesa.homework)
            _ = try await world.assess(
                risk,
                [
                    "outcome": "acted", "note": "unmistakable", "reportedTo": "unmistakable too",
                    "reportedAt": "2026-01-05T16:00:00Z",
                ], ifMatch: 1)
            #expect(try await world.count("from risk_assessments where reported_at is not null") == 1)
            #expect(
                try await world.count(
                    "from risk_assessments where strpos(encode(note || reported_to, 'escape'), 'unmistakable') > 0")
                    == 0)
            await #expect(throws: PostgresError.self) {
                try await world.run("update risk_assessments set outcome = 'no_concern'")
            }
            await #expect(throws: PostgresError.self) { try await world.run("delete from risk_assessments") }
        }
    }

    @Test func `all that is wrong with an assessment is told at once`() async throws {
        try await withWorld { world in
            _ = try await world.submit(world.mesa.homework, hopeless)
            let risk = try await world.risk(of: world.mesa.homework)
            for (sent, faults) in [
                (["outcome": "solved", "colour": "red"], ["/outcome not_a_choice", "/colour unknown_member"]),
                ([:], ["/outcome required"]), (["outcome": "acted"], ["/note required"]),
                (["outcome": "acted", "reportedTo": "DCS"], ["/reportedAt required"]),
                (
                    ["outcome": "acted", "reportedAt": "2026-01-05T16:00:01Z"],
                    ["/note required", "/reportedTo required", "/reportedAt in_the_future"]
                ),
                (
                    ["outcome": "watch", "reportedTo": "DCS", "reportedAt": "2026-01-05T15:00:00Z"],
                    ["/reportedTo not_acted", "/reportedAt not_acted"]
                ),
            ] as [(JSONValue, [String])] {
                #expect(try await world.assess(risk, sent, ifMatch: 1).faults == faults)
            }
            #expect(try await world.count("from risk_assessments") == 0)
        }
    }

    @Test func `of two who assess at once the second is told to read again`() async throws {
        try await withWorld { world in
            _ = try await world.submit(world.mesa.homework, hopeless)
            let risk = try await world.risk(of: world.mesa.homework)
            #expect(try await world.assess(risk, ifMatch: nil).status == 428)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await world.assess(risk, ifMatch: 1).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 412, count: 7))
            #expect(try await world.count("from risk_assessments") == 1)
        }
    }

    @Test func `only who may review the homework assesses`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            _ = try await world.submit(mesa.homework, hopeless)
            let risk = try await world.risk(of: mesa.homework)
            for stranger in [mesa.supervisor, mesa.newcomer, mesa.intern, mesa.facilitator, world.tempe.counselor] {
                #expect(try await world.assess(risk, as: stranger, ifMatch: 1).status == 404, "\(stranger.name)")
            }
            for other in [mesa.client, mesa.partner, mesa.guardian, mesa.owner, mesa.admin, mesa.intake] {
                #expect(try await world.assess(risk, as: other, ifMatch: 1).status == 403, "\(other.name)")
            }
            #expect(try await world.count("from risk_assessments") == 0)
            #expect(try await world.assess(risk, ifMatch: 1).status == 200)
        }
    }

    private struct NotAList: Error {}
}
