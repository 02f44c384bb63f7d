import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn

/// Reminders of homework: neutral, once, and only while there is something to do. The clock shows Monday, 2026-01-05,
/// 09:00 in Phoenix; the homework is due in a week at 20:00.
@Suite struct ReminderTests {
    @Test func `a reminder says that there is a message, once, and neither what it is about nor from whom`()
        async throws
    {
        try await withMailRoom { room in
            let adam = room.world.mesa.client
            try await room.dueToRemind(room.world.mesa.homework, of: adam)
            try await room.round("remind_homework")
            try await room.round("remind_homework")
            let letter = try #require(try await room.letters().first)
            await room.work()
            await room.work()
            #expect(
                try room.sendmail.taken() == [
                    """
                    From: <post@portal.example>
                    To: <\(adam.email)>
                    Subject: You have a message
                    Date: Mon, 5 Jan 2026 16:00:00 +0000
                    Message-ID: <\(letter)@portal.example>
                    Auto-Submitted: auto-generated
                    MIME-Version: 1.0
                    Content-Type: text/plain; charset=utf-8
                    Content-Transfer-Encoding: 8bit

                    There is a message for you:

                    https://portal.example/homework

                    """
                ])
            #expect(try await room.state(letter) == "sent forgotten")
            #expect(try await room.count("from homework where remind_at is not null") == 0)
            // It was no change of the homework: who has read it may still change it.
            #expect(try await room.count("from homework where version <> 1") == 0)
            // Whoever moves a piece has it reminded of again, but a piece has one reminder.
            try await room.dueToRemind(room.world.mesa.homework, of: adam)
            try await room.round("remind_homework")
            await room.work()
            #expect(try room.sendmail.starts() == 1)
        }
    }

    @Test func `three workers at once, cut off again and again, remind of each piece once`() async throws {
        try await withMailRoom { room in
            let (mesa, now) = (room.world.mesa, room.world.clock.now)
            try await room.contact(mesa.client, "safe_channels = '{email}'")
            try await room.change(
                """
                insert into homework (practice_id, homework_id, assignment_id, exercise_version_id, client_id, occurrence,
                    title, opens_at, due_at, remind_at)
                select \(mesa.id), gen_random_uuid(), \(mesa.assignment), \(mesa.exerciseVersion), \(mesa.client.clientID),
                    n, 'Check-in', \(now), \(now) + n * interval '1 day', \(now)
                from generate_series(2, 351) n
                """)
            await withTaskGroup { tasks in
                for _ in 0..<3 {
                    tasks.addTask {
                        // What is cut off fails; another round follows, as the worker has it.
                        for _ in 0..<4 { do { try await room.round("remind_homework") } catch { continue } }
                    }
                }
                tasks.addTask { await room.cutOff(times: 6) }
            }
            try await room.round("remind_homework")
            #expect(try await room.count("from homework where remind_at is not null") == 0)
            #expect(try await room.letters().count == 350)
            #expect(try await room.count("from jobs where kind = 'outbox.send'") == 350)
            #expect(try await room.count("from (select distinct homework_id from outbox) o") == 350)
        }
    }

    @Test(
        arguments: [
            "update client_contacts set safe_channels = '{phone}'",
            "update client_contacts set homework_reminders = false",
            "update accounts set password_hash = null, version = version + 1",
            "update accounts set disabled_at = now(), version = version + 1",
            "update clients set status = 'inactive', version = version + 1",
            "update homework set state = 'withdrawn', version = version + 1",
            "update homework set state = 'submitted', submitted_at = now(), version = version + 1",
            "update homework set opens_at = '2026-01-06', version = version + 1",
            "update homework set opens_at = '2026-01-01', due_at = '2026-01-05', version = version + 1",
        ] as [SQL])
    func `nobody is reminded who does not want it, cannot safely be, or has nothing to do`(change: SQL) async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await room.dueToRemind(mesa.homework, of: mesa.client)
            let owner: SQL =
                change.text.contains("update homework")
                ? "homework_id = \(mesa.homework)" : "client_id = \(mesa.client.clientID)"
            try await room.world.seed(mesa) { $0.add("\(change) where practice_id = \(mesa.id) and \(owner)") }
            try await room.round("remind_homework")
            #expect(try await room.letters() == [])
            #expect(try await room.count("from homework where remind_at is not null") == 0)
        }
    }

    @Test func `in quiet hours a reminder waits for their end, and for what is safe`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await room.advance(to: "2026-01-06T05:00:00Z")  // Monday 22:00 in Phoenix.
            try await room.dueToRemind(mesa.homework, of: mesa.client)
            try await room.dueToRemind(mesa.groupHomework[1], of: mesa.loner)
            try await room.contact(mesa.loner, "safe_times = '{\"tuesday 07:00-09:00\",\"tuesday 12:00-13:00\"}'")
            try await room.round("remind_homework")
            await room.work()
            for letter in try await room.letters() {
                #expect(try await room.state(letter) == "waiting")
                #expect(try await room.runsAt(letter).description == "2026-01-06T15:00:00Z")
            }
            // An invitation is no reminder: it goes as soon as it is safe.
            _ = try await room.letter(to: mesa.counselor)
            await room.work()
            #expect(try room.recipients() == [mesa.counselor.email])
            // The hours are asked when the letter goes.
            let later = try await room.world.request(
                .patch, "/v1/practice", as: mesa.admin, json: ["quietUntil": "09:00"], ifMatch: 1)
            #expect(later.status == 200)
            try await room.advance(to: "2026-01-06T15:00:00Z")
            await room.work()
            #expect(try room.sendmail.starts() == 1)
            try await room.advance(to: "2026-01-06T16:00:00Z")
            await room.work()
            #expect(try room.recipients() == [mesa.counselor.email, mesa.client.email])
            try await room.advance(to: "2026-01-06T19:00:00Z")
            await room.work()
            #expect(try room.recipients() == [mesa.counselor.email, mesa.client.email, mesa.loner.email])
        }
    }

    @Test func `where hours begin when they end there are none`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await room.advance(to: "2026-01-06T05:00:00Z")
            _ = try await room.world.request(
                .patch, "/v1/practice", as: mesa.owner, json: ["quietFrom": "08:00"], ifMatch: 1)
            try await room.dueToRemind(mesa.homework, of: mesa.client)
            try await room.round("remind_homework")
            await room.work()
            #expect(try room.recipients() == [mesa.client.email])
        }
    }

    @Test func `what would come when it is due, or never safely, is not sent at all`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await room.advance(to: "2026-01-06T05:00:00Z")
            try await room.change(
                """
                update homework set due_at = '2026-01-06T15:00:00Z', version = version + 1
                where homework_id = \(mesa.homework)
                """)
            try await room.dueToRemind(mesa.homework, of: mesa.client)
            try await room.dueToRemind(mesa.groupHomework[1], of: mesa.loner)
            try await room.contact(mesa.loner, "safe_times = '{\"tuesday 05:00-06:00\"}'")
            try await room.round("remind_homework")
            await room.work()
            let letters = try await room.letters()
            #expect(letters.count == 2)
            for letter in letters { #expect(try await room.state(letter) == "withdrawn forgotten") }
            #expect(try room.sendmail.starts() == 0)
        }
    }

    @Test func `a program that refused gets the letter again, until the homework is due`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            let due = room.world.clock.now + .seconds(50)
            try await room.change(
                "update homework set due_at = \(due), version = version + 1 where homework_id = \(mesa.homework)")
            try await room.dueToRemind(mesa.homework, of: mesa.client)
            try room.sendmail.set(.refuse, refusals: 100)
            try await room.round("remind_homework")
            let letter = try #require(try await room.letters().first)
            await room.work()
            #expect(try await room.state(letter) == "waiting")
            try await room.world.advance(by: .seconds(60))
            await room.work()
            #expect(try await room.state(letter) == "withdrawn forgotten")
            #expect(try room.sendmail.starts() == 1)
        }
    }
}
