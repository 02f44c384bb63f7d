import JSON
import Postgres
import Practice
import WebAPI

extension Closure {
    /// Days on which the practice is closed: the rule of no group makes a meeting on them.
    struct Details: Sendable {
        let id: ID<Closure>
        /// Nil for who is only told the days: people in care and their guardians.
        let name: String?
        let firstDay: Day
        let lastDay: Day
        let version: Int
    }

    struct New: Sendable {
        let name: String
        let firstDay: Day
        let lastDay: Day
    }

    struct Change: Sendable {
        let name: String?
        let firstDay: Day?
        let lastDay: Day?
    }

    /// No closure is longer.
    static let longest = 366

    static let faults: [String: FieldFault] = [
        "closures_have_two_ends": FieldFault("/lastDay", "before_start", "This must not be before the first day."),
        "closures_last_a_year_at_most": FieldFault("/lastDay", "too_long", "A closure lasts \(longest) days at most."),
    ]
}

extension Closure.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", ifPresent: name)
            json.member("firstDay", firstDay)
            json.member("lastDay", lastDay)
            json.member("version", version)
        }
    }
}
