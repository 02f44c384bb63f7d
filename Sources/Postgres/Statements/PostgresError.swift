/// Why a piece of work in the database failed.
///
/// Holds codes and names of the schema, never the server's message, DETAIL or a parameter: those are people's data.
public struct PostgresError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened.
    public enum Code: Hashable, Sendable {
        /// The server refused; nothing of the segment was kept.
        case server(Refusal)
        /// The connection ended before the answer. With `sent` the outcome is unknown, without it nothing happened.
        case connectionLost(sent: Bool)
        /// No connection could be made before the deadline.
        case connectionFailed
        /// No connection came free before the deadline; nothing happened.
        case poolTimeout
        /// Too many are waiting already; nothing happened.
        case poolFull
        /// A column could not be read. The segment itself was kept, unless it was part of a transaction.
        case decoding(PostgresDecodingError)
        /// One row was expected and none came.
        case noRow
        /// One row was expected and more came.
        case tooManyRows
        /// The task was cancelled; nothing of the segment was kept.
        case cancelled
        /// The client is draining or has ended, or the transaction is over.
        case closed
        /// The statement or the transaction ran out of its time; nothing of it was kept.
        case timedOut
        /// The server or the caller did what the protocol does not foresee.
        case misuse(String)
    }

    /// What the server says of an error, without what it says of the data.
    public struct Refusal: Hashable, Sendable {
        /// The five characters of the SQLSTATE.
        public let sqlState: String
        /// The constraint that was violated.
        public let constraint: String?
        /// The table concerned.
        public let table: String?
        /// The column concerned.
        public let column: String?
        /// The word that functions of the schema raise with a SQLSTATE of class `PC`, such as `group_full`; nil for all others.
        public let raisedCode: String?
        /// What they tell with that word, such as the first day of a range: never anybody's data.
        public let hint: String?

        /// Describes a refusal; used by tests of callers.
        public init(
            sqlState: String, constraint: String? = nil, table: String? = nil, column: String? = nil,
            raisedCode: String? = nil, hint: String? = nil
        ) {
            self.sqlState = sqlState
            self.constraint = constraint
            self.table = table
            self.column = column
            self.raisedCode = raisedCode
            self.hint = hint
        }
    }

    /// What happened.
    public let code: Code
    /// The file in which the failing query was written, where it is known.
    public internal(set) var file: String?
    /// The line in `file`.
    public internal(set) var line: Int?

    /// Makes an error with this code.
    public init(_ code: Code, file: String? = nil, line: Int? = nil) {
        self.code = code
        self.file = file
        self.line = line
    }

    /// What the server said, if it was the server that refused.
    public var refusal: Refusal? {
        if case .server(let refusal) = code { refusal } else { nil }
    }

    /// The SQLSTATE, if it was the server that refused.
    public var sqlState: String? { refusal?.sqlState }

    public var description: String {
        let place = file.map { " at \($0):\(line ?? 0)" } ?? ""
        return "PostgresError: \(code)\(place)"
    }

    static let poolTimeout = PostgresError(.poolTimeout)
    static let poolFull = PostgresError(.poolFull)
    @usableFromInline static let noRow = PostgresError(.noRow)
    @usableFromInline static let tooManyRows = PostgresError(.tooManyRows)
    static let cancelled = PostgresError(.cancelled)
    static let closed = PostgresError(.closed)
    static let timedOut = PostgresError(.timedOut)
    static let connectionFailed = PostgresError(.connectionFailed)

    static func connectionLost(sent: Bool) -> PostgresError { PostgresError(.connectionLost(sent: sent)) }
    @usableFromInline static func misuse(_ reason: String) -> PostgresError { PostgresError(.misuse(reason)) }

    @usableFromInline func at(_ file: StaticString, _ line: Int) -> PostgresError {
        guard self.file == nil else { return self }
        return PostgresError(code, file: "\(file)", line: line)
    }
}
