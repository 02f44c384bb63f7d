import Postgres
import Practice
import WebAPI

extension Enrollment {
    /// Where an episode of a client in a group stands. What may follow is judged by a trigger of the table; the words
    /// here tell a caller what it would have allowed.
    enum Status: String, Sendable, CaseIterable, PostgresWord, JSONWritable {
        case waitlisted, offered, active, paused, completed, withdrawn, transferred

        var mayBecome: [Status] {
            switch self {
            case .waitlisted: [.offered, .withdrawn]
            case .offered: [.active, .waitlisted, .withdrawn]
            case .active: [.paused, .completed, .withdrawn, .transferred]
            case .paused: [.active, .completed, .withdrawn, .transferred]
            case .completed, .withdrawn, .transferred: []
            }
        }
    }

    /// An episode as the API shows it. The names are there in the list of a group, the group's in that of a client.
    struct Details: Sendable {
        let id: ID<Enrollment>
        let groupID: ID<Group>
        let clientID: ID<Client>
        let status: Status
        let reason: String?
        let startsOn: Day
        let endedOn: Day?
        let version: Int
        let groupName: String?
        let clientName: ClientName?
    }

    struct ClientName: Sendable {
        let given: String
        let preferred: String?
        let family: String
    }

    /// The states in which a person can begin.
    enum Beginning: String, Sendable, CaseIterable, PostgresWord, JSONWritable {
        case active, waitlisted
    }

    struct New: Sendable {
        let clientID: ID<Client>
        let status: Beginning
        let startsOn: Day?
    }

    struct Change: Sendable {
        let status: Status?
        let reason: Patch<String>
    }

    /// What the database's words mean for the one who asks.
    static func explained(_ problem: Problem) -> Problem {
        switch problem.code {
        case "enrollments_overlap":
            .conflict("already_enrolled", "This client has an enrollment in this group on these days.")
        case "group_full": .conflict(problem.code, "All seats of this group are taken.")
        case "not_placeable": .conflict(problem.code, "This client cannot be placed in this group.")
        case "not_eligible": .conflict(problem.code, "This client does not meet the program's conditions.")
        case "client_is_not_active": .conflict(problem.code, "This client is not in care at present.")
        case "group_is_closed": .conflict(problem.code, "This group is closed and has started.")
        case "group_has_ended": .conflict(problem.code, "This group has ended.")
        default: problem
        }
    }
}

extension Enrollment.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("groupId", groupID)
            json.member("groupName", ifPresent: groupName)
            json.member("clientId", clientID)
            if let clientName {
                json.member("givenName", clientName.given)
                json.member("preferredName", clientName.preferred)
                json.member("familyName", clientName.family)
            }
            json.member("status", status)
            json.member("reason", ifPresent: reason)
            json.member("startsOn", startsOn)
            json.member("endedOn", endedOn)
        }
    }
}
