import Postgres
import Practice
import WebAPI

extension Meeting {
    struct Details: Sendable {
        let id: ID<Meeting>
        let groupID: ID<Group>
        let startsAt: Instant
        let minutes: Int
        let isCancelled: Bool
        let version: Int
    }

    /// How a member attended.
    enum Mark: String, Sendable, CaseIterable, PostgresWord, JSONWritable {
        case present, late, leftEarly = "left_early", absent, excused, remote
    }

    struct Attendee: Sendable {
        let clientID: ID<Client>
        let givenName: String
        let preferredName: String?
        let familyName: String
        let mark: Mark?
        let recordedAt: Instant?
    }
}

extension Meeting.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("groupId", groupID)
            json.member("startsAt", startsAt)
            json.member("minutes", minutes)
            json.member("cancelled", isCancelled)
        }
    }
}

extension Meeting.Attendee: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("clientId", clientID)
            json.member("givenName", givenName)
            json.member("preferredName", preferredName)
            json.member("familyName", familyName)
            json.member("mark", mark)
            json.member("recordedAt", recordedAt)
        }
    }
}
