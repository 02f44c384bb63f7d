import JSON
import Postgres
import Practice
import Testing
import TestSupport

import struct Foundation.UUID

/// That homework was discussed with the client.
@Suite struct HomeworkDiscussionTests {
    @Test func `what was handed in is marked as discussed today, and to repeat it is harmless`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(homework)
            let marked = try await world.discuss(homework, [:], ifMatch: 2)
            #expect(
                marked.text == """
                    {"homeworkId":"\(homework)","discussedOn":"2026-01-05","discussedBy":"\(mesa.counselor.accountID)"}
                    """)
            #expect(marked.version == 3)
            try await world.advance(by: .seconds(86_400))
            let again = try await world.discuss(homework, [:], ifMatch: 2)
            #expect(again.text == marked.text && again.version == 3)
            let moved = try await world.discuss(homework, ["discussedOn": "2026-01-06"], ifMatch: 3)
            #expect(moved["discussedOn"] == "2026-01-06" && moved.version == 4)
            #expect(try await world.discuss(homework, ["discussedOn": "2026-01-05"], ifMatch: 3).status == 412)
            let shown: JSONValue = [
                "discussedOn": "2026-01-06", "discussedBy": .text("\(mesa.counselor.accountID)"),
            ]
            for reader in [mesa.client, mesa.counselor, mesa.supervisor] {
                #expect(try await world.read(homework, as: reader)["discussion"] == shown)
            }
            // It is no review: the client still waits for one.
            #expect(try await world.read(homework)["status"] == "submitted")
            #expect(try await world.review(homework, ifMatch: 4).status == 200)
        }
    }

    @Test func `it is discussed in an appointment of the client, alone or as a couple or a group`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(homework)
            // 18:00 in Phoenix on Wednesday is Thursday in UTC.
            let evening = world.clock.now + .seconds(2 * 86_400 + 9 * 3_600)
            let own = try await world.appointment("client_id", mesa.client.clientID.uuid, "individual", evening)
            let couples = try await world.appointment("couple_id", mesa.couple.uuid, "couple", evening)
            let others = try await world.appointment("client_id", mesa.loner.clientID.uuid, "individual", evening)
            let early = try await world.discuss(homework, ["appointmentId": own], ifMatch: 2)
            #expect(early.faults == ["/appointmentId in_future"])
            try await world.advance(by: .seconds(3 * 86_400))
            let marked = try await world.discuss(homework, ["appointmentId": own], ifMatch: 2)
            #expect(marked["discussedOn"] == "2026-01-07")
            #expect(try await world.discuss(homework, ["appointmentId": couples], ifMatch: 2).version == 3)
            let foreign = try await world.discuss(homework, ["appointmentId": others], ifMatch: 3)
            #expect(foreign.faults == ["/appointmentId unknown"])
            // Nor in that of somebody else whom the counselor treats.
            let minors = try await world.appointment("client_id", mesa.minor.clientID.uuid, "individual", evening)
            let foreigner = try await world.discuss(homework, ["appointmentId": minors], ifMatch: 3)
            #expect(foreigner.faults == ["/appointmentId unknown"])
        }
    }

    @Test func `what is wrong with the time is told`() async throws {
        try await withWorld { (world: World) async throws in
            let homework = world.mesa.homework
            #expect(try await world.discuss(homework, [:], ifMatch: 1).code == "not_submitted")
            try await world.advance(by: .seconds(2 * 86_400))
            _ = try await world.submit(homework)
            let cases: [(JSONValue, [String])] = [
                (["discussedOn": "2026-01-06"], ["/discussedOn before_submission"]),
                (["discussedOn": "2026-01-08"], ["/discussedOn in_future"]),
                (["discussedOn": "yesterday", "at": 1], ["/discussedOn not_a_day", "/at unknown_member"]),
                (["discussedOn": "2026-01-07", "appointmentId": .text("\(homework)")], ["/appointmentId one_of_two"]),
            ]
            for (json, faults) in cases {
                #expect(try await world.discuss(homework, json, ifMatch: 2).faults == faults)
            }
            // What is handed in while the appointment goes on was discussed in it.
            let begun = world.clock.now - .seconds(600)
            let present = try await world.appointment("client_id", world.mesa.client.clientID.uuid, "individual", begun)
            #expect(try await world.discuss(homework, ["appointmentId": present], ifMatch: 2).version == 3)
            #expect(try await world.discuss(homework, [:], ifMatch: nil).status == 428)
            #expect(try await world.discuss(homework, ["discussedOn": "2026-01-07"], ifMatch: 2).version == 3)
        }
    }

    @Test func `who reviews marks it, and only the client and who reviews see it`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            _ = try await world.submit(mesa.minorHomework, as: mesa.minor)
            for stranger in [mesa.facilitator, mesa.intern, mesa.supervisor, mesa.newcomer, world.tempe.counselor] {
                #expect(try await world.discuss(mesa.minorHomework, [:], as: stranger, ifMatch: 2).status == 404)
            }
            for stranger in [mesa.minor, mesa.guardian, mesa.owner, mesa.intake] {
                #expect(try await world.discuss(mesa.minorHomework, [:], as: stranger, ifMatch: 2).status == 403)
            }
            #expect(try await world.discuss(mesa.minorHomework, [:], ifMatch: 2).status == 200)
            #expect(try await world.read(mesa.minorHomework, as: mesa.minor)["discussion"] != .null)
            #expect(try await world.read(mesa.minorHomework, as: mesa.guardian).json["discussion"] == nil)
            let (his, hers) = (mesa.coupleHomework[0], mesa.coupleHomework[1])
            _ = try await world.submit(his)
            _ = try await world.submit(hers, as: mesa.partner)
            _ = try await world.share(his, as: mesa.client, ifMatch: 2)
            _ = try await world.share(hers, as: mesa.partner, ifMatch: 2)
            _ = try await world.discuss(his, [:], ifMatch: 3)
            #expect(try await world.read(his, as: mesa.partner).json["discussion"] == nil)
            #expect(try await world.read(his)["discussion"]["discussedOn"] == "2026-01-05")
        }
    }
}

extension World {
    func discuss(
        _ homework: ID<Homework>, _ json: JSONValue, as person: Person? = nil, ifMatch: Int?
    ) async throws -> TestAnswer {
        try await request(
            .put, "/v1/homework/\(homework)/discussion", as: person ?? mesa.counselor, json: json, ifMatch: ifMatch)
    }

    fileprivate func appointment(
        _ column: String, _ whom: UUID, _ kind: String, _ start: Instant
    ) async throws -> JSONValue {
        let id: ID<Appointment> = surroundings.id()
        try await run(
            """
            insert into appointments (practice_id, appointment_id, kind, \(.identifier(column)), starts_at, minutes)
            values (\(mesa.id), \(id), \(kind), \(whom), \(start), 50)
            """)
        return .text(id.description)
    }
}
