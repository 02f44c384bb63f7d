import JSON
import Postgres
import Practice
import WebAPI

extension Guardianship {
    private static func select(_ conditions: SQL, in practice: ID<Practice>) -> SQL {
        """
        select r.guardianship_id, g.name, r.scopes, r.version, shown.record, g.guardian_id, g.email, g.phone,
            case when access.whole() or g.account_id = access.account() then g.account_id end, r.legal_basis,
            r.document_reference, coalesce(lower(r.during), r.empty_on), coalesce(upper(r.during), r.empty_on),
            r.ended_at is not null or coalesce(upper(r.during) <= access.today(), false)
        from guardianships r join guardians g using (practice_id, guardian_id)
            cross join (select access.shows('guardian') or access.shows('own') as record) shown
        where r.practice_id = \(practice) and \(conditions)
            and (not access.shows('own') or access.shows('all') or g.account_id = access.account())
        """
    }

    /// The guardians of a client; a guardian sees the own guardianship only.
    static func list(of client: ID<Client>, in practice: ID<Practice>) -> Query<[Listed]> {
        .rows("\(select("r.client_id = \(client)", in: practice)) order by r.guardianship_id", read)
    }

    static func one(_ id: ID<Guardianship>, of client: ID<Client>, in practice: ID<Practice>) -> Query<Listed> {
        .row(select("r.client_id = \(client) and r.guardianship_id = \(id)", in: practice), read)
    }

    /// Whether it is not over by the practice's day.
    static func goesOn(_ id: ID<Guardianship>, of client: ID<Client>, in practice: ID<Practice>) -> Query<Bool> {
        .row(
            """
            select access.goes_on(r.during, access.today()) from guardianships r
            where r.practice_id = \(practice) and r.guardianship_id = \(id) and r.client_id = \(client)
            """
        ) { try $0.next() }
    }

    static func update(
        _ change: Change, _ id: ID<Guardianship>, of client: ID<Client>, seen version: Int, in practice: ID<Practice>,
        at now: Instant
    ) -> Query<Int> {
        var changes = Changes(version: version)
        changes.set("legal_basis", change.legalBasis?.rawValue)
        changes.set("document_reference", change.documentReference)
        changes.set("scopes", change.scopes?.map(\.rawValue))
        switch change.until {
        case .absent: break
        case .null: changes.set("said_until", to: "null")
        case .value(let day): changes.set("said_until", to: "\(day)")
        }
        changes.set("recorded_at", to: "\(now)")
        changes.set("recorded_by", to: "access.account()")
        return .run(
            """
            update guardianships set \(changes.sql)
            where practice_id = \(practice) and guardianship_id = \(id) and client_id = \(client)
            """)
    }

    /// Ends a guardianship today: it is over with the next request.
    static func end(
        _ id: ID<Guardianship>, of client: ID<Client>, seen version: Int, in practice: ID<Practice>, at now: Instant
    ) -> Query<ID<Guardianship>> {
        .row(
            """
            update guardianships r
            set said_until = least(r.said_until, (\(now) at time zone p.time_zone)::date),
                ended_at = coalesce(r.ended_at, \(now)), recorded_at = \(now),
                recorded_by = access.account(), version = \(version + 1)
            from practices p
            where p.practice_id = r.practice_id and r.practice_id = \(practice)
                and r.guardianship_id = \(id) and r.client_id = \(client)
            returning r.guardianship_id
            """
        ) { try $0.next() }
    }

    /// What it said before, the latest first. The minor is told who and which scopes, not what was before.
    static func history(
        of id: ID<Guardianship>, _ client: ID<Client>, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[Past]> {
        var after: SQL = ""
        if let key = page.after { after = "and h.version < \(try key.integer(0))" }
        return .rows(
            """
            select h.version, h.scopes, h.legal_basis, h.document_reference, coalesce(lower(h.during), h.empty_on),
                coalesce(upper(h.during), h.empty_on), lower(h.recorded), upper(h.recorded)
            from guardianship_history h
            where h.practice_id = \(practice) and h.guardianship_id = \(id) and h.client_id = \(client)
                and (access.shows('guardian') or access.shows('own')) \(after)
            order by h.version desc limit \(page.fetch)
            """
        ) { row in
            Past(
                version: try row.next(), scopes: try row.next(), legalBasis: try row.next(),
                documentReference: try row.next(), from: try row.next(), until: try row.next(),
                recordedFrom: try row.next(), recordedUntil: try row.next())
        }
    }

    @Sendable private static func read(_ row: inout Row) throws -> Listed {
        let (id, name, scopes) = (
            try row.next(ID<Guardianship>.self), try row.next(String.self), try row.next([String].self)
        )
        let (version, showsRecord) = (try row.next(Int.self), try row.next(Bool.self))
        let record = Listed.Record(
            guardianID: try row.next(), email: try row.next(), phone: try row.next(), accountID: try row.next(),
            legalBasis: try row.next(), documentReference: try row.next(), from: try row.next(), until: try row.next(),
            isEnded: try row.next())
        return Listed(
            id: id, name: name, scopes: scopes, version: version, record: showsRecord ? record : nil)
    }
}

extension Guardianship {
    /// What gives the account of a guardian.
    static func account(_ id: ID<Guardianship>, of client: ID<Client>, at now: Instant) -> SQL {
        "access.account_for_guardian(\(client), \(id), null, null, \(now))"
    }
}
