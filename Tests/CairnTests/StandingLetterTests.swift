import Postgres
import Practice
import TestSupport
import Testing
import WebAPI

@testable import Cairn

/// Letters are judged when they go: what they say, to whom, and whether he may hear it.
@Suite struct StandingLetterTests {
    /// What ends a reminder between writing and sending; the piece is still to be done each time.
    @Test(
        arguments: [
            "update couples set during = daterange('2025-01-01', '2026-01-05'), version = version + 1",
            "update accounts set disabled_at = created_at, version = version + 1 where client_id = $",
            "update accounts set roles = '{guardian}', client_id = null, version = version + 1 where client_id = $",
            "update accounts set password_hash = null, version = version + 1 where client_id = $",
            "update clients set status = 'inactive', version = version + 1 where client_id = $",
            "update client_contacts set homework_reminders = false where client_id = $",
            "update client_contacts set email = 'new@example.com' where client_id = $",
            "select 1",
        ])
    func `a reminder that has no reader any more is withdrawn`(change: String) async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            let piece = mesa.coupleHomework[0]
            try await room.advance(to: "2026-01-06T05:00:00Z")
            try await room.dueToRemind(piece, of: mesa.client)
            try await room.round("remind_homework")
            await room.work()
            let letter = try #require(try await room.letters().first)
            let sql = change.replacing("$", with: "'\(mesa.client.clientID)'")
            if change != "select 1" { try await room.world.seed(mesa) { $0.add(SQL(unsafe: sql)) } }
            try await room.advance(to: "2026-01-06T15:00:00Z")
            await room.work()
            #expect(try await room.state(letter) == (change == "select 1" ? "sent forgotten" : "withdrawn forgotten"))
            #expect(try await room.count("from homework where homework_id = \(piece) and state = 'assigned'") == 1)
        }
    }

    @Test func `a reminder of a group's homework stops when the seat has ended`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await room.advance(to: "2026-01-06T05:00:00Z")
            try await room.dueToRemind(mesa.groupHomework[0], of: mesa.client)
            try await room.round("remind_homework")
            let letter = try #require(try await room.letters().first)
            try await room.change(
                """
                update enrollment_spans set during = daterange('2025-12-01', '2026-01-05')
                where enrollment_id = \(mesa.enrollment)
                """)
            try await room.advance(to: "2026-01-06T15:00:00Z")
            await room.work()
            #expect(try await room.state(letter) == "withdrawn forgotten")
        }
    }

    @Test(
        arguments: [
            "update accounts set roles = '{intake}', version = version + 1 where account_id = $",
            "update accounts set disabled_at = created_at, version = version + 1 where account_id = $",
            "update staff set homework_digest = false where account_id = $",
            "update care_team_memberships set during = daterange('2025-01-01', '2026-01-05') where account_id = $",
        ])
    func `a digest goes to who may still review, and to nobody else`(change: String) async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await room.submit(mesa.homework, as: mesa.client)
            try await room.advance(to: "2026-01-06T14:00:00Z")
            try await room.round("post_digests")
            let letter = try #require(try await room.letters(.homeworkDigest).first)
            let sql = change.replacing("$", with: "'\(mesa.counselor.accountID)'")
            try await room.world.seed(mesa) { $0.add(SQL(unsafe: sql)) }
            await room.work()
            #expect(try await room.state(letter) == "withdrawn forgotten")
            #expect(try room.sendmail.starts() == 0)
            #expect(try await room.count("from homework where state = 'submitted'") == 1)
        }
    }

    @Test func `a digest says what waits when it goes`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            try await room.submit(mesa.homework, as: mesa.client)
            try await room.submit(mesa.minorHomework, as: mesa.minor)
            try await room.advance(to: "2026-01-06T14:00:00Z")
            try await room.round("post_digests")
            try await room.change(
                "update care_team_memberships set during = daterange('2025-01-01', '2026-01-05') where client_id = \(mesa.minor.clientID)"
            )
            await room.work()
            let mail = try #require(try room.sendmail.taken().first { $0.contains(mesa.counselor.email) })
            #expect(mail.contains("One piece of homework waits"))
        }
    }

    @Test func `an invitation that leads nowhere any more is withdrawn`() async throws {
        try await withMailRoom { room in
            let mesa = room.world.mesa
            // Nobody has used the account yet.
            try await room.world.seed(mesa) {
                $0.add(
                    """
                    update accounts set password_hash = null, version = version + 1
                    where account_id = \(mesa.guardian.accountID)
                    """)
            }
            let guardian = try await room.letter(to: mesa.guardian)
            let colleague = try await room.letter(to: mesa.counselor)
            try await room.change(
                """
                update guardianships set during = daterange('2025-01-01', '2026-01-05'), version = version + 1
                where guardian_id = \(mesa.guardian.guardianID)
                """)
            await room.work()
            #expect(try await room.state(guardian) == "withdrawn forgotten")
            #expect(try await room.state(colleague) == "sent forgotten")
        }
    }

    @Test func `who comes back to a job when its lease is over is in the audit`() async throws {
        try await withMailRoom { room in
            _ = try await room.letter(to: room.world.mesa.counselor)
            let slow = QueuedWork(kind: "outbox.send") { _ in
                room.world.clock.advance(by: JobQueue.lease + .seconds(1))
                return .init(.done)
            }
            let access = WorkerAccess(
                database: room.worker, keys: room.world.keys, surroundings: room.world.surroundings,
                refusals: .ofWorker(room.worker, room.world.keys, spool: nil, Telemetry(), room.queue.logger))
            let queue = JobQueue([slow], access, logger: room.queue.logger)
            #expect(await queue.doOne())
            #expect(
                try await room.count(
                    "from audit_events where action = 'outbox.send' and outcome = 'conflict' and role = 'worker'") == 1)
        }
    }
}
