import JSON
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
        startsOn = body.required("startsOn", .day(.schedules))
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
        body.allowDefaults(["every": 1, "daysBefore": 0, "untilPhaseEnds": false])
    }

    private static let ruleMembers =
        ["repeats", "dueOn", "daysBefore", "daysAfter", "until", "count", "untilPhaseEnds"] + PatternRequest.members

    private mutating func timing(
        _ repeats: Repeats, _ body: inout JSONObjectReader, _ before: Int
    ) -> Schedule.Timing? {
        switch repeats {
        case .once: return .once(body.required("dueOn", .day(.schedules)))
        case .afterJoining: return .afterJoining(days: body.required("daysAfter", .integer(Schedule.daysAfterJoining)))
        case .afterDone:
            let days = body.required("daysAfter", .integer(Schedule.daysAfterDone))
            return .afterDone(days: days, end(&body))
        case .beforeMeetings, .beforeAppointments:
            let days = body.optional("daysBefore", .integer(Schedule.daysBefore)) ?? 0
            let end = end(&body)
            return repeats == .beforeMeetings ? .beforeMeetings(days: days, end) : .beforeAppointments(days: days, end)
        case .daily, .weekdays, .weekly, .monthly:
            guard let repeats = PatternRequest.Repeats(rawValue: repeats.rawValue) else { return nil }
            let request = PatternRequest(repeats, &body)
            let end = end(&body)
            guard let pattern = request.pattern, body.faultCount == before else { return nil }
            return recurring(&body) { rule throws(FieldFaults) in
                try Recurrence(startsOn: rule.startsOn, pattern, every: request.every, end: end)
            }
        }
    }

    private mutating func rule(_ body: inout JSONObjectReader, _ before: Int) -> Schedule.Timing? {
        let text = body.required("rrule", .line(1...200))
        body.allowDefaults(["every": 1, "daysBefore": 0])
        for name in Self.ruleMembers where name != "untilPhaseEnds" {
            let isBeside = body.isLeft(name)
            _ = body.optional(name, .value)
            if isBeside { body.fault(name, "beside_rrule", "The rrule says this already: leave one of the two out.") }
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

    /// On a day, after a number, with the phase, or never.
    private mutating func end(_ body: inout JSONObjectReader) -> Schedule.End {
        let until = body.optional("until", .day(.schedules))
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
