extension Recurrence {
    /// The days of a rule from one on.
    ///
    /// It begins one period before that day, so that it knows the day before; only where periods differ in how many days
    /// they have (the 31st, the fifth Friday) must it count from the start: at most 2,412 months.
    public struct Days: Sequence, IteratorProtocol, Sendable {
        private let rule: Recurrence
        private let from: Day
        private let periods: Periods
        private var period: Int
        private var days: [Day] = []
        private var place = 0
        private var number: Int
        private var previous: Day?

        init(_ rule: Recurrence, from: Day) {
            self.rule = rule
            self.from = from
            periods = Periods(of: rule)
            period = 0
            number = 0
            guard let size = periods.size else { return }
            period = Swift.max(0, periods.period(of: from) - 1)
            number = period == 0 ? 0 : period * size - periods.days(0).count { $0 < rule.startsOn }
        }

        /// The next day; nil after the last.
        public mutating func next() -> Occurrence? {
            while let day = nextOfPeriods() {
                guard day >= rule.startsOn else { continue }
                number += 1
                guard rule.end.includes(number, on: day), day <= lastDay else { return nil }
                let occurrence = Occurrence(number: number, day: day, previous: previous)
                previous = day
                if day >= from { return occurrence }
            }
            return nil
        }

        private mutating func nextOfPeriods() -> Day? {
            while place == days.count {
                guard periods.hasPeriod(period) else { return nil }
                days = periods.days(period)
                place = 0
                period += 1
            }
            defer { place += 1 }
            return days[place]
        }
    }

    /// The days, weeks or months that a rule takes, counted from 0, and the days of each.
    struct Periods: Sendable {
        /// How many days each period has; nil where they differ.
        let size: Int?

        private let pattern: Pattern
        private let every: Int
        /// The first day of the first period: days since 1970; or its month: months since the year 0.
        private let first: Int
        private let weekdays: [Int]

        init(of rule: Recurrence) {
            pattern = rule.pattern
            switch pattern {
            case .daily:
                (first, every, weekdays, size) = (rule.startsOn.daysSince1970, rule.every, [0], 1)
            case .weekly(let on):
                let monday = rule.startsOn.daysSince1970 - rule.startsOn.weekday.daysAfterMonday
                (first, every, weekdays, size) = (monday, 7 * rule.every, on.map(\.daysAfterMonday).sorted(), on.count)
            case .monthly, .monthlyOnWeekdays:
                (first, every, weekdays) = (Self.month(of: rule.startsOn), rule.every, [])
                size = pattern.daysOfEachMonth
            }
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

        /// The days of a period, in order.
        func days(_ period: Int) -> [Day] {
            let position = first + period * every
            guard isMonthly else { return weekdays.map { Day(daysSince1970: position + $0) } }
            let (year, month) = (position / 12, position % 12 + 1)
            let first = Day(year: year, month: month, day: 1) ?? .last
            let shape = MonthShape(beginsOn: first.weekday, length: Day.length(ofMonth: month, in: year))
            return shape.days(of: pattern).map { first.adding(days: $0 - 1) }
        }

        private var isMonthly: Bool {
            switch pattern {
            case .daily, .weekly: false
            case .monthly, .monthlyOnWeekdays: true
            }
        }

        private static let lastMonth = month(of: Recurrence.lastDay)

        private static func month(of day: Day) -> Int {
            let (year, month, _) = day.components
            return year * 12 + month - 1
        }
    }
}

extension Recurrence.Pattern {
    /// How many days it takes of each month; nil where months differ.
    fileprivate var daysOfEachMonth: Int? {
        switch self {
        case .monthly(onDays: let days) where days.count == 1: return days.allSatisfy { abs($0) <= 28 } ? 1 : nil
        case .monthlyOnWeekdays(let weekdays) where weekdays.count == 1:
            return weekdays.allSatisfy { abs($0.nth) <= 4 } ? 1 : nil
        default:
            let sizes = Set(MonthShape.all.map { $0.days(of: self).count })
            return sizes.count == 1 ? sizes.first : nil
        }
    }
}
