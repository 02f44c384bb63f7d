import JSON
import Postgres
import Practice
import WebAPI

extension Meeting {
    /// How a member attended.
    enum Mark: String, Sendable, CaseIterable, PostgresWord, JSONWritable {
        case present, late, leftEarly = "left_early", absent, excused, remote

        /// Whether somebody who attended so may have come after the beginning, or gone before the end.
        var isPartial: Bool { self == .late || self == .leftEarly }
    }

    /// How somebody attended, and when that is other than from beginning to end.
    struct Note: Sendable {
        let mark: Mark
        let arrivedAt: Instant?
        let leftAt: Instant?
    }

    /// What is to be noted of one member.
    struct NewNote: Sendable {
        let clientID: ID<Client>
        let note: Note
    }

    /// A member on the day of the meeting, or somebody who has a mark, with what is noted.
    struct Attendee: Sendable {
        let clientID: ID<Client>
        let givenName: String
        let preferredName: String?
        let familyName: String
        let note: Note?
        let recordedAt: Instant?
        let recordedBy: Group.Colleague?
        /// Counts what was noted, the present mark with it; nil where there is none.
        let version: Int?
    }

    /// What was noted of a member before it was corrected or cleared.
    struct FormerNote: Sendable {
        let clientID: ID<Client>
        let note: Note
        let recordedAt: Instant
        let correctedAt: Instant
        let recordedBy: Group.Colleague
        /// Who has cleared it; nil where another mark came in its place.
        let clearedBy: Group.Colleague?
    }

    /// A meeting in the view of one member: who recorded it is for those who treat the client.
    struct Attended: Sendable {
        let meetingID: ID<Meeting>
        let groupID: ID<Group>
        let groupName: String
        let startsAt: Instant
        let minutes: Int
        let note: Note?
        let recordedAt: Instant?
        let recordedBy: Group.Colleague?
    }

    /// How many meetings count for somebody, and how many of them were attended: a meeting without a mark counts for
    /// nobody, and one from which somebody was excused does not count for them.
    struct Rate: Sendable {
        let attended: Int
        let meetings: Int
    }

    /// How long before a meeting begins somebody's attendance may be noted.
    static let earliest = Duration.seconds(3_600)

    /// What hinders that marks are recorded: positions of those that cannot be, and the state of the meeting.
    struct Obstacles: Sendable {
        let strangers: [Int]
        let arrivals: [Int]
        let departures: [Int]
        let isCancelled: Bool
        let isTooEarly: Bool
    }
}

extension JSONWriter {
    fileprivate mutating func members(_ note: Meeting.Note?) {
        member("mark", note?.mark)
        member("arrivedAt", note?.arrivedAt)
        member("leftAt", note?.leftAt)
    }
}

extension Meeting.Attendee: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("clientId", clientID)
            json.member("givenName", givenName.ifAny)
            json.member("preferredName", preferredName)
            json.member("familyName", familyName.ifAny)
            json.members(note)
            json.member("recordedAt", recordedAt)
            json.member("recordedBy", recordedBy)
            json.member("version", version)
        }
    }
}

extension Meeting.FormerNote: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("clientId", clientID)
            json.members(note)
            json.member("recordedAt", recordedAt)
            json.member("correctedAt", correctedAt)
            json.member("recordedBy", recordedBy)
            json.member("clearedBy", clearedBy)
        }
    }
}

extension Meeting.Attended: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("meetingId", meetingID)
            json.object("group") { json in
                json.member("id", groupID)
                json.member("name", groupName)
            }
            json.member("startsAt", startsAt)
            json.member("minutes", minutes)
            json.members(note)
            json.member("recordedAt", ifPresent: recordedAt)
            json.member("recordedBy", ifPresent: recordedBy)
        }
    }
}

extension Meeting.Rate: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("attended", attended)
            json.member("meetings", meetings)
        }
    }
}
