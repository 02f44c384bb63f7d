import FoundationEssentials

extension Bool: PostgresCodable {
    public static var postgresType: PostgresType { .bool }

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(self ? 1 : 0)
    }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .bool else { throw PostgresDecodingError(.type(type), expected: Bool.self) }
        guard bytes.count == 1 else { throw PostgresDecodingError(.malformed, expected: Bool.self) }
        self = bytes[0] != 0
    }
}

extension Int: PostgresCodable {
    public static var postgresType: PostgresType { .int8 }

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: Int64(self))
    }

    /// Reads `int8`, `int4` and `int2`.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        switch type {
        case .int8: self = Int(try bytes.integer(Int64.self, for: Int.self))
        case .int4: self = Int(try bytes.integer(Int32.self, for: Int.self))
        case .int2: self = Int(try bytes.integer(Int16.self, for: Int.self))
        default: throw PostgresDecodingError(.type(type), expected: Int.self)
        }
    }
}

extension Int32: PostgresCodable {
    public static var postgresType: PostgresType { .int4 }

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: self)
    }

    /// Reads `int4` and `int2`.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        switch type {
        case .int4: self = try bytes.integer(Int32.self, for: Int32.self)
        case .int2: self = Int32(try bytes.integer(Int16.self, for: Int32.self))
        default: throw PostgresDecodingError(.type(type), expected: Int32.self)
        }
    }
}

extension Int16: PostgresCodable {
    public static var postgresType: PostgresType { .int2 }

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: self)
    }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .int2 else { throw PostgresDecodingError(.type(type), expected: Int16.self) }
        self = try bytes.integer(Int16.self, for: Int16.self)
    }
}

extension Double: PostgresCodable {
    public static var postgresType: PostgresType { .float8 }

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: bitPattern)
    }

    /// Reads `float8` and `float4`.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        switch type {
        case .float8: self = Double(bitPattern: try bytes.integer(UInt64.self, for: Double.self))
        case .float4: self = Double(Float(bitPattern: try bytes.integer(UInt32.self, for: Double.self)))
        default: throw PostgresDecodingError(.type(type), expected: Double.self)
        }
    }
}

extension String: PostgresCodable {
    public static var postgresType: PostgresType { .text }

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: utf8)
    }

    /// Reads `text`, `varchar`, `char(n)` and `name`; everything else is cast to text by the statement.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        switch type {
        case .text, .varchar, .bpchar, .name, .unknown: self = String(decoding: bytes, as: UTF8.self)
        default: throw PostgresDecodingError(.type(type), expected: String.self)
        }
    }
}

extension UUID: PostgresCodable {
    public static var postgresType: PostgresType { .uuid }

    public func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .uuid else { throw PostgresDecodingError(.type(type), expected: UUID.self) }
        guard bytes.count == 16 else { throw PostgresDecodingError(.malformed, expected: UUID.self) }
        self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

/// A `jsonb` value as UTF-8 text, neither parsed nor checked here.
public struct JSONB: PostgresCodable, Hashable {
    /// The JSON text in UTF-8.
    public let bytes: [UInt8]

    /// Takes JSON text in UTF-8; PostgreSQL refuses it (22P02) if it is none.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    public static var postgresType: PostgresType { .jsonb }

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(Self.version)
        bytes.append(contentsOf: self.bytes)
    }

    /// Reads `jsonb` and `json`.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        switch type {
        case .jsonb:
            guard bytes.first == Self.version else { throw PostgresDecodingError(.malformed, expected: JSONB.self) }
            self.bytes = Array(bytes.dropFirst())
        case .json: self.bytes = Array(bytes)
        default: throw PostgresDecodingError(.type(type), expected: JSONB.self)
        }
    }

    private static let version: UInt8 = 1
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public static var postgresType: PostgresType { Wrapped.postgresType }

    public func encode(into bytes: inout [UInt8]) {
        self?.encode(into: &bytes)
    }

    public var isPostgresNull: Bool { self?.isPostgresNull ?? true }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        self = .some(try Wrapped(postgres: bytes, type: type))
    }

    public static var postgresNull: Self? { .some(.none) }
}
