/// How a transaction is begun, and how often it may be tried.
public struct TransactionOptions: Sendable {
    /// What a transaction sees of others.
    public enum Isolation: String, Sendable {
        case readCommitted = "read committed"
        case repeatableRead = "repeatable read"
    }

    /// What the transaction sees of others.
    public var isolation: Isolation
    /// Whether writing is refused.
    public var isReadOnly: Bool
    /// How often the closure may be run again, at most three times, after a serialization failure or a deadlock.
    public var retries: Int
    /// How long the whole may take; then what runs is cancelled and the transaction ends with `.timedOut`.
    public var timeout: Duration?
    /// Another `statement_timeout` than the client's; zero for none, as migrations and imports need it.
    public var statementTime: Duration?

    /// Begins as PostgreSQL does by default, and is tried once.
    public init(
        isolation: Isolation = .readCommitted, isReadOnly: Bool = false, retries: Int = 0, timeout: Duration? = nil,
        statementTime: Duration? = nil
    ) {
        self.isolation = isolation
        self.isReadOnly = isReadOnly
        self.retries = retries
        self.timeout = timeout
        self.statementTime = statementTime
    }

    /// The statements that begin the transaction.
    var beginning: [Statement] {
        let mode = isReadOnly ? "read only" : "read write"
        let begin = Statement(SQL(unsafe: "begin isolation level \(isolation.rawValue) \(mode)"))
        guard let statementTime else { return [begin] }
        return [begin, Statement(SQL(unsafe: "set local statement_timeout = \(statementTime.wholeMilliseconds)"))]
    }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
