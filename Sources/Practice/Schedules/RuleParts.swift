import JSON

/// The parts of an `RRULE` as they were sent, and what is wrong with them.
struct RuleParts {
    private(set) var faults: [FieldFault] = []
    private var values: [String: Substring] = [:]

    private static let supported: Set = [
        "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYHOUR", "BYMINUTE",
        "BYSECOND",
        "WKST",
    ]
    /// What else RFC 5545 knows: only these names are repeated to the one who sent them.
    private static let unsupported: Set = ["BYYEARDAY", "BYWEEKNO"]

    init(_ text: some StringProtocol) {
        let text = text.uppercased()
        var value = text.hasPrefix("RRULE:") ? text.dropFirst(6) : text[...]
        // Many programs end each part with a semicolon.
        if value.hasSuffix(";") { value = value.dropLast() }
        for part in value.split(separator: ";", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, part.first != "=" else {
                malformed("A rule is made of parts such as FREQ=WEEKLY, with semicolons between them.")
                continue
            }
            let name = String(halves[0])
            if !Self.supported.contains(name) {
                unsupported(
                    Self.unsupported.contains(name)
                        ? "\(name) is not supported." : "One of the parts is none that RFC 5545 knows.")
            } else if values.updateValue(halves[1], forKey: name) != nil {
                malformed("\(name) is there twice.")
            }
        }
    }

    /// What the rule means; nil where a fault was found.
    mutating func meaning(_ startsOn: Day, _ dueTime: LocalTime) -> RuleMeaning.Rule? {
        let every = numbers("INTERVAL", 0...9999, most: 1)?.first ?? 1
        let meaning = RuleMeaning(
            startsOn: startsOn, every: every, weekdays: weekdays(),
            days: numbers("BYMONTHDAY", 0...9999, signed: true) ?? [],
            months: numbers("BYMONTH", 1...12).map { Set($0) },
            places: numbers("BYSETPOS", 1...366, signed: true) ?? [], weeksBeginOn: weekStart())
        checkTime(dueTime)
        guard let word = values["FREQ"] else {
            malformed("FREQ is required.")
            return nil
        }
        guard let frequency = RuleMeaning.Frequency(rawValue: String(word)) else {
            unsupported("FREQ is supported for DAILY, WEEKLY, MONTHLY and YEARLY.")
            return nil
        }
        if meaning.weekdays.contains(where: { $0.nth != nil }), frequency == .daily || frequency == .weekly {
            unsupported("A number in BYDAY is supported for MONTHLY and YEARLY alone.")
        }
        if !meaning.days.isEmpty, frequency == .weekly {
            unsupported("BYMONTHDAY is not supported for WEEKLY.")
        }
        guard faults.isEmpty else { return nil }
        let rule = meaning.rule(frequency)
        if rule == nil { unsupported("These parts together say no rule that is supported.") }
        return rule
    }

    /// When it ends; nil where a fault was found.
    mutating func end(_ dueTime: LocalTime, _ zone: TimeZoneID) -> Recurrence.End? {
        if values["COUNT"] != nil, values["UNTIL"] != nil {
            malformed("A rule has either COUNT or UNTIL.")
            return nil
        }
        if values["COUNT"] != nil { return numbers("COUNT", 0...9999, most: 1)?.first.map { .count($0) } }
        guard let until = values["UNTIL"] else { return .never }
        guard let day = RuleUntil(until)?.lastDay(dueTime, zone) else {
            malformed("UNTIL is a date, such as 20261231, or an instant, such as 20261231T235900Z.")
            return nil
        }
        return .until(day)
    }

    /// The times of day that a rule names must be the time at which things are due anyway.
    private mutating func checkTime(_ dueTime: LocalTime) {
        for (name, part) in [("BYHOUR", dueTime.hour), ("BYMINUTE", dueTime.minute), ("BYSECOND", 0)] {
            if let named = numbers(name, 0...60), named != [part] {
                unsupported("\(name) is supported where it is that of the due time.")
            }
        }
    }

    private mutating func weekStart() -> Weekday {
        guard let value = values["WKST"] else { return .monday }
        guard let day = RuleDay(value), day.nth == nil else {
            malformed("WKST names a weekday, such as MO.")
            return .monday
        }
        return day.weekday
    }

    private mutating func weekdays() -> [RuleDay] {
        guard let value = values["BYDAY"] else { return [] }
        let days = value.split(separator: ",", omittingEmptySubsequences: false).map(RuleDay.init)
        if days.contains(where: { $0 == nil }) { malformed("BYDAY names weekdays, such as MO,WE, 2TU or -1FR.") }
        return days.compactMap(\.self)
    }

    /// Whole numbers with commas between them; nil where there is no such part, or a fault was found.
    private mutating func numbers(
        _ name: String, _ range: ClosedRange<Int>, signed: Bool = false, most: Int = .max
    ) -> [Int]? {
        guard let value = values[name] else { return nil }
        let parts = value.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Self.number($0, signed: signed) }
        guard numbers.count == parts.count, numbers.count <= most,
            numbers.allSatisfy({ range.contains(abs($0)) })
        else {
            malformed(
                most == 1 ? "\(name) is a whole number." : "\(name) names whole numbers with commas between them.")
            return nil
        }
        return numbers
    }

    private mutating func malformed(_ detail: String) { faults.append(FieldFault("/rrule", "malformed", detail)) }

    private mutating func unsupported(_ detail: String) { faults.append(FieldFault("/rrule", "unsupported", detail)) }

    static func number(_ text: Substring, signed: Bool) -> Int? {
        let digits = signed && (text.first == "-" || text.first == "+") ? text.dropFirst() : text
        guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}

/// One of the weekdays of `BYDAY`, with its number where it has one.
struct RuleDay: Hashable {
    let nth: Int?
    let weekday: Weekday

    init?(_ text: Substring) {
        guard let weekday = Weekday.allCases.first(where: { text.hasSuffix($0.nameInRules) }) else { return nil }
        self.weekday = weekday
        let ordinal = text.dropLast(2)
        nth = RuleParts.number(ordinal, signed: true)
        if nth == nil, !ordinal.isEmpty { return nil }
    }
}

/// What stands behind `UNTIL`: a day, a time on the wall clock of the rule, or an instant in UTC.
private struct RuleUntil {
    private let day: Day
    private let secondsOfDay: Int?
    private let isUTC: Bool

    init?(_ text: Substring) {
        var scanner = TextScanner(text)
        guard let year = scanner.number(4, upTo: 9999), let month = scanner.number(2, upTo: 12),
            let day = scanner.number(2, upTo: 31), let date = Day(year: year, month: month, day: day)
        else { return nil }
        self.day = date
        if scanner.isAtEnd {
            (secondsOfDay, isUTC) = (nil, false)
            return
        }
        guard scanner.take("T"), let hour = scanner.number(2, upTo: 23), let minute = scanner.number(2, upTo: 59),
            let second = scanner.number(2, upTo: 60)
        else { return nil }
        secondsOfDay = hour * 3_600 + minute * 60 + second
        isUTC = scanner.take("Z")
        guard scanner.isAtEnd else { return nil }
    }

    /// The last day whose due time is not after it.
    func lastDay(_ dueTime: LocalTime, _ zone: TimeZoneID) -> Day? {
        guard let secondsOfDay else { return day }
        guard isUTC else { return dueTime.minutesSinceMidnight * 60 <= secondsOfDay ? day : day.adding(days: -1) }
        let last = Instant(secondsSince1970: Int64(day.daysSince1970 * 86_400 + secondsOfDay))
        // A due time in the gap of a clock change can move into the next day.
        let latest = zone.day(at: last)
        return (0...2).lazy.map { latest.adding(days: -$0) }.first { zone.instant(on: $0, at: dueTime) <= last }
    }
}
