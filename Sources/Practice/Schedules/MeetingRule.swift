/// When a group meets by itself: on one weekday of every so many weeks, at a time on the wall clock of a place.
///
/// The days are counted in the calendar, and only then does each get its instant: a clock change moves an instant, and
/// never anybody's evening.
public struct MeetingRule: Sendable, Hashable {
    /// The first day on which the group may meet. The weeks are counted from the first meeting day on or after it.
    public let startsOn: Day
    /// The last day on which it may; nil where no end is planned.
    public let endsOn: Day?
    /// The day of the week.
    public let weekday: Weekday
    /// 1 is weekly, 2 is fortnightly.
    public let everyWeeks: Int
    /// The time on the wall clock.
    public let meetsAt: LocalTime
    /// The place of the wall clock.
    public let zone: TimeZoneID

    /// One meeting as the rule has it.
    public struct Occurrence: Sendable, Hashable {
        /// The day in the rule's zone.
        public let day: Day
        /// The instant at which it starts.
        public let startsAt: Instant
    }

    /// Makes a rule; fewer than one week is one.
    public init(
        startsOn: Day, endsOn: Day? = nil, weekday: Weekday, everyWeeks: Int = 1, meetsAt: LocalTime,
        zone: TimeZoneID
    ) {
        self.startsOn = startsOn
        self.endsOn = endsOn
        self.weekday = weekday
        self.everyWeeks = max(1, everyWeeks)
        self.meetsAt = meetsAt
        self.zone = zone
    }

    /// The meetings from a day on, up to the day before another, in order.
    ///
    /// Where a clock change leaves the time out, the meeting starts later by the length of the gap; where the time comes
    /// twice, it starts at the first of the two (``TimeZoneID/instant(on:at:)``).
    public func occurrences(from first: Day, before end: Day) -> [Occurrence] {
        let step = 7 * everyWeeks
        let skipped = max(0, firstDay.days(until: first) + step - 1) / step
        var day = firstDay.adding(days: skipped * step)
        var occurrences: [Occurrence] = []
        while day < end, endsOn.map({ day <= $0 }) ?? true {
            occurrences.append(Occurrence(day: day, startsAt: zone.instant(on: day, at: meetsAt)))
            day = day.adding(days: step)
        }
        return occurrences
    }

    /// The first meeting day on or after the start.
    private var firstDay: Day {
        let days = (weekday.daysAfterMonday - startsOn.weekday.daysAfterMonday + 7) % 7
        return startsOn.adding(days: days)
    }
}
