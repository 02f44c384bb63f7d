import Practice
import WebAPI

/// Keys to accounts that need more than sending them: codes on paper, lost second factors, and accounts that exist.
enum Keys {
    /// Whose account a request is about.
    enum Holder: Sendable {
        case staff(ID<Account>)
        case client(ID<Client>)
        case guardian(ID<Guardianship>, of: ID<Client>)
    }

    /// An account that is made where there is none yet.
    struct NewAccount: Sendable {
        let id: ID<Account>
        /// For who has no address.
        let signInName: String

        init(_ call: Call) {
            (id, signInName) = (call.newID(), SignInName.new(in: call.surroundings))
        }
    }

    /// A code that was made, to be written on paper.
    struct MadeCode: Sendable {
        let id: ID<Invitation>
        let code: PaperCode
        let practiceSlug: String
        let accountID: ID<Account>
        /// Of who has no e-mail address.
        let signInName: String?
        /// Whether it works, or waits for a second member of staff.
        let isUsable: Bool
        let expiresAt: Instant
    }

    /// A code that lets somebody past the limits of signing in, and opens nothing.
    struct EntryCode: Sendable {
        let code: PaperCode
        let practiceSlug: String
        let accountID: ID<Account>
        /// Of who has no e-mail address.
        let signInName: String?
        let expiresAt: Instant
    }

    /// A code on paper that is good still, or waits for its second member of staff.
    struct PendingCode: Sendable {
        let id: ID<Invitation>
        let accountID: ID<Account>
        let name: String
        let roles: [String]
        let clientID: ID<Client>?
        let isUsable: Bool
        let madeBy: ID<Account>
        let madeByName: String
        let reason: String?
        let madeAt: Instant
        let expiresAt: Instant
    }

    /// What a refusal is told: the ways that are open.
    static let refusals = [
        "account_in_use": """
        Somebody has used this account. Allowed is to invite anew: that starts a reset by the account's own address.
        """,
        "account_not_in_use": """
        Nobody has used this account yet. Allowed is to invite, or to hand over a code on paper (`…/paper-code`).
        """,
        "account_is_disabled": "This account is disabled. Who may change staff enables it first, by `disabled: false`.",
        "account_has_no_address": """
        This account has no e-mail address to which a link could go.
        """,
        "confirmed_by_another": "A second member of staff confirms that the code was handed over, with an own sign-in.",
        "paper_code_is_over": "This code was used, or its half hour is over. Make another one.",
        "no_second_factor": "This account has no second factor that could be taken away.",
        "second_factor_of_oneself": "Nobody takes the own second factor away: another owner does, or the operator.",
        "account_of_oneself": "Nobody puts the own account to somebody's chart: a colleague does.",
        "account_has_a_chart":
            "This account is another client's already. If that is the same person, merge the charts.",
        "guardian_is_a_minor": "This person is a minor, or the client: somebody of age is the guardian.",
        "already_guardian": "This account is a guardian of the client in that time already.",
    ]
}
