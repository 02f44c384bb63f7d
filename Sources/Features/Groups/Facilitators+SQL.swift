import Postgres
import Practice

extension Group {
    /// Gives a colleague a span in which to lead the group; a span that it overlaps becomes this one.
    static func facilitate(
        _ group: ID<Group>, by staff: ID<Account>, in practice: ID<Practice>, from: Day, until: Day?
    ) -> Query<Facilitation> {
        .row(
            """
            with moved as (
                update group_facilitators set during = daterange(\(from), \(until))
                where practice_id = \(practice) and group_id = \(group) and account_id = \(staff)
                  and during && daterange(\(from), \(until))
                returning during
            ), made as (
                insert into group_facilitators (practice_id, group_id, account_id, during)
                select \(practice), \(group), \(staff), daterange(\(from), \(until))
                where not exists (select from moved)
                returning during
            )
            select a.account_id, a.name, lower(s.during), upper(s.during)
            from (select during from moved union all select during from made) s
                join accounts a on a.practice_id = \(practice) and a.account_id = \(staff)
            """
        ) { row in
            Facilitation(
                colleague: Colleague(id: try row.next(), name: try row.next()), from: try row.next(),
                until: try row.next())
        }
    }

    /// Ends a colleague's present span today, and takes out one that has not begun before today; counts both.
    static func endFacilitation(
        _ group: ID<Group>, by staff: ID<Account>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .row(
            """
            with calendar as (
                select (\(now) at time zone t.time_zone)::date as today
                from practices t where t.practice_id = \(practice)
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
}
