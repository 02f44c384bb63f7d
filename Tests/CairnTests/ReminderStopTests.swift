import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn

/// A reminder that was written in quiet hours is not sent when there is no more to do at their end.
@Suite struct ReminderStopTests {
    @Test func `a reminder stops when the homework is handed in between writing and sending`() async throws {
        try await withMailRoom { room in
            let letter = try await night(room)
            try await room.submit(room.world.mesa.homework, as: room.world.mesa.client)
            try await morning(room)
            #expect(try await room.state(letter) == "withdrawn forgotten")
            #expect(try room.sendmail.starts() == 0)
        }
    }

    @Test func `and when the counselor withdraws it`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            let letter = try await night(room)
            let withdrawn = try await room.world.request(
                .put, "/v1/homework/\(mesa.homework)/withdrawal", as: mesa.counselor, json: [:], ifMatch: 1)
            #expect(withdrawn.status == 200)
            try await morning(room)
            #expect(try await room.state(letter) == "withdrawn forgotten")
        }
    }

    @Test func `and when the client switches reminders off`() async throws {
        try await withMailRoom { room in
            let adam = room.world.mesa.client
            let letter = try await night(room)
            let path = "/v1/clients/\(adam.clientID)"
            let wrong = try await room.world.request(
                .patch, path, as: adam, json: ["contact": ["homeworkReminders": "no"]], ifMatch: 1)
            #expect(wrong.faults == ["/contact/homeworkReminders wrong_type"])
            let off = try await room.world.request(
                .patch, path, as: adam, json: ["contact": ["homeworkReminders": false]], ifMatch: 1)
            #expect(off["contact"]["homeworkReminders"] == false)
            try await morning(room)
            #expect(try await room.state(letter) == "withdrawn forgotten")
            let on = try await room.world.request(
                .patch, path, as: adam, json: ["contact": ["homeworkReminders": true]], ifMatch: 2)
            #expect(on["contact"]["homeworkReminders"] == true)
        }
    }

    @Test(
        arguments: [
            "update client_contacts set safe_channels = '{phone}'",
            "update accounts set disabled_at = now(), version = version + 1",
            "update clients set status = 'deceased', version = version + 1",
        ] as [SQL])
    func `and when the client cannot be written to any more`(change: SQL) async throws {
        try await withMailRoom { room in
            let letter = try await night(room)
            let mesa = room.world.mesa
            try await room.world.seed(mesa) { $0.add("\(change) where client_id = \(mesa.client.clientID)") }
            try await morning(room)
            #expect(try await room.state(letter) == "withdrawn forgotten")
            #expect(try room.sendmail.starts() == 0)
        }
    }

    /// In Phoenix it is Monday, in Auckland Tuesday: who has a seat there has it on the days of the group.
    @Test(arguments: [("[2025-12-01,2026-01-06)", "withdrawn", "withdrawn"), ("[2026-01-06,)", "active", "sent")])
    func `a reminder of a group's homework goes to who has a seat on the day of the group`(
        days: String, status: String, state: String
    )
        async throws
    {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            let far = try await room.world.seed(mesa) { seed in
                let far = seed.group("Far", in: mesa.program, timeZone: "Pacific/Auckland")
                _ = seed.enrollment(
                    of: mesa.client.clientID, in: far, status: status, during: "\(days)::text::daterange")
                return far
            }
            try await room.change(
                """
                update homework set group_id = \(far), version = version + 1 where homework_id = \(mesa.homework)
                """)
            try await room.dueToRemind(mesa.homework, of: mesa.client)
            try await room.round("remind_homework")
            let letter = try #require(try await room.letters().first)
            await room.work()
            #expect(try await room.state(letter) == "\(state) forgotten")
        }
    }

    @Test func `and when the piece has closed`() async throws {
        try await withMailRoom { (room: MailRoom) async throws in
            let letter = try await night(room)
            try await room.change(
                """
                update homework set due_at = least(due_at, \(room.world.clock.now + .seconds(60))),
                    closes_at = \(room.world.clock.now + .seconds(60)), version = version + 1
                where homework_id = \(room.world.mesa.homework)
                """)
            try await morning(room)
            #expect(try await room.state(letter) == "withdrawn forgotten")
        }
    }

    @Test func `a draft does not stop it`() async throws {
        try await withMailRoom { room in
            let letter = try await night(room)
            try await room.change(
                """
                update homework set state = 'draft', version = version + 1
                where homework_id = \(room.world.mesa.homework)
                """)
            try await morning(room)
            #expect(try await room.state(letter) == "sent forgotten")
        }
    }

    @Test func `who is handing in while it is handed over is waited for`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await room.dueToRemind(mesa.homework, of: mesa.client)
            try await room.round("remind_homework")
            let letter = try #require(try await room.letters().first)
            let (isHandedIn, tell) = AsyncStream<Void>.makeStream()
            async let submission: Void = room.world.database.superuser.transaction { tx in
                _ = try await tx.pipeline(
                    Query.run(
                        """
                        update homework set state = 'submitted', submitted_at = \(room.world.clock.now), version = version + 1
                        where homework_id = \(mesa.homework)
                        """))
                tell.finish()
                // The worker asks about the letter, and has to wait for this transaction to end.
                while try await room.nobodyWaits(), try room.sendmail.starts() == 0 {
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(try await room.state(letter) == "waiting")
            }
            for await _ in isHandedIn {}
            await room.work()
            try await submission
            #expect(try await room.state(letter) == "withdrawn forgotten")
            #expect(try room.sendmail.starts() == 0)
        }
    }

    @Test func `the desk sees that there is a letter, and nothing of what it is about`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            let letter = try await night(room)
            let listed = try await room.world.request(.get, "/v1/outbox", as: mesa.intake)
            #expect(
                listed.text == """
                    {"items":[{"id":"\(letter)","state":"waiting","reason":null,"stateSince":"2026-01-06T05:00:00Z",\
                    "createdAt":"2026-01-06T05:00:00Z","expiresAt":"2026-01-13T03:00:00Z",\
                    "nextAttemptAt":"2026-01-06T15:00:00Z","accountId":"\(mesa.client.accountID)","name":"Adam Archer",\
                    "clientId":"\(mesa.client.clientID)"}],"next":null}
                    """)
            let opened = try await room.world.request(.get, "/v1/outbox/\(letter)", as: mesa.intake)
            #expect(opened["to"] == .null && opened["link"] == .null && opened["state"] == "waiting")
        }
    }

    @Test func `the worker that reminds sees no answers, and the server cannot do its work`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await room.submit(mesa.homework, as: mesa.client)
            let seen = try await room.worker.transaction { tx in
                _ = try await tx.pipeline(
                    Query.run(
                        "select from access.enter_work(\(mesa.id), 'homework.remind', now(), \(mesa.id), '\\x00')"))
                return try await tx.pipeline(
                    Query.row(
                        "select array[(select count(*) from homework_answers), (select count(*) from homework_comments)]"
                    ) { try $0.next([Int].self) })
            }
            #expect(seen == [0, 0])
            #expect(try await room.count("from homework_answers") == 1)
            for function in [
                "access.digests(now())", "access.practices_to_digest(now())", "access.accounts_in_use('{}')",
                "access.letter_stands(null, now())", "access.practices_with_homework_to_remind(now())",
            ] as [SQL] {
                let error = await #expect(throws: PostgresError.self) {
                    try await room.world.database.server.pipeline(Query.run("select \(function)"))
                }
                #expect(error?.sqlState == "42501")
            }
        }
    }

    /// A letter that was written on Monday at 22:00, and waits for the morning.
    private func night(_ room: MailRoom) async throws -> ID<Letter> {
        let mesa = room.world.mesa
        try await room.advance(to: "2026-01-06T05:00:00Z")
        try await room.dueToRemind(mesa.homework, of: mesa.client)
        try await room.round("remind_homework")
        await room.work()
        let letter = try #require(try await room.letters().first)
        #expect(try await room.state(letter) == "waiting")
        return letter
    }

    private func morning(_ room: MailRoom) async throws {
        try await room.advance(to: "2026-01-06T15:00:00Z")
        await room.work()
    }
}
