/// What the parts of an `RRULE` come to, and which of our rules is the same.
///
/// It is decided by what they mean, not by how they are written. What a rule takes of a month follows from the shape of the
/// month (``MonthShape``), and what it takes of weeks or days comes back after so many days: so two rules are one where they
/// take the same of every shape, or leave the same remainders.
struct RuleMeaning {
    let startsOn: Day
    let every: Int
    /// `BYDAY`; empty where it is not there.
    let weekdays: [RuleDay]
    /// `BYMONTHDAY`.
    let days: [Int]
    /// `BYMONTH`; nil where it is not there.
    let months: Set<Int>?
    /// `BYSETPOS`.
    let places: [Int]
    /// `WKST`.
    let weeksBeginOn: Weekday

    typealias Rule = (pattern: Recurrence.Pattern, every: Int)

    enum Frequency: String {
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    /// The rule of ours that means the same; nil where there is none.
    func rule(_ frequency: Frequency) -> Rule? {
        switch frequency {
        case .daily: daily()
        case .weekly: weekly()
        case .monthly: monthly()
        case .yearly: yearly()
        }
    }

    private var plainWeekdays: Set<Weekday> { Set(weekdays.map(\.weekday)) }
    private var isOfAllMonths: Bool { months.map { $0.count == 12 } ?? true }

    private func daily() -> Rule? {
        // Of one day there is a first and a last, which is the day.
        guard places.isEmpty || !Set(places).isDisjoint(with: [1, -1]) else { return nil }
        if weekdays.isEmpty, days.isEmpty, isOfAllMonths { return (.daily, every) }
        if every == 1 { return inMonths() }
        guard days.isEmpty, isOfAllMonths, every > 1 else { return nil }
        return daysApart()
    }

    /// Every so many days, where the weekday is one of these.
    private func daysApart() -> Rule? {
        let cycle = every % 7 == 0 ? every : 7 * every
        let taken = stride(from: 0, to: cycle, by: every).filter {
            plainWeekdays.contains(startsOn.adding(days: $0).weekday)
        }
        if taken.isEmpty { return nil }
        if taken.count == cycle / every { return (.daily, every) }
        let found = Set(taken.map { startsOn.adding(days: $0).weekday })
        let inWeeks = Set(found.map { weekday in remainder(of: weekday, weeksBeginOn: .monday, cycle) })
        return found.count == taken.count && inWeeks == Set(taken) ? (.weekly(on: found), cycle / 7) : nil
    }

    private func weekly() -> Rule? {
        var taken = weekdays.isEmpty ? [startsOn.weekday] : plainWeekdays
        if !places.isEmpty {
            let week = taken.sorted { $0.days(after: weeksBeginOn) < $1.days(after: weeksBeginOn) }
            taken = Set(places.compactMap { week.element(at: $0) })
        }
        guard !taken.isEmpty else { return nil }
        guard isOfAllMonths else { return every == 1 && places.isEmpty ? inMonths(on: taken) : nil }
        // Where weeks begin says only which weeks are left out.
        let cycle = 7 * max(1, every)
        let isSame = taken.allSatisfy {
            remainder(of: $0, weeksBeginOn: weeksBeginOn, cycle) == remainder(of: $0, weeksBeginOn: .monday, cycle)
        }
        return isSame ? (.weekly(on: taken), every) : nil
    }

    /// How many days after the first day a weekday comes for the first time, where weeks begin on another.
    private func remainder(of weekday: Weekday, weeksBeginOn first: Weekday, _ cycle: Int) -> Int {
        let days = weekday.days(after: first) - startsOn.weekday.days(after: first)
        return (days + cycle) % cycle
    }

    private func monthly() -> Rule? {
        guard every > 0 else { return monthPattern(weekdays, places).map { ($0, every) } }
        return among(every, of: every * 12 / every.greatestCommonDivisor(with: 12)) { months?.contains($0) ?? true }
            .flatMap { every in
                (every == 1 ? weeksInMonths() : nil) ?? monthPattern(weekdays, places).map { ($0, every) }
            }
    }

    private func yearly() -> Rule? {
        // `BYDAY` alone is of the whole year, and so are places in it.
        let isOfMonth = months != nil || !days.isEmpty || weekdays.isEmpty
        guard isOfMonth || weekdays.allSatisfy({ $0.nth == nil }), places.isEmpty || months?.count == 1 else {
            return nil
        }
        let taken = months ?? (days.isEmpty && weekdays.isEmpty ? [startsOn.components.month] : Set(1...12))
        guard every > 0 else { return monthPattern(weekdays, places).map { ($0, every) } }
        return among(1, of: 12 * every, isInFirstYears: true) { taken.contains($0) }.flatMap { every in
            (every == 1 ? weeksInMonths() : nil) ?? monthPattern(weekdays, places).map { ($0, every) }
        }
    }

    /// Daily and weekly rules that hang on months.
    private func inMonths(on weekdays: Set<Weekday>? = nil) -> Rule? {
        let meaning = RuleMeaning(
            startsOn: startsOn, every: 1, weekdays: weekdays.map { $0.map { RuleDay($0) } } ?? self.weekdays,
            days: days.isEmpty && weekdays == nil && self.weekdays.isEmpty ? Array(1...31) : days, months: months,
            places: [], weeksBeginOn: .monday)
        return meaning.monthly()
    }

    /// The distance of the months that are taken, where they are evenly spaced from the first one on.
    ///
    /// - Parameter isInFirstYears: of a year in each so many, all months before the first day's are those of its next turn.
    private func among(
        _ step: Int, of cycle: Int, isInFirstYears: Bool = false, _ isTaken: (Int) -> Bool
    ) -> Int? {
        let first = startsOn.components.month - 1
        let taken = stride(from: 0, to: cycle, by: step).filter { offset in
            isTaken((first + offset) % 12 + 1)
                && (!isInFirstYears || first + offset < 12 || first + offset >= cycle)
        }
        guard taken.first == 0 else { return nil }
        let distance = cycle / taken.count
        return taken == Array(stride(from: 0, to: cycle, by: distance)) ? distance : nil
    }

    /// All of some weekdays of every month.
    private func weeksInMonths() -> Rule? {
        guard !weekdays.isEmpty, weekdays.allSatisfy({ $0.nth == nil }), days.isEmpty, places.isEmpty else {
            return nil
        }
        return plainWeekdays.count == 7 ? (.daily, 1) : (.weekly(on: plainWeekdays), 1)
    }
}

extension RuleDay {
    fileprivate init(_ weekday: Weekday) {
        nth = nil
        self.weekday = weekday
    }
}

extension Weekday {
    /// 0 for the weekday itself, 6 for the one before it.
    func days(after other: Weekday) -> Int { (daysAfterMonday - other.daysAfterMonday + 7) % 7 }
}

extension Int {
    fileprivate func greatestCommonDivisor(with other: Int) -> Int {
        other == 0 ? self : other.greatestCommonDivisor(with: self % other)
    }
}

extension Array {
    /// The element of a place, counted from 1, or from the end where negative; nil where there is none.
    func element(at place: Int) -> Element? {
        let index = place < 0 ? count + place : place - 1
        return indices.contains(index) ? self[index] : nil
    }
}
