import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn

/// What counselors are told on weekdays at seven. Tuesday, 2026-01-06, 07:00 in Phoenix is 14:00 in UTC.
@Suite struct DigestTests {
    @Test func `on a weekday at seven a letter says how much waits and for how long, and nobody's name`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await handIn(room)
            try await room.advance(to: "2026-01-06T14:00:00Z")
            try await room.round("post_digests")
            let letters = try await room.letters(.homeworkDigest)
            await room.work()
            #expect(try room.recipients() == [mesa.counselor.email, mesa.facilitator.email])
            let carls = try #require(try room.sendmail.taken().first { $0.contains("To: <\(mesa.counselor.email)>") })
            let id = try #require(letters.first { carls.contains("\($0)") })
            #expect(
                carls == """
                    From: =?utf-8?B?TWVzYSBIZWFsaW5n?= <post@portal.example>
                    To: <\(mesa.counselor.email)>
                    Subject: You have a message
                    Date: Tue, 6 Jan 2026 14:00:00 +0000
                    Message-ID: <\(id)@portal.example>
                    Auto-Submitted: auto-generated
                    MIME-Version: 1.0
                    Content-Type: text/plain; charset=utf-8
                    Content-Transfer-Encoding: 8bit

                    2 pieces of homework wait for your answer, the oldest for less than a day:

                    https://portal.example/reviews

                    """)
            #expect(
                try sentence(room, to: mesa.facilitator)
                    == "One piece of homework waits for your answer, for less than a day:")
        }
    }

    @Test func `one a day, whoever works at it, and the days are counted`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await handIn(room)
            try await room.advance(to: "2026-01-06T14:00:00Z")
            await withTaskGroup { tasks in
                for _ in 0..<3 {
                    tasks.addTask { for _ in 0..<3 { do { try await room.round("post_digests") } catch { continue } } }
                }
                tasks.addTask { await room.cutOff(times: 4) }
            }
            for _ in 0..<3 {
                try await room.round("post_digests")
                try await room.world.advance(by: .seconds(900))
            }
            #expect(try await room.letters(.homeworkDigest).count == 2)
            await room.work()
            try await room.advance(to: "2026-01-08T14:10:00Z")
            try await room.round("post_digests")
            await room.work()
            #expect(try await room.letters(.homeworkDigest).count == 4)
            let sentences = try room.sendmail.taken().filter { $0.contains(mesa.counselor.email) }
            #expect(
                sentences.contains { $0.contains("2 pieces of homework wait for your answer, the oldest for 2 days:") })
        }
    }

    @Test(arguments: [
        "2026-01-06T13:59:59Z", "2026-01-06T15:00:00Z", "2026-01-10T14:00:00Z", "2026-01-11T14:30:00Z",
    ])
    func `at another hour, and at the weekend, there is none`(instant: String) async throws {
        try await withMailRoom { room in
            try await handIn(room)
            try await room.advance(to: instant)
            try await room.round("post_digests")
            #expect(try await room.letters(.homeworkDigest) == [])
        }
    }

    @Test func `it is seven by the clock of each practice`() async throws {
        try await withMailRoom { room in
            try await handIn(room)
            try await room.change(
                "update practices set time_zone = 'America/New_York', version = version + 1 where slug = 'mesa'")
            try await room.advance(to: "2026-01-06T14:00:00Z")
            try await room.round("post_digests")
            #expect(try await room.letters(.homeworkDigest) == [])
            try await room.advance(to: "2026-01-07T12:00:00Z")
            try await room.round("post_digests")
            #expect(try await room.letters(.homeworkDigest).count == 2)
        }
    }

    @Test func `who does not want it, or cannot sign in, gets none; and clients have none to want`() async throws {
        try await withMailRoom { room in
            let (world, mesa) = (room.world, room.world.mesa)
            try await handIn(room)
            let path = "/v1/me/homework-digest"
            #expect(try await world.request(.get, "/v1/me", as: mesa.facilitator)["account"]["homeworkDigest"] == true)
            for _ in 0..<2 {
                #expect(
                    try await world.request(.put, path, as: mesa.facilitator, json: ["wanted": false]).status == 204)
            }
            #expect(try await world.request(.get, "/v1/me", as: mesa.facilitator)["account"]["homeworkDigest"] == false)
            #expect(try await world.request(.get, "/v1/me", as: mesa.counselor)["account"]["homeworkDigest"] == true)
            for person in [mesa.client, mesa.guardian] {
                #expect(try await world.request(.put, path, as: person, json: ["wanted": true]).status == 403)
                #expect(try await world.request(.get, "/v1/me", as: person)["account"]["homeworkDigest"] == nil)
            }
            let wrong = try await world.request(.put, path, as: mesa.counselor, json: ["wanted": 1, "hour": 7])
            #expect(Set(wrong.faults) == ["/wanted wrong_type", "/hour unknown_member"])
            try await room.change(
                """
                update accounts set disabled_at = \(world.clock.now), version = version + 1
                where account_id = \(mesa.counselor.accountID)
                """)
            try await room.advance(to: "2026-01-06T14:00:00Z")
            try await room.round("post_digests")
            #expect(try await room.letters(.homeworkDigest) == [])
        }
    }

    @Test func `the letter counts what the queue shows, for everybody`() async throws {
        try await withMailRoom { room in
            let (world, mesa) = (room.world, room.world.mesa)
            try await handIn(room)
            try await room.submit(mesa.minorHomework, as: mesa.minor)
            try await room.submit(mesa.coupleHomework[1], as: mesa.partner)
            try await room.change(
                """
                insert into group_facilitators (practice_id, group_id, account_id, during)
                select \(mesa.id), \(mesa.group), a.account_id, daterange('2025-12-01', null)
                from unnest(\([mesa.counselor.accountID, mesa.supervisor.accountID])) a (account_id)
                """)
            try await room.advance(to: "2026-01-06T14:00:00Z")
            try await room.round("post_digests")
            await room.work()
            for person in [mesa.counselor, mesa.intern, mesa.supervisor, mesa.facilitator, mesa.newcomer] {
                let waiting = try await world.request(.get, "/v1/homework-reviews", as: person)["waiting"]
                let told = try sentence(room, to: person)?.prefix { $0 != " " }
                let number = told.map { $0 == "One" ? 1 : Int($0) ?? -1 } ?? 0
                #expect(waiting.number == number, "\(person.name)")
            }
            #expect(try room.recipients().count == 4)
        }
    }

    /// The client's own and the group's homework, on Monday at 09:00.
    private func handIn(_ room: MailRoom) async throws {
        let mesa = room.world.mesa
        try await room.submit(mesa.homework, as: mesa.client)
        try await room.submit(mesa.groupHomework[0], as: mesa.client)
    }

    private func sentence(_ room: MailRoom, to person: Person) throws -> String? {
        try room.sendmail.taken().first { $0.contains("To: <\(person.email)>") }.flatMap { mail in
            mail.split(separator: "\n").first { $0.contains("of homework wait") }.map(String.init)
        }
    }
}

extension JSONValue {
    /// The number, where it is a whole one.
    fileprivate var number: Int? { if case .number(let number) = self { Int(number.text) } else { nil } }
}
