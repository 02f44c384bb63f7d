import Postgres
import Practice
import WebAPI

extension Client.Likely {
    /// Who may be the person that these words describe.
    static func described(by new: Client.New, in practice: ID<Practice>) -> Query<[Client.Likely]> {
        .rows(
            select(
                """
                access.people_described(
                    \(new.givenName), \(new.preferredName), \(new.familyName), \(new.birthDate?.day), \(new.contact?.phone),
                    \(new.contact?.email), \(new.sex?.rawValue), \(new.keptNames))
                """, in: practice), read)
    }

    /// Which other charts may be this client's.
    static func duplicates(of id: ID<Client>, in practice: ID<Practice>) -> Query<[Client.Likely]> {
        .rows(select("access.duplicates_of(\(id))", in: practice), read)
    }

    /// Who may have sent an inquiry, or belong to who did.
    static func senders(of id: ID<Inquiry>, in practice: ID<Practice>) -> Query<[Client.Likely]> {
        .rows(select("access.people_of_inquiry(\(id))", in: practice), read)
    }

    /// What fits in most ways first.
    private static func select(_ found: SQL, in practice: ID<Practice>) -> SQL {
        """
        select \(Client.Listed.columns(of: "c")), found.reasons
        from \(found) found join clients c on c.practice_id = \(practice) and c.client_id = found.client_id
        order by cardinality(found.reasons) desc, c.family_key, c.given_key, c.client_id limit 25
        """
    }

    @Sendable private static func read(_ row: inout Row) throws -> Client.Likely {
        Client.Likely(client: try Client.Listed(&row), reasons: try row.next())
    }
}

extension Client.LikelyPair {
    /// What imports have found and nobody has judged yet, oldest first.
    static func open(_ page: Page, in practice: ID<Practice>) throws(Problem) -> Query<[Client.LikelyPair]> {
        var conditions: [SQL] = ["d.practice_id = \(practice)", "d.distinct_at is null", "d.reasons <> '{}'"]
        if let key = page.after {
            let (at, first, second) = (
                try key.instant(0), try key.id(1, of: Client.self), try key.id(2, of: Client.self)
            )
            conditions.append("(d.found_at, d.client_id, d.other_id) > (\(at), \(first), \(second))")
        }
        return .rows(
            """
            select \(Client.Listed.columns(of: "a")), \(Client.Listed.columns(of: "b")), d.reasons, d.found_at
            from possible_duplicates d
                join clients a on a.practice_id = d.practice_id and a.client_id = d.client_id
                join clients b on b.practice_id = d.practice_id and b.client_id = d.other_id
            where \(SQL.joined(conditions, separator: " and "))
            order by d.found_at, d.client_id, d.other_id limit \(page.fetch)
            """
        ) { row in
            Client.LikelyPair(
                first: try Client.Listed(&row), second: try Client.Listed(&row), reasons: try row.next(),
                foundAt: try row.next())
        }
    }
}

extension Client {
    /// Refuses the whole when somebody who may be this client is there already.
    static func refuseDuplicates(of id: ID<Client>) -> Query<Int> {
        .run("select from access.refuse_duplicates(\(id))")
    }

    /// Remembers that a new client is none of those who look like it.
    static func tellApart(_ id: ID<Client>, in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            insert into possible_duplicates
                (practice_id, client_id, other_id, reasons, found_at, distinct_at, distinct_by)
            select \(practice), least(\(id), d.client_id), greatest(\(id), d.client_id), d.reasons, \(now),
                \(now), access.account()
            from access.duplicates_of(\(id)) d
            """)
    }

    /// Remembers that two clients are different people.
    static func tellApart(
        _ id: ID<Client>, from other: ID<Client>, in practice: ID<Practice>, at now: Instant
    ) -> Query<ID<Client>> {
        .row(
            """
            insert into possible_duplicates as d
                (practice_id, client_id, other_id, reasons, found_at, distinct_at, distinct_by)
            select c.practice_id, least(c.client_id, o.client_id), greatest(c.client_id, o.client_id), '{}',
                \(now), \(now), access.account()
            from clients c join clients o on o.practice_id = c.practice_id and o.client_id <> c.client_id
            where c.practice_id = \(practice) and c.client_id = \(id) and o.client_id = \(other)
            on conflict (practice_id, client_id, other_id) do update
                set distinct_at = coalesce(d.distinct_at, excluded.distinct_at),
                    distinct_by = coalesce(d.distinct_by, excluded.distinct_by)
            returning d.client_id
            """
        ) { try $0.next() }
    }

    /// Takes that back.
    static func takeBackDistinction(
        of id: ID<Client>, from other: ID<Client>, in practice: ID<Practice>
    ) -> Query<ID<Client>> {
        .row(
            """
            update possible_duplicates d set distinct_at = null, distinct_by = null
            where d.practice_id = \(practice) and d.client_id = least(\(id), \(other))
                and d.other_id = greatest(\(id), \(other))
            returning d.client_id
            """
        ) { try $0.next() }
    }
}
