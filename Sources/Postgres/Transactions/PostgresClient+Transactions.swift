import Synchronization

extension PostgresClient {
    /// Runs a closure in a transaction on a connection of its own; commits when it returns, rolls back when it throws.
    ///
    /// With `retries`, after a serialization failure (40001) or a deadlock (40P01) the closure runs again from its
    /// beginning, after a short random pause: it must have no effects of its own.
    /// - Throws: what the closure throws; `PostgresError` for the rest. `.connectionLost(sent: true)` from the commit
    ///   means that the outcome is unknown.
    public func transaction<R>(
        _ options: TransactionOptions = TransactionOptions(), isolation: isolated (any Actor)? = #isolation,
        _ body: (Transaction) async throws -> R
    ) async throws -> R {
        var retriesLeft = min(options.retries, 3)
        while true {
            let link = try await reactor.lease()
            let transaction = Transaction(reactor, link: link, options: options)
            do {
                let value = try await body(transaction)
                try await transaction.commit()
                reactor.post(.release(link: link))
                return value
            } catch {
                await transaction.rollback()
                reactor.post(.release(link: link))
                guard retriesLeft > 0, transaction.failure?.mayBeRetried == true else { throw error }
                retriesLeft -= 1
                try await Task.sleep(for: .milliseconds(Int.random(in: 5...50)))
            }
        }
    }
}

extension PostgresError {
    /// Serialization failure and deadlock: the same work may succeed the next time.
    var mayBeRetried: Bool { sqlState == "40001" || sqlState == "40P01" }
}

extension Reactor {
    /// Waits for a connection of one's own.
    func lease() async throws(PostgresError) -> Int {
        let pending = Mutex<LeaseRequest?>(nil)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let request = LeaseRequest(continuation)
                pending.withLock { $0 = request }
                if !post(.lease(request)) { return continuation.resume(returning: .failure(.closed)) }
                if Task.isCancelled { post(.withdraw(request)) }
            }
        } onCancel: {
            if let request = pending.withLock({ $0 }) { post(.withdraw(request)) }
        }
        return try outcome.get()
    }

    /// Runs statements that a cancelled task must not interrupt: the end of a transaction.
    func perform(
        shielded statements: [Statement], patience: Duration?, link: Int
    ) async throws(PostgresError) -> [ResultSet] {
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Segment.Outcome, Never>) in
            let segment = Segment(statements, patience: patience, continuation: continuation)
            if !post(.submitLeased(segment, link: link)) { continuation.resume(returning: .failure(.closed)) }
        }
        return try outcome.get()
    }
}
