import Postgres
import Practice
import WebAPI

extension Consent {
    /// Newest first; of one client, or of everybody whom the request reaches.
    static func list(
        of client: ID<Client>? = nil, _ filter: Filter, in practice: ID<Practice>
    ) throws(Problem) -> Query<[Record]> {
        var conditions: [SQL] = ["c.practice_id = \(practice)"]
        if let client { conditions.append("c.client_id = \(client)") }
        if let state = filter.state { conditions.append("\(self.state) = \(state.rawValue)") }
        if let key = filter.page.after {
            let (at, id) = (try key.instant(0), try key.id(1, of: Consent.self))
            conditions.append("(c.requested_at, c.consent_id) < (\(at), \(id))")
        }
        return .rows(
            """
            \(selection(details: "null::text, null::text[]")) where \(SQL.joined(conditions, separator: " and "))
            order by c.requested_at desc, c.consent_id desc limit \(filter.page.fetch)
            """, Record.init)
    }

    static func one(_ id: ID<Consent>, in practice: ID<Practice>) -> Query<Record> {
        .row(
            """
            \(selection(details: "v.body, case when access.shows('signers') then access.guardians_awaited(c.consent_id) end"))
            where c.practice_id = \(practice) and c.consent_id = \(id)
            """, Record.init)
    }

    static func signatures(of id: ID<Consent>, in practice: ID<Practice>) -> Query<[Signature]> {
        .rows(
            """
            select s.signature_id, s.capacity, s.signer_name, s.signed_at, r.revoked_at,
                case when access.shows('address') then s.address end
            from consent_signatures s left join consent_revocations r using (practice_id, signature_id)
            where s.practice_id = \(practice) and s.consent_id = \(id)
            order by s.signed_at, s.signature_id
            """
        ) { row in
            Signature(
                id: try row.next(), capacity: try row.next(), name: try row.next(), signedAt: try row.next(),
                revokedAt: try row.next(), sealedAddress: try row.next())
        }
    }

    static func sign(
        _ id: ID<Consent>, hash: String, as signature: ID<ConsentSignature>, from address: [UInt8], at now: Instant
    ) -> Query<Int> {
        .run(
            """
            select from access.sign_consent(\(id), decode(\(hash), 'hex'), \(signature), \(address), \(now))
            """)
    }

    static func revoke(_ id: ID<Consent>, from address: [UInt8], at now: Instant) -> Query<Int> {
        .run("select from access.revoke_consent(\(id), \(address), \(now))")
    }

    private static let state: SQL =
        "consent_state(c.state, c.expires_on, c.by_guardians, p.born_from, access.today())"

    private static func selection(details: SQL) -> SQL {
        """
        select c.consent_id, c.client_id, c.couple_id, c.confidentiality, v.document_id, c.kind, v.number, v.title,
            encode(c.text_hash, 'hex'), \(state), c.requested_at, c.signed_at,
            consent_ends_on(c.expires_on, c.by_guardians, p.born_from),
            c.revoked_at, \(details), \(SQL.name(of: "p"))
        from consents c join consent_versions v using (practice_id, consent_version_id)
            join clients p using (practice_id, client_id)
        """
    }
}

extension Consent.Record {
    init(_ row: inout Row) throws {
        id = try row.next()
        clientID = try row.next()
        coupleID = try row.next()
        confidentiality = try row.next()
        documentID = try row.next()
        kind = try row.next()
        number = try row.next()
        title = try row.next()
        textHash = try row.next()
        state = try row.next()
        requestedAt = try row.next()
        signedAt = try row.next()
        expiresOn = try row.next()
        revokedAt = try row.next()
        text = try row.next()
        awaited = try row.next()
        clientName = try row.next()
    }
}
