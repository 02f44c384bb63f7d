extension Schedule {
    /// From when to when a piece of homework can be worked on.
    public struct Window: Sendable, Hashable {
        /// From when on; not after ``dueAt``.
        public let opensAt: Instant
        /// When it is due.
        public let dueAt: Instant
        /// From when on it is late: the end of the grace.
        public let lateAt: Instant
        /// From when on it is closed, not before ``lateAt``; nil where it never closes.
        public let closesAt: Instant?

        /// A window that was kept.
        public init(opensAt: Instant, dueAt: Instant, lateAt: Instant, closesAt: Instant?) {
            self.opensAt = opensAt
            self.dueAt = dueAt
            self.lateAt = lateAt
            self.closesAt = closesAt
        }
    }

    /// One due date that the calendar gives.
    public struct Occurrence: Sendable, Hashable {
        /// 1 for the first of the schedule, wherever one begins to look.
        public let number: Int
        /// The day in the schedule's zone.
        public let dueOn: Day
        /// Its instants.
        public let window: Window
    }

    /// The window of a due day. It opens at the beginning of a day, or when it is due, if that is earlier.
    ///
    /// - Parameter end: where given, it is due then at the latest: when the meeting begins for which it is due.
    public func window(dueOn: Day, opensOn: Day, notAfter end: Instant? = nil) -> Window {
        let wished = zone.instant(on: dueOn, at: dueTime)
        let dueAt = end.map { min(wished, $0) } ?? wished
        let lateAt = dueAt + .seconds(60 * graceMinutes)
        return Window(
            opensAt: min(dueAt, zone.instant(on: opensOn, at: .midnight)), dueAt: dueAt, lateAt: lateAt,
            closesAt: closesDaysAfter.map { max(lateAt, zone.instant(on: dueOn.adding(days: $0), at: dueTime)) })
    }

    /// The day on which the homework of a due day opens: so many days before as wished, or at the first midnight after
    /// the one before was due; never before the schedule starts.
    ///
    /// - Parameter previous: the due day of the one before; nil for the first.
    public func opensOn(for dueOn: Day, after previous: Day?) -> Day {
        if let opensDaysBefore { return max(startsOn, dueOn.adding(days: -opensDaysBefore)) }
        return previous.map { max(startsOn, dueTime == .midnight ? $0 : $0.adding(days: 1)) } ?? startsOn
    }

    /// The due day for an appointment or a meeting that begins at an instant: so many days before its day.
    public func dueOn(daysBefore days: Int, _ startsAt: Instant) -> Day {
        zone.day(at: startsAt).adding(days: -days)
    }

    /// The due dates from a day on, up to the day before another, in order: all that the calendar alone can tell,
    /// which is nothing where they hang on meetings, appointments, or what the client does.
    public func occurrences(from first: Day, before end: Day) -> [Occurrence] {
        switch timing {
        case .once(let day):
            first <= day && day < end ? [occurrence(1, day, after: nil)] : []
        case .recurring(let recurrence):
            recurrence.days(from: first).prefix { $0.day < end }
                .map { occurrence($0.number, $0.day, after: $0.previous) }
        case .beforeMeetings, .beforeAppointments, .afterDone, .afterJoining: []
        }
    }

    private func occurrence(_ number: Int, _ dueOn: Day, after previous: Day?) -> Occurrence {
        let window = window(dueOn: dueOn, opensOn: opensOn(for: dueOn, after: previous))
        return Occurrence(number: number, dueOn: dueOn, window: window)
    }
}
