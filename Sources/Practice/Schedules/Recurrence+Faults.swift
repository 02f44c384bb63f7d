import JSON

extension Recurrence {
    /// All that is wrong with a rule.
    func faults() -> [FieldFault] {
        var faults = Self.faults(startsOn) + Self.faults(every, pattern) + Self.faults(end, startsOn)
        if faults.isEmpty {
            var days = days(from: startsOn)
            if days.next() == nil { faults.append(neverComes) }
        }
        return faults
    }

    /// What is wrong with the first day of a rule or a schedule.
    static func faults(_ startsOn: Day) -> [FieldFault] {
        years.contains(startsOn.components.year)
            ? [] : [FieldFault("/startsOn", "out_of_range", "The first day lies between 2000 and 2200.")]
    }

    /// What is wrong with an end.
    static func faults(_ end: End, _ startsOn: Day) -> [FieldFault] {
        switch end {
        case .until(let day) where day < startsOn: [before("/until")]
        case .until(let day) where day > lastDay:
            [FieldFault("/until", "out_of_range", "The last day lies between 2000 and 2200.")]
        case .count(let count) where !(1...countLimit).contains(count):
            [FieldFault("/count", "out_of_range", "It comes 1 to \(countLimit) times.")]
        case .never, .until, .count: []
        }
    }

    /// A day that lies too early.
    static func before(_ pointer: String) -> FieldFault {
        FieldFault(pointer, "before_start", "This day lies before the first day of the schedule.")
    }

    /// What is wrong with a pattern and with how often it comes.
    static func faults(_ every: Int, _ pattern: Pattern) -> [FieldFault] {
        switch pattern {
        case .daily: faults(every, in: everyDays, "days")
        case .weekly(let weekdays):
            faults(every, in: everyWeeks, "weeks")
                + (weekdays.isEmpty
                    ? [FieldFault("/weekdays", "required", "A weekly schedule names at least one weekday.")] : [])
        case .monthly(onDays: let days): faults(every, in: everyMonths, "months") + faults(ofDays: days)
        case .monthlyOnWeekdays(let weekdays):
            faults(every, in: everyMonths, "months") + faults(ofWeekdays: weekdays)
        }
    }

    private static func faults(ofDays days: Set<Int>) -> [FieldFault] {
        if days.isEmpty { return [FieldFault("/daysOfMonth", "required", "It names at least one day of the month.")] }
        guard days.contains(where: { !(1...31).contains($0.magnitude) }) else { return [] }
        return [
            FieldFault(
                days.count == 1 ? "/dayOfMonth" : "/daysOfMonth", "out_of_range",
                "A day of the month is 1 to 31, or -1 to -31 from its end.")
        ]
    }

    private static func faults(ofWeekdays weekdays: Set<NthWeekday>) -> [FieldFault] {
        if weekdays.isEmpty {
            return [FieldFault("/weekdaysOfMonth", "required", "It names at least one weekday of the month.")]
        }
        guard weekdays.contains(where: { !(1...5).contains($0.nth.magnitude) }) else { return [] }
        return [
            FieldFault(
                weekdays.count == 1 ? "/nth" : "/weekdaysOfMonth", "out_of_range",
                "The weekday of a month is its 1st to 5th, or -1 to -5 from its end.")
        ]
    }

    private static func faults(_ every: Int, in range: ClosedRange<Int>, _ unit: String) -> [FieldFault] {
        guard !range.contains(every) else { return [] }
        return [
            FieldFault("/every", "out_of_range", "It repeats every \(range.lowerBound) to \(range.upperBound) \(unit).")
        ]
    }

    private var neverComes: FieldFault {
        switch (end, pattern) {
        case (.until, _): FieldFault("/until", "no_occurrence", "No day up to this one is due.")
        case (_, .monthly(onDays: let days)):
            FieldFault(
                days.count == 1 ? "/dayOfMonth" : "/daysOfMonth", "no_occurrence", "None of these months has this day.")
        case (_, .monthlyOnWeekdays(let weekdays)):
            FieldFault(
                weekdays.count == 1 ? "/nth" : "/weekdaysOfMonth", "no_occurrence",
                "None of these months has this weekday.")
        case (_, _): FieldFault("/startsOn", "no_occurrence", "No day from this one on is due.")
        }
    }
}
