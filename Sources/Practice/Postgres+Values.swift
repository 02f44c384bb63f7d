import Foundation
import Postgres

extension ID: PostgresCodable {
    /// `uuid`.
    public static var postgresType: PostgresType { .uuid }

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: high)
        bytes.append(bigEndian: low)
    }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .uuid else { throw PostgresDecodingError(.type(type), expected: ID.self) }
        guard bytes.count == 16 else { throw PostgresDecodingError(.malformed, expected: ID.self) }
        self.init(high: bytes.bigEndianWord(at: 0), low: bytes.bigEndianWord(at: 8))
    }
}

extension Instant: PostgresCodable {
    /// `timestamptz`: microseconds since 2000-01-01T00:00:00Z.
    public static var postgresType: PostgresType { .timestamptz }

    private static let epoch: Int64 = 946_684_800_000_000

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: microsecondsSince1970 - Self.epoch)
    }

    /// Refuses `infinity` and what lies outside the years 1 to 9999.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .timestamptz else { throw PostgresDecodingError(.type(type), expected: Instant.self) }
        let (microseconds, overflow) = try bytes.integer(Int64.self, for: Instant.self)
            .addingReportingOverflow(Self.epoch)
        self.init(microsecondsSince1970: microseconds)
        guard !overflow, microsecondsSince1970 == microseconds else {
            throw PostgresDecodingError(.malformed, expected: Instant.self)
        }
    }
}

extension Day: PostgresCodable {
    /// `date`: days since 2000-01-01.
    public static var postgresType: PostgresType { .date }

    private static let epoch = 10_957

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: Int32(truncatingIfNeeded: daysSince1970 - Self.epoch))
    }

    /// Refuses `infinity` and what lies outside the years 1 to 9999.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .date else { throw PostgresDecodingError(.type(type), expected: Day.self) }
        let days = Int(try bytes.integer(Int32.self, for: Day.self)) + Self.epoch
        self.init(daysSince1970: days)
        guard daysSince1970 == days else { throw PostgresDecodingError(.malformed, expected: Day.self) }
    }
}

extension LocalTime: PostgresCodable {
    /// `time`: microseconds since midnight. It has no array type here.
    public static var postgresType: PostgresType { PostgresType(oid: 1083) }

    public func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: Int64(minutesSinceMidnight) * 60_000_000)
    }

    /// Refuses `24:00` and times with seconds, which the wall clocks of schedules do not have.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard type == Self.postgresType else { throw PostgresDecodingError(.type(type), expected: LocalTime.self) }
        let (minutes, rest) = try bytes.integer(Int64.self, for: LocalTime.self)
            .quotientAndRemainder(dividingBy: 60_000_000)
        guard rest == 0, let time = LocalTime(hour: Int(minutes / 60), minute: Int(minutes % 60)) else {
            throw PostgresDecodingError(.malformed, expected: LocalTime.self)
        }
        self = time
    }
}

extension TimeZoneID: PostgresCodable {
    /// `text`.
    public static var postgresType: PostgresType { .text }

    public func encode(into bytes: inout [UInt8]) {
        name.encode(into: &bytes)
    }

    /// Refuses names that the program's own database of zones does not have.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard let zone = TimeZoneID(try String(postgres: bytes, type: type)) else {
            throw PostgresDecodingError(.malformed, expected: TimeZoneID.self)
        }
        self = zone
    }
}

extension MeetingDays: PostgresCodable {
    /// `text`: the rule that says them.
    public static var postgresType: PostgresType { .text }

    public func encode(into bytes: inout [UInt8]) {
        rrule.encode(into: &bytes)
    }

    /// Refuses what is not written as ``MeetingDays/rrule`` writes it.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard let days = MeetingDays(written: try String(postgres: bytes, type: type)) else {
            throw PostgresDecodingError(.malformed, expected: MeetingDays.self)
        }
        self = days
    }
}

extension SafeTimes.Span: PostgresCodable {
    /// `text`: the span as ``SafeTimes/Span/text`` writes it.
    public static var postgresType: PostgresType { .text }

    public func encode(into bytes: inout [UInt8]) {
        text.encode(into: &bytes)
    }

    /// Refuses what is no span.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard let span = SafeTimes.Span(try String(postgres: bytes, type: type)) else {
            throw PostgresDecodingError(.malformed, expected: SafeTimes.Span.self)
        }
        self = span
    }
}

/// Enums of fixed words, such as ``Role``, are stored as `text`: conforming is enough.
public protocol PostgresWord: PostgresCodable, RawRepresentable where RawValue == String {}

extension PostgresWord {
    /// `text`.
    public static var postgresType: PostgresType { .text }

    public func encode(into bytes: inout [UInt8]) {
        rawValue.encode(into: &bytes)
    }

    /// Refuses words that the enum does not have.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresDecodingError) {
        guard let word = Self(rawValue: try String(postgres: bytes, type: type)) else {
            throw PostgresDecodingError(.malformed, expected: Self.self)
        }
        self = word
    }
}

extension Role: PostgresWord {}
extension KeyPurpose: PostgresWord {}
extension MediaType: PostgresWord {}
extension Weekday: PostgresWord {}

extension Weekday {
    /// 1 is Monday, as in ISO 8601.
    public var isoNumber: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

    /// Reads the number of ISO 8601; refuses what is not 1 to 7.
    public init(isoNumber: Int) throws(PostgresDecodingError) {
        guard Self.allCases.indices.contains(isoNumber - 1) else {
            throw PostgresDecodingError(.malformed, expected: Weekday.self)
        }
        self = Self.allCases[isoNumber - 1]
    }
}
