import JSON

extension Recurrence {
    /// Reads the value of an `RRULE` (RFC 5545, 3.3.10) that means one of our rules, however it says so: `BYDAY=TU;BYSETPOS=2`
    /// is `BYDAY=2TU`, a yearly rule is one of each twelve months, and a `WKST` that changes no week changes nothing.
    ///
    /// As in iCalendar, what it leaves out comes from the first day; unlike there, the first day counts only where the rule
    /// has it. The time and the zone are those of the due times: they say which is the last day before an `UNTIL`.
    /// Faults point to `rrule`, and to `startsOn` where that is at fault.
    public init(
        rrule text: some StringProtocol, startsOn: Day, dueTime: LocalTime, in zone: TimeZoneID
    ) throws(FieldFaults) {
        var parts = RuleParts(text)
        let rule = parts.meaning(startsOn, dueTime)
        let end = parts.end(dueTime, zone)
        guard let rule, let end, parts.faults.isEmpty else { throw FieldFaults(parts.faults) }
        do throws(FieldFaults) {
            try self.init(startsOn: startsOn, rule.pattern, every: rule.every, end: end)
        } catch {
            throw FieldFaults(
                error.faults.map {
                    FieldFault($0.pointer == "/startsOn" ? $0.pointer : "/rrule", $0.code, $0.detail)
                })
        }
    }

    /// The value of an `RRULE` that says the same, with `UNTIL` as a date. It is read back as this rule.
    public var rrule: String {
        let rule = Self.rrule(pattern, every: every)
        return switch end {
        case .never: rule
        case .until(let day): rule + ";UNTIL=" + day.description.filter { $0 != "-" }
        case .count(let count): rule + ";COUNT=\(count)"
        }
    }

    /// The part of it that says which days.
    static func rrule(_ pattern: Pattern, every: Int) -> String {
        var parts: [String]
        switch pattern {
        case .daily: parts = ["FREQ=DAILY"]
        case .weekly(let weekdays):
            let names = Weekday.allCases.filter { weekdays.contains($0) }.map(\.nameInRules)
            parts = ["FREQ=WEEKLY", "BYDAY=" + names.joined(separator: ",")]
        case .monthly(onDays: let days):
            parts = ["FREQ=MONTHLY", "BYMONTHDAY=" + days.inOrder.map(String.init).joined(separator: ",")]
        case .monthlyOnWeekdays(let weekdays):
            let names = weekdays.inOrder.map { "\($0.nth)\($0.weekday.nameInRules)" }
            parts = ["FREQ=MONTHLY", "BYDAY=" + names.joined(separator: ",")]
        }
        if every > 1 { parts.insert("INTERVAL=\(every)", at: 1) }
        return parts.joined(separator: ";")
    }
}

extension Weekday {
    /// `MO` for Monday.
    var nameInRules: String { String(rawValue.prefix(2)).uppercased() }
}

extension Set<Int> {
    /// Those counted from the beginning first, then those from the end.
    public var inOrder: [Int] { sorted { ($0 < 0 ? 1 : 0, $0) < ($1 < 0 ? 1 : 0, $1) } }
}

extension Set<Recurrence.NthWeekday> {
    /// Those counted from the beginning first, then those from the end.
    public var inOrder: [Recurrence.NthWeekday] {
        sorted {
            ($0.nth < 0 ? 1 : 0, $0.nth, $0.weekday.daysAfterMonday)
                < ($1.nth < 0 ? 1 : 0, $1.nth, $1.weekday.daysAfterMonday)
        }
    }
}
