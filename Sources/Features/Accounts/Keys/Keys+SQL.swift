import Postgres
import Practice

extension Keys.Holder {
    /// What gives the account, or makes it.
    func account(orNew new: Keys.NewAccount, at now: Instant) -> SQL {
        switch self {
        case .staff(let id): "\(id)"
        case .client(let id): "access.account_for_client(\(id), \(new.id), null, \(new.signInName), \(now))"
        case .guardian(let id, let client):
            "access.account_for_guardian(\(client), \(id), \(new.id), \(new.signInName), \(now))"
        }
    }

    /// What gives the account where there is one.
    var account: SQL {
        switch self {
        case .staff(let id): "\(id)"
        case .client(let id): "access.account_of(\(id), null)"
        case .guardian(let id, let client): "access.account_of(\(client), \(id))"
        }
    }

    /// Makes a code on paper, in place of what keys there are.
    func makeCode(
        _ code: PaperCode, hash: [UInt8], _ id: ID<Invitation>, reason: String?, audit: ProvenRequest,
        orFor new: Keys.NewAccount, in practice: ID<Practice>, at now: Instant
    ) -> Query<Keys.MadeCode> {
        .row(
            """
            select p.slug, k.account_id, k.sign_in_name, k.is_usable, k.expires_at
            from access.make_paper_code(
                \(account(orNew: new, at: now)), \(id), \(hash), \(reason), \(now),
                \(audit.id), \(audit.proof)) k
                join practices p on p.practice_id = \(practice)
            """
        ) { row in
            Keys.MadeCode(
                id: id, code: code, practiceSlug: try row.next(), accountID: try row.next(),
                signInName: try row.next(), isUsable: try row.next(), expiresAt: try row.next())
        }
    }

    /// Makes a code that lets past the limits of signing in, in place of the one before.
    func makeEntryCode(
        _ code: PaperCode, hash: [UInt8], audit: ProvenRequest, in practice: ID<Practice>, at now: Instant
    ) -> Query<Keys.EntryCode> {
        .row(
            """
            select p.slug, k.account_id, k.sign_in_name, k.expires_at
            from access.make_entry_code(
                \(account), \(hash), \(now), \(audit.id), \(audit.proof)) k
                join practices p on p.practice_id = \(practice)
            """
        ) { row in
            Keys.EntryCode(
                code: code, practiceSlug: try row.next(), accountID: try row.next(), signInName: try row.next(),
                expiresAt: try row.next())
        }
    }

    /// Takes a lost second factor away, and sends the link with which another one is set.
    func removeSecondFactor(
        _ reset: NewInvitation, reason: String, sealed: [UInt8], audit: ProvenRequest, at now: Instant
    ) -> Query<SentInvitation> {
        .row(
            """
            select access.remove_second_factor(
                \(account), \(reason), \(reset.id), \(reset.token.hash), \(sealed), \(now), \(audit.id),
                \(audit.proof))
            """
        ) { row in SentInvitation(accountID: nil, kind: "reset", token: nil, expiresAt: try row.next()) }
    }

    /// Puts the role on an account that exists.
    func link(to account: ID<Account>, audit: ProvenRequest, at now: Instant) -> Query<Int> {
        let (client, guardianship): (ID<Client>?, ID<Guardianship>?) =
            switch self {
            case .staff: (nil, nil)
            case .client(let id): (id, nil)
            case .guardian(let id, let client): (client, id)
            }
        return .run(
            """
            select from access.link_account(
                \(client), \(guardianship), \(account), \(now), \(audit.id), \(audit.proof))
            """)
    }
}

extension Keys {
    /// The second member of staff saw the code handed over.
    static func confirm(_ id: ID<Invitation>, audit: ProvenRequest, at now: Instant) -> Query<Instant> {
        .row("select access.confirm_paper_code(\(id), \(now), \(audit.id), \(audit.proof))") {
            try $0.next()
        }
    }
}

extension Keys.PendingCode {
    /// Of those whom the caller may invite; what ends first comes first.
    static func list(at now: Instant) -> Query<[Keys.PendingCode]> {
        .rows(
            """
            select c.code_id, c.account_id, c.name, c.roles, c.client_id, c.is_usable, c.made_by, c.made_by_name, c.reason,
                c.made_at, c.expires_at
            from access.paper_codes(\(now)) c order by c.expires_at, c.code_id
            """
        ) { row in
            Keys.PendingCode(
                id: try row.next(), accountID: try row.next(), name: try row.next(), roles: try row.next(),
                clientID: try row.next(), isUsable: try row.next(), madeBy: try row.next(), madeByName: try row.next(),
                reason: try row.next(), madeAt: try row.next(), expiresAt: try row.next())
        }
    }
}

extension Keys {
    /// Makes a code good for nothing.
    static func withdraw(_ id: ID<Invitation>, audit: ProvenRequest, at now: Instant) -> Query<Int> {
        .run("select from access.withdraw_paper_code(\(id), \(now), \(audit.id), \(audit.proof))")
    }
}
