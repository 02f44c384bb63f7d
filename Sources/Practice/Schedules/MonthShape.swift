/// What a month looks like: on which weekday it begins and how many days it has. There are 28 of them, and what a monthly
/// rule takes of a month follows from its shape alone: rules that take the same of all shapes are the same.
struct MonthShape: Sendable {
    let beginsOn: Weekday
    let length: Int

    static let all = Weekday.allCases.flatMap { weekday in
        (28...31).map { MonthShape(beginsOn: weekday, length: $0) }
    }

    /// The days that a monthly pattern takes, in order.
    func days(of pattern: Recurrence.Pattern) -> [Int] {
        let days: Set<Int> =
            switch pattern {
            case .monthly(onDays: let days): Set(days.compactMap(day))
            case .monthlyOnWeekdays(let weekdays): Set(weekdays.compactMap(day))
            case .daily, .weekly: []
            }
        return days.sorted()
    }

    /// A day of the month, counted from its end where negative; nil where the month has none.
    func day(_ day: Int) -> Int? {
        let day = day < 0 ? length + 1 + day : day
        return (1...length).contains(day) ? day : nil
    }

    /// The so manyth of a weekday, counted from the end where negative; nil where the month has none.
    func day(_ weekday: Recurrence.NthWeekday) -> Int? {
        let earliest = 1 + (weekday.weekday.daysAfterMonday - beginsOn.daysAfterMonday + 7) % 7
        let latest = earliest + (length - earliest) / 7 * 7
        let day = weekday.nth < 0 ? latest + 7 * (weekday.nth + 1) : earliest + 7 * (weekday.nth - 1)
        return (1...length).contains(day) ? day : nil
    }

    /// The weekday of a day of the month.
    func weekday(of day: Int) -> Weekday { Weekday.allCases[(beginsOn.daysAfterMonday + day - 1) % 7] }
}
