/// When a group meets by itself: on its days, at a time on the wall clock of a place.
///
/// The days are counted in the calendar, and only then does each get its instant: a clock change moves an instant, and
/// never anybody's evening.
public struct MeetingRule: Sendable, Hashable {
    /// The first day on which the group may meet.
    public let startsOn: Day
    /// The last day on which it may; nil where no end is planned.
    public let endsOn: Day?
    /// On which days it meets.
    public let days: MeetingDays
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

    /// Makes a rule.
    public init(startsOn: Day, endsOn: Day? = nil, _ days: MeetingDays, meetsAt: LocalTime, zone: TimeZoneID) {
        self.startsOn = startsOn
        self.endsOn = endsOn
        self.days = days
        self.meetsAt = meetsAt
        self.zone = zone
    }

    /// The meetings from a day on, up to the day before another, in order.
    ///
    /// Where a clock change leaves the time out, the meeting starts later by the length of the gap; where the time comes
    /// twice, it starts at the first of the two (``TimeZoneID/instant(on:at:)``).
    public func occurrences(from first: Day, before end: Day) -> [Occurrence] {
        guard let recurrence = days.recurrence(from: startsOn) else { return [] }
        return recurrence.days(from: first).prefix { $0.day < end && $0.day <= endsOn ?? .last }
            .map { Occurrence(day: $0.day, startsAt: zone.instant(on: $0.day, at: meetsAt)) }
    }
}
