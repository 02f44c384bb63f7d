import Practice
import WebAPI

/// The part of a schedule that says on which days homework is due, and at which time.
struct TimingRequest: Sendable {
    enum Repeats: String, Sendable, CaseIterable {
        case once, daily, weekdays, weekly, monthly, beforeMeetings, beforeAppointments, afterDone, afterJoining
    }

    private(set) var startsOn: Day
    private(set) var dueTime: LocalTime
    private(set) var zone: TimeZoneID
    private(set) var endsWithPhase = false
    /// Nil when a fault has been told.
    private(set) var timing: Schedule.Timing?

    init(_ body: inout JSONObjectReader) {
        let before = body.faultCount
        let repeats = body.optional("rrule", .value) != nil ? nil : body.required("repeats", .choice(Repeats.self))
        let isUnclear = body.faultCount > before
        startsOn = body.required("startsOn", .day)
        dueTime = body.required("dueTime", .localTime)
        zone = body.required("timeZone", .timeZone)
        if isUnclear {
            // What else belongs to the rule, nobody can say.
            for name in Self.ruleMembers { _ = body.optional(name, .value) }
        } else if let repeats {
            timing = timing(repeats, &body, before)
        } else {
            timing = rule(&body, before)
        }
    }

    private static let ruleMembers = [
        "repeats", "dueOn", "every", "weekdays", "dayOfMonth", "nth", "weekday", "daysBefore", "daysAfter", "until",
        "count", "untilPhaseEnds",
    ]

    private mutating func timing(
        _ repeats: Repeats, _ body: inout JSONObjectReader, _ before: Int
    ) -> Schedule.Timing? {
        switch repeats {
        case .once: return .once(body.required("dueOn", .day))
        case .afterJoining: return .afterJoining(days: body.required("daysAfter", .integer(Schedule.daysAfterJoining)))
        case .afterDone:
            let days = body.required("daysAfter", .integer(Schedule.daysAfterDone))
            return .afterDone(days: days, end(&body))
        case .beforeMeetings, .beforeAppointments:
            let days = body.optional("daysBefore", .integer(Schedule.daysBefore)) ?? 0
            let end = end(&body)
            return repeats == .beforeMeetings ? .beforeMeetings(days: days, end) : .beforeAppointments(days: days, end)
        case .daily, .weekdays, .weekly, .monthly:
            let every = every(repeats, &body)
            let pattern = pattern(repeats, &body)
            let end = end(&body)
            guard let pattern, body.faultCount == before else { return nil }
            return recurring(&body) { rule throws(FieldFaults) in
                try Recurrence(startsOn: rule.startsOn, pattern, every: every, end: end)
            }
        }
    }

    private mutating func rule(_ body: inout JSONObjectReader, _ before: Int) -> Schedule.Timing? {
        let text = body.required("rrule", .line(1...200))
        for name in Self.ruleMembers where name != "untilPhaseEnds" && body.optional(name, .value) != nil {
            body.fault(name, "beside_rrule", "The rrule says this already: leave one of the two out.")
        }
        endsWithPhase = body.optional("untilPhaseEnds", .bool) ?? false
        guard body.faultCount == before else { return nil }
        return recurring(&body) { rule throws(FieldFaults) in
            try Recurrence(rrule: text, startsOn: rule.startsOn, dueTime: rule.dueTime, in: rule.zone)
        }
    }

    private func recurring(
        _ body: inout JSONObjectReader, _ make: (TimingRequest) throws(FieldFaults) -> Recurrence
    ) -> Schedule.Timing? {
        do throws(FieldFaults) {
            return .recurring(try make(self))
        } catch {
            body.record(error)
            return nil
        }
    }

    private func every(_ repeats: Repeats, _ body: inout JSONObjectReader) -> Int {
        switch repeats {
        case .daily: body.optional("every", .integer(Recurrence.everyDays)) ?? 1
        case .weekly: body.optional("every", .integer(Recurrence.everyWeeks)) ?? 1
        case .monthly: body.optional("every", .integer(Recurrence.everyMonths)) ?? 1
        default: 1
        }
    }

    private func pattern(_ repeats: Repeats, _ body: inout JSONObjectReader) -> Recurrence.Pattern? {
        switch repeats {
        case .daily: return .daily
        case .weekdays: return .weekly(on: [.monday, .tuesday, .wednesday, .thursday, .friday])
        case .weekly: return .weekly(on: Set(body.required("weekdays", .array(1...7, of: .choice(Weekday.self)))))
        default: return monthly(&body)
        }
    }

    private func monthly(_ body: inout JSONObjectReader) -> Recurrence.Pattern? {
        let before = body.faultCount
        let day = body.optional("dayOfMonth", .integer(-31...31))
        let nth = body.optional("nth", .integer(-5...5))
        let weekday = body.optional("weekday", .choice(Weekday.self))
        guard body.faultCount == before else { return nil }
        switch (day, nth, weekday) {
        case (let day?, nil, nil): return .monthly(onDay: day)
        case (nil, let nth?, let weekday?): return .monthlyOnWeekday(nth: nth, weekday)
        case (nil, _?, nil): body.fault("weekday", "required", "This is required beside nth.")
        case (nil, nil, _?): body.fault("nth", "required", "This is required beside weekday.")
        default:
            body.fault(
                "dayOfMonth", "required",
                "It is due on a day of the month (dayOfMonth) or on a weekday of it (nth and weekday).")
        }
        return nil
    }

    /// On a day, after a number, with the phase, or never.
    private mutating func end(_ body: inout JSONObjectReader) -> Schedule.End {
        let until = body.optional("until", .day)
        let count = body.optional("count", .integer(1...Recurrence.countLimit))
        endsWithPhase = body.optional("untilPhaseEnds", .bool) ?? false
        if [until != nil, count != nil, endsWithPhase].count(where: { $0 }) > 1 {
            body.fault(
                "until", "two_ends",
                "It ends on a day (until), after a number of due dates (count) or with the phase (untilPhaseEnds).")
        }
        if let until { return .until(until) }
        return count.map { .count($0) } ?? .never
    }
}
