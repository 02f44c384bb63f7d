import JSON
import Postgres
import Practice
import WebAPI

extension ClientMerge {
    static func merge(
        _ duplicate: ID<Client>, into survivor: ID<Client>, as id: ID<ClientMerge>, at now: Instant
    ) -> Query<Int> {
        .run("select from access.merge_clients(\(id), \(survivor), \(duplicate), \(now))")
    }

    /// Makes a merge that somebody else has asked for; gives when it was made.
    static func confirm(
        _ id: ID<ClientMerge>, into survivor: ID<Client>, audit: ProvenRequest, at now: Instant
    ) -> Query<Instant> {
        return .row(
            "select access.confirm_merge(\(id), \(survivor), \(now), \(audit.id), \(audit.proof))"
        ) { try $0.next() }
    }

    static func reverse(_ id: ID<ClientMerge>, into survivor: ID<Client>, at now: Instant) -> Query<Int> {
        .run("select from access.reverse_merge(\(id), \(survivor), \(now))")
    }

    static func obstacles(_ duplicate: ID<Client>, _ survivor: ID<Client>) -> Query<[Obstacle]> {
        .row("select access.merge_obstacles(\(survivor), \(duplicate))") { try $0.next() }
    }

    /// What stands in the way of a merge that was asked for.
    static func obstacles(of id: ID<ClientMerge>, in practice: ID<Practice>) -> Query<[Obstacle]> {
        .row(
            """
            select access.merge_obstacles(r.survivor_id, r.duplicate_id) from client_merge_requests r
            where r.practice_id = \(practice) and r.merge_id = \(id)
            """
        ) { try $0.next() }
    }

    /// What a refusal is told: the ways that are open.
    static let refusals = [
        "chart_of_oneself":
            "Nobody merges a chart of their own, nor that of somebody they guard, nor confirms that: colleagues do.",
        "confirmed_by_another":
            "A second member of staff at the desk confirms this, with an own sign-in: somebody signs in to one of the "
            + "charts, or guards its client, and will read the other.",
    ]

    static let faults = [
        "same_client": FieldFault("/duplicateId", "same", "A chart cannot be merged into itself."),
        "no_such_client": FieldFault("/duplicateId", "no_such_client", "There is no such client in this practice."),
    ]
}

extension ClientMerge.Record {
    static func one(
        _ id: ID<ClientMerge>, into survivor: ID<Client>, in practice: ID<Practice>
    ) -> Query<ClientMerge.Record> {
        .row(select("m.survivor_id = \(survivor) and m.merge_id = \(id)", in: practice), read)
    }

    /// The merge, where it was made at once.
    static func made(
        _ id: ID<ClientMerge>, into survivor: ID<Client>, in practice: ID<Practice>
    ) -> Query<[ClientMerge.Record]> {
        .rows(select("m.survivor_id = \(survivor) and m.merge_id = \(id)", in: practice), read)
    }

    /// What was merged into a chart, the last first: it is reversed in that order.
    static func list(
        into survivor: ID<Client>, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[ClientMerge.Record]> {
        var condition: SQL = "m.survivor_id = \(survivor)"
        if let key = page.after {
            let (at, id) = (try key.instant(0), try key.id(1, of: ClientMerge.self))
            condition = "\(condition) and (m.merged_at, m.merge_id) < (\(at), \(id))"
        }
        return .rows(
            "\(select(condition, in: practice)) order by m.merged_at desc, m.merge_id desc limit \(page.fetch)", read)
    }

    private static func select(_ condition: SQL, in practice: ID<Practice>) -> SQL {
        """
        select m.merge_id, m.survivor_id, m.duplicate_id, m.chart ->> 'given_name', m.chart ->> 'family_name',
            (m.chart ->> 'birth_date')::date, m.chart ->> 'born_in', m.merged_at, m.merged_by, m.confirmed_by,
            m.reversed_at, m.reversed_by,
            (select count(*) from client_merge_moves v where v.practice_id = m.practice_id and v.merge_id = m.merge_id)
        from client_merges m where m.practice_id = \(practice) and \(condition)
        """
    }

    @Sendable private static func read(_ row: inout Row) throws -> ClientMerge.Record {
        let (id, survivor): (ID<ClientMerge>, ID<Client>) = (try row.next(), try row.next())
        let duplicate = ClientMerge.Duplicate(
            id: try row.next(), givenName: try row.next(), familyName: try row.next(),
            birthDate: try PartialDay(day: row.next(), part: row.next()))
        return ClientMerge.Record(
            id: id, survivorID: survivor, duplicate: duplicate, mergedAt: try row.next(), mergedBy: try row.next(),
            confirmedBy: try row.next(), reversedAt: try row.next(), reversedBy: try row.next(), moved: try row.next())
    }
}

extension ClientMerge.Request {
    static func asked(_ id: ID<ClientMerge>, in practice: ID<Practice>) -> Query<[ClientMerge.Request]> {
        .rows(select("r.merge_id = \(id)", in: practice), read)
    }

    /// What waits to be confirmed, from the first that was asked for on.
    static func list(
        _ page: Page, in practice: ID<Practice>, at now: Instant
    ) throws(Problem) -> Query<[ClientMerge.Request]> {
        var condition: SQL = "r.expires_at > \(now) and access.whole()"
        if let key = page.after {
            let (at, id) = (try key.instant(0), try key.id(1, of: ClientMerge.self))
            condition = "\(condition) and (r.asked_at, r.merge_id) > (\(at), \(id))"
        }
        return .rows("\(select(condition, in: practice)) order by r.asked_at, r.merge_id limit \(page.fetch)", read)
    }

    private static func select(_ condition: SQL, in practice: ID<Practice>) -> SQL {
        """
        select r.merge_id, s.client_id, s.given_name, s.family_name, s.birth_date, s.born_in, d.client_id, d.given_name,
            d.family_name, d.birth_date, d.born_in, r.asked_by, r.asked_at, r.expires_at
        from client_merge_requests r
            join clients s on s.practice_id = r.practice_id and s.client_id = r.survivor_id
            join clients d on d.practice_id = r.practice_id and d.client_id = r.duplicate_id
        where r.practice_id = \(practice) and \(condition)
        """
    }

    @Sendable private static func read(_ row: inout Row) throws -> ClientMerge.Request {
        func chart(_ row: inout Row) throws -> ClientMerge.Duplicate {
            ClientMerge.Duplicate(
                id: try row.next(), givenName: try row.next(), familyName: try row.next(),
                birthDate: try PartialDay(day: row.next(), part: row.next()))
        }
        return ClientMerge.Request(
            id: try row.next(), survivor: try chart(&row), duplicate: try chart(&row), askedBy: try row.next(),
            askedAt: try row.next(), expiresAt: try row.next())
    }
}
