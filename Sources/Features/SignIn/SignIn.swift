import Practice
import WebAPI

extension SignIn {
    /// What somebody says to be let in.
    struct Attempt: Sendable {
        let practice: String
        let email: String
        let password: String
        let code: String?

        init(_ body: inout JSONObjectReader) {
            practice = body.required("practice", .line(1...64))
            email = body.required("email", .email)
            password = body.required("password", .text(1...1_024))
            code = body.optional("code", .line(6...20))
        }
    }

    /// The account that an attempt may be for.
    struct Candidate: Sendable {
        let practiceID: ID<Practice>
        let accountID: ID<Account>
        let passwordHash: String
        /// The secret of the account's authenticator, sealed.
        let secondFactor: [UInt8]?
    }

    /// A sign-in that was opened.
    struct Opened: Sendable {
        let id: ID<SignIn>
        let name: String
        let roles: [Role]
        let clientID: ID<Client>?
        let idleMinutes: Int
        let expiresAt: Instant
        /// `given`, `not_required`, or `missing` where the account should have one.
        let secondFactor: String
        /// It was there already: the request is a repeat.
        let isReplayed: Bool
    }

    /// One line in the list of the places where one is signed in.
    struct Listed: Sendable {
        let id: ID<SignIn>
        let createdAt: Instant
        let lastSeenAt: Instant
        let expiresAt: Instant
        var isCurrent = false
    }
}

extension Invitation {
    /// What an invitation shows to who has it.
    struct Letter: Sendable {
        let practiceSlug: String
        let practiceName: String
        let accountID: ID<Account>
        let accountName: String
        let email: String
        let needsSecondFactor: Bool
        let expiresAt: Instant

        /// The secret proposed to who has the link: the same each time, and kept only when the invitation is accepted.
        func proposal(_ token: Token, _ keys: ServerKeys) -> TOTP {
            TOTP(proposedFor: ["invitation", token.text], with: keys)
        }
    }

    /// What the invited person sends.
    struct Choice: Sendable {
        let password: String
        let code: String?

        init(_ body: inout JSONObjectReader) {
            password = body.required("password", .text(1...1_024))
            code = body.optional("code", .line(6...6))
        }
    }
}
