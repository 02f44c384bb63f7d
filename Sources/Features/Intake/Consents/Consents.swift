import JSON
import Postgres
import Practice
import WebAPI

extension Consent {
    /// Where a consent stands today. What may follow is judged by the database.
    enum State: String, Sendable, CaseIterable, PostgresWord {
        case requested, signed, revoked, expired
    }

    /// One consent as the API shows it.
    struct Record: Sendable {
        let id: ID<Consent>
        let clientID: ID<Client>
        let clientName: String
        let coupleID: ID<Couple>?
        /// Of a couple's: the policy that is agreed to.
        let confidentiality: String?
        let documentID: ID<ConsentDocument>
        let kind: String
        let number: Int
        let title: String
        let textHash: String
        let state: State
        let requestedAt: Instant
        let signedAt: Instant?
        let expiresOn: Day?
        let revokedAt: Instant?
        let text: String?
        /// Guardians who have not signed yet; nil for who is not told.
        let awaited: [String]?
    }

    /// Who signed, in which capacity, when and from where. The address is the practice's evidence, and for it alone.
    struct Signature: Sendable {
        let id: ID<ConsentSignature>
        let capacity: String
        let name: String
        let signedAt: Instant
        let revokedAt: Instant?
        let sealedAddress: [UInt8]?
        var address: String?
    }

    struct Details: Sendable {
        let record: Record
        let signatures: [Signature]
    }

    struct Filter: Sendable {
        let state: State?
        let page: Page

        init(_ query: inout QueryReader) {
            state = query.optional("state", .choice())
            page = query.page()
        }
    }

    /// The refusals of signing and revoking, with what is allowed instead.
    static func explained(_ problem: Problem) -> Problem {
        var problem = problem
        switch problem.code {
        case "consent_is_signed": problem.detail = "This consent is signed. What may follow is a revocation."
        case "consent_is_revoked": problem.detail = "This consent was revoked. It has to be requested anew."
        case "consent_is_expired": problem.detail = "This consent has run out. It has to be requested anew."
        case "birth_day_needed":
            problem.detail =
                "Whether the client or a guardian signs this depends on the day of birth, which the chart does not have."
        case "guardian_signs": problem.detail = "A minor's guardians sign this."
        case "not_signed_by_you": problem.detail = "You have not signed this: only who signed can revoke."
        case "not_in_a_couple": problem.detail = "This is a couple's consent, and the client is in no couple today."
        case _ where problem.constraint == "consents_requested_once":
            problem = .conflict(
                "already_requested", "This consent is requested already. What may follow is a signature.")
        default: break
        }
        return problem
    }
}
