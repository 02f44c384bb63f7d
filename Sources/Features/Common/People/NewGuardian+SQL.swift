import Postgres
import Practice

extension Guardian.New {
    func insert(_ id: ID<Guardian>, account: ID<Account>?, in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            insert into guardians (practice_id, guardian_id, name, email, phone, account_id, created_at)
            values (\(practice), \(id), \(name), \(email), \(phone), \(account), \(now))
            """)
    }
}

extension Guardian.Existing {
    /// What gives the account; null where there is none.
    var account: SQL {
        switch self {
        case .account(let id): "\(id)::uuid"
        case .client(let id): "access.account_of(\(id), null)"
        }
    }

    /// The account itself, which is there.
    var found: Query<ID<Account>> { .row("select \(account)") { try $0.next() } }
}

extension Guardianship {
    /// Puts somebody who signs in here already to it.
    static func appoint(
        _ id: ID<Guardianship>, of client: ID<Client>, with holder: Guardian.Existing, audit: ProvenRequest,
        at now: Instant
    ) -> Query<ID<Account>> {
        .row(
            """
            select access.appoint_with_account(
                \(client), \(id), \(holder.account), \(now), \(audit.id), \(audit.proof))
            """
        ) { try $0.next() }
    }

    /// Tells who is guardian of another child already and signs in here; the account, where the caller may know it.
    static func tell(_ id: ID<Guardianship>, of client: ID<Client>, at now: Instant) -> Query<ID<Account>?> {
        .row("select access.tell_guardian(\(client), \(id), \(now))") { try $0.next() }
    }
}

extension Guardianship.Terms {
    /// The client must be a minor, whatever is not known of the birth date: of others nothing is inserted.
    func insert(
        _ id: ID<Guardianship>, _ guardian: ID<Guardian>, of client: ID<Client>, in practice: ID<Practice>,
        at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into guardianships
                (practice_id, guardianship_id, guardian_id, client_id, legal_basis, document_reference, scopes,
                 during, recorded_at, recorded_by)
            select c.practice_id, \(id), \(guardian), c.client_id, \(legalBasis.rawValue), \(documentReference),
                \(scopes.map(\.rawValue)),
                daterange(p.first, case when \(until)::date is not null then greatest(p.first, \(until)) end),
                \(now), access.account()
            from clients c
                join (
                    select practice_id, (\(now) at time zone time_zone)::date as today,
                        coalesce(\(from), (\(now) at time zone time_zone)::date) as first
                    from practices) p using (practice_id)
            where c.practice_id = \(practice) and c.client_id = \(client)
                and is_under_age(c.born_from, p.today)
            """)
    }
}
