import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

extension Guardian {
    /// A parent or custodian whom the practice does not know yet.
    struct New: Sendable {
        let name: String
        let email: String?
        let phone: String?
        /// Whether the person gets an account; not asked, whoever has an e-mail address does.
        let isInvited: Bool
        /// Whose account it is, of somebody who signs in here already.
        let existing: Existing?

        init(_ body: inout JSONObjectReader) {
            name = body.required("name", .line(1...200))
            let email = body.optional("email", .email)
            self.email = email
            phone = body.optional("phone", .line(1...40))
            let existing = Existing(&body)
            self.existing = existing
            isInvited = body.optional("invite", .bool) ?? (email != nil && existing == nil)
            body.check(email != nil || !isInvited, "email", "required", "An invitation needs an e-mail address.")
            body.check(
                existing == nil || !isInvited, "invite", "has_an_account", "Who signs in here already needs no key.")
        }

        /// Whether the person is to sign in.
        var signsIn: Bool { isInvited || existing != nil }
    }
}

extension Guardian {
    /// Somebody who signs in here already: a colleague, by the account, or a client, by the chart. Another child's parent
    /// is known as a guardian.
    enum Existing: Sendable {
        case account(ID<Account>)
        case client(ID<Client>)

        init?(_ body: inout JSONObjectReader) {
            let account = body.optional("accountId", .criterion(Account.self))
            let client = body.optional("clientId", .id(Client.self))
            body.check(account == nil || client == nil, "clientId", "one_of_two", "Give one of the two.")
            if let account {
                self = .account(account)
            } else if let client {
                self = .client(client)
            } else {
                return nil
            }
        }

        /// The member of the body that names it.
        var member: String {
            switch self {
            case .account: "accountId"
            case .client: "clientId"
            }
        }
    }
}

extension Guardianship {
    /// What whoever appoints is told of an account that exists: nobody needs a key to it.
    static func linked(_ account: ID<Account>, at now: Instant) -> SentInvitation {
        SentInvitation(accountID: account, kind: "linked", token: nil, expiresAt: now + .seconds(7 * 86_400))
    }

    /// That there is no account which could be put to it.
    static func noAccount(at pointer: String) -> FieldFault {
        FieldFault(pointer, "no_such_account", "There is no such account in this practice.")
    }

    /// What a refusal to put an account to it is told.
    static func refusal(_ problem: Problem) -> Problem {
        guard problem.status == .conflict else { return problem }
        let details = [
            "account_of_oneself": "Nobody puts the own account to somebody's chart: a colleague does.",
            "already_guardian": "This account is a guardian of the client in that time already.",
            "guardian_is_a_minor": "This person is a minor, or the client: somebody of age is the guardian.",
            "guardian_has_died": "This person has died: somebody else is the guardian.",
            "guardianship_has_ended": "This guardianship has ended. Appoint the guardian anew.",
            "account_not_in_use":
                "Nobody has used this account yet. Allowed is to appoint the guardian without it, to put the account to "
                + "the guardianship (PUT …/account), and to invite anew.",
        ]
        return details[problem.code].map { .conflict(problem.code, $0) } ?? problem
    }

    enum LegalBasis: String, Sendable, CaseIterable {
        case parent, custodian, other
        case courtOrder = "court_order"
    }

    /// What a guardian may see or do.
    enum Scope: String, Sendable, CaseIterable {
        case attendance, schedule, homework, consent, billing
    }

    /// On what ground, for what and since when.
    struct Terms: Sendable {
        let legalBasis: LegalBasis
        /// Where the order or certificate is found.
        let documentReference: String?
        let scopes: [Scope]
        let from: Day?
        let until: Day?

        init(_ body: inout JSONObjectReader) {
            legalBasis = body.optional("legalBasis", .choice()) ?? .parent
            documentReference = body.optional("documentReference", .line(1...200))
            scopes = body.required("scopes", .scopes)
            let (from, until) = (body.optional("from", .day(.plans)), body.optional("until", .day(.longPlans)))
            (self.from, self.until) = (from, until)
            if let from, let until {
                body.check(from < until, "until", "before_from", "This must be after `from`.")
            }
        }

        /// Whether nothing is left of it that begins on the day on which it is recorded.
        func endsBeforeItBegins(on today: Day) -> Bool { until.map { $0 <= from ?? today } ?? false }

        /// Whether it has ended by the day on which it is recorded.
        func isOver(on today: Day) -> Bool { until.map { $0 <= today } ?? false }

        static let faults = [
            "guardianships_practice_id_guardian_id_fkey": FieldFault(
                "/guardianId", "no_such_guardian", "There is no such guardian in this practice."),
            "guardianships_overlap": FieldFault(
                "/guardianId", "already_guardian", "This person is a guardian of the client in that time already."),
            "guardianships_empty_only_when_ended": emptySpan,
        ]

        /// That an end lies before its beginning, which is today where none is named.
        static let emptySpan = FieldFault("/until", "before_from", "This must be after the day it began.")

        /// That nobody is let in for what is over.
        static let over = FieldFault(
            "/until", "out_of_range",
            "Who is to sign in guards from today on: this must be after today. Record what is over without a sign-in.")
    }
}

extension JSONShape where Value == [Guardianship.Scope] {
    static var scopes: Self { .array(0...5, of: .choice()) }
}

extension Problem {
    static let notAMinor = Problem.conflict(
        "not_a_minor", "Guardians are for clients under 18 whose birth date is known, the day where it depends on it.")
}
