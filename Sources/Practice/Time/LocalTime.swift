/// A time on the wall clock, to the minute, without a day and without a zone.
public struct LocalTime: Sendable, Hashable, Comparable {
    /// Minutes since midnight: 0…1439.
    public let minutesSinceMidnight: Int

    /// 00:00.
    public static let midnight = LocalTime(unchecked: 0)

    /// Nil outside 00:00–23:59.
    public init?(hour: Int, minute: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        minutesSinceMidnight = hour * 60 + minute
    }

    /// Reads `HH:MM`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var scanner = TextScanner(text)
        guard let hour = scanner.number(2, upTo: 23), scanner.take(":"), let minute = scanner.number(2, upTo: 59),
            scanner.isAtEnd
        else { return nil }
        minutesSinceMidnight = hour * 60 + minute
    }

    private init(unchecked minutes: Int) {
        minutesSinceMidnight = minutes
    }

    /// The hour: 0…23.
    public var hour: Int { minutesSinceMidnight / 60 }

    /// The minute of the hour: 0…59.
    public var minute: Int { minutesSinceMidnight % 60 }

    public static func < (left: LocalTime, right: LocalTime) -> Bool {
        left.minutesSinceMidnight < right.minutesSinceMidnight
    }
}

extension LocalTime: CustomStringConvertible {
    /// `HH:MM`.
    public var description: String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 5) { text in
            text.writeDigits(hour, count: 2, at: 0)
            text[2] = UInt8(ascii: ":")
            text.writeDigits(minute, count: 2, at: 3)
            return String(decoding: text, as: UTF8.self)
        }
    }
}
