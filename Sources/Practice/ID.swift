import Foundation
import JSON

/// The id of one kind of thing: a UUID that cannot be confused with the id of another kind.
///
/// Ids are UUIDv7 (RFC 9562, 5.7), made by the server: they sort by the time at which they were made, so that
/// indexes grow at one end. Text is the lower-case form with hyphens; parsing takes either case, as the RFC asks.
public struct ID<Kind>: Sendable, Hashable, Comparable {
    let high: UInt64
    let low: UInt64

    /// The id that nothing has: what a malformed id in a path becomes, so that it answers as a missing thing does.
    public static var `nil`: ID { ID(high: 0, low: 0) }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Types an id that came untyped, from the database or from ``Surroundings``.
    public init(_ uuid: UUID) {
        (high, low) = withUnsafeBytes(of: uuid.uuid) { bytes in
            (bytes.bigEndianWord(at: 0), bytes.bigEndianWord(at: 8))
        }
    }

    /// Reads the 36 characters of `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parsed =
            text.utf8.withContiguousStorageIfAvailable(Self.parse)
            ?? Array(text.utf8).withUnsafeBufferPointer(Self.parse)
        guard let parsed else { return nil }
        self = parsed
    }

    /// Reads the same 36 characters from UTF-8.
    public init?(utf8 bytes: UnsafeRawBufferPointer) {
        guard let parsed = bytes.withMemoryRebound(to: UInt8.self, Self.parse) else { return nil }
        self = parsed
    }

    /// The id without its kind.
    public var uuid: UUID {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { bytes in
            bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            return UUID(uuid: bytes.loadUnaligned(as: uuid_t.self))
        }
    }

    /// Appends the 36 characters of the text form.
    public func append(to bytes: inout [UInt8]) {
        UUIDText.append(high, low, to: &bytes)
    }

    public static func < (left: ID, right: ID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> ID? {
        guard text.count == 36 else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for (index, byte) in text.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let nibble = Hex.value(byte) else { return nil }
            if index < 18 {
                words.high = words.high << 4 | UInt64(nibble)
            } else {
                words.low = words.low << 4 | UInt64(nibble)
            }
        }
        return ID(high: words.high, low: words.low)
    }
}

extension ID: CustomStringConvertible {
    /// The text form: 36 lower-case characters.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The text of ids of every kind: of no kind itself, so that it is compiled once and whole.
private enum UUIDText {
    static func append(_ high: UInt64, _ low: UInt64, to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { text in
            var position = 0
            for index in 0..<16 {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    text[position] = UInt8(ascii: "-")
                    position &+= 1
                }
                let word = index < 8 ? high : low
                let byte = UInt8(truncatingIfNeeded: word >> UInt64(56 &- 8 &* (index & 7)))
                text[position] = Hex.digit(byte >> 4)
                text[position &+ 1] = Hex.digit(byte)
                position &+= 2
            }
            bytes.append(contentsOf: UnsafeBufferPointer(text))
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Eight bytes, most significant first. The caller has checked the length.
    func bigEndianWord(at offset: Int) -> UInt64 {
        UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
