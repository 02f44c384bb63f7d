/// The parts of an `RRULE` as they were sent, and what is wrong with them.
struct RuleParts {
    private(set) var faults: [FieldFault] = []
    private var values: [String: Substring] = [:]

    private static let supported: Set = [
        "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "WKST",
    ]
    /// What else RFC 5545 knows: only these names are repeated to the one who sent them.
    private static let unsupported: Set = [
        "BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS",
    ]

    init(_ text: some StringProtocol) {
        let text = text.uppercased()
        let value = text.hasPrefix("RRULE:") ? text.dropFirst(6) : text[...]
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
        if let week = values["WKST"], week != "MO" {
            unsupported("WKST is supported for MO alone: weeks begin on Monday.")
        }
    }

    /// Which days it takes, of every how many periods; nil where a fault was found.
    mutating func pattern(from startsOn: Day) -> (pattern: Recurrence.Pattern, every: Int)? {
        let every = number("INTERVAL") ?? 1
        let weekdays = weekdays()
        switch values["FREQ"] {
        case "DAILY": return daily(weekdays, every).map { ($0, every) }
        case "WEEKLY": return weekly(weekdays, startsOn).map { ($0, every) }
        case "MONTHLY": return monthly(weekdays, startsOn).map { ($0, every) }
        case nil: malformed("FREQ is required.")
        default: unsupported("FREQ is supported for DAILY, WEEKLY and MONTHLY.")
        }
        return nil
    }

    /// When it ends; nil where a fault was found.
    mutating func end(_ dueTime: LocalTime, _ zone: TimeZoneID) -> Recurrence.End? {
        if values["COUNT"] != nil, values["UNTIL"] != nil {
            malformed("A rule has either COUNT or UNTIL.")
            return nil
        }
        if values["COUNT"] != nil { return number("COUNT").map { .count($0) } }
        guard let until = values["UNTIL"] else { return .never }
        guard let day = Self.lastDay(until, dueTime, zone) else {
            malformed("UNTIL is a date, such as 20261231, or an instant in UTC, such as 20261231T235900Z.")
            return nil
        }
        return .until(day)
    }

    private mutating func daily(_ weekdays: [RuleDay], _ every: Int) -> Recurrence.Pattern? {
        if values["BYMONTHDAY"] != nil { unsupported("BYMONTHDAY is supported for MONTHLY alone.") }
        if weekdays.isEmpty { return .daily }
        if every > 1 { unsupported("BYDAY is supported for DAILY where INTERVAL is 1.") }
        return plain(weekdays)
    }

    private mutating func weekly(_ weekdays: [RuleDay], _ startsOn: Day) -> Recurrence.Pattern? {
        if values["BYMONTHDAY"] != nil { unsupported("BYMONTHDAY is supported for MONTHLY alone.") }
        return weekdays.isEmpty ? .weekly(on: [startsOn.weekday]) : plain(weekdays)
    }

    private mutating func monthly(_ weekdays: [RuleDay], _ startsOn: Day) -> Recurrence.Pattern? {
        let day = number("BYMONTHDAY", signed: true)
        guard let first = weekdays.first else { return .monthly(onDay: day ?? startsOn.components.day) }
        if values["BYMONTHDAY"] != nil { unsupported("BYDAY is not supported beside BYMONTHDAY.") }
        guard weekdays.count == 1, let nth = first.nth else {
            unsupported("BYDAY is supported for MONTHLY with one weekday and its number, such as 2TU or -1FR.")
            return nil
        }
        return .monthlyOnWeekday(nth: nth, first.weekday)
    }

    private mutating func plain(_ weekdays: [RuleDay]) -> Recurrence.Pattern {
        if weekdays.contains(where: { $0.nth != nil }) {
            unsupported("A number in BYDAY is supported for MONTHLY alone.")
        }
        return .weekly(on: Set(weekdays.map(\.weekday)))
    }

    private mutating func weekdays() -> [RuleDay] {
        guard let value = values["BYDAY"] else { return [] }
        let days = value.split(separator: ",", omittingEmptySubsequences: false).map(RuleDay.init)
        if days.contains(where: { $0 == nil }) { malformed("BYDAY names weekdays, such as MO,WE, 2TU or -1FR.") }
        return days.compactMap(\.self)
    }

    private mutating func number(_ name: String, signed: Bool = false) -> Int? {
        guard let value = values[name] else { return nil }
        if let number = Self.number(value, signed: signed) { return number }
        if signed, value.contains(",") {
            unsupported("\(name) is supported with one day.")
        } else {
            malformed("\(name) is a whole number.")
        }
        return nil
    }

    private mutating func malformed(_ detail: String) { faults.append(FieldFault("/rrule", "malformed", detail)) }

    private mutating func unsupported(_ detail: String) { faults.append(FieldFault("/rrule", "unsupported", detail)) }

    fileprivate static func number(_ text: Substring, signed: Bool) -> Int? {
        let digits = signed && (text.first == "-" || text.first == "+") ? text.dropFirst() : text
        guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    /// The last day whose due time is not after an `UNTIL`.
    private static func lastDay(_ until: Substring, _ dueTime: LocalTime, _ zone: TimeZoneID) -> Day? {
        var scanner = TextScanner(until)
        guard let year = scanner.number(4, upTo: 9999), let month = scanner.number(2, upTo: 12),
            let day = scanner.number(2, upTo: 31), let date = Day(year: year, month: month, day: day)
        else { return nil }
        if scanner.isAtEnd { return date }
        guard scanner.take("T"), let hour = scanner.number(2, upTo: 23), let minute = scanner.number(2, upTo: 59),
            let second = scanner.number(2, upTo: 59), scanner.take("Z"), scanner.isAtEnd
        else { return nil }
        let last = Instant(
            secondsSince1970: Int64(date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second))
        // A due time in the gap of a clock change can move into the next day.
        let latest = zone.day(at: last)
        return (0...2).lazy.map { latest.adding(days: -$0) }.first { zone.instant(on: $0, at: dueTime) <= last }
    }
}

/// One of the weekdays of `BYDAY`, with its number where it has one.
private struct RuleDay: Equatable {
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
