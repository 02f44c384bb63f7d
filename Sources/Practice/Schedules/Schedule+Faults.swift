extension Schedule {
    /// All that is wrong with the parts of a schedule.
    static func faults(_ startsOn: Day, _ recurrence: Recurrence, _ opening: Opening) -> [FieldFault] {
        var faults: [FieldFault] = []
        if !years.contains(startsOn.components.year) {
            faults.append(FieldFault("/startsOn", "out_of_range", "The first day lies between 2000 and 2200."))
        }
        switch recurrence {
        case .once(let day):
            if day < startsOn { faults.append(before("/dueOn")) }
            if day.components.year > years.upperBound {
                faults.append(FieldFault("/dueOn", "out_of_range", "The due day lies between 2000 and 2200."))
            }
        case .daily(let every, let end):
            faults += self.faults(every, in: 1...365, "days") + self.faults(end, startsOn)
        case .weekly(let every, let weekdays, let end):
            faults += self.faults(every, in: 1...52, "weeks")
            if weekdays.isEmpty {
                faults.append(FieldFault("/weekdays", "required", "A weekly schedule names at least one weekday."))
            }
            faults += self.faults(end, startsOn)
        }
        if case .daysBefore(let days) = opening, !(0...365).contains(days) {
            faults.append(FieldFault("/opensDaysBefore", "out_of_range", "It opens 0 to 365 days before it is due."))
        }
        return faults
    }

    private static let years = 2000...2200

    private static func before(_ pointer: String) -> FieldFault {
        FieldFault(pointer, "before_start", "This day lies before the first day of the schedule.")
    }

    private static func faults(_ every: Int, in range: ClosedRange<Int>, _ unit: String) -> [FieldFault] {
        guard !range.contains(every) else { return [] }
        return [
            FieldFault("/every", "out_of_range", "It repeats every \(range.lowerBound) to \(range.upperBound) \(unit).")
        ]
    }

    private static func faults(_ end: End, _ startsOn: Day) -> [FieldFault] {
        switch end {
        case .until(let day): day < startsOn ? [before("/until")] : []
        case .count(let count):
            (1...limit).contains(count)
                ? [] : [FieldFault("/count", "out_of_range", "A schedule has 1 to \(limit) due dates.")]
        }
    }
}
