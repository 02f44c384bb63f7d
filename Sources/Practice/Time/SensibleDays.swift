/// Between which days something may lie that somebody writes down, seen from the instant at which they do: nobody is born in
/// the year 1, and no group starts in 9999.
public struct SensibleDays: Sendable, Hashable {
    /// The first of the days.
    public let earliest: Day
    /// The last of them, seen from today: so many days later.
    public let daysAhead: Int

    /// Of a life: births and deaths, since 1900 and until today.
    public static let life = SensibleDays(since: 1900, daysAhead: 0)
    /// What has been, since 1970 and until today. Which day it is where the practice is, the database judges
    /// (Migrations/routines/people/past.sql).
    public static let past = SensibleDays(since: 1970, daysAhead: 0)
    /// What is planned, until ten years from today, or has been since 1970.
    public static let plans = SensibleDays(since: 1970, daysAhead: 3_652)
    /// What runs out by itself, such as a licence or the rights of a guardian: until twenty-five years from today.
    public static let longPlans = SensibleDays(since: 1970, daysAhead: 9_131)

    private init(since year: Int, daysAhead: Int) {
        earliest = Day(year: year, month: 1, day: 1) ?? .first
        self.daysAhead = daysAhead
    }

    /// The last of the days, at an instant: today is what it is anywhere on earth.
    public func latest(at now: Instant) -> Day { (now + .seconds(14 * 3_600)).utcDay.adding(days: daysAhead) }

    /// Whether a day is one of them.
    public func contains(_ day: Day, at now: Instant) -> Bool { day >= earliest && day <= latest(at: now) }

    /// Whether an instant lies on one of them, somewhere on earth.
    public func contains(_ instant: Instant, at now: Instant) -> Bool {
        contains((instant + .seconds(14 * 3_600)).utcDay, at: now)
            || contains((instant - .seconds(12 * 3_600)).utcDay, at: now)
    }

    /// The range that is meant, in words.
    public func words(at now: Instant) -> String { "This must lie from \(earliest) to \(latest(at: now))." }
}
