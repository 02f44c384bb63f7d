import Postgres
import Practice
import WebAPI

extension Group {
    /// A group as the API shows it: members that the proven rule does not show are nil, and left out of the answer.
    struct Details: Sendable {
        let id: ID<Group>
        let programID: ID<Program>
        let programName: String?
        let name: String
        let phase: String?
        let track: String?
        let isOpen: Bool
        let startsOn: Day
        let endsOn: Day?
        let schedule: WeeklyRule
        let seats: Seats?
        let facilitators: [Colleague]
        let version: Int
    }

    /// When and where a group meets: wall time in a zone, so that a clock change moves nobody's evening.
    struct WeeklyRule: Sendable {
        var weekday: Weekday
        var meetsAt: LocalTime
        var minutes: Int
        var timeZone: TimeZoneID
        var place: String?
    }

    struct Seats: Sendable {
        let capacity: Int
        let taken: Int
    }

    /// Someone of the practice, by name.
    struct Colleague: Sendable {
        let id: ID<Account>
        let name: String
    }

    struct New: Sendable {
        let programID: ID<Program>
        let name: String
        let phase: String?
        let track: String?
        let capacity: Int
        let isOpen: Bool
        let startsOn: Day
        let endsOn: Day?
        let schedule: WeeklyRule
    }

    struct Change: Sendable {
        let name: String?
        let phase: Patch<String>
        let track: Patch<String>
        let capacity: Int?
        let isOpen: Bool?
        let startsOn: Day?
        let endsOn: Patch<Day>
        let weekday: Weekday?
        let meetsAt: LocalTime?
        let minutes: Int?
        let timeZone: TimeZoneID?
        let place: Patch<String>
    }

    /// One dated span in which a colleague leads the group.
    struct Facilitation: Sendable {
        let colleague: Colleague
        let from: Day
        let until: Day?
    }

    /// What the constraints of the tables say about members.
    static let faults: [String: FieldFault] = [
        "groups_name_is_taken": FieldFault("/name", "taken", "Another group of this program has this name."),
        "groups_end_after_start": FieldFault("/endsOn", "before_start", "A group ends after it has started."),
        "groups_practice_id_program_id_fkey": FieldFault("/programId", "unknown", "There is no such program."),
    ]
}

extension Weekday {
    /// 1 is Monday, as in ISO 8601.
    var isoNumber: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

    init(isoNumber: Int) throws(PostgresDecodingError) {
        guard Self.allCases.indices.contains(isoNumber - 1) else {
            throw PostgresDecodingError(.malformed, expected: Weekday.self)
        }
        self = Self.allCases[isoNumber - 1]
    }
}

extension Group.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.object("program") { json in
                json.member("id", programID)
                json.member("name", ifPresent: programName)
            }
            json.member("name", name)
            json.member("phase", phase)
            json.member("track", track)
            json.member("open", isOpen)
            json.member("startsOn", startsOn)
            json.member("endsOn", endsOn)
            json.member("weekday", schedule.weekday.rawValue)
            json.member("meetsAt", schedule.meetsAt)
            json.member("minutes", schedule.minutes)
            json.member("timeZone", schedule.timeZone)
            json.member("place", schedule.place)
            if let seats {
                json.member("capacity", seats.capacity)
                json.member("seatsTaken", seats.taken)
            }
            json.array("facilitators", facilitators)
        }
    }
}

extension Group.Colleague: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
        }
    }
}

extension Group.Facilitation: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", colleague.id)
            json.member("name", colleague.name)
            json.member("from", from)
            json.member("until", until)
        }
    }
}
