import Logging
import Postgres
import Practice
import TestSupport
import Testing

@testable import Cairn

/// A world with an empty outbox, a worker over it, and a mail program that does as it is told.
struct MailRoom: Sendable {
    let world: World
    let worker: PostgresClient
    let sendmail: FakeSendmail
    let queue: JobQueue

    /// Another worker beside the first.
    func anotherQueue(_ mailer: Mailer? = nil) -> JobQueue {
        Self.queue(world, worker, mailer ?? Self.mailer(of: sendmail))
    }

    /// Does everything that is due.
    func work(_ other: JobQueue? = nil) async {
        let queue = other ?? queue
        while await queue.doOne() {}
    }

    func letter(to person: Person) async throws -> ID<Letter> {
        try await world.seed(world.mesa) { try $0.letter(to: person) }
    }

    /// What a client says about contact.
    func contact(_ person: Person, _ changes: SQL) async throws {
        try await change(
            """
            update client_contacts set \(changes)
            where practice_id = \(person.practiceID) and client_id = \(person.clientID)
            """)
    }

    func change(_ sql: SQL) async throws {
        _ = try await world.database.superuser.pipeline(Query.run(sql))
    }

    /// Where a letter stands: its state, and why it is kept; whether its content is still there.
    func state(_ letter: ID<Letter>) async throws -> String {
        try await world.database.superuser.pipeline(
            Query.row(
                """
                select concat_ws(' ', state, reason, case when sealed is null then 'forgotten' end) from outbox
                where letter_id = \(letter)
                """
            ) { try $0.next() })
    }

    /// Where its job stands: state, attempts, last error.
    func job(_ letter: ID<Letter>) async throws -> String {
        try await world.database.superuser.pipeline(
            Query.row(
                "select concat_ws(' ', state, attempts, last_error) from jobs where job_id = \(letter)"
            ) { try $0.next() })
    }

    func runsAt(_ letter: ID<Letter>) async throws -> Instant {
        try await world.database.superuser.pipeline(
            Query.row("select run_at from jobs where job_id = \(letter)") { try $0.next() })
    }

    /// An entry of the worker, now.
    func entry() -> WorkerEntry {
        WorkerEntry(at: world.clock.now, request: world.surroundings.newID(), world.keys)
    }

    fileprivate static func queue(_ world: World, _ worker: PostgresClient, _ mailer: Mailer?) -> JobQueue {
        var settings = Settings()
        settings.mailer = mailer
        var retries = Retries()
        retries.attempts = 4
        return buildQueue(
            settings, database: worker, keys: world.keys, surroundings: world.surroundings, retries: retries,
            logger: quiet)
    }

    static func mailer(of sendmail: FakeSendmail) -> Mailer? {
        EmailAddress("post@portal.example").map {
            Mailer(command: sendmail.command, from: $0, publicURL: "https://portal.example", patience: Patience.long)
        }
    }

    fileprivate static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

func withMailRoom(
    hasMailer: Bool = true, _ body: @Sendable @escaping (MailRoom) async throws -> Void
) async throws {
    let sendmail = try FakeSendmail()
    let result: Result<Void, any Error>
    do {
        result = .success(
            try await withWorld { world in
                _ = try await world.database.superuser.pipeline(
                    Query.run("delete from outbox"), Query.run("delete from jobs"))
                try await PostgresClient.patiently(world.database.connection("cairn_worker"), logger: MailRoom.quiet) {
                    worker in
                    let queue = MailRoom.queue(world, worker, hasMailer ? MailRoom.mailer(of: sendmail) : nil)
                    try await body(MailRoom(world: world, worker: worker, sendmail: sendmail, queue: queue))
                }
            })
    } catch { result = .failure(error) }
    try sendmail.remove()
    try result.get()
}
