extension [UInt8] {
    /// Appends an integer in network byte order, as all of PostgreSQL's binary formats have it.
    @inlinable
    public mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension UnsafeRawBufferPointer {
    /// Reads the whole buffer as one integer in network byte order.
    ///
    /// - Throws: `PostgresDecodingError` naming `expected` if the buffer has another size.
    @inlinable
    public func integer<I: FixedWidthInteger>(
        _: I.Type, for expected: Any.Type
    ) throws(PostgresDecodingError) -> I {
        guard count == MemoryLayout<I>.size else { throw PostgresDecodingError(.malformed, expected: expected) }
        return I(bigEndian: loadUnaligned(as: I.self))
    }
}

/// An array of bytes is a `bytea`; an array of anything else is a one-dimensional PostgreSQL array.
extension Array: PostgresEncodable where Element: PostgresEncodable {
    public static var postgresType: PostgresType {
        if Element.self == UInt8.self { return .bytea }
        return Element.postgresType.arrayType ?? .unknown
    }

    public func encode(into bytes: inout [UInt8]) {
        if Element.self == UInt8.self {
            withUnsafeBytes { bytes.append(contentsOf: $0) }
            return
        }
        bytes.append(bigEndian: Int32(isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(contains { $0.isPostgresNull } ? 1 : 0))
        bytes.append(bigEndian: Element.postgresType.oid)
        guard !isEmpty else { return }
        bytes.append(bigEndian: Int32(truncatingIfNeeded: count))
        bytes.append(bigEndian: Int32(1))
        for element in self { bytes.append(sized: element) }
    }
}

extension [UInt8] {
    /// Appends a value preceded by its length, or the length −1 for null, as arrays have it.
    mutating func append(sized value: some PostgresEncodable) {
        guard !value.isPostgresNull else { return append(bigEndian: Int32(-1)) }
        let start = count
        append(bigEndian: Int32(0))
        value.encode(into: &self)
        let length = Int32(truncatingIfNeeded: count - start - 4)
        Swift.withUnsafeBytes(of: length.bigEndian) { source in
            for offset in 0..<4 { self[start + offset] = source[offset] }
        }
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    @inlinable
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        if Element.self == UInt8.self, type == .bytea {
            // A cast from [UInt8] would go through the bytes one by one.
            self.init(unsafeUninitializedCapacity: bytes.count) { octets, count in
                UnsafeMutableRawBufferPointer(octets).copyMemory(from: bytes)
                count = bytes.count
            }
            return
        }
        guard type.elementType != nil else { throw PostgresDecodingError(.type(type), expected: Self.self) }
        var reader = ArrayReader(bytes: bytes, expected: Self.self)
        let dimensions = try reader.int32()
        _ = try reader.int32()  // whether nulls are present: each element says it for itself
        let element = PostgresType(oid: UInt32(bitPattern: try reader.int32()))
        self = []
        guard dimensions != 0 else { return }
        let count = try reader.int32()
        _ = try reader.int32()  // the lower bound
        guard dimensions == 1, count >= 0, Int(count) <= bytes.count / 4 else { throw reader.malformed }
        reserveCapacity(Int(count))
        for _ in 0..<count {
            if let value = try reader.value() {
                append(try Element(postgres: value, type: element))
            } else if let null = Element.postgresNull {
                append(null)
            } else {
                throw PostgresDecodingError(.null, expected: Self.self)
            }
        }
    }
}

/// `UInt8` is coded only as part of `[UInt8]`, a `bytea`; PostgreSQL has no type of one unsigned byte.
extension UInt8: PostgresCodable {
    public static var postgresType: PostgresType { .bytea }

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(self)
    }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .bytea else { throw PostgresDecodingError(.type(type), expected: UInt8.self) }
        guard bytes.count == 1 else { throw PostgresDecodingError(.malformed, expected: UInt8.self) }
        self = bytes[0]
    }
}

@usableFromInline
struct ArrayReader {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline let expected: Any.Type
    @usableFromInline var offset = 0

    @inlinable
    init(bytes: UnsafeRawBufferPointer, expected: Any.Type) {
        self.bytes = bytes
        self.expected = expected
    }

    @inlinable
    var malformed: PostgresDecodingError { PostgresDecodingError(.malformed, expected: expected) }

    @inlinable
    mutating func int32() throws(PostgresDecodingError) -> Int32 {
        guard offset + 4 <= bytes.count else { throw malformed }
        defer { offset += 4 }
        return Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
    }

    @inlinable
    mutating func value() throws(PostgresDecodingError) -> UnsafeRawBufferPointer? {
        let length = Int(try int32())
        guard length >= 0 else { return nil }
        guard offset + length <= bytes.count else { throw malformed }
        defer { offset += length }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
    }
}
