import Postgres
import Practice
import WebAPI

extension Couple.View {
    // Of a couple that has ended the partners are shown as they were known at its end, but to the desk, and to each partner
    // as whom one is oneself now.
    private static func select(_ conditions: SQL, in practice: ID<Practice>) -> SQL {
        """
        select c.couple_id, array_agg(
                case when access.whole() or m.client_id = access.own_client() then m.client_id
                     else coalesce(m.known_id, m.client_id) end order by m.seat),
            array_agg(coalesce(
                case when access.whole() or m.known_as is null
                     then called(k.given_name, k.preferred_name, k.family_name) end,
                m.known_as) order by m.seat), c.version,
            case when access.shows('policy') then c.confidentiality end, access.shows('dates'),
            coalesce(lower(c.during), c.empty_on), coalesce(upper(c.during), c.empty_on), access.shows('visibility') and access.relation() = 'self'
        from couples c
            join couple_members m using (practice_id, couple_id)
            left join clients k on k.practice_id = m.practice_id and k.client_id = m.client_id
        where c.practice_id = \(practice) and \(conditions)
        group by c.practice_id, c.couple_id
        """
    }

    static func one(_ id: ID<Couple>, in practice: ID<Practice>) -> Query<Couple.View> {
        .row(select("c.couple_id = \(id)", in: practice), read)
    }

    /// All couples of a client, of now and before.
    static func all(of client: ID<Client>, in practice: ID<Practice>) -> Query<[Couple.View]> {
        .rows(
            """
            \(select(
                """
                c.couple_id in (
                    select o.couple_id from couple_members o
                    where o.practice_id = \(practice) and o.client_id = \(client))
                """, in: practice)) order by c.couple_id
            """, read)
    }

    @Sendable private static func read(_ row: inout Row) throws -> Couple.View {
        let (id, clientIDs) = (try row.next(ID<Couple>.self), try row.next([ID<Client>].self))
        let (names, version) = (try row.next([String].self), try row.next(Int.self))
        let confidentiality = try row.next(Couple.Confidentiality?.self)
        let (hasDates, from, until) = (try row.next(Bool.self), try row.next(Day?.self), try row.next(Day?.self))
        return Couple.View(
            id: id, partners: zip(clientIDs, names).map { Couple.Partner(clientID: $0, name: $1) }, version: version,
            confidentiality: confidentiality, span: hasDates ? Couple.Span(from: from, until: until) : nil,
            showsVisibility: try row.next())
    }
}

extension Couple {
    /// Whether both are clients whom the caller may make a couple of.
    static func areSeen(_ clients: [ID<Client>], in practice: ID<Practice>) -> Query<Bool> {
        .row(
            """
            select count(*) = \(clients.count) from clients
            where practice_id = \(practice) and client_id = any (\(clients))
            """
        ) { try $0.next() }
    }

    /// Changes what was agreed. Its members follow its span (members_follow).
    static func update(
        _ change: Change, _ id: ID<Couple>, seen version: Int, in practice: ID<Practice>
    ) -> [Query<Int>] {
        var changes = Changes(version: version)
        changes.set("confidentiality", change.confidentiality?.rawValue)
        guard let from = change.from else { return [update(changes, id, in: practice)] }
        changes.set("during", to: "access.couple_from(couple_id, \(from))")
        // Of a couple of before nobody knows the day, and none is made up.
        changes.set("empty_on", to: "case when not isempty(during) or empty_on is not null then \(from) end")
        return [.run("select from access.hold_partners(\(id))"), update(changes, id, in: practice)]
    }

    /// Ends the couple, today or on a day that has passed, or corrects the day on which it ended.
    static func end(_ id: ID<Couple>, on day: Day?, seen version: Int?) -> [Query<Int>] {
        [.run("select from access.end_couple(\(id), \(day), \(version))")]
    }

    private static func update(_ changes: Changes, _ id: ID<Couple>, in practice: ID<Practice>) -> Query<Int> {
        .run("update couples set \(changes.sql) where practice_id = \(practice) and couple_id = \(id)")
    }
}
