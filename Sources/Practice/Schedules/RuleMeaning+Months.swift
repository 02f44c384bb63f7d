extension RuleMeaning {
    /// The pattern that takes the same of every month as `BYDAY`, `BYMONTHDAY` and `BYSETPOS` together; nil where none does.
    func monthPattern(_ weekdays: [RuleDay], _ places: [Int]) -> Recurrence.Pattern? {
        if places.isEmpty, weekdays.isEmpty {
            return .monthly(onDays: days.isEmpty ? [startsOn.components.day] : Set(days))
        }
        let numbered = weekdays.compactMap { day in day.nth.map { Recurrence.NthWeekday($0, day.weekday) } }
        if places.isEmpty, days.isEmpty, numbered.count == weekdays.count { return .monthlyOnWeekdays(Set(numbered)) }
        let taken = MonthShape.all.map { self.taken(of: $0, weekdays, places) }
        return Self.onDays(taken) ?? Self.onWeekdays(taken)
    }

    /// The days of a month that the rule takes.
    private func taken(of month: MonthShape, _ weekdays: [RuleDay], _ places: [Int]) -> MonthDays {
        var taken = Array(1...month.length)
        if !days.isEmpty {
            taken = Set(days.compactMap { month.day($0) }).sorted()
        } else if weekdays.isEmpty {
            taken = [month.day(startsOn.components.day)].compactMap(\.self)
        }
        if !weekdays.isEmpty {
            taken = taken.filter { day in
                weekdays.contains { named in
                    named.nth.map { month.day(Recurrence.NthWeekday($0, named.weekday)) == day }
                        ?? (month.weekday(of: day) == named.weekday)
                }
            }
        }
        if !places.isEmpty { taken = places.compactMap { taken.element(at: $0) } }
        return taken.reduce(into: MonthDays()) { $0.formUnion(MonthDays(day: $1)) }
    }

    private static func onDays(_ taken: [MonthDays]) -> Recurrence.Pattern? {
        let all = Array(1...31) + (1...31).map { -$0 }
        return fewest(all, taken) { month, day in month.day(day) }.map { .monthly(onDays: Set($0)) }
    }

    private static func onWeekdays(_ taken: [MonthDays]) -> Recurrence.Pattern? {
        let all = (Array(1...5) + (1...5).map { -$0 }).flatMap { nth in
            Weekday.allCases.map { Recurrence.NthWeekday(nth, $0) }
        }
        return fewest(all, taken) { month, weekday in month.day(weekday) }.map { .monthlyOnWeekdays(Set($0)) }
    }

    /// Of things that each take a day of a month, or none: the fewest of those that together take just what is taken of every
    /// shape; nil where none do.
    private static func fewest<Thing>(
        _ all: [Thing], _ taken: [MonthDays], _ day: (MonthShape, Thing) -> Int?
    ) -> [Thing]? {
        let fitting = all.map { thing in
            (thing: thing, days: MonthShape.all.map { day($0, thing).map { MonthDays(day: $0) } ?? MonthDays() })
        }.filter { zip($0.days, taken).allSatisfy { day, taken in day.isSubset(of: taken) } }
        func isEnough(_ things: [(thing: Thing, days: [MonthDays])]) -> Bool {
            taken.indices.allSatisfy { shape in
                things.reduce(into: MonthDays()) { $0.formUnion($1.days[shape]) } == taken[shape]
            }
        }
        guard isEnough(fitting) else { return nil }
        var chosen = fitting
        for index in fitting.indices.reversed() {
            var fewer = chosen
            fewer.remove(at: index)
            if isEnough(fewer) { chosen = fewer }
        }
        return chosen.isEmpty ? nil : chosen.map(\.thing)
    }
}

/// Days of one month.
private struct MonthDays: OptionSet {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    init(day: Int) { rawValue = 1 << UInt32(clamping: day) }
}
