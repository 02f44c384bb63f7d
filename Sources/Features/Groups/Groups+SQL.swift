import Postgres
import Practice
import WebAPI

extension Group {
    static func list(
        of practice: ID<Practice>, program: ID<Program>?, _ page: Page, at now: Instant
    ) throws(Problem) -> Query<[Details]> {
        var conditions: SQL = "g.practice_id = \(practice)"
        if let program { conditions = "\(conditions) and g.program_id = \(program)" }
        if let key = page.after {
            let (name, id) = (try key.text(0), try key.id(1, of: Group.self))
            conditions = "\(conditions) and (g.name, g.group_id) > (\(name), \(id))"
        }
        return .rows(
            "\(selection(at: now)) where \(conditions) order by g.name, g.group_id limit \(page.fetch)",
            Details.init)
    }

    static func details(of group: ID<Group>, in practice: ID<Practice>, at now: Instant) -> Query<Details> {
        .row("\(selection(at: now)) where g.practice_id = \(practice) and g.group_id = \(group)", Details.init)
    }

    static func insert(_ new: New, as group: ID<Group>, in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            insert into groups
                (practice_id, group_id, program_id, name, capacity, open, starts_on, ends_on, weekday,
                 meets_at, minutes, time_zone, place, created_at)
            values (\(practice), \(group), \(new.programID), \(new.name), \(new.capacity),
                    \(new.isOpen), \(new.startsOn), \(new.endsOn), \(new.schedule.weekday.isoNumber),
                    \(new.schedule.meetsAt), \(new.schedule.minutes), \(new.schedule.timeZone),
                    \(new.schedule.place), \(now))
            """)
    }

    /// Changes nothing, and counts none, where the rule that let the caller in does not reach the group itself.
    static func update(
        _ change: Change, of group: ID<Group>, in practice: ID<Practice>, version: Int
    ) -> Query<Int> {
        .run(
            """
            update groups set
                name = coalesce(\(change.name), name), capacity = coalesce(\(change.capacity)::smallint, capacity),
                open = coalesce(\(change.isOpen), open), starts_on = coalesce(\(change.startsOn), starts_on),
                ends_on = \(change.endsOn.sql("ends_on")),
                weekday = coalesce(\(change.weekday?.isoNumber)::smallint, weekday),
                meets_at = coalesce(\(change.meetsAt), meets_at),
                minutes = coalesce(\(change.minutes)::smallint, minutes),
                time_zone = coalesce(\(change.timeZone), time_zone), place = \(change.place.sql("place")),
                version = \(version + 1)
            where practice_id = \(practice) and group_id = \(group)
            """)
    }

    private static func selection(at now: Instant) -> SQL {
        """
        select g.group_id, g.program_id, p.name, g.name, h.name, k.name, g.open, g.starts_on, g.ends_on,
               g.weekday, g.meets_at, g.minutes, g.time_zone, g.place,
               case when access.shows('seats') then g.capacity end,
               case when access.shows('seats') then (
                   select count(*) from enrollments e
                   where e.practice_id = g.practice_id and e.group_id = g.group_id
                     and e.seat @> (\(now) at time zone t.time_zone)::date) end,
               coalesce(f.ids, '{}'), coalesce(f.names, '{}'), g.version
        from groups g
            join practices t on t.practice_id = g.practice_id
            left join programs p on p.practice_id = g.practice_id and p.program_id = g.program_id
            left join phases h on h.practice_id = g.practice_id and h.phase_id = g.phase_id
            left join tracks k on k.practice_id = g.practice_id and k.track_id = g.track_id
            left join lateral (
                select array_agg(a.account_id order by a.name, a.account_id) as ids,
                       array_agg(a.name order by a.name, a.account_id) as names
                from group_facilitators l
                    join accounts a on a.practice_id = l.practice_id and a.account_id = l.account_id
                where l.practice_id = g.practice_id and l.group_id = g.group_id
                  and l.during @> (\(now) at time zone t.time_zone)::date) f on true
        """
    }
}

extension Group.Details {
    init(_ row: inout Row) throws {
        id = try row.next()
        programID = try row.next()
        programName = try row.next()
        name = try row.next()
        phase = try row.next()
        track = try row.next()
        isOpen = try row.next()
        startsOn = try row.next()
        endsOn = try row.next()
        schedule = try Group.WeeklyRule(
            weekday: Weekday(isoNumber: row.next()), meetsAt: row.next(), minutes: row.next(), timeZone: row.next(),
            place: row.next())
        let (capacity, taken) = (try row.next(Int?.self), try row.next(Int?.self))
        seats = if let capacity, let taken { Group.Seats(capacity: capacity, taken: taken) } else { nil }
        facilitators = try Group.Colleague.both(row.next(), row.next())
        version = try row.next()
    }
}

extension Group.Colleague {
    /// Ids and names, which came as two arrays of one order.
    static func both(_ ids: [ID<Account>], _ names: [String]) -> [Group.Colleague] {
        zip(ids, names).map(Group.Colleague.init)
    }
}
