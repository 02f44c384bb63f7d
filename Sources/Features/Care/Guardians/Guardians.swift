import JSON
import Practice
import WebAPI

extension Guardianship {
    /// One guardianship; what the caller may not see is nil.
    struct Listed: Sendable {
        let id: ID<Guardianship>
        let name: String
        let scopes: [String]
        let version: Int
        let record: Record?

        struct Record: Sendable {
            let guardianID: ID<Guardian>
            let email: String?
            let phone: String?
            /// For the desk, and the guardian: whose account it is would say whose address it is.
            let accountID: ID<Account>?
            let legalBasis: String
            let documentReference: String?
            let from: Day?
            let until: Day?
            let isEnded: Bool
        }
    }

    /// What a guardianship said before, and from when until when the practice had it so.
    struct Past: Sendable {
        let version: Int
        let scopes: [String]
        let legalBasis: String
        let documentReference: String?
        let from: Day?
        let until: Day?
        let recordedFrom: Instant
        let recordedUntil: Instant
    }

    /// Somebody who is to be guardian of a minor client: a person the practice knows, or a new one.
    struct Appointment: Sendable {
        let guardianID: ID<Guardian>?
        let guardian: Guardian.New?
        let terms: Terms

        init(_ body: inout JSONObjectReader) {
            guardianID = body.optional("guardianId", .id())
            guardian = body.optional("guardian", .object(Guardian.New.init))
            terms = Terms(&body)
            let isOne = (guardianID == nil) != (guardian == nil)
            body.check(isOne, "guardian", "required", "Give either a new guardian or the id of one.")
        }
    }

    struct Change: Sendable {
        let legalBasis: LegalBasis?
        let documentReference: Patch<String>
        let scopes: [Scope]?
        let until: Patch<Day>

        init(_ body: inout JSONObjectReader) {
            legalBasis = body.change("legalBasis", .choice())
            documentReference = body.patch("documentReference", .line(1...200))
            scopes = body.change("scopes", .scopes)
            until = body.patch("until", .day(.longPlans))
        }
    }
}
