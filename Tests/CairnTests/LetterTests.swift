import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn

/// Letters on their way through a mail program that records, refuses, hangs and dies.
@Suite struct LetterTests {
    @Test func `a letter is sent once, neutral, and then forgotten`() async throws {
        try await withMailRoom { room in
            let invited = try await room.world.request(
                .post, "/v1/staff", as: room.world.mesa.owner,
                json: ["name": "Zoe Zamora", "email": "zoe@example.com", "roles": ["counselor"]])
            let token = try #require(invited["invitation"]["token"]?.text)
            let item = try await room.world.request(.get, "/v1/outbox", as: room.world.mesa.intake).items[0]
            let letter = try #require(ID<Letter>(item["id"]?.text ?? ""))
            await room.work()
            await room.work()
            #expect(
                try room.sendmail.taken() == [
                    """
                    From: =?utf-8?B?TWVzYSBIZWFsaW5n?= <post@portal.example>
                    To: <zoe@example.com>
                    Subject: You have a message
                    Date: Mon, 5 Jan 2026 16:00:00 +0000
                    Message-ID: <\(letter)@portal.example>
                    Auto-Submitted: auto-generated
                    MIME-Version: 1.0
                    Content-Type: text/plain; charset=utf-8
                    Content-Transfer-Encoding: 8bit

                    There is a message for you:

                    https://portal.example/invitations/\(token)

                    """
                ])
            #expect(try await room.state(letter) == "sent forgotten")
            #expect(try await room.job(letter) == "done 1")
            #expect(try await room.world.request(.get, "/v1/invitations/\(token)").status == 200)
            #expect(try room.sendmail.inherited() == "")
        }
    }

    @Test func `who wants a neutral sender gets one, and so does whoever has said nothing`() async throws {
        try await withMailRoom { room in
            let house = room.world.mesa
            try await room.contact(house.client, "safe_channels = '{email}', neutral_sender = false")
            try await room.contact(house.loner, "safe_channels = '{email}'")
            for person in [house.client, house.loner, house.guardian] { _ = try await room.letter(to: person) }
            await room.work()
            let senders = try room.sendmail.taken().map { mail in
                mail.split(separator: "\n").prefix(2).joined(separator: " ")
            }
            #expect(
                Set(senders) == [
                    "From: =?utf-8?B?TWVzYSBIZWFsaW5n?= <post@portal.example> To: <\(house.client.email)>",
                    "From: <post@portal.example> To: <\(house.loner.email)>",
                    "From: <post@portal.example> To: <\(house.guardian.email)>",
                ])
        }
    }

    @Test func `what is refused is tried again after a while, and taken once`() async throws {
        try await withMailRoom { room in
            let letter = try await room.letter(to: room.world.mesa.counselor)
            try room.sendmail.set(.refuse, refusals: 2)
            for (attempt, wait) in [30, 60].enumerated() {
                await room.work()
                #expect(try await room.job(letter) == "waiting \(attempt + 1) exit_75")
                #expect(try await room.state(letter) == "waiting")
                let delay = try await room.runsAt(letter) - room.world.clock.now
                #expect(delay >= .seconds(wait / 2) && delay <= .seconds(wait))
                await room.work()
                #expect(try room.sendmail.starts() == attempt + 1)
                try await room.world.advance(by: .seconds(wait))
            }
            await room.work()
            #expect(try room.sendmail.taken().count == 1 && room.sendmail.starts() == 3)
            #expect(try await room.state(letter) == "sent forgotten")
        }
    }

    @Test func `what is refused too often goes to the desk, and can be tried again from there`() async throws {
        try await withMailRoom { room in
            // Of one who has not come in yet: the link may be told to who invites.
            let carl = room.world.mesa.counselor
            try await room.world.seed(room.world.mesa) { $0.leaveUnused(carl) }
            let letter = try await room.letter(to: carl)
            try room.sendmail.set(.refuse, refusals: 4)
            for _ in 0..<6 {
                await room.work()
                try await room.world.advance(by: .seconds(600))
            }
            #expect(try room.sendmail.starts() == 4)
            #expect(try await room.job(letter) == "dead 4 exit_75")
            #expect(try await room.state(letter) == "kept not_delivered")
            let intake = room.world.mesa.intake
            let seen = try await room.world.request(.get, "/v1/outbox/\(letter)", as: intake)
            #expect(seen["link"] == .null && seen["to"] == .text(carl.email))
            let opened = try await room.world.request(.get, "/v1/outbox/\(letter)", as: room.world.mesa.admin)
            #expect(opened["link"].text?.hasPrefix("/invitations/") == true)
            let retry = try await room.world.request(.put, "/v1/dead-letters/\(letter)/retry", as: intake)
            #expect(retry.status == 204)
            await room.work()
            #expect(try room.sendmail.taken().count == 1)
            #expect(try await room.state(letter) == "sent forgotten")
        }
    }

    @Test func `what was refused too often and tried no more is forgotten when its link has ended`() async throws {
        try await withMailRoom { room in
            let letter = try await room.letter(to: room.world.mesa.counselor)
            try room.sendmail.set(.refuse, refusals: 100)
            for _ in 0..<4 {
                await room.work()
                try await room.world.advance(by: .seconds(600))
            }
            #expect(try await room.state(letter) == "kept not_delivered")
            try await room.world.advance(by: .seconds(72 * 3_600))
            await room.work()
            #expect(try await room.state(letter) == "withdrawn forgotten")
            let intake = room.world.mesa.intake
            #expect(
                try await room.world.request(.put, "/v1/dead-letters/\(letter)/retry", as: intake).status == 204)
            await room.work()
            #expect(try await room.state(letter) == "withdrawn forgotten")
            #expect(try room.sendmail.starts() == 4)
        }
    }

    @Test(arguments: [FakeSendmail.Mode.die, .hang])
    func `a program that ends without an answer may have sent the letter, so it goes to the desk and never out again`(
        mode: FakeSendmail.Mode
    ) async throws {
        try await withMailRoom { room in
            let letter = try await room.letter(to: room.world.mesa.counselor)
            try room.sendmail.set(mode)
            var mailer = try #require(MailRoom.mailer(of: room.sendmail))
            mailer.patience = mode == .hang ? .milliseconds(500) : Patience.long
            await room.work(room.anotherQueue(mailer))
            try room.sendmail.set(.record)
            #expect(try await room.state(letter) == "kept outcome_unknown")
            for _ in 0..<4 {
                await room.work()
                try await room.world.advance(by: .seconds(3_600))
            }
            #expect(try room.sendmail.starts() == 1 && room.sendmail.taken() == [])
            #expect(try await room.state(letter) == "kept outcome_unknown")
            try await room.world.advance(by: .seconds(72 * 3_600))
            await room.work()
            #expect(try await room.state(letter) == "withdrawn forgotten")
            #expect(try await room.job(letter) == "done 1")
        }
    }

    @Test func `a letter that a dead worker had handed over is not handed over again`() async throws {
        try await withMailRoom { room in
            let letter = try await room.letter(to: room.world.mesa.counselor)
            try await room.change(
                """
                update jobs set attempts = 1, lease = gen_random_uuid(), locked_until = \(room.world.clock.now + .seconds(100))
                """)
            try await room.change("update outbox set state = 'handed'")
            await room.work()
            #expect(try await room.state(letter) == "handed")
            try await room.world.advance(by: .seconds(100))
            await room.work()
            #expect(try await room.state(letter) == "kept outcome_unknown")
            #expect(try room.sendmail.starts() == 0)
        }
    }

    @Test(
        arguments: [
            (["state = 'kept', reason = 'outcome_unknown'"], "state = 'handed', reason = null"),
            (["state = 'handed'", "state = 'sent', sealed = null"], "state = 'handed', sealed = '\\x00'"),
            (["state = 'withdrawn', sealed = null"], "state = 'waiting', sealed = '\\x00'"),
            (["state = 'handed'"], "state = 'handed'"),
        ] as [([SQL], SQL)])
    func `what has gone, or may have, the database hands over to nobody again`(steps: [SQL], again: SQL) async throws {
        try await withMailRoom { room in
            _ = try await room.letter(to: room.world.mesa.counselor)
            for step in steps { try await room.change("update outbox set \(step)") }
            let error = await #expect(throws: PostgresError.self) {
                try await room.change("update outbox set \(again)")
            }
            #expect(error?.refusal?.raisedCode == "letter_state_does_not_follow")
        }
    }

    @Test func `without a mail program letters are kept for the desk`() async throws {
        try await withMailRoom(hasMailer: false) { room in
            let letter = try await room.letter(to: room.world.mesa.counselor)
            await room.work()
            #expect(try await room.state(letter) == "kept no_mailer")
            let kept = try await room.world.request(.get, "/v1/outbox?state=kept", as: room.world.mesa.intake)
            #expect(kept.items.map { $0["reason"] } == ["no_mailer"] && kept.items[0]["nextAttemptAt"] == .null)
        }
    }
}
