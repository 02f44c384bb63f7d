import Postgres
import Practice
import ServiceLifecycle
import WebAPI

/// How the worker comes to its work: what it enters by, and how it goes through the practices.
struct WorkerAccess: Sendable {
    let database: PostgresClient
    let keys: ServerKeys
    let surroundings: Surroundings
    /// What the doors did not let in, on its way to the audit.
    let refusals: Refusals

    /// An entry that begins now.
    func entry() -> WorkerEntry { WorkerEntry(at: surroundings.now(), request: surroundings.newID(), keys) }

    /// Calls a function of the database that enters every practice by itself.
    func call(_ function: (WorkerEntry) -> Query<Int>) async throws {
        _ = try await database.pipeline(function(entry()))
    }

    /// Does work in a practice for an action, in one transaction. Where the door does not let it in, or something behind it
    /// refuses, everything is rolled back, and the refusal is written to the audit.
    ///
    /// - Parameter body: is given the statement that enters, which it sends first.
    func work<Value>(
        in practice: ID<Practice>, for action: String,
        _ body: (_ transaction: Transaction, _ enter: Query<Int>, _ now: Instant) async throws -> Value
    ) async throws -> Value {
        let entry = entry()
        do {
            return try await database.transaction { transaction in
                try await body(transaction, entry.practice(practice, action), entry.now)
            }
        } catch {
            if let refused = Refused(ofWork: action, in: practice, at: entry.now, entry.request, error) {
                await refusals.record(refused)
            }
            throw error
        }
    }

    /// Goes through practices one after the other; what fails in one is told after the others were tried.
    func everyPractice(
        _ practices: Query<[ID<Practice>]>, _ work: (ID<Practice>) async throws -> Void
    ) async throws {
        var failure: (any Error)?
        for practice in try await database.pipeline(practices) {
            do { try await work(practice) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// The same, in each practice again and again, until there is less to do than can be done at once, or the worker is to
    /// stop.
    ///
    /// - Parameter workSome: does so much at most, and gives how much it did.
    func everyPractice(
        _ practices: Query<[ID<Practice>]>, atOnce count: Int, _ workSome: (ID<Practice>) async throws -> Int
    ) async throws {
        try await everyPractice(practices) { practice in
            while !Task.isShuttingDownGracefully, try await workSome(practice) == count {
                try Task.checkCancellation()
            }
        }
    }
}
