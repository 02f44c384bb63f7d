import Logging
import Synchronization

/// A transaction that outlives the function that began it: for an answer whose head is sent before its rows are read.
///
/// It is ended once, by ``finish(_:)`` or ``rollback()``. Where nobody does, because what was to end it was dropped, the
/// connection is closed with it, which undoes everything.
public final class OpenTransaction: Sendable {
    fileprivate let transaction: Transaction
    private let isEnded = Atomic(false)

    fileprivate init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    deinit {
        // Not idle, it is closed rather than given to the next.
        if !isEnded.load(ordering: .acquiring) { transaction.reactor.post(.release(link: transaction.link)) }
    }

    /// Runs a closure in the transaction; commits when it returns, rolls back when it throws. Either gives the
    /// connection back. What is to be written where it was rolled back, in a transaction of its own, is `otherwise`; it is
    /// written for a cancelled task too, and logged when it cannot be, after which `missing` is called.
    ///
    /// - Throws: what the closure throws; `.closed` where the transaction was ended before.
    public func finish<R>(
        isolation: isolated (any Actor)? = #isolation, otherwise: Query<Int>? = nil,
        orElse missing: (@Sendable () async -> Void)? = nil, _ body: (Transaction) async throws -> R
    ) async throws -> R {
        guard claim() else { throw PostgresError.closed }
        do {
            let value = try await body(transaction)
            try await transaction.commit()
            transaction.reactor.post(.release(link: transaction.link))
            return value
        } catch {
            await undo(otherwise, missing)
            throw error
        }
    }

    /// Undoes everything and gives the connection back. Harmless where the transaction was ended before.
    public func rollback() async {
        if claim() { await undo() }
    }

    private func undo(_ otherwise: Query<Int>? = nil, _ missing: (@Sendable () async -> Void)? = nil) async {
        await transaction.rollback()
        if let otherwise {
            do {
                _ = try await transaction.performShielded([Statement(otherwise)])
            } catch {
                transaction.reactor.logger.error(
                    "What was to follow a rollback is missing.", metadata: ["error": "\(error)"])
                await missing?()
            }
        }
        transaction.reactor.post(.release(link: transaction.link))
    }

    private func claim() -> Bool {
        isEnded.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    }
}

extension PostgresClient {
    /// Begins a transaction on a connection of its own and runs queries in it, in one round trip, leaving it open.
    ///
    /// - Throws: `.poolFull` and the like where there is no connection; what the database refused, with everything undone.
    public func open(
        _ options: TransactionOptions = TransactionOptions(), _ queries: Batch
    ) async throws(PostgresError) -> (OpenTransaction, Batch.Results) {
        let open = OpenTransaction(Transaction(reactor, link: try await reactor.lease(), options: options))
        do throws(PostgresError) {
            return (open, try await open.transaction.pipeline(queries))
        } catch {
            await open.rollback()
            throw error
        }
    }
}
