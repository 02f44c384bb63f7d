import JSON
import Practice
import WebAPI

/// Taking somebody who asked for help into care: who comes, who treats them, who is responsible for a minor.
struct Acceptance: Sendable {
    let kind: Inquiry.Kind
    var client: Incomer
    /// Of a couple.
    let partner: Incomer?
    /// Of a minor.
    let guardians: [Responsible]
    let counselorID: ID<Account>
    let confidentiality: Couple.Confidentiality

    init(_ body: inout JSONObjectReader) {
        let kind = body.required("kind", .choice(Inquiry.Kind.self))
        self.kind = kind
        client = body.required("client", .object(Incomer.init))
        partner = body.optional("partner", .object(Incomer.init))
        guardians = body.optional("guardians", .array(0...4, of: .object(Responsible.init))) ?? []
        counselorID = body.required("counselorId", .id())
        confidentiality = body.optional("confidentiality", .choice()) ?? .limited
        body.check(
            (partner != nil) == (kind == .couple), "partner", "kind", "A couple has a partner, and only a couple.")
        body.check(
            guardians.isEmpty == (kind != .minor), "guardians", "kind", "A minor has guardians, and only a minor.")
    }

    /// A person who comes into care, new or known.
    struct Incomer: Sendable {
        let known: ID<Client>?
        var new: Client.New?
        /// Whether the person gets an account; not asked, whoever comes with an e-mail address does.
        var isInvited: Bool?

        init(_ body: inout JSONObjectReader) {
            known = body.optional("id", .id())
            new = body.has("id") ? nil : Client.New(&body)
            isInvited = body.optional("invite", .bool)
        }
    }

    struct Responsible: Sendable {
        let known: ID<Guardian>?
        let new: Guardian.New?
        let terms: Guardianship.Terms

        init(_ body: inout JSONObjectReader) {
            known = body.optional("id", .id())
            new = body.has("id") ? nil : Guardian.New(&body)
            terms = Guardianship.Terms(&body)
        }
    }

    /// What came of it. Told again it is the same, without the tokens: each is told once.
    struct Outcome: Sendable {
        let inquiryID: ID<Inquiry>
        let client: Accepted
        let partner: Accepted?
        let coupleID: ID<Couple>?
        let guardians: [Guarded]
    }

    struct Accepted: Sendable {
        let clientID: ID<Client>
        let invitation: SentInvitation?
    }

    struct Guarded: Sendable {
        let guardianID: ID<Guardian>
        let guardianshipID: ID<Guardianship>
        let invitation: SentInvitation?
    }
}

extension Acceptance {
    /// The acceptance with how whoever asked can be reached, member by member, where nothing else is said of the new client;
    /// of a minor somebody else asked. An address of the inquiry's alone invites to an account only where that is asked for:
    /// nobody has looked at it yet.
    func completed(with contact: Client.NewContact, of asked: Inquiry.Kind) -> Acceptance {
        guard kind != .minor, asked != .minor, var new = client.new else { return self }
        var completed = self
        if new.contact?.email == nil, contact.email != nil { completed.client.isInvited = client.isInvited ?? false }
        new.contact = new.contact?.completed(with: contact) ?? contact
        completed.client.new = new
        return completed
    }
}
