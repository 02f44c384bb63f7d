extension Recurrence {
    /// The days of a rule from one on.
    ///
    /// It begins one period before that day, so that it knows the day before; only where a period may lack its day
    /// (the 31st, the fifth Friday) must it count from the start: at most 2,412 months.
    public struct Days: Sequence, IteratorProtocol, Sendable {
        private let rule: Recurrence
        private let from: Day
        private let periods: Periods
        private var period: Int
        private var place = 0
        private var number: Int
        private var previous: Day?

        init(_ rule: Recurrence, from: Day) {
            self.rule = rule
            self.from = from
            periods = Periods(of: rule)
            period = periods.isComplete ? Swift.max(0, periods.period(of: from) - 1) : 0
            number = period == 0 ? 0 : period * periods.places - periods.places(before: rule.startsOn)
        }

        /// The next day; nil after the last.
        public mutating func next() -> Occurrence? {
            while periods.hasPeriod(period) {
                let day = periods.day(period, place)
                place += 1
                if place == periods.places {
                    place = 0
                    period += 1
                }
                guard let day, day >= rule.startsOn else { continue }
                number += 1
                guard rule.end.includes(number, on: day), day <= lastDay else { return nil }
                let occurrence = Occurrence(number: number, day: day, previous: previous)
                previous = day
                if day >= from { return occurrence }
            }
            return nil
        }
    }

    /// The days, weeks or months that a rule takes, counted from 0, and the places for a day in each.
    struct Periods: Sendable {
        /// In how many places of a period a day may lie.
        let places: Int
        /// Whether each place of each period has its day.
        let isComplete: Bool

        private let pattern: Pattern
        private let every: Int
        /// The first day of the first period: days since 1970; or its month: months since the year 0.
        private let first: Int
        private let weekdays: [Int]

        init(of rule: Recurrence) {
            pattern = rule.pattern
            switch pattern {
            case .daily:
                (first, every, weekdays) = (rule.startsOn.daysSince1970, rule.every, [0])
                isComplete = true
            case .weekly(let on):
                let monday = rule.startsOn.daysSince1970 - rule.startsOn.weekday.daysAfterMonday
                (first, every, weekdays) = (monday, 7 * rule.every, on.map(\.daysAfterMonday).sorted())
                isComplete = true
            case .monthly(onDay: let day):
                (first, every, weekdays) = (Self.month(of: rule.startsOn), rule.every, [])
                isComplete = abs(day) <= 28
            case .monthlyOnWeekday(nth: let nth, _):
                (first, every, weekdays) = (Self.month(of: rule.startsOn), rule.every, [])
                isComplete = abs(nth) <= 4
            }
            places = max(1, weekdays.count)
        }

        /// The period that holds a day, or the last that begins before it; negative before the first.
        func period(of day: Day) -> Int {
            let position = isMonthly ? Self.month(of: day) : day.daysSince1970
            return (position - first).flooredQuotient(by: every)
        }

        /// Whether a period lies in the years of rules.
        func hasPeriod(_ period: Int) -> Bool {
            let position = first + period * every
            return position <= (isMonthly ? Self.lastMonth : lastDay.daysSince1970)
        }

        /// The day in a place of a period; nil where it has none.
        func day(_ period: Int, _ place: Int) -> Day? {
            let position = first + period * every
            return switch pattern {
            case .daily: Day(daysSince1970: position)
            case .weekly: Day(daysSince1970: position + weekdays[place])
            case .monthly(onDay: let day): Month(position).day(day)
            case .monthlyOnWeekday(nth: let nth, let weekday): Month(position).day(nth, weekday)
            }
        }

        /// How many places of the first period lie before a day.
        func places(before day: Day) -> Int {
            (0..<places).count { place in self.day(0, place).map { $0 < day } ?? false }
        }

        private var isMonthly: Bool {
            switch pattern {
            case .daily, .weekly: false
            case .monthly, .monthlyOnWeekday: true
            }
        }

        private static let lastMonth = month(of: Recurrence.lastDay)

        private static func month(of day: Day) -> Int {
            let (year, month, _) = day.components
            return year * 12 + month - 1
        }
    }

    /// One month of the calendar.
    private struct Month {
        let first: Day
        let length: Int

        /// Takes months since the year 0.
        init(_ months: Int) {
            let (year, month) = (months / 12, months % 12 + 1)
            first = Day(year: year, month: month, day: 1) ?? .last
            length = Day.length(ofMonth: month, in: year)
        }

        /// A day of the month, counted from its end where negative.
        func day(_ day: Int) -> Day? {
            let day = day < 0 ? length + 1 + day : day
            return (1...length).contains(day) ? first.adding(days: day - 1) : nil
        }

        /// The so manyth of a weekday, counted from the end where negative.
        func day(_ nth: Int, _ weekday: Weekday) -> Day? {
            let earliest = 1 + (weekday.daysAfterMonday - first.weekday.daysAfterMonday + 7) % 7
            let latest = earliest + (length - earliest) / 7 * 7
            let day = nth < 0 ? latest + 7 * (nth + 1) : earliest + 7 * (nth - 1)
            return (1...length).contains(day) ? first.adding(days: day - 1) : nil
        }
    }
}
