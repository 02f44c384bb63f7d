import Cairn
import JSON
import Logging
import Postgres
import Practice
import Testing
import TestSupport

/// What tests of the worker's planning of homework do again and again. The clock shows Monday, 2026-01-05, 09:00 in Phoenix.
extension World {
    /// What a worker comes to, by its own database role: where somebody holds what it waits for, it gives in, and the next
    /// round does its work. On a busy machine that happens, whenever two are at work beside each other.
    func planHomework() async throws {
        let isDone = try await Patience.until {
            do {
                try await planOnce()
                return true
            } catch let error as PostgresError where error.sqlState == "55P03" {
                return false
            }
        }
        #expect(isDone, "somebody held it up all the time")
    }

    private func planOnce() async throws {
        let quiet = Logger(label: "cairn.tests") { _ in SwiftLogNoOpLogHandler() }
        try await PostgresClient.patiently(database.connection("cairn_worker"), logger: quiet) { worker in
            let jobs = buildJobs(database: worker, keys: keys, surroundings: surroundings)
            try await #require(jobs.first { $0.name == "plan_homework" }).work()
        }
    }

    /// Gives homework, and tells which.
    func give(
        to unit: String, _ schedule: String, as person: Person, more: String = ""
    ) async throws -> ID<Assignment> {
        let body = """
            {"exerciseId":"\(mesa.exercise)"\(more),"schedule":{\(schedule),"timeZone":"America/Phoenix"}}
            """
        let made = try await request(.post, "/v1/\(unit)/homework", as: person, body: Array(body.utf8))
        return try #require(made["id"].text.flatMap { ID<Assignment>($0) }, "\(made.text)")
    }

    /// The pieces of a client, as the database has them: `1 2026-01-06 2026-01-07T03:00:00Z assigned`.
    func pieces(of assignment: ID<Assignment>, _ client: Person) async throws -> [String] {
        try await database.superuser.pipeline(
            Query.rows(
                """
                select occurrence, planned_on, due_at, state from homework
                where assignment_id = \(assignment) and client_id = \(client.clientID) order by occurrence
                """
            ) { row in
                let (number, day) = (try row.next(Int.self), try row.next(Day.self))
                return "\(number) \(day) \(try row.next(Instant.self)) \(try row.next(String.self))"
            })
    }

    /// The days on which something is due for a client, in Phoenix.
    func dueDays(of assignment: ID<Assignment>, _ client: Person, _ condition: SQL = "true") async throws -> [String] {
        try await database.superuser.pipeline(
            Query.rows(
                """
                select (due_at at time zone 'America/Phoenix')::date::text from homework
                where assignment_id = \(assignment) and client_id = \(client.clientID) and \(condition) order by due_at
                """
            ) { try $0.next() })
    }

    /// Puts something into the database, past all rules of access.
    func put(_ sql: SQL) async throws {
        _ = try await database.superuser.pipeline(Query.run(sql))
    }

    /// So many days with the worker at work each day.
    func pass(days: Int, step: Int = 1) async throws {
        for _ in stride(from: 0, to: days, by: step) {
            try await advance(by: .seconds(86_400 * step))
            try await planHomework()
        }
    }
}

/// Days one after the other, as text.
func days(_ first: String, _ count: Int, every step: Int = 1) throws -> [String] {
    let first = try #require(Day(first))
    return (0..<count).map { first.adding(days: $0 * step).description }
}
