import Logging
import Synchronization

/// A transaction on a connection of its own, open as long as the closure it was given to.
///
/// It begins with its first query, in the same round trip.
public final class Transaction: Sendable {
    let reactor: Reactor
    let link: Int
    let options: TransactionOptions
    let deadline: ContinuousClock.Instant?
    private let state = Mutex(State())

    private struct State {
        var isBegun = false
        var isOver = false
        var failure: PostgresError?
        weak var stream: Source?
    }

    init(_ reactor: Reactor, link: Int, options: TransactionOptions) {
        self.reactor = reactor
        self.link = link
        self.options = options
        deadline = options.timeout.map { .now + $0 }
    }

    /// Runs queries in one round trip and gives their answers.
    ///
    /// After an error the transaction is lost: all further queries fail (25P02) and the closure should throw.
    @inlinable @discardableResult
    public func pipeline<each Answer>(
        _ queries: repeat Query<each Answer>
    ) async throws(PostgresError) -> (repeat each Answer) {
        var statements: [Statement] = []
        for query in repeat each queries { statements.append(Statement(query)) }
        var results = ResultIterator(try await results(of: statements))
        return try (repeat results.read(each queries))
    }

    /// Runs one query.
    @inlinable @discardableResult
    public func pipeline<Answer>(_ query: Query<Answer>) async throws(PostgresError) -> Answer {
        var results = ResultIterator(try await results(of: [Statement(query)]))
        return try results.read(query)
    }

    /// Runs the queries of a batch in one round trip.
    public func pipeline(_ batch: Batch) async throws(PostgresError) -> Batch.Results {
        Batch.Results(results: try await results(of: batch.statements))
    }

    /// The first error the database gave in this transaction.
    var failure: PostgresError? { state.withLock { $0.failure } }

    /// Begins the transaction if no query has yet, for what cannot share a round trip with the beginning.
    func begin() async throws(PostgresError) {
        if !state.withLock({ $0.isBegun }) { _ = try await results(of: []) }
    }

    /// Runs a text of our own that may hold many statements.
    package func script(_ text: String) async throws(PostgresError) {
        try await begin()
        _ = try await perform([], kind: .script(text))
    }

    func commit() async throws(PostgresError) {
        let (isBegun, failure, stream) = state.withLock { state in
            state.isOver = true
            return (state.isBegun, state.failure, state.stream)
        }
        guard isBegun else { return }
        stream?.abandon()
        let results = try await performShielded([Statement("commit")])
        // Asked to commit what has failed, the server rolls back and calls it a success.
        guard results.last?.command == "COMMIT" else { throw failure ?? .misuse("the transaction was over before") }
    }

    /// Undoes everything. Where that fails, the connection is closed on its return, which undoes everything too.
    func rollback() async {
        let (isBegun, stream) = state.withLock { state in
            state.isOver = true
            return (state.isBegun, state.stream)
        }
        guard isBegun else { return }
        stream?.abandon()
        stream?.cancel()
        do {
            _ = try await performShielded([Statement("rollback")])
        } catch {
            reactor.logger.debug("rolling back failed", metadata: ["error": "\(error)"])
        }
    }

    func opened(_ stream: Source) {
        state.withLock { $0.stream = stream }
    }

    /// Refuses to go on when the closure has ended or its time is over.
    func check() throws(PostgresError) {
        if state.withLock({ $0.isOver }) { throw .closed }
        if let deadline, deadline <= .now { throw .timedOut }
    }

    func perform(_ statements: [Statement], kind: Segment.Kind) async throws(PostgresError) -> [ResultSet] {
        try check()
        return try await noting { () throws(PostgresError) in
            try await reactor.perform(
                statements, kind: kind, deadline: deadline, patience: patience(with: statements.count)
            ) { .submitLeased($0, link: link) }
        }
    }

    /// Runs what a cancelled task must not interrupt: the end of the transaction.
    func performShielded(_ statements: [Statement]) async throws(PostgresError) -> [ResultSet] {
        try await noting { () throws(PostgresError) in
            try await reactor.perform(shielded: statements, patience: patience(with: statements.count), link: link)
        }
    }

    /// Whoever set another `statement_timeout` knows that it may take long.
    private func patience(with statements: Int) -> Duration? {
        options.statementTime == nil ? reactor.configuration.patience(with: statements) : nil
    }

    @usableFromInline
    func results(of statements: [Statement]) async throws(PostgresError) -> [ResultSet] {
        let beginning = state.withLock { state in
            defer { state.isBegun = true }
            return state.isBegun || state.isOver ? [] : options.beginning
        }
        let results = try await perform(beginning + statements, kind: .collect)
        return Array(results.dropFirst(beginning.count))
    }

    private func noting<T>(_ body: () async throws(PostgresError) -> T) async throws(PostgresError) -> T {
        do throws(PostgresError) {
            return try await body()
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            throw error
        }
    }
}
