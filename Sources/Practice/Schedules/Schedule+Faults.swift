import JSON

extension Schedule {
    /// For how many days before an appointment or a meeting homework can be due.
    public static let daysBefore = 0...30
    /// How many days can lie between one piece of homework and the next.
    public static let daysAfterDone = 1...365
    /// How many days after a client's first day in the group homework can be due.
    public static let daysAfterJoining = 0...730
    /// For how many days homework can be open before, and after, it is due.
    public static let daysOpen = 0...365
    /// The longest and the shortest grace: a week, and none.
    public static let grace = 0...10_080

    /// All that is wrong with the parts of a schedule. A recurrence has been checked before.
    func faults() -> [FieldFault] {
        Recurrence.faults(startsOn) + faultsOfTiming()
            + (timing.end.map { Recurrence.faults($0, startsOn) } ?? [])
            + (endsWithPhase ? faultsOfTheEnd() : [])
            + faults("/opensDaysBefore", opensDaysBefore, Self.daysOpen, "It opens 0 to 365 days before it is due.")
            + faults("/closesDaysAfter", closesDaysAfter, Self.daysOpen, "It closes 0 to 365 days after it was due.")
            + faults("/graceMinutes", graceMinutes, Self.grace, "The grace is 0 to 10080 minutes: a week at most.")
    }

    private func faultsOfTiming() -> [FieldFault] {
        switch timing {
        case .once(let day):
            if day < startsOn {
                [Recurrence.before("/dueOn")]
            } else if day > Recurrence.lastDay {
                [FieldFault("/dueOn", "out_of_range", "The due day lies between 2000 and 2200.")]
            } else {
                []
            }
        case .recurring(let recurrence):
            recurrence.startsOn == startsOn
                ? [] : [FieldFault("/startsOn", "contradicts", "The rule starts on the first day of the schedule.")]
        case .beforeMeetings(let days, _), .beforeAppointments(let days, _):
            faults("/daysBefore", days, Self.daysBefore, "It is due 0 to 30 days before.")
        case .afterDone(let days, _):
            faults("/daysAfter", days, Self.daysAfterDone, "The next is due 1 to 365 days after the one before.")
        case .afterJoining(let days):
            faults("/daysAfter", days, Self.daysAfterJoining, "It is due 0 to 730 days after the first day.")
        }
    }

    private func faultsOfTheEnd() -> [FieldFault] {
        switch timing.end {
        case .never: []
        case nil: [FieldFault("/untilPhaseEnds", "not_recurring", "Only what repeats can end with the phase.")]
        case .until, .count: [FieldFault("/untilPhaseEnds", "two_ends", "It ends in one way only.")]
        }
    }

    private func faults(
        _ pointer: String, _ value: Int?, _ range: ClosedRange<Int>, _ detail: String
    ) -> [FieldFault] {
        guard let value, !range.contains(value) else { return [] }
        return [FieldFault(pointer, "out_of_range", detail)]
    }
}
