import Practice
import WebAPI

/// A schedule as it is sent: once, daily or weekly, at a time on the wall clock of a zone.
struct ScheduleRequest: Sendable {
    enum Repeats: String, Sendable, CaseIterable {
        case once, daily, weekly
    }

    var repeats: Repeats
    var startsOn: Day
    var dueTime: LocalTime
    var zone: TimeZoneID
    var opensDaysBefore: Int?
    /// Nil when a fault has been told.
    var recurrence: Schedule.Recurrence?

    init(_ body: inout JSONObjectReader) {
        repeats = body.required("repeats", .choice())
        startsOn = body.required("startsOn", .day)
        dueTime = body.required("dueTime", .localTime)
        zone = body.required("timeZone", .timeZone)
        opensDaysBefore = body.optional("opensDaysBefore", .integer(0...365))
        switch repeats {
        case .once:
            recurrence = .once(body.required("dueOn", .day))
        case .daily:
            let every = body.optional("every", .integer(1...365)) ?? 1
            recurrence = Self.end(&body).map { .daily(every: every, $0) }
        case .weekly:
            let every = body.optional("every", .integer(1...52)) ?? 1
            let weekdays = body.required("weekdays", .array(1...7, of: .choice(Weekday.self)))
            recurrence = Self.end(&body).map { .weekly(every: every, on: Set(weekdays), $0) }
        }
    }

    /// What is kept with the assignment.
    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("repeats", .text(repeats.rawValue)), ("startsOn", .text(startsOn.description)),
        ]
        switch recurrence {
        case .once(let day): members.append(("dueOn", .text(day.description)))
        case .daily(let every, let end): members += [("every", .number(JSONNumber(every))), Self.json(end)]
        case .weekly(let every, let weekdays, let end):
            let words = Weekday.allCases.filter { weekdays.contains($0) }.map { JSONValue.text($0.rawValue) }
            members += [("every", .number(JSONNumber(every))), ("weekdays", .array(words)), Self.json(end)]
        case nil: break
        }
        members += [("dueTime", .text(dueTime.description)), ("timeZone", .text(zone.name))]
        if let opensDaysBefore { members.append(("opensDaysBefore", .number(JSONNumber(opensDaysBefore)))) }
        return .object(members.map { JSONMember($0, $1) })
    }

    private static func end(_ body: inout JSONObjectReader) -> Schedule.End? {
        let until = body.optional("until", .day)
        let count = body.optional("count", .integer(1...Schedule.limit))
        switch (until, count) {
        case (let day?, nil): return .until(day)
        case (nil, let count?): return .count(count)
        default:
            if body.has("until") == body.has("count") {
                body.fault(
                    "until", "required",
                    "It ends on a day (until) or after a number of due dates (count): one of the two.")
            }
            return nil
        }
    }

    private static func json(_ end: Schedule.End) -> (String, JSONValue) {
        switch end {
        case .until(let day): ("until", .text(day.description))
        case .count(let count): ("count", .number(JSONNumber(count)))
        }
    }
}
