/// How to reach the database and how much of it to use.
public struct PostgresConfiguration: Sendable {
    /// What libpq takes: a `postgresql://` URL or `key=value` pairs; password files and `PG…` variables work.
    public var connection: String
    /// Another database than the connection string names.
    public var database: String?
    /// What `pg_stat_activity` calls us; empty for what libpq says by itself.
    public var applicationName = ""
    /// Connections shared by segments; they stay open.
    public var sharedConnections = 4
    /// Segments in flight at once on one shared connection.
    public var segmentsInFlight = 4
    /// Connections for transactions and streams, opened when asked for.
    public var exclusiveConnections = 8
    /// How long an exclusive connection stays open unused.
    public var exclusiveIdleTime: Duration = .seconds(60)
    /// How many may wait for a connection; the next is refused with `.poolFull`.
    public var waitersLimit = 20_000
    /// How long one waits for a connection before `.poolTimeout`.
    public var waitTime: Duration = .seconds(5)
    /// How long one attempt to connect may take.
    public var connectTime: Duration = .seconds(5)
    /// The server's `statement_timeout`.
    public var statementTime: Duration = .seconds(30)
    /// The server's `idle_in_transaction_session_timeout`.
    public var idleInTransactionTime: Duration = .seconds(60)
    /// First delay between attempts to reconnect; doubled up to `longestReconnectDelay`.
    public var reconnectDelay: Duration = .milliseconds(50)
    /// Longest delay between attempts to reconnect.
    public var longestReconnectDelay: Duration = .seconds(2)
    /// Prepared statements kept per connection; 0 for a pooler that cannot keep them (PgBouncer before 1.21).
    public var preparedStatements = 256
    /// Settings of each new connection; none for a pooler that refuses them.
    public var settings: [(name: String, value: String)] = [
        ("plan_cache_mode", "force_generic_plan"), ("jit", "off"), ("TimeZone", "UTC"),
    ]
    /// How long work in flight may go on after `run()` was cancelled.
    public var drainTime: Duration = .seconds(10)

    /// Reaches the database that libpq finds under this connection string, with defaults for the rest.
    public init(connection: String) {
        self.connection = connection
    }

    /// How long a server may say nothing to this many statements before it is taken for gone: well longer than its
    /// `statement_timeout` would let them run.
    func patience(with statements: Int) -> Duration {
        statementTime * (statements + 1) + .seconds(10)
    }
}

/// What happens to connections and work; read by logs and metrics alike. Never holds statements or data.
public enum PostgresObservation: Sendable {
    /// What a connection is for.
    public enum Purpose: String, Sendable { case shared, exclusive, listener }

    /// A connection is ready, after this long.
    case connected(Purpose, Duration)
    /// An attempt to connect failed; the next follows after the delay.
    case connectionFailed(Purpose, retryAfter: Duration)
    /// A connection ended with this many segments unanswered.
    case connectionLost(Purpose, inFlight: Int)
    /// A segment was answered: how long it waited for a connection and how long for its answer.
    case answered(waited: Duration, ran: Duration)
    /// A segment is sent again, since it certainly had no effect.
    case resubmitted
    /// A piece of work gave up waiting for a connection, or was not let in to wait.
    case waitRefused
    /// A query is being cancelled on the server.
    case cancelling
}

/// The pool at one moment.
public struct PoolStatistics: Sendable, Hashable {
    /// Connections that are ready or at work.
    public var open = 0
    /// Connections with nothing to do.
    public var idle = 0
    /// Segments sent and not yet answered.
    public var inFlight = 0
    /// Segments and transactions that wait for a connection.
    public var waiting = 0
}
