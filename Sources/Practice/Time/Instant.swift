import Foundation

/// A point in time, in microseconds: what PostgreSQL's `timestamptz` can keep, neither more nor less.
///
/// It lies in the years 1 to 9999 of UTC, which RFC 3339 can write; arithmetic stops at these ends.
public struct Instant: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, without leap seconds.
    public let microsecondsSince1970: Int64

    /// 0001-01-01T00:00:00Z.
    public static let distantPast = Instant(unchecked: -62_135_596_800_000_000)
    /// 9999-12-31T23:59:59.999999Z.
    public static let distantFuture = Instant(unchecked: 253_402_300_799_999_999)

    /// Takes an instant between ``distantPast`` and ``distantFuture``; what lies outside becomes the nearer of the two.
    public init(microsecondsSince1970: Int64) {
        self.microsecondsSince1970 = min(
            max(microsecondsSince1970, Self.distantPast.microsecondsSince1970),
            Self.distantFuture.microsecondsSince1970)
    }

    /// The same, in whole seconds.
    public init(secondsSince1970 seconds: Int64) {
        let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        self.init(microsecondsSince1970: overflow ? (seconds < 0 ? .min : .max) : microseconds)
    }

    private init(unchecked microseconds: Int64) {
        microsecondsSince1970 = microseconds
    }

    /// The system's clock. Code that is to be tested asks ``Surroundings/now`` instead.
    public static func systemClock() -> Instant {
        var time = timespec()
        _ = timespec_get(&time, TIME_UTC)
        return Instant(microsecondsSince1970: Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1_000)
    }

    /// Whole seconds since 1970, rounded down.
    public var secondsSince1970: Int64 { microsecondsSince1970.flooredQuotient(by: 1_000_000) }

    /// The day in UTC.
    public var utcDay: Day { Day(daysSince1970: Int(secondsSince1970.flooredQuotient(by: 86_400))) }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.microsecondsSince1970 < right.microsecondsSince1970
    }

    /// The instant that lies a duration later; fractions of a microsecond are dropped.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.microsecondsSince1970.addingReportingOverflow(duration.microseconds)
        guard !overflow else { return duration < .zero ? .distantPast : .distantFuture }
        return Instant(microsecondsSince1970: sum)
    }

    /// The instant that lies a duration earlier.
    public static func - (instant: Instant, duration: Duration) -> Instant {
        instant + (.zero - duration)
    }

    /// The time from one instant to another: negative when `end` lies before `start`.
    public static func - (end: Instant, start: Instant) -> Duration {
        .microseconds(end.microsecondsSince1970 - start.microsecondsSince1970)
    }
}

extension Duration {
    /// Whole microseconds, saturating.
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, scaleOverflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, sumOverflow) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return scaleOverflow || sumOverflow ? (seconds < 0 ? .min : .max) : sum
    }
}

extension SignedInteger where Self: FixedWidthInteger {
    /// Division that rounds down, for a positive divisor.
    func flooredQuotient(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// What is left of ``flooredQuotient(by:)``: never negative.
    func flooredRemainder(by divisor: Self) -> Self {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
