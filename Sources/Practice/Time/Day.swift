/// A day of the calendar, without a time and without a zone: a birthday, a due day.
///
/// The calendar is the proleptic Gregorian one, from 0001-01-01 to 9999-12-31, as in ISO 8601 and PostgreSQL's
/// `date`; arithmetic stops at these ends. The conversions are Howard Hinnant's (`days_from_civil`).
public struct Day: Sendable, Hashable, Comparable {
    /// Days since 1970-01-01.
    public let daysSince1970: Int

    /// 0001-01-01.
    public static let first = Day(unchecked: -719_162)
    /// 9999-12-31.
    public static let last = Day(unchecked: 2_932_896)

    /// Takes a day between ``first`` and ``last``; what lies outside becomes the nearer of the two.
    public init(daysSince1970: Int) {
        self.daysSince1970 = min(max(daysSince1970, Self.first.daysSince1970), Self.last.daysSince1970)
    }

    /// Nil where the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.length(ofMonth: month, in: year)).contains(day)
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredQuotient(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSince1970 = era * 146_097 + dayOfEra - 719_468
    }

    /// Reads `YYYY-MM-DD`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var scanner = TextScanner(text)
        guard let day = scanner.day(), scanner.isAtEnd else { return nil }
        self = day
    }

    private init(unchecked days: Int) {
        daysSince1970 = days
    }

    /// The year, the month (1–12) and the day of the month (1–31).
    public var components: (year: Int, month: Int, day: Int) {
        let shifted = daysSince1970 + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    /// The day of the week.
    public var weekday: Weekday { Weekday.allCases[(daysSince1970 + 3).flooredRemainder(by: 7)] }

    /// The day so many days later, or earlier where `days` is negative.
    public func adding(days: Int) -> Day {
        let (sum, overflow) = daysSince1970.addingReportingOverflow(days)
        return Day(daysSince1970: overflow ? (days < 0 ? .min : .max) : sum)
    }

    /// The number of days from this day to another: negative when the other lies before.
    public func days(until other: Day) -> Int { other.daysSince1970 - daysSince1970 }

    /// The age in whole years, on a given day, of a person born on this one; negative before the birth. A person born
    /// on February 29 grows older on March 1 in years that have no February 29.
    public func age(on day: Day) -> Int {
        let (born, today) = (components, day.components)
        let hadBirthday = (today.month, today.day) >= (born.month, born.day)
        return today.year - born.year - (hadBirthday ? 0 : 1)
    }

    public static func < (left: Day, right: Day) -> Bool { left.daysSince1970 < right.daysSince1970 }

    /// How many days a month has.
    static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Day: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    public var description: String { withText { String(decoding: $0, as: UTF8.self) } }

    /// Appends the text of ``description``.
    public func append(to bytes: inout [UInt8]) {
        withText { bytes.append(contentsOf: $0) }
    }

    func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 10) { text in
            write(to: text)
            return body(UnsafeBufferPointer(text))
        }
    }

    /// Writes the first ten bytes of `text`.
    func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        let (year, month, day) = components
        text.writeDigits(year, count: 4, at: 0)
        text[4] = UInt8(ascii: "-")
        text.writeDigits(month, count: 2, at: 5)
        text[7] = UInt8(ascii: "-")
        text.writeDigits(day, count: 2, at: 8)
    }
}

/// A day of the week; the week begins on Monday, as in ISO 8601.
public enum Weekday: String, Sendable, Hashable, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// 0 for Monday, 6 for Sunday.
    public var daysAfterMonday: Int {
        switch self {
        case .monday: 0
        case .tuesday: 1
        case .wednesday: 2
        case .thursday: 3
        case .friday: 4
        case .saturday: 5
        case .sunday: 6
        }
    }
}
