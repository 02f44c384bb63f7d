import JSON
import Practice
import WebAPI

extension Recurrence.Pattern {
    /// Adds the members that ``PatternRequest`` reads.
    func add(to members: inout JSONMembers) {
        switch self {
        case .daily: break
        case .weekly(let weekdays):
            let words = Weekday.allCases.filter { weekdays.contains($0) }.map { JSONValue.text($0.rawValue) }
            members.add("weekdays", words)
        case .monthly(onDays: let days):
            if days.count == 1, let day = days.first {
                members.add("dayOfMonth", day)
            } else {
                members.add("daysOfMonth", days.inOrder.map { .number(JSONNumber($0)) })
            }
        case .monthlyOnWeekdays(let weekdays):
            if weekdays.count == 1, let weekday = weekdays.first {
                weekday.add(to: &members)
            } else {
                members.add("weekdaysOfMonth", weekdays.inOrder.map(\.json))
            }
        }
    }
}

extension Recurrence.NthWeekday {
    fileprivate func add(to members: inout JSONMembers) {
        members.add("nth", nth)
        members.add("weekday", weekday.rawValue)
    }

    fileprivate var json: JSONValue {
        var members = JSONMembers()
        add(to: &members)
        return .object(members.all)
    }
}

/// Members of an object in the order in which they are added.
struct JSONMembers {
    var all: [JSONMember] = []

    mutating func add(_ name: String, _ text: String) { all.append(JSONMember(name, .text(text))) }
    mutating func add(_ name: String, _ number: Int) { all.append(JSONMember(name, .number(JSONNumber(number)))) }
    mutating func add(_ name: String, _ truth: Bool) { all.append(JSONMember(name, .bool(truth))) }
    mutating func add(_ name: String, _ list: [JSONValue]) { all.append(JSONMember(name, .array(list))) }
}
