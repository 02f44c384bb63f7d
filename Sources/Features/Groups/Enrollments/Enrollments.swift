import JSON
import Postgres
import Practice
import WebAPI

extension Enrollment {
    /// Where an episode of a client in a group stands. What may follow what is judged by the database; the words here tell a
    /// caller what it would have allowed.
    enum Status: String, Sendable, CaseIterable, PostgresWord, JSONWritable {
        case waitlisted, offered, active, paused, completed, withdrawn, transferred

        var mayBecome: [Status] {
            switch self {
            case .waitlisted: [.offered, .withdrawn]
            case .offered: [.active, .withdrawn]
            case .active: [.paused, .completed, .withdrawn, .transferred]
            case .paused: [.active, .completed, .withdrawn, .transferred]
            case .completed, .withdrawn, .transferred: []
            }
        }
    }

    /// An episode as the API shows it today. The names are there in the list of a group, the group's in that of a client.
    struct Details: Sendable {
        let id: ID<Enrollment>
        let groupID: ID<Group>
        let clientID: ID<Client>
        /// Today's, or that of the first day where it begins later; none where it was recorded by mistake.
        let status: Status?
        let reason: String?
        let startsOn: Day?
        let endedOn: Day?
        var next: Planned?
        var offerExpiresAt: Instant?
        var transferredFrom: ID<Enrollment>?
        let version: Int
        var groupName: String?
        var programName: String?
        var clientName: ClientName?
    }

    /// What is planned next.
    struct Planned: Sendable {
        let status: Status
        let from: Day
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

    /// A step that holds from a day on; a pause may have an end.
    struct Step: Sendable {
        let status: Status
        let from: Day?
        let until: Day?
        let reason: String?
    }

    struct Transfer: Sendable {
        let groupID: ID<Group>
        let on: Day?
        let reason: String?
    }

    /// Where an episode goes on in another group.
    struct Successor: Sendable {
        let id: ID<Enrollment>
        let status: Status
        let startsOn: Day
    }

    /// A phase that is open to a client now.
    struct OpenPhase: Sendable {
        let id: ID<Phase>
        let name: String
        let track: String?
    }

    /// Who waits for a seat. Where in the list, only who assigns seats of the whole practice is told.
    struct Waiting: Sendable {
        let id: ID<Enrollment>
        let clientID: ID<Client>
        let clientName: ClientName
        let position: Int?
        let since: Instant?
        let key: PageKey
    }
}

extension Enrollment {
    /// What the database's words mean for the one who asks.
    static func explained(_ problem: Problem) -> Problem {
        if let sentence = sentences[problem.code] { return .conflict(problem.code, sentence) }
        switch problem.code {
        case _ where problem.constraint == "enrollment_spans_one_episode_a_day":
            return .conflict("already_enrolled", "This client has an enrollment in this group on these days.")
        case _ where problem.code.hasPrefix("not_placeable_"):
            return .conflict("not_placeable", reasons[problem.code] ?? notPlaceable)
        default: return problem
        }
    }

    /// What the database says about a step, as it was asked for.
    static let stepFaults = [
        "before_first_day": FieldFault("/from", "before_first_day", beforeFirstDay),
        "not_an_end": FieldFault("/until", "not_an_end", "A pause ends after it has begun."),
    ]

    /// The same of a transfer.
    static let transferFaults = [
        "before_first_day": FieldFault("/on", "before_first_day", beforeFirstDay),
        "same_group": FieldFault("/groupId", "same_group", "The client is in this group already: name another."),
        "unknown": ReferenceKind.group.missing(at: "/groupId"),
    ]

    private static let beforeFirstDay = "This lies before the first day of the enrollment: correct its history instead."
    private static let notPlaceable = "This client cannot be placed in this group."

    private static let sentences = [
        "not_placeable": notPlaceable,
        "group_full": "All seats of this group are taken, on some day at least.",
        "not_eligible": "This client does not meet the program's conditions.",
        "birth_day_needed":
            "Whether this client meets the program's age depends on the day of birth, which the chart does not have.",
        "client_is_not_active": "This client is not in care at present.",
        "group_is_closed": "This group is closed and has started.",
        "group_has_ended": "This group has ended.",
        "phase_not_completed": "This client has not completed a phase that comes before this group's.",
        "in_another_track": "This client has a seat in another track of the same program.",
        "offer_expired": "The offer has expired. Allowed is to withdraw, and to wait for a seat again.",
        "transfer_needs_a_group": "A transfer names the other group: it is asked for as a transfer.",
    ]

    // Why, without whom: only for who has the whole practice in scope.
    private static let reasons = [
        "not_placeable_partner": "\(notPlaceable) Somebody in it is, or was, the client's partner.",
        "not_placeable_relative": "\(notPlaceable) Somebody in it is a relative.",
        "not_placeable_known_person": "\(notPlaceable) Somebody in it is known to the client.",
        "not_placeable_do_not_place": "\(notPlaceable) It is noted that they are not placed together.",
        "not_placeable_dual_role": "\(notPlaceable) Who leads it has another role towards the client.",
    ]
}
