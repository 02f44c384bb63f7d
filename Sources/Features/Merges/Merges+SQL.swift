import Postgres
import Practice
import WebAPI

extension ClientMerge {
    static func merge(
        _ duplicate: ID<Client>, into survivor: ID<Client>, as id: ID<ClientMerge>, _ call: Call
    ) -> Query<Int> {
        .run("select from access.merge_clients(\(id), \(survivor), \(duplicate), \(call.now))")
    }

    static func reverse(_ id: ID<ClientMerge>, into survivor: ID<Client>, _ call: Call) -> Query<Int> {
        .run("select from access.reverse_merge(\(id), \(survivor), \(call.now))")
    }

    static func obstacles(_ duplicate: ID<Client>, _ survivor: ID<Client>) -> Query<[Obstacle]> {
        .row("select access.merge_obstacles(\(survivor), \(duplicate))") { row in
            try row.next([String].self).compactMap(Obstacle.init)
        }
    }

    static let faults = [
        "same_client": FieldFault("/duplicateId", "same", "A chart cannot be merged into itself."),
        "no_such_client": FieldFault("/duplicateId", "no_such_client", "There is no such client in this practice."),
    ]
}

extension ClientMerge.Record {
    static func one(_ id: ID<ClientMerge>, into survivor: ID<Client>, _ call: Call) -> Query<ClientMerge.Record> {
        .row(select("m.survivor_id = \(survivor) and m.merge_id = \(id)", call), read)
    }

    /// What was merged into a chart, the last first: it is reversed in that order.
    static func list(into survivor: ID<Client>, _ page: Page, _ call: Call) throws(Problem) -> Query<
        [ClientMerge.Record]
    > {
        var condition: SQL = "m.survivor_id = \(survivor)"
        if let key = page.after {
            let (at, id) = (try key.instant(0), try key.id(1, of: ClientMerge.self))
            condition = "\(condition) and (m.merged_at, m.merge_id) < (\(at), \(id))"
        }
        return .rows(
            "\(select(condition, call)) order by m.merged_at desc, m.merge_id desc limit \(page.fetch)", read)
    }

    private static func select(_ condition: SQL, _ call: Call) -> SQL {
        """
        select m.merge_id, m.survivor_id, m.duplicate_id, m.chart ->> 'given_name', m.chart ->> 'family_name',
            (m.chart ->> 'birth_date')::date, m.chart ->> 'born_in', m.merged_at, m.merged_by, m.reversed_at, m.reversed_by,
            (select count(*) from client_merge_moves v where v.practice_id = m.practice_id and v.merge_id = m.merge_id)
        from client_merges m where m.practice_id = \(call.practiceID) and \(condition)
        """
    }

    @Sendable private static func read(_ row: inout Row) throws -> ClientMerge.Record {
        let (id, survivor): (ID<ClientMerge>, ID<Client>) = (try row.next(), try row.next())
        let duplicate = ClientMerge.Duplicate(
            id: try row.next(), givenName: try row.next(), familyName: try row.next(),
            birthDate: try PartialDay(day: row.next(), part: row.next()))
        return ClientMerge.Record(
            id: id, survivorID: survivor, duplicate: duplicate, mergedAt: try row.next(), mergedBy: try row.next(),
            reversedAt: try row.next(), reversedBy: try row.next(), moved: try row.next())
    }
}
