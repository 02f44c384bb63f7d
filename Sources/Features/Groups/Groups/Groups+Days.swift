import JSON
import Practice
import WebAPI

extension Group {
    /// On which days a group is to meet, as it is sent: a recurrence, or one weekday of every so many weeks.
    struct DaysRequest: Sendable {
        /// A recurrence, or a weekday together with its weeks; nil where a change leaves something as it is.
        let days: MeetingDays?
        /// A weekday alone: the weeks stay as they are.
        let weekday: Weekday?
        /// Weeks alone.
        let everyWeeks: Int?

        static let everyWeeks = 1...8

        /// Reads a new group's.
        init(new body: inout JSONObjectReader, startsOn: Day, meetsAt: LocalTime, in zone: TimeZoneID) {
            let before = body.faultCount
            (weekday, everyWeeks) = (nil, nil)
            guard body.has("recurrence") else {
                let weekday = body.required("weekday", .choice(Weekday.self))
                let weeks = body.optional("everyWeeks", .integer(Self.everyWeeks)) ?? 1
                days = Self.weekly(weekday, weeks)
                return
            }
            body.allowDefaults(["everyWeeks": 1])
            let request = body.required("recurrence", .object(RecurrenceRequest.init))
            Self.refuse(["weekday", "everyWeeks"], in: &body)
            days = body.faultCount > before ? nil : request.days(startsOn, meetsAt, zone, &body)
        }

        /// Reads a change's.
        init(
            change body: inout JSONObjectReader, startsOn: Day?, meetsAt: LocalTime?, in zone: TimeZoneID?
        ) {
            let before = body.faultCount
            guard let request = body.change("recurrence", .object(RecurrenceRequest.init)) else {
                let weekday = body.change("weekday", .choice(Weekday.self))
                let weeks = body.change("everyWeeks", .integer(Self.everyWeeks))
                if let weekday, let weeks {
                    (days, self.weekday, everyWeeks) = (Self.weekly(weekday, weeks), nil, nil)
                } else {
                    (days, self.weekday, everyWeeks) = (nil, weekday, weeks)
                }
                return
            }
            (weekday, everyWeeks) = (nil, nil)
            Self.refuse(["weekday", "everyWeeks"], in: &body)
            days =
                body.faultCount > before
                ? nil : request.days(startsOn, meetsAt ?? .midnight, zone ?? .utc, &body)
        }

        private static func weekly(_ weekday: Weekday, _ weeks: Int) -> MeetingDays? {
            do throws(FieldFaults) {
                return try MeetingDays(.weekly(on: [weekday]), every: weeks)
            } catch {
                return nil
            }
        }

        private static func refuse(_ names: [String], in body: inout JSONObjectReader) {
            for name in names where body.isLeft(name) {
                _ = body.optional(name, .value)
                body.fault(name, "beside_recurrence", "The recurrence says this already: leave one of the two out.")
            }
        }
    }

    /// The recurrence of a group: in members, as homework has it, or as an `RRULE`.
    struct RecurrenceRequest: Sendable {
        private let rrule: String?
        private let pattern: PatternRequest?

        init(_ body: inout JSONObjectReader) {
            rrule = body.optional("rrule", .line(1...200))
            // Whatever says it, the default says nothing more.
            defer { body.allowDefaults(["every": 1]) }
            guard rrule == nil else {
                pattern = nil
                return
            }
            let before = body.faultCount
            let repeats = body.required("repeats", .choice(PatternRequest.Repeats.self))
            if body.faultCount > before {
                // What else belongs to the rule, nobody can say.
                for name in PatternRequest.members { _ = body.optional(name, .value) }
                pattern = nil
            } else {
                pattern = PatternRequest(repeats, &body)
            }
        }

        func days(
            _ startsOn: Day?, _ meetsAt: LocalTime, _ zone: TimeZoneID, _ body: inout JSONObjectReader
        ) -> MeetingDays? {
            do throws(FieldFaults) {
                if let rrule {
                    return try MeetingDays(rrule: rrule, startsOn: startsOn, meetsAt: meetsAt, in: zone)
                }
                return try pattern?.pattern.map { pattern throws(FieldFaults) in
                    try MeetingDays(pattern, every: self.pattern?.every ?? 1)
                }
            } catch {
                body.record(error, in: "recurrence")
                return nil
            }
        }
    }
}

extension MeetingDays: JSONWritable {
    /// The members that a recurrence is sent with.
    public func write(to json: inout JSONWriter) {
        var members = JSONMembers()
        switch pattern {
        case .daily: members.add("repeats", "daily")
        case .weekly: members.add("repeats", "weekly")
        case .monthly, .monthlyOnWeekdays: members.add("repeats", "monthly")
        }
        members.add("every", every)
        pattern.add(to: &members)
        JSONValue.object(members.all).write(to: &json)
    }

    /// The weekday and the weeks of what is met on one weekday; nil of anything else.
    var weekly: (weekday: Weekday, weeks: Int)? {
        guard case .weekly(let weekdays) = pattern, weekdays.count == 1, let weekday = weekdays.first else {
            return nil
        }
        return (weekday, every)
    }
}
