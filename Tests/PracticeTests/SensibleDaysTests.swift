import Practice
import Testing

/// The range that is told in words is the one that is taken.
@Suite struct SensibleDaysTests {
    @Test(arguments: [
        SensibleDays.life, SensibleDays.past, SensibleDays.plans, SensibleDays.schedules, SensibleDays.longPlans,
        SensibleDays.soon,
    ])
    func `both ends are taken, and a day beyond each is not`(range: SensibleDays) throws {
        let now = try #require(Instant("2026-01-05T16:00:00Z"))
        let (first, last) = (range.earliest(at: now), range.latest(at: now))
        #expect(range.contains(first, at: now) && range.contains(last, at: now))
        #expect(!range.contains(first.adding(days: -1), at: now) && !range.contains(last.adding(days: 1), at: now))
        let told = range.daysAhead == 0 ? "today" : "\(last)"
        #expect(range.words(at: now) == "This must lie from \(first) to \(told).")
    }
}
