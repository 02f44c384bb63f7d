import JSON
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
        let phase: Stretch<Phase>?
        let track: Stretch<Track>?
        let isOpen: Bool
        let startsOn: Day
        let endsOn: Day?
        let schedule: MeetingPlace
        let seats: Seats?
        /// What calendars call its meetings; told where the seats are.
        let calendarWord: String?
        let facilitators: [Facilitator]
        let version: Int
    }

    /// A part of the program's path, by name.
    struct Stretch<Kind>: Sendable {
        let id: ID<Kind>
        let name: String
    }

    /// When and where a group meets: wall time in a zone, so that a clock change moves nobody's evening.
    struct MeetingPlace: Sendable {
        var days: MeetingDays
        var meetsAt: LocalTime
        var minutes: Int
        var timeZone: TimeZoneID
        var place: String?
        var isTelehealth: Bool
    }

    struct Seats: Sendable {
        let capacity: Int
        let taken: Int
        let offerDays: Int
    }

    /// Someone of the practice, by name.
    struct Colleague: Sendable {
        let id: ID<Account>
        let name: String
    }

    struct New: Sendable {
        let programID: ID<Program>
        let name: String
        let phase: ID<Phase>?
        let track: ID<Track>?
        let capacity: Int
        let offerDays: Int
        let isOpen: Bool
        let startsOn: Day
        let endsOn: Day?
        let calendarWord: String?
        /// Nil when a fault has been told.
        let schedule: MeetingPlace?
    }

    struct Change: Sendable {
        let name: String?
        let phase: Patch<ID<Phase>>
        let track: Patch<ID<Track>>
        let capacity: Int?
        let offerDays: Int?
        let isOpen: Bool?
        let startsOn: Day?
        let endsOn: Patch<Day>
        let days: DaysRequest
        let meetsAt: LocalTime?
        let minutes: Int?
        let timeZone: TimeZoneID?
        let place: Patch<String>
        let isTelehealth: Bool?
        let calendarWord: Patch<String>
    }

    /// In which part a colleague leads the group.
    enum Part: String, Sendable, CaseIterable, PostgresWord, JSONWritable {
        case facilitator, coFacilitator = "co_facilitator"
        /// For whoever is away: sees the group on the days of the span, as all do, and on no other.
        case substitute
    }

    /// Who leads the group now.
    struct Facilitator: Sendable {
        let colleague: Colleague
        let part: Part
    }

    /// One dated span in which a colleague leads the group.
    struct Facilitation: Sendable {
        let colleague: Colleague
        let part: Part
        let from: Day
        let until: Day?
    }

    /// What the constraints of the tables say about members.
    static let faults: [String: FieldFault] = [
        "groups_name_is_taken": FieldFault("/name", "taken", "Another group of this program has this name."),
        "groups_end_after_start": FieldFault("/endsOn", "before_start", "A group ends after it has started."),
        "groups_practice_id_program_id_fkey": FieldFault("/programId", "unknown", "There is no such program."),
        "groups_practice_id_program_id_phase_id_fkey": FieldFault(
            "/phaseId", "unknown", "The program has no such phase."),
        "groups_practice_id_program_id_track_id_fkey": FieldFault(
            "/trackId", "unknown", "The program has no such track."),
        "groups_recurrence_is_a_rule": FieldFault(
            "/everyWeeks", "not_weekly", "This group does not meet weekly: change its recurrence."),
        "track_is_not_of_the_phase": FieldFault(
            "/trackId", "other_phase", "The phase of the group is of another track."),
    ]

    /// The same of a change: a weekday alone says nothing of a group that meets on other days than one weekday's.
    static func faults(of change: Change) -> [String: FieldFault] {
        guard change.days.weekday != nil else { return faults }
        let fault = FieldFault(
            "/weekday", "not_weekly",
            "This group does not meet on one weekday of every so many weeks: send everyWeeks too, or change its recurrence."
        )
        return faults.merging(["groups_recurrence_is_a_rule": fault]) { $1 }
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
            json.member("recurrence", schedule.days)
            json.member("weekday", schedule.days.weekly?.weekday.rawValue)
            json.member("everyWeeks", schedule.days.weekly?.weeks)
            json.member("meetsAt", schedule.meetsAt)
            json.member("minutes", schedule.minutes)
            json.member("timeZone", schedule.timeZone)
            json.member("place", schedule.place)
            json.member("telehealth", schedule.isTelehealth)
            if let seats {
                json.member("capacity", seats.capacity)
                json.member("seatsTaken", seats.taken)
                json.member("offerDays", seats.offerDays)
                json.member("calendarWord", calendarWord)
            }
            json.array("facilitators", facilitators)
        }
    }
}

extension Group.Stretch: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
        }
    }
}

extension Group.Facilitator: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", colleague.id)
            json.member("name", colleague.name)
            json.member("role", part)
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
            json.member("role", part)
            json.member("from", from)
            json.member("until", until)
        }
    }
}
