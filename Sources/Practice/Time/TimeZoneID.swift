import Foundation

/// The name of a time zone of the IANA database, such as `America/Phoenix`.
///
/// The rules behind the name come from Foundation, which ships them with the program.
public struct TimeZoneID: Sendable, Hashable {
    /// The name as it was given.
    public let name: String

    /// Coordinated Universal Time.
    public static let utc = TimeZoneID(unchecked: "UTC")

    /// Nil for a name that the database does not have. Abbreviations (`MST`) and offsets (`GMT+7`) are no names of
    /// places: they do not know the clock changes, so they are refused.
    public init?(_ name: some StringProtocol) {
        let name = String(name)
        guard name.utf8.count <= 40, Self.known.contains(name) || Self.isAlias(name) else { return nil }
        self.name = name
    }

    private init(unchecked name: String) {
        self.name = name
    }

    /// How far the wall clock is ahead of UTC at an instant: seconds, negative in the west.
    public func offset(at instant: Instant) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.secondsSince1970)))
    }

    /// The day that the wall calendar shows at an instant.
    public func day(at instant: Instant) -> Day {
        Day(daysSince1970: Int((instant.secondsSince1970 + Int64(offset(at: instant))).flooredQuotient(by: 86_400)))
    }

    /// The instant at which the wall clock shows a time on a day.
    ///
    /// Where a clock change leaves the time out, it moves forward by the length of the gap (02:30 becomes 03:30);
    /// where it comes twice, it is the first of the two (RFC 5545, 3.3.5).
    public func instant(on day: Day, at time: LocalTime) -> Instant {
        let local = Int64(day.daysSince1970) * 86_400 + Int64(time.minutesSinceMidnight) * 60
        let before = offset(at: Instant(secondsSince1970: local - 86_400))
        let after = offset(at: Instant(secondsSince1970: local + 86_400))
        let first = Instant(secondsSince1970: local - Int64(before))
        guard before != after, offset(at: first) != before else { return first }
        let second = Instant(secondsSince1970: local - Int64(after))
        return offset(at: second) == after ? second : first
    }

    private var zone: TimeZone { TimeZone(identifier: name) ?? .gmt }

    private static let known = Set(TimeZone.knownTimeZoneIdentifiers).union(["UTC"])

    private static func isAlias(_ name: String) -> Bool {
        name.contains("/") && !name.hasPrefix("Etc/") && TimeZone(identifier: name)?.identifier == name
    }
}

extension TimeZoneID: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}
