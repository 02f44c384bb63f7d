import JSON
import Postgres
import Practice
import WebAPI

extension Inquiry {
    enum Kind: String, Sendable, CaseIterable, PostgresWord {
        case adult, minor, couple
    }

    enum State: String, Sendable, CaseIterable, PostgresWord {
        case received, screening, offered, waitlisted, accepted, declined, referred, withdrawn

        /// What may follow. The database judges; this is for telling who is refused.
        var next: [State] {
            switch self {
            case .received: [.screening, .declined, .referred, .withdrawn]
            case .screening: [.offered, .declined, .referred, .withdrawn]
            case .offered: [.waitlisted, .accepted, .declined, .referred, .withdrawn]
            case .waitlisted: [.offered, .declined, .referred, .withdrawn]
            case .accepted, .declined, .referred, .withdrawn: []
            }
        }

        /// In which somebody waits for the practice.
        static let waiting: [State] = [.received, .screening, .offered, .waitlisted]
        static let closing: [State] = [.declined, .referred, .withdrawn]
    }

    /// What a stranger sends.
    struct Submission: Sendable {
        let kind: Kind
        let name: String
        let email: String?
        let phone: String?
        let message: String?
        /// Of the person who is to come into care.
        let birthDate: PartialDay?
        /// Where that person lives.
        let region: String?
        /// How it is safe to reach the one who asks.
        let safeChannels: [Client.Channel]

        init(_ body: inout JSONObjectReader) {
            kind = body.required("kind", .choice())
            name = body.required("name", .line(1...200))
            let (email, phone) = (body.optional("email", .email), body.optional("phone", .line(5...40)))
            (self.email, self.phone) = (email, phone)
            message = body.optional("message", .text(1...4_000))
            birthDate = body.optional("birthDate", .birthDate)
            region = body.optional("region", .region)
            safeChannels = body.optional("safeChannels", .array(0...4, of: .choice())) ?? []
            body.check(
                email != nil || phone != nil, "email", "required", "Give an e-mail address or a telephone number.")
        }

        /// By what the one who sends it is known again, however it is written.
        var contacts: [String] {
            let known = (phone.map(ContactKey.phoneNumbers) ?? []) + (email.map { [ContactKey.email($0)] } ?? [])
            return known.isEmpty ? ["no digits"] : known
        }
    }

    /// An inquiry as the practice sees it.
    struct Record: Sendable {
        let id: ID<Inquiry>
        let kind: String
        let name: String
        let email: String?
        let phone: String?
        let state: State
        let stateSince: Instant
        /// When it will have waited, or had waited, too long in its state; nil when nobody waits.
        let dueAt: Instant?
        let reasonCode: String?
        let reason: String?
        let assignedTo: ID<Account>?
        let receivedAt: Instant
        let about: About
        let risk: Risk?
        let clientID: ID<Client>?
        let partnerID: ID<Client>?
        let coupleID: ID<Couple>?
        let repetition: Repetition
        let names: Names
        let version: Int
        let safeChannels: [String]
        let sealedMessage: [UInt8]?
        var message: String?
    }

    /// What some of its ids are called.
    struct Names: Sendable {
        let assignedTo: String?
        let program: String?
    }

    /// What is known of the person who is to come into care, and asked for.
    struct About: Sendable {
        let birthDate: PartialDay?
        let region: String?
        let programID: ID<Program>?
        let track: String?
        let knownClientID: ID<Client>?
    }

    /// Others that came from the same address or number within minutes, as far as the caller sees them.
    struct Repetition: Sendable {
        /// The first of them, where this is a later one.
        let of: ID<Inquiry>?
        /// The later ones, where this is the first.
        let by: [ID<Inquiry>]
    }

    /// That answers gave cause for concern, and who has taken note of it.
    struct Risk: Sendable {
        let raisedAt: Instant
        let acknowledgedAt: Instant?
        let acknowledgedBy: ID<Account>?
    }

    struct Filter: Sendable {
        let state: State?
        let risk: Bool?
        let overdue: Bool?
        let repeated: Bool?
        let assignedTo: ID<Account>?
        let page: Page
    }

    struct Change: Sendable {
        let state: State?
        let reasonCode: Patch<String>
        let reason: Patch<String>
        let birthDate: Patch<PartialDay>
        let region: Patch<String>
        let programID: Patch<ID<Program>>
        let track: Patch<String>
        let knownClientID: Patch<ID<Client>>

        init(_ body: inout JSONObjectReader) {
            state = body.change("state", .settableState)
            reasonCode = body.patch("reasonCode", .line(1...40))
            reason = body.patch("reason", .line(1...500))
            birthDate = body.patch("birthDate", .birthDate)
            region = body.patch("region", .region)
            programID = body.patch("programId", .id())
            track = body.patch("track", .line(1...60))
            knownClientID = body.patch("knownClientId", .id())
        }
    }
}

extension Inquiry.Filter {
    init(_ query: inout QueryReader) {
        state = query.optional("state", .choice())
        risk = query.bool("risk")
        overdue = query.bool("overdue")
        repeated = query.bool("repeated")
        assignedTo = query.optional("assignedTo", .criterion())
        page = query.countedPage()
    }
}

extension JSONShape where Value == Inquiry.State {
    /// Any state but the first, and the one that only an acceptance gives.
    fileprivate static var settableState: Self {
        JSONShape<Inquiry.State>.choice().map(
            or: .screening, code: "not_a_choice",
            detail: "This must be one of: screening, offered, waitlisted, declined, referred, withdrawn."
        ) { $0 == .received || $0 == .accepted ? nil : $0 }
    }
}
