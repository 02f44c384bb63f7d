import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn

extension MailRoom {
    /// One round of a job of the worker.
    func round(_ name: String) async throws {
        let jobs = buildJobs(database: worker, keys: world.keys, surroundings: world.surroundings)
        try await #require(jobs.first { $0.name == name }).work()
    }

    /// Lets a client be reminded of a piece: mail is safe, and the hour has come.
    func dueToRemind(_ homework: ID<Homework>, of person: Person) async throws {
        try await contact(person, "safe_channels = '{email}'")
        try await change("update homework set remind_at = \(world.clock.now) where homework_id = \(homework)")
    }

    /// What the outbox has, in the order in which it was written.
    func letters(_ kind: LetterKind = .homeworkReminder) async throws -> [ID<Letter>] {
        try await world.database.superuser.pipeline(
            Query.rows("select letter_id from outbox where kind = \(kind) order by created_at, letter_id") {
                try $0.next()
            })
    }

    func count(_ sql: SQL) async throws -> Int {
        try await world.database.superuser.pipeline(Query.row("select count(*) \(sql)") { try $0.next(Int.self) })
    }

    /// Moves the clock to an instant, while everyone stays signed in.
    func advance(to text: String) async throws {
        try await world.advance(by: try #require(Instant(text)) - world.clock.now)
    }

    func submit(_ homework: ID<Homework>, as person: Person) async throws {
        let answer = try await world.request(
            .put, "/v1/homework/\(homework)/submission", as: person,
            json: [
                "exerciseVersionId": .text("\(world.mesa.exerciseVersion)"), "answers": ["feelings": "calm"],
            ])
        #expect(answer.status == 200)
    }

    /// To whom letters went.
    func recipients() throws -> Set<String> {
        Set(try sendmail.taken().compactMap { $0.firstMatch(of: /To: <([^>]*)>/).map { String($0.1) } })
    }

    /// Whether no statement in this database waits for a lock.
    func nobodyWaits() async throws -> Bool {
        try await count("from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0
    }

    /// Cuts the worker's connections off, again and again.
    func cutOff(times: Int) async {
        for _ in 0..<times {
            do {
                try await change(
                    """
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and usename = 'cairn_worker'
                    """)
                try await Task.sleep(for: .milliseconds(15))
            } catch { return }
        }
    }
}
