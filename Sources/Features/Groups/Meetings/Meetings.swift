import JSON
import Postgres
import Practice
import WebAPI

extension Meeting {
    /// A meeting as the API shows it; where it takes place is the group's, unless it has a place of its own.
    struct Details: Sendable {
        let id: ID<Meeting>
        let groupID: ID<Group>
        let startsAt: Instant
        let minutes: Int
        let place: String?
        let isTelehealth: Bool
        let isCancelled: Bool
        /// The day for which the rule of the group made it; nil for one besides the rule.
        let plannedOn: Day?
        let version: Int
    }

    /// A meeting besides the rule.
    struct New: Sendable {
        let startsAt: Instant
        let minutes: Int?
        let place: String?
        let isTelehealth: Bool?
    }

    /// What may be changed of a meeting, which follows the rule no more from then on.
    struct Change: Sendable {
        let startsAt: Instant?
        let minutes: Int?
        let place: Patch<String>
        let isTelehealth: Patch<Bool>
        let isCancelled: Bool?
    }

    static let faults: [String: FieldFault] = [
        "meetings_one_at_a_time": FieldFault("/startsAt", "taken", "The group meets at this time already.")
    ]
}

extension Meeting.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("groupId", groupID)
            json.member("startsAt", startsAt)
            json.member("minutes", minutes)
            json.member("place", place)
            json.member("telehealth", isTelehealth)
            json.member("cancelled", isCancelled)
            json.member("plannedOn", plannedOn)
            json.member("version", version)
        }
    }
}
