/// Between which days something may lie that somebody writes down, seen from the instant at which they do: nobody is born in
/// the year 1, and no group starts in 9999.
public struct SensibleDays: Sendable, Hashable {
    /// The first of the days.
    private let first: First
    /// The last of them, seen from today: so many days later.
    public let daysAhead: Int

    private enum First: Sendable, Hashable {
        case day(Day)
        case daysBack(Int)
    }

    /// Of a life: births and deaths, since 1900 and until today.
    public static let life = SensibleDays(since: 1900, daysAhead: 0)
    /// What has been, since 1970 and until today. Which day it is where the practice is, the database judges
    /// (`access.judge_days`; of what a note is about, Migrations/routines/people/past.sql).
    public static let past = SensibleDays(since: 1970, daysAhead: 0)
    /// What is planned, until ten years from today, or has been since 1970.
    public static let plans = SensibleDays(since: 1970, daysAhead: 3_652)
    /// What comes by a rule, from the first year of which rules are made (``Recurrence/years``) until ten years from today.
    public static let schedules = SensibleDays(since: Recurrence.years.lowerBound, daysAhead: 3_652)
    /// What runs out by itself, such as a licence or the rights of a guardian: until twenty-five years from today.
    public static let longPlans = SensibleDays(since: 1970, daysAhead: 9_131)
    /// From when on something is to be so, within two years: another day would be a slip.
    public static let soon = SensibleDays(first: .daysBack(1), daysAhead: 731)

    private init(since year: Int, daysAhead: Int) {
        self.init(first: .day(Day(year: year, month: 1, day: 1) ?? .first), daysAhead: daysAhead)
    }

    private init(first: First, daysAhead: Int) {
        self.first = first
        self.daysAhead = daysAhead
    }

    /// The first of the days, at an instant: today is what it is anywhere on earth.
    public func earliest(at now: Instant) -> Day {
        switch first {
        case .day(let day): day
        case .daysBack(let days): (now - .seconds(12 * 3_600)).utcDay.adding(days: -days)
        }
    }

    /// The last of the days, at an instant: today is what it is anywhere on earth.
    public func latest(at now: Instant) -> Day { (now + .seconds(14 * 3_600)).utcDay.adding(days: daysAhead) }

    /// Whether a day is one of them.
    public func contains(_ day: Day, at now: Instant) -> Bool { day >= earliest(at: now) && day <= latest(at: now) }

    /// Whether an instant lies on one of them: not before the first one has begun in UTC, and not after the last one has ended
    /// anywhere on earth.
    public func contains(_ instant: Instant, at now: Instant) -> Bool {
        instant.utcDay >= earliest(at: now) && (instant - .seconds(12 * 3_600)).utcDay <= latest(at: now)
    }

    /// Whether a day has come somewhere on earth and perhaps not where the practice is, though it must have.
    public func mayBeToCome(_ day: Day, at now: Instant) -> Bool {
        daysAhead == 0 && day > (now - .seconds(12 * 3_600)).utcDay
    }

    /// The range that is meant, in words. What ends today ends on the practice's own day, which is not known here: so no day
    /// is named that would then be refused.
    public func words(at now: Instant) -> String {
        "This must lie from \(earliest(at: now)) to \(daysAhead == 0 ? "today" : "\(latest(at: now))")."
    }
}
