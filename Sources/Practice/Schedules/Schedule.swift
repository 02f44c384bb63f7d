/// When something is due: once, or again and again, at a time on the wall clock of a place.
///
/// The days are counted in the calendar, and only then does each get its instant, so that a clock change shifts an
/// instant but never skips or doubles a day.
public struct Schedule: Sendable, Hashable {
    /// The first day on which anything may be due; the first occurrence opens on it.
    public let startsOn: Day
    /// On which days it is due.
    public let recurrence: Recurrence
    /// The time on the wall clock at which it is due.
    public let dueTime: LocalTime
    /// The place of the wall clock.
    public let zone: TimeZoneID
    /// When an occurrence opens.
    public let opening: Opening

    /// The most occurrences that a schedule may have.
    public static let limit = 400

    /// The days on which something is due.
    public enum Recurrence: Sendable, Hashable {
        case once(Day)
        /// Every so many days, from the first day on.
        case daily(every: Int, End)
        /// On some weekdays of every so many weeks, from the week of the first day on; weeks begin on Monday.
        case weekly(every: Int, on: Set<Weekday>, End)
    }

    /// When a recurrence ends.
    public enum End: Sendable, Hashable {
        /// The last day on which something may be due.
        case until(Day)
        /// The number of occurrences.
        case count(Int)
    }

    /// When an occurrence opens: always at the beginning of a day, and never before the schedule starts.
    public enum Opening: Sendable, Hashable {
        /// At the first midnight after the previous is due; the first on the day on which the schedule starts.
        case afterPrevious
        /// So many days before it is due.
        case daysBefore(Int)
    }

    /// One due date.
    public struct Occurrence: Sendable, Hashable {
        /// 1 for the first.
        public let number: Int
        /// The day in the schedule's zone.
        public let dueOn: Day
        /// The instant.
        public let dueAt: Instant
        /// The instant from which it can be worked on; not after `dueAt`.
        public let opensAt: Instant
    }

    /// A schedule with one to ``limit`` occurrences. Faults point to the members `startsOn`, `dueOn`, `every`,
    /// `weekdays`, `until`, `count` and `opensDaysBefore`.
    public init(
        startsOn: Day, _ recurrence: Recurrence, dueTime: LocalTime, in zone: TimeZoneID,
        opening: Opening = .afterPrevious
    ) throws(FieldFaults) {
        self.startsOn = startsOn
        self.recurrence = recurrence
        self.dueTime = dueTime
        self.zone = zone
        self.opening = opening
        let faults = Self.faults(startsOn, recurrence, opening)
        guard faults.isEmpty else { throw FieldFaults(faults) }
        let count = dueDays().count
        if count == 0 { throw FieldFaults([FieldFault("/until", "no_occurrence", "No day up to this one is due.")]) }
        if count > Self.limit {
            throw FieldFaults([FieldFault("/until", "too_many", "A schedule has at most \(Self.limit) due dates.")])
        }
    }

    /// All due dates, in order.
    public func occurrences() -> [Occurrence] {
        var occurrences: [Occurrence] = []
        var opensOn = startsOn
        for (index, day) in dueDays().enumerated() {
            if case .daysBefore(let days) = opening { opensOn = max(startsOn, day.adding(days: -days)) }
            let dueAt = zone.instant(on: day, at: dueTime)
            let opensAt = min(dueAt, zone.instant(on: opensOn, at: .midnight))
            occurrences.append(Occurrence(number: index + 1, dueOn: day, dueAt: dueAt, opensAt: opensAt))
            opensOn = dueTime == .midnight ? day : day.adding(days: 1)
        }
        return occurrences
    }

    /// The due days; one more than allowed at most, so that an endless wish ends.
    private func dueDays() -> [Day] {
        switch recurrence {
        case .once(let day): [day]
        case .daily(let every, let end):
            Self.take(end, from: (0...).lazy.map { startsOn.adding(days: $0 * every) })
        case .weekly(let every, let weekdays, let end):
            Self.take(end, from: Self.days(of: weekdays, every: every, from: startsOn))
        }
    }

    private static func days(of weekdays: Set<Weekday>, every weeks: Int, from start: Day) -> some Sequence<Day> {
        let all = Weekday.allCases
        let chosen = all.indices.filter { weekdays.contains(all[$0]) }
        let monday = start.adding(days: -(all.firstIndex(of: start.weekday) ?? 0))
        return (0...).lazy
            .flatMap { week in chosen.map { monday.adding(days: week * weeks * 7 + $0) } }
            .drop { $0 < start }
    }

    private static func take(_ end: End, from days: some Sequence<Day>) -> [Day] {
        var taken: [Day] = []
        for day in days {
            switch end {
            case .until(let last): if day > last { return taken }
            case .count(let count): if taken.count == count { return taken }
            }
            taken.append(day)
            if taken.count > limit { return taken }
        }
        return taken
    }
}
