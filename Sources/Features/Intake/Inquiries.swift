import Practice
import WebAPI

extension Inquiry {
    enum Kind: String, Sendable, CaseIterable {
        case adult, minor, couple
    }

    enum State: String, Sendable, CaseIterable {
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
    }

    /// What a stranger sends.
    struct Submission: Sendable {
        let kind: Kind
        let name: String
        let email: String?
        let phone: String?
        let message: String?

        init(_ body: inout JSONObjectReader) {
            kind = body.required("kind", .choice())
            name = body.required("name", .line(1...200))
            let (email, phone) = (body.optional("email", .email), body.optional("phone", .line(5...40)))
            (self.email, self.phone) = (email, phone)
            message = body.optional("message", .text(1...4_000))
            body.check(
                email != nil || phone != nil, "email", "required", "Give an e-mail address or a telephone number.")
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
        let reason: String?
        let assignedTo: ID<Account>?
        let receivedAt: Instant
        let clientID: ID<Client>?
        let partnerID: ID<Client>?
        let coupleID: ID<Couple>?
        let version: Int
        let sealedMessage: [UInt8]?
        var message: String?
    }

    struct Filter: Sendable {
        let state: State?
        let page: Page

        init(_ query: inout QueryReader) {
            state = query.optional("state", .choice())
            page = query.page()
        }
    }

    struct Change: Sendable {
        let state: State?
        let reason: Patch<String>
        let assignedTo: Patch<ID<Account>>

        init(_ body: inout JSONObjectReader) {
            state = body.change("state", .settableState)
            reason = body.patch("reason", .line(1...500))
            assignedTo = body.patch("assignedTo", .id())
        }
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
