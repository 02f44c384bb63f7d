import Postgres
import Practice
import Synchronization
import TestSupport

import struct Foundation.UUID

extension World {
    /// Lets two requests meet at a row: holds it until the first waits for it, and the second has either come to its end or
    /// waits as well; then lets go.
    func meet<First: Sendable, Second: Sendable>(
        at lock: SQL, _ first: @escaping @Sendable () async throws -> First,
        _ second: @escaping @Sendable () async throws -> Second
    ) async throws -> (First, Second) {
        var batch = Batch()
        _ = batch.append(Query.run(lock))
        let (held, _) = try await database.superuser.open(TransactionOptions(), batch)
        // Who waits no longer than half a second (decision 0025) may have come to an end before anybody looks.
        let ended = Ended()
        async let one = {
            let answer = try await first()
            ended.first.withLock { $0 = true }
            return answer
        }()
        try await until { try await ended.first.withLock { $0 } ? true : self.waiting() >= 1 }
        async let other = {
            let answer = try await second()
            ended.second.withLock { $0 = true }
            return answer
        }()
        try await until {
            let others = ended.first.withLock { $0 } ? 1 : 2
            return try await ended.second.withLock { $0 } ? true : self.waiting() >= others
        }
        await held.rollback()
        return try await (one, other)
    }

    /// Clients whom nobody has met yet, nor anybody of their name.
    func people(_ count: Int) async throws -> [Person] {
        try await clients(count, "Given\("\(surroundings.newID())".suffix(12))-")
    }

    /// A request's transaction, a statement a step: its door, then what it asks of the database.
    func steps(
        _ person: Person, _ action: String, _ kind: String = "none", _ resource: UUID? = nil, _ statements: SQL...
    ) -> [InterleavedStep] {
        [enter(person, action, kind, resource).step()] + statements.map { Query.run($0).step() }
    }

    /// Waits until as many statements of this database wait for a lock.
    func untilWaiting(_ count: Int) async throws {
        try await until { try await self.waiting() >= count }
    }

    /// How many statements of this database wait for a lock.
    private func waiting() async throws -> Int {
        try await count("from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
    }

    /// Waits until something is so, which the caller knows must come.
    private func until(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }
}

/// Which of two requests has come to its end.
private final class Ended: Sendable {
    let first = Mutex(false)
    let second = Mutex(false)
}
