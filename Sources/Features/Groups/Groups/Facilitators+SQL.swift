import Postgres
import Practice

extension Group {
    /// Everybody who led, leads or will lead the group, by the first day.
    static func facilitations(of group: ID<Group>, in practice: ID<Practice>) -> Query<[Facilitation]> {
        .rows(
            """
            select a.account_id, a.name, f.role, lower(f.during), upper(f.during)
            from group_facilitators f join accounts a on a.practice_id = f.practice_id and a.account_id = f.account_id
            where f.practice_id = \(practice) and f.group_id = \(group)
            order by lower(f.during), a.name, a.account_id
            """, Facilitation.init)
    }

    /// Takes out what a new span of a colleague overlaps: it becomes the new one.
    static func makeRoom(
        for new: NewFacilitation, in group: ID<Group>, of staff: ID<Account>, _ practice: ID<Practice>
    ) -> Query<Int> {
        .run(
            """
            delete from group_facilitators
            where practice_id = \(practice) and group_id = \(group) and account_id = \(staff)
              and during && daterange(\(new.from), \(new.until))
            """)
    }

    /// Gives a colleague a span in which to lead the group.
    static func facilitate(
        _ group: ID<Group>, by staff: ID<Account>, _ new: NewFacilitation, in practice: ID<Practice>
    ) -> Query<Facilitation> {
        .row(
            """
            with made as (
                insert into group_facilitators (practice_id, group_id, account_id, role, during)
                values (\(practice), \(group), \(staff), \(new.part), daterange(\(new.from), \(new.until)))
                returning role, during)
            select a.account_id, a.name, m.role, lower(m.during), upper(m.during)
            from made m join accounts a on a.practice_id = \(practice) and a.account_id = \(staff)
            """, Facilitation.init)
    }

    /// Ends a colleague's present span today, and takes out one that has not begun before today; counts both.
    static func endFacilitation(
        _ group: ID<Group>, by staff: ID<Account>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .row(
            """
            with calendar as (
                select (\(now) at time zone g.time_zone)::date as today
                from groups g where g.practice_id = \(practice) and g.group_id = \(group)
            ), ended as (
                update group_facilitators f set during = daterange(lower(f.during), c.today)
                from calendar c
                where f.practice_id = \(practice) and f.group_id = \(group) and f.account_id = \(staff)
                  and f.during @> c.today and lower(f.during) < c.today
                returning 1
            ), removed as (
                delete from group_facilitators f using calendar c
                where f.practice_id = \(practice) and f.group_id = \(group) and f.account_id = \(staff)
                  and lower(f.during) >= c.today
                returning 1
            )
            select (select count(*) from ended) + (select count(*) from removed)
            """
        ) { row in try row.next() }
    }

    /// What a colleague is to lead a group for.
    struct NewFacilitation: Sendable {
        let from: Day
        let until: Day?
        let part: Part
    }
}

extension Group.Facilitation {
    fileprivate init(_ row: inout Row) throws {
        colleague = Group.Colleague(id: try row.next(), name: try row.next())
        part = try row.next()
        from = try row.next()
        until = try row.next()
    }
}
