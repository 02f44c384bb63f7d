/// A statement whose interpolations are bound, never pasted.
///
/// ```swift
/// let visible: SQL = "client_id = any(\(clients))"
/// let query: SQL = "select id, title from homework where \(visible) and due_on < \(today)"
/// ```
///
/// `\(value)` becomes a parameter `$n` in binary format; `\(sql)` splices a fragment, its parameters renumbered.
/// Text from outside can therefore not become SQL: there is no public way to make an `SQL` from a `String`.
public struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// The statement with its placeholders.
    package private(set) var text: String
    /// The bound values, in the order of their placeholders.
    private(set) var bindings = Bindings()
    /// Where in `text` (UTF-8) each placeholder begins.
    private var placeholders: [Int] = []

    public init(stringLiteral value: String) {
        text = value
    }

    public init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }

    /// Takes text as it is. Only for text of our own: migration files and generated statements.
    package init(unsafe text: String) {
        self.text = text
    }

    /// Joins fragments with a separator, such as conditions with `" and "`.
    public static func joined(_ fragments: [SQL], separator: SQL) -> SQL {
        var joined: SQL = ""
        for (index, fragment) in fragments.enumerated() {
            if index > 0 { joined.append(separator) }
            joined.append(fragment)
        }
        return joined
    }

    /// A name of a table, column or channel, quoted.
    public static func identifier(_ name: String) -> SQL {
        SQL(unsafe: "\"" + name.replacing("\"", with: "\"\"") + "\"")
    }

    private mutating func bind(_ value: some PostgresEncodable) {
        bindings.append(value)
        placeholders.append(text.utf8.count)
        text.append("$")
        text.append(String(bindings.count))
    }

    private mutating func append(_ fragment: SQL) {
        let offset = text.utf8.count
        if bindings.count == 0 {
            text.append(fragment.text)
            placeholders = fragment.placeholders.map { $0 + offset }
        } else {
            var rest = fragment.text.utf8[...]
            var consumed = 0
            for (index, placeholder) in fragment.placeholders.enumerated() {
                text.append(String(Substring(rest.prefix(placeholder - consumed))))
                placeholders.append(text.utf8.count)
                text.append("$\(bindings.count + index + 1)")
                let width = 1 + String(index + 1).utf8.count
                rest = rest.dropFirst(placeholder - consumed + width)
                consumed = placeholder + width
            }
            text.append(String(Substring(rest)))
        }
        bindings.append(fragment.bindings)
    }

    /// Collects the pieces of an interpolated literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL

        public init(literalCapacity: Int, interpolationCount: Int) {
            sql = SQL(unsafe: "")
            sql.text.reserveCapacity(literalCapacity + interpolationCount * 3)
            sql.placeholders.reserveCapacity(interpolationCount)
            sql.bindings.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) {
            sql.text.append(literal)
        }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) {
            sql.bind(value)
        }

        /// Binds a value or null. Said by itself, so that the compiler does not take an optional for a slip.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            sql.bind(value)
        }

        /// Splices a fragment.
        public mutating func appendInterpolation(_ fragment: SQL) {
            sql.append(fragment)
        }
    }
}

/// Bound values in one buffer, as libpq wants them handed over.
struct Bindings: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var types: [PostgresType] = []
    /// Where each value lies in the buffer; nil for null.
    private(set) var places: [Range<Int>?] = []

    var count: Int { types.count }

    mutating func reserveCapacity(_ count: Int) {
        guard count > 0 else { return }
        bytes.reserveCapacity(count * 24)
        types.reserveCapacity(count)
        places.reserveCapacity(count)
    }

    mutating func append<T: PostgresEncodable>(_ value: T) {
        types.append(T.postgresType)
        guard !value.isPostgresNull else { return places.append(nil) }
        let start = bytes.count
        value.encode(into: &bytes)
        places.append(start..<bytes.count)
    }

    mutating func append(_ other: Bindings) {
        let offset = bytes.count
        bytes.append(contentsOf: other.bytes)
        types.append(contentsOf: other.types)
        places.append(contentsOf: other.places.map { $0.map { $0.lowerBound + offset..<$0.upperBound + offset } })
    }
}
