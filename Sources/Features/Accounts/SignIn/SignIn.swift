import JSON
import Postgres
import Practice
import WebAPI

extension SignIn {
    /// What somebody says to be let in.
    struct Attempt: Sendable {
        let practice: String
        /// An e-mail address, or the sign-in name of who has none.
        let name: String
        let password: String
        let code: String?
        let deviceKey: String?
        /// The last part of a link that came by letter: it shows whose mailbox one reads.
        let link: String?

        init(_ body: inout JSONObjectReader) {
            (practice, name) = SignIn.name(&body)
            password = body.required("password", .password)
            code = body.optional("code", .line(6...20))
            deviceKey = body.optional("deviceKey", .deviceKey)
            link = body.optional("link", .line(1...100))
        }
    }

    /// A practice, in lower case, and what one signs in with there: an e-mail address, or else a sign-in name.
    static func name(_ body: inout JSONObjectReader) -> (practice: String, name: String) {
        let practice = body.required("practice", .line(1...64)).lowercased()
        guard body.has("signInName") else { return (practice, body.required("email", .email)) }
        let name = body.required("signInName", .line(1...40)).lowercased()
        let email = body.optional("email", .email)
        body.check(
            email == nil, "email", "one_of_two",
            "Give the e-mail address with which you sign in, or else your sign-in name.")
        return (practice, name)
    }

    /// What the database says of an attempt before the password is looked at.
    struct Tried: Sendable {
        let practiceID: ID<Practice>?
        let candidate: Candidate?
        let failures: Failures
    }

    /// The account that an attempt may be for.
    struct Candidate: Sendable {
        let practiceID: ID<Practice>
        let accountID: ID<Account>
        let passwordHash: String
        /// The secret of the account's authenticator, sealed.
        let secondFactor: [UInt8]?
        /// It has no second factor, and the practice lets in no staff without one.
        let mustSetFactor: Bool
        let practiceName: String
        /// With which it signs in.
        let name: String

        /// The authenticator that is proposed to who must set one: the same each time that the password is right, and
        /// kept only when a code of it is shown.
        func proposal(_ keys: ServerKeys) -> TOTP {
            TOTP(proposedFor: ["must-set", accountID.description, passwordHash], with: keys)
        }
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
        /// Of a second factor that was set just now: told once.
        var recovery: SecondFactor.Recovery?
    }

    /// One line in the list of the places where one is signed in.
    struct Listed: Sendable {
        let id: ID<SignIn>
        let createdAt: Instant
        let lastSeenAt: Instant
        let expiresAt: Instant
        /// Words for the device; nil of a sign-in from before they were kept.
        let device: String?
        var isCurrent = false
    }
}

extension Invitation {
    /// What an invitation shows to who has it.
    struct Letter: Sendable {
        let practiceID: ID<Practice>
        let practiceSlug: String
        let practiceName: String
        let accountID: ID<Account>
        let accountName: String
        let email: String?
        let signInName: String?
        /// `invitation`, or `reset` of an account in use.
        let kind: String
        let factor: Factor
        /// The present authenticator of an account in use, sealed.
        let secret: [UInt8]?
        let expiresAt: Instant

        /// The secret proposed to who has the link: the same each time, and kept only when the invitation is accepted.
        func proposal(_ key: Key, _ keys: ServerKeys) -> TOTP {
            TOTP(proposedFor: ["invitation", key.text], with: keys)
        }
    }

    /// What is asked for besides the password: a new authenticator that must be, one that may be, or a code of the one
    /// that there is, which stays.
    enum Factor: String, Sendable, PostgresWord {
        case required, optional, present
    }

    /// What stands behind `/v1/invitations/`: the token of a link, or a practice and a code on paper.
    struct Key: Sendable {
        /// As it is kept, whatever was typed.
        let text: String
        let hash: [UInt8]
        /// What gives the practice.
        let practice: SQL
        let isPaper: Bool

        init?(_ typed: String, _ keys: ServerKeys) {
            if let token = Token(typed) {
                (text, hash, practice, isPaper) = (token.text, token.hash, "\(token.practiceID)", false)
                return
            }
            let parts = typed.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let code = PaperCode(parts[1]) else { return nil }
            let slug = parts[0].lowercased()
            (text, hash, isPaper) = ("\(slug).\(code.text)", code.hash(with: keys), true)
            practice = Self.practice(named: slug)
        }
    }

    /// What the invited person sends.
    struct Choice: Sendable {
        let password: String
        let code: String?
        let deviceKey: String?

        init(_ body: inout JSONObjectReader) {
            password = body.required("password", .password)
            code = body.optional("code", .line(6...20))
            deviceKey = body.optional("deviceKey", .deviceKey)
        }
    }
}
