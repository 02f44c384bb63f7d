import JSON

/// The days on which something comes again and again: the subset of RFC 5545 (3.3.10) that people ask for.
///
/// It counts in the calendar alone and knows neither times nor zones, so no clock change can skip or double a day.
/// Weeks begin on Monday. A month that lacks the day is passed over. Nothing recurs after the year 2200.
public struct Recurrence: Sendable, Hashable {
    /// The first day that may be one of its days. Weeks and months are counted from the one that holds it.
    public let startsOn: Day
    /// Which days of a period.
    public let pattern: Pattern
    /// 1 takes each day, week or month, 2 each second one.
    public let every: Int
    /// When it ends.
    public let end: End

    /// The years in which days may lie.
    public static let years = 2000...2200
    /// Every how many days it can recur.
    public static let everyDays = 1...365
    /// Every how many weeks.
    public static let everyWeeks = 1...52
    /// Every how many months.
    public static let everyMonths = 1...60
    /// The last day of all rules: December 31, 2200.
    public static let lastDay = Day(year: years.upperBound, month: 12, day: 31) ?? .last
    /// The most days that can be counted beforehand.
    public static let countLimit = 1000

    /// Which days of each day, week or month.
    public enum Pattern: Sendable, Hashable {
        /// The day itself.
        case daily
        /// On these days of the week.
        case weekly(on: Set<Weekday>)
        /// On these days of the month: 1…31, or −1…−31 counted from its end.
        case monthly(onDays: Set<Int>)
        /// On these weekdays of the month.
        case monthlyOnWeekdays(Set<NthWeekday>)

        /// On one day of the month.
        public static func monthly(onDay day: Int) -> Pattern { .monthly(onDays: [day]) }

        /// On one weekday of the month.
        public static func monthlyOnWeekday(nth: Int, _ weekday: Weekday) -> Pattern {
            .monthlyOnWeekdays([NthWeekday(nth, weekday)])
        }
    }

    /// The first to fifth (1…5) of a weekday in a month, or the last to fifth from its end (−1…−5).
    public struct NthWeekday: Sendable, Hashable {
        /// Which of them.
        public let nth: Int
        /// The weekday.
        public let weekday: Weekday

        /// The so manyth of a weekday.
        public init(_ nth: Int, _ weekday: Weekday) {
            self.nth = nth
            self.weekday = weekday
        }
    }

    /// When something that recurs ends.
    public enum End: Sendable, Hashable {
        /// It is ended by somebody, or by something else.
        case never
        /// The last day that may be one of its days.
        case until(Day)
        /// The number of its days.
        case count(Int)

        /// Whether the so manyth day, counted from 1, still belongs.
        public func includes(_ number: Int, on day: Day) -> Bool {
            switch self {
            case .never: true
            case .until(let last): day <= last
            case .count(let count): number <= count
            }
        }
    }

    /// One of the days.
    public struct Occurrence: Sendable, Hashable {
        /// 1 for the first of the rule, wherever one begins to look.
        public let number: Int
        /// The day.
        public let day: Day
        /// The day of the one before; nil for the first.
        public let previous: Day?
    }

    /// A rule that has at least one day. Faults point to the members `startsOn`, `every`, `weekdays`, `dayOfMonth`,
    /// `nth`, `until` and `count`.
    public init(
        startsOn: Day, _ pattern: Pattern, every: Int = 1, end: End = .never
    ) throws(FieldFaults) {
        self.startsOn = startsOn
        self.pattern = pattern
        self.every = every
        self.end = end
        let faults = faults()
        if !faults.isEmpty { throw FieldFaults(faults) }
    }

    /// The days from one on, in order, each made when it is asked for.
    public func days(from first: Day) -> Days { Days(self, from: first) }

    /// Whether no day comes after this one.
    public func isOver(after day: Day) -> Bool {
        var later = days(from: day.adding(days: 1))
        return later.next() == nil
    }
}
