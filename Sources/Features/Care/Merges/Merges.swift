import JSON
import Postgres
import Practice
import WebAPI

extension ClientMerge {
    /// Two charts that were made one.
    struct Record: Sendable {
        let id: ID<ClientMerge>
        let survivorID: ID<Client>
        let duplicate: Duplicate
        let mergedAt: Instant
        let mergedBy: ID<Account>
        /// The second member of staff, where somebody signs in to one of the charts.
        let confirmedBy: ID<Account>?
        let reversedAt: Instant?
        let reversedBy: ID<Account>?
        /// How many rows were moved.
        let moved: Int
    }

    /// A merge that waits for a second member of staff, since somebody signs in to one of the charts.
    struct Request: Sendable {
        let id: ID<ClientMerge>
        let survivor: Duplicate
        let duplicate: Duplicate
        let askedBy: ID<Account>
        let askedAt: Instant
        let expiresAt: Instant
    }

    /// The chart that is no more, as it was.
    struct Duplicate: Sendable {
        let id: ID<Client>
        let givenName: String
        let familyName: String
        let birthDate: PartialDay?
    }

    /// What stands in the way of a merge: the words of `access.merge_obstacles`. Each names a way out, and a test goes it.
    enum Obstacle: String, Sendable, CaseIterable, PostgresWord {
        case toldApart = "told_apart"
        case oneChartIsClosed = "one_chart_is_closed"
        case partnersOfEachOther = "partners_of_each_other"
        case twoCouplesAtOnce = "two_couples_at_once"
        case halfSignedConsent = "half_signed_consent"
        case partnerInTheSameGroup = "partner_in_the_same_group"
        case inConflictWithEachOther = "in_conflict_with_each_other"
        case conflictInTheSameGroup = "conflict_in_the_same_group"
        case guardianOfOneself = "guardian_of_oneself"
        case guardianIsAMinor = "guardian_is_a_minor"

        var detail: String {
            switch self {
            case .toldApart:
                "Somebody has said that these are different people. If not, take that back first (the distinction)."
            case .oneChartIsClosed:
                "One of the charts is closed, and the other is not. If the person has died, say so in both. If not, open the "
                    + "chart that stays (status active), or close the other one."
            case .partnersOfEachOther:
                "These two are, or were, a couple: they are different people. If that was a mistake, end the couple, and "
                    + "set its first day to the day on which it ended."
            case .twoCouplesAtOnce:
                "Each of them is in a couple at the same time. End one of the couples, or set its first day to a later one, "
                    + "so that no day is in both."
            case .halfSignedConsent:
                "Both were asked for the same consent, and both requests have signatures. Have one of them signed by "
                    + "everybody whose signature it waits for."
            case .partnerInTheSameGroup:
                "A partner, of now or before, has a seat in a group of the other chart. End one of the two seats today, or "
                    + "move it into another group."
            case .inConflictWithEachOther:
                "They are noted as never to be placed together: they are different people. If not, end that first."
            case .conflictInTheSameGroup:
                "Somebody with whom one of them is never placed has a seat in a group of the other, or leads it. End the "
                    + "conflict, or one of the seats, or the leading."
            case .guardianOfOneself:
                "The client of one of them is, by the account, a guardian of the other: they are different people. If not, end "
                    + "the guardianship."
            case .guardianIsAMinor:
                "The client of one of them is, by the account, a guardian of somebody, and by the chart that stays is a minor. "
                    + "Correct the birth date, or end the guardianship."
            }
        }
    }
}

extension ClientMerge.Record: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("survivorId", survivorID)
            json.member("duplicate", duplicate)
            json.member("mergedAt", mergedAt)
            json.member("mergedBy", mergedBy)
            json.member("confirmedBy", confirmedBy)
            json.member("reversedAt", reversedAt)
            json.member("reversedBy", reversedBy)
            json.member("moved", moved)
        }
    }
}

extension ClientMerge.Duplicate: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("givenName", givenName.ifAny)
            json.member("familyName", familyName.ifAny)
            json.member("birthDate", birthDate)
        }
    }
}

extension ClientMerge.Request: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("state", "awaits_confirmation")
            json.member("survivor", survivor)
            json.member("duplicate", duplicate)
            json.member("askedBy", askedBy)
            json.member("askedAt", askedAt)
            json.member("expiresAt", expiresAt)
        }
    }
}
