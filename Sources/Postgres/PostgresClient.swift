import Logging
import Synchronization

/// PostgreSQL for many callers at once, over few connections.
///
/// ```swift
/// let (principal, roster) = try await client.pipeline(enter(call), Roster.members(of: group))
/// ```
///
/// `run()` must be running somewhere; until then everything waits for its deadline.
public final class PostgresClient: Sendable {
    let reactor: Reactor
    private let running = Atomic(false)

    /// Prepares to reach a database; nothing is opened before `run()`.
    ///
    /// - Parameter observe: is told what happens, on the connections' own thread, and must be quick.
    /// - Throws: `.misuse` if the system gives no more file descriptors.
    public init(
        _ configuration: PostgresConfiguration, logger: Logger,
        observe: @escaping @Sendable (PostgresObservation) -> Void = { _ in }
    ) throws(PostgresError) {
        reactor = try Reactor(configuration, logger, observe)
    }

    /// Owns the connections until the task is cancelled; then finishes what is in flight, and closes.
    ///
    /// - Throws: `.misuse` when it runs already or has run before.
    public func run() async throws(PostgresError) {
        guard !running.exchange(true, ordering: .relaxed) else { throw .misuse("the client runs already") }
        let reactor = reactor
        let result: Result<Void, PostgresError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do throws(PostgresError) {
                    try startThread {
                        Loop(reactor).run()
                        continuation.resume(returning: .success(()))
                    }
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            reactor.post(.drain)
        }
        try result.get()
    }

    /// Runs queries as one transaction in one round trip, on a shared connection, and gives their answers.
    ///
    /// All are kept or none. Nothing of it may be long, since others wait behind it on the same connection.
    /// An answer that cannot be read (`.decoding`, `.noRow`, `.tooManyRows`) does not undo what was done.
    @inlinable @discardableResult
    public func pipeline<each Answer>(
        _ queries: repeat Query<each Answer>
    ) async throws(PostgresError) -> (repeat each Answer) {
        var statements: [Statement] = []
        for query in repeat each queries { statements.append(Statement(query)) }
        var results = ResultIterator(try await results(of: statements))
        return try (repeat results.read(each queries))
    }

    /// Runs one query as a transaction, as the other `pipeline` does.
    @inlinable @discardableResult
    public func pipeline<Answer>(_ query: Query<Answer>) async throws(PostgresError) -> Answer {
        var results = ResultIterator(try await results(of: [Statement(query)]))
        return try results.read(query)
    }

    /// Runs the queries of a batch as one transaction in one round trip, as the other `pipeline` does.
    public func pipeline(_ batch: Batch) async throws(PostgresError) -> Batch.Results {
        Batch.Results(results: try await results(of: batch.statements))
    }

    /// How this client was told to work.
    public var configuration: PostgresConfiguration { reactor.configuration }

    /// The pool at this moment.
    public var statistics: PoolStatistics { reactor.statistics }

    @usableFromInline
    func results(of statements: [Statement]) async throws(PostgresError) -> [ResultSet] {
        guard !statements.isEmpty else { return [] }
        return try await reactor.perform(statements, patience: reactor.configuration.patience(with: statements.count)) {
            .submit($0)
        }
    }
}

/// Hands out the results of a segment one after the other, each to the query that asked for it.
@usableFromInline
struct ResultIterator {
    @usableFromInline let results: [ResultSet]
    @usableFromInline var index = 0

    @usableFromInline
    init(_ results: [ResultSet]) {
        self.results = results
    }

    @inlinable
    mutating func read<Answer>(_ query: Query<Answer>) throws(PostgresError) -> Answer {
        defer { index += 1 }
        guard index < results.count else { throw .misuse("fewer results than statements") }
        return try query.read(results[index])
    }
}

extension Reactor {
    /// Submits a segment and waits for its answer; a cancelled task cancels the segment.
    func perform(
        _ statements: [Statement], kind: Segment.Kind = .collect, deadline: ContinuousClock.Instant? = nil,
        patience: Duration?, _ command: (Segment) -> Command
    ) async throws(PostgresError) -> [ResultSet] {
        let pending = Mutex<Segment?>(nil)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Segment.Outcome, Never>) in
                let segment = Segment(
                    statements, kind: kind, deadline: deadline, patience: patience,
                    continuation: continuation)
                pending.withLock { $0 = segment }
                // Cancelled before there was a segment to cancel.
                if Task.isCancelled { segment.cancel() }
                if !post(command(segment)) { continuation.resume(returning: .failure(.closed)) }
            }
        } onCancel: {
            guard let segment = pending.withLock({ $0 }) else { return }
            segment.cancel()
            post(.cancel(segment))
        }
        return try outcome.get()
    }
}
