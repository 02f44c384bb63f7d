import Postgres
import Practice
import TestSupport
import Testing

@testable import Cairn

/// The worker is a principal with rules of its own: what it sees it sees by the lease it holds, and in its scope.
@Suite struct WorkerAccessTests {
    private static let tables: [SQL] = [
        "outbox", "client_contacts", "clients", "inquiries", "progress_notes", "homework_answers", "invitations",
        "guardians", "accounts",
    ]

    @Test func `without a lease the worker sees nothing of people`() async throws {
        try await withMailRoom { room in
            _ = try await room.letter(to: room.world.mesa.loner)
            #expect(try await seen(room, nil) == "")
        }
    }

    @Test func `with the lease of a letter it sees the letters, and the contact of its client alone`() async throws {
        try await withMailRoom { room in
            let house = room.world.mesa
            for person in [house.loner, house.client, room.world.tempe.client] {
                _ = try await room.world.seed(person.practiceID == house.id ? house : room.world.tempe) {
                    try $0.letter(to: person)
                }
            }
            let job = try #require(try await take(room, house.id))
            // Professionals are everybody's colleagues; of people in care it is the one.
            let staff = try await room.world.database.superuser.pipeline(
                Query.row("select count(*) from staff where practice_id = \(house.id)") { try $0.next(Int.self) })
            #expect(try await seen(room, job) == "outbox 2, client_contacts 1, accounts \(staff + 1)")
        }
    }

    @Test func `a job opens to its own lease alone, and only as long as that lasts`() async throws {
        try await withMailRoom { (room: MailRoom) async throws in
            let house = room.world.mesa
            _ = try await room.letter(to: house.loner)
            let job = try #require(try await take(room, house.id))
            let leases: [(lease: ID<Void>, at: Instant, code: String?)] = [
                (room.world.surroundings.id(), room.world.clock.now, "lease_is_over"),
                (job.lease, room.world.clock.now + .seconds(60), "lease_is_over"),
                (job.lease, room.world.clock.now + .seconds(59), nil),
            ]
            for (lease, at, code) in leases {
                let request: ID<Void> = room.world.surroundings.id()
                var refused: PostgresError?
                do {
                    _ = try await room.worker.pipeline(
                        Query.run(
                            """
                            select from access.enter_job(
                                \(house.id), \(job.id), \(lease), \(at), \(request),
                                \(room.world.keys.auditProof(of: request.uuid)))
                            """))
                } catch { refused = error as? PostgresError }
                #expect(refused?.refusal?.raisedCode == code, "\(String(describing: refused))")
            }
        }
    }

    @Test func `the letter of a colleague opens nobody's contact`() async throws {
        try await withMailRoom { room in
            _ = try await room.letter(to: room.world.mesa.counselor)
            let job = try #require(try await take(room, room.world.mesa.id))
            let seen = try await seen(room, job)
            #expect(seen.hasPrefix("outbox 1, accounts ") && !seen.contains("client_contacts"))
        }
    }

    @Test func `the door of the operator's commands does not open for jobs, nor the door of jobs without a job`()
        async throws
    {
        try await withMailRoom { room in
            let practice = room.world.mesa.id
            let error = await #expect(throws: PostgresError.self) {
                try await room.worker.pipeline(
                    Query.run("select from access.enter_work(\(practice), 'outbox.send', now(), \(practice), '\\x00')"))
            }
            #expect(error?.sqlState == "42501")
            let nobody = await #expect(throws: PostgresError.self) {
                try await room.worker.pipeline(
                    Query.run(
                        """
                        select from access.enter_job(\(practice), \(practice), null, now(), \(practice), '\\x00')
                        """))
            }
            #expect(nobody?.refusal?.raisedCode == "lease_is_over")
            let server = await #expect(throws: PostgresError.self) {
                try await room.world.database.server.pipeline(
                    Query.run(
                        """
                        select from access.enter_job(\(practice), \(practice), null, now(), \(practice), '\\x00')
                        """))
            }
            #expect(server?.sqlState == "42501")
        }
    }

    @Test func `what was done to a letter stands in the audit, with whose it was, and verifies`() async throws {
        try await withMailRoom { room in
            let dan = room.world.mesa.loner
            let letter = try await room.letter(to: dan)
            await room.work()
            let rows = try await room.world.database.superuser.pipeline(
                Query.rows(
                    """
                    select role, relation, client_ids from audit_events
                    where action = 'outbox.send' and resource_id = \(letter)
                    """
                ) { row in
                    "\(try row.next(String.self)) \(try row.next(String.self)) \(try row.next([ID<Client>].self))"
                })
            #expect(rows == Array(repeating: "worker leased \([dan.clientID])", count: 2))
            let verifier = AuditVerifier(postgres: room.worker, keys: room.world.keys)
            let summary = try await verifier.verify(practice: room.world.mesa.id, remembered: nil) { _ in }
            #expect(summary.findings == 0 && summary.events > 0)
        }
    }

    private func take(_ room: MailRoom, _ practice: ID<Practice>) async throws -> TakenJob? {
        let now = room.world.clock.now
        for _ in 0..<3 {
            let job = try await room.worker.pipeline(
                TakenJob.take(
                    lease: room.world.surroundings.id(), until: now + .seconds(60), kinds: ["outbox.send"], at: now))
            if let job, job.practiceID == practice { return job }
        }
        return nil
    }

    /// How many rows of each table that is not empty the worker sees.
    private func seen(_ room: MailRoom, _ job: TakenJob?) async throws -> String {
        return try await room.worker.transaction { tx in
            if let job {
                _ = try await tx.pipeline(room.entry().job(job))
            }
            var words: [String] = []
            for table in Self.tables where try await mayRead(table, tx) {
                let count = try await tx.pipeline(
                    Query.row("select count(*) from (select practice_id from \(table)) as t") { try $0.next(Int.self) })
                if count > 0 { words.append("\(table.text) \(count)") }
            }
            return words.joined(separator: ", ")
        }
    }

    private func mayRead(_ table: SQL, _ tx: Transaction) async throws -> Bool {
        try await tx.pipeline(
            Query.row("select has_column_privilege(\(table.text), 'practice_id', 'select')") { try $0.next(Bool.self) })
    }
}
