import Postgres
import Practice
import WebAPI

import struct Foundation.UUID

extension Acceptance {
    /// The ids of one acceptance: made of the inquiry and the instant, so that they can be told again.
    struct Names: Sendable {
        let inquiryID: ID<Inquiry>
        let at: Instant
        let practiceID: ID<Practice>
        let keys: ServerKeys

        func id<Kind>(_ role: String, _ kind: Kind.Type = Kind.self) -> ID<Kind> {
            let code = keys.contentDigest.code(for: Array("acceptance\0\(inquiryID)\0\(role)\0\(kind)".utf8))
            let random = code.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            return ID(UUID(version7At: at, random: random))
        }

        /// Its token is by chance, and so another each time.
        func invitation(_ role: String, _ surroundings: Surroundings) -> NewInvitation {
            NewInvitation(
                id: id(role), accountID: id(role), token: Token(practiceID: practiceID, in: surroundings),
                createdAt: at)
        }
    }

    /// Who could be invited, by role.
    var roles: [String] { ["client", "partner"] + guardians.indices.map { "guardian/\($0)" } }

    /// What comes of the acceptance, given what was sent to whom.
    func outcome(_ names: Names, sent: [String: SentInvitation] = [:]) -> Outcome {
        func accepted(_ incomer: Incomer, _ role: String) -> Accepted {
            Accepted(clientID: incomer.known ?? names.id(role), invitation: sent[role])
        }
        return Outcome(
            inquiryID: names.inquiryID, client: accepted(client, "client"),
            partner: partner.map { accepted($0, "partner") }, coupleID: kind == .couple ? names.id("couple") : nil,
            guardians: guardians.enumerated().map { index, guardian in
                let role = "guardian/\(index)"
                return Guarded(
                    guardianID: guardian.known ?? names.id(role), guardianshipID: names.id(role),
                    invitation: sent[role])
            })
    }

    /// Everything that is to be written, in the order in which rows point at each other. `accounts`: of who is invited.
    func statements(
        _ outcome: Outcome, invitees: [String: Client.Invitee], accounts: [String: ID<Account>], _ call: Call
    ) -> [Query<Int>] {
        var statements: [Query<Int>] = []
        let people =
            [(client, outcome.client, "client")]
            + (partner.flatMap { partner in
                outcome.partner.map { [(partner, $0, "partner")] }
            } ?? [])
        for (incomer, accepted, role) in people {
            if let new = incomer.new { statements += new.insert(accepted.clientID, in: call.practiceID, at: call.now) }
            if let account = accounts[role] {
                let invitee = invitees[role]
                let account = NewAccount(
                    id: account, email: incomer.new?.contact?.email ?? invitee?.email ?? "",
                    name: incomer.new?.name ?? invitee?.name ?? "", roles: [.client], clientID: accepted.clientID)
                statements.append(account.make(at: call.now))
            }
            statements.append(
                CareTeamMembership.begin(
                    call.newID(), client: accepted.clientID, counselorID, unlessThere: true, in: call.practiceID,
                    at: call.now))
        }
        for (index, (guardian, guarded)) in zip(guardians, outcome.guardians).enumerated() {
            statements += self.statements(
                guardian, guarded, accounts["guardian/\(index)"], of: outcome.client.clientID, call)
        }
        if let coupleID = outcome.coupleID {
            let partners = people.map(\.1.clientID)
            statements += Couple.insert(
                coupleID, of: partners, confidentiality, from: nil, in: call.practiceID, at: call.now)
            statements.append(
                CareTeamMembership.begin(call.newID(), couple: coupleID, counselorID, in: call.practiceID, at: call.now)
            )
        }
        // After the couple, for whom the partners are asked.
        return statements + people.map { Consent.request(packet, of: $0.1.clientID, in: call.practiceID, at: call.now) }
    }

    private var packet: Consent.Audience {
        switch kind {
        case .adult: .adult
        case .minor: .minor
        case .couple: .partner
        }
    }

    private func statements(
        _ guardian: Responsible, _ guarded: Guarded, _ account: ID<Account>?, of client: ID<Client>, _ call: Call
    ) -> [Query<Int>] {
        guard let new = guardian.new else { return [] }
        var statements: [Query<Int>] = []
        if let account, let email = new.email {
            let account = NewAccount(
                id: account, email: email, name: new.name, roles: [.guardian], clientID: client)
            statements.append(account.make(at: call.now))
        }
        statements.append(new.insert(guarded.guardianID, account: account, in: call.practiceID, at: call.now))
        return statements
    }
}
