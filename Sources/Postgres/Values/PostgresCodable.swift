/// A value that can be bound to a statement, in PostgreSQL's binary format.
public protocol PostgresEncodable: Sendable {
    /// The type under which the value is bound; for an optional the type of what it wraps.
    static var postgresType: PostgresType { get }

    /// Appends the value in binary format. Not called for null.
    func encode(into bytes: inout [UInt8])

    /// Whether the value is bound as null.
    var isPostgresNull: Bool { get }
}

extension PostgresEncodable {
    public var isPostgresNull: Bool { false }
}

/// A value that can be read from a column in PostgreSQL's binary format.
public protocol PostgresDecodable: Sendable {
    /// Reads the value from the bytes of a column of the given type.
    ///
    /// The bytes are the result's own memory: they end with the call and must be copied, not kept.
    /// - Throws: `PostgresDecodingError` if the type is not one this value is read from, or the bytes are malformed.
    init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError)

    /// What a null column reads as; nil if null is refused.
    static var postgresNull: Self? { get }
}

extension PostgresDecodable {
    public static var postgresNull: Self? { nil }
}

/// Both directions.
public typealias PostgresCodable = PostgresDecodable & PostgresEncodable

/// Why a column could not be read. Says where and what was expected, never what the column held.
public struct PostgresDecodingError: Error, Hashable, Sendable {
    /// What was wrong.
    public enum Reason: Hashable, Sendable {
        /// The column's type is not one the value is read from.
        case type(PostgresType)
        /// The bytes are not a value of the column's type, or not one that fits.
        case malformed
        /// The column is null and the value is not optional.
        case null
        /// The statement gives fewer columns than were read.
        case noSuchColumn
        /// The statement gives more columns than were read.
        case unreadColumns
        /// The statement gives columns, and none were expected.
        case unexpectedColumns
        /// The reader itself refused the row; the name of its error's type.
        case refused(String)
    }

    /// What was wrong.
    public let reason: Reason
    /// The Swift type that was to be read.
    public let expected: String
    /// The column's position, from 0; nil where it is not known yet.
    public internal(set) var column: Int?

    /// Says that a column cannot be read as `expected`.
    public init(_ reason: Reason, expected: Any.Type) {
        self.reason = reason
        self.expected = String(describing: expected)
    }
}
