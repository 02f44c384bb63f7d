import Postgres
import Practice
import WebAPI

extension Group {
    static func list(
        _ filter: ListFilter, in practice: ID<Practice>, at now: Instant
    ) throws(Problem) -> Query<[Details]> {
        var conditions = filter.conditions(in: practice, at: now)
        if let key = filter.page.after { conditions.append(try filter.sort.after(key)) }
        return .rows(
            """
            \(selection(at: now)) where \(SQL.joined(conditions, separator: " and "))
            order by \(filter.sort.order) limit \(filter.page.fetch)
            """, Details.init)
    }

    static func details(of group: ID<Group>, in practice: ID<Practice>, at now: Instant) -> Query<Details> {
        .row("\(selection(at: now)) where g.practice_id = \(practice) and g.group_id = \(group)", Details.init)
    }

    static func insert(
        _ new: New, _ schedule: MeetingPlace, as group: ID<Group>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into groups
                (practice_id, group_id, program_id, name, phase_id, track_id, capacity, offer_days, open, starts_on,
                 ends_on, recurrence, meets_at, minutes, time_zone, place, telehealth, calendar_word,
                 created_at)
            values (\(practice), \(group), \(new.programID), \(new.name), \(new.phase), \(new.track), \(new.capacity),
                    \(new.offerDays), \(new.isOpen), \(new.startsOn), \(new.endsOn), \(schedule.days.rrule),
                    \(schedule.meetsAt), \(schedule.minutes), \(schedule.timeZone), \(schedule.place),
                    \(schedule.isTelehealth), \(new.calendarWord), \(now))
            """)
    }

    /// Changes nothing, and counts none, where the rule that let the caller in does not reach the group itself.
    static func update(
        _ change: Change, of group: ID<Group>, in practice: ID<Practice>, version: Int
    ) -> Query<Int> {
        var changes = Changes(version: version)
        changes.set("name", change.name)
        changes.set("phase_id", change.phase)
        changes.set("track_id", change.track)
        changes.set("capacity", change.capacity)
        changes.set("offer_days", change.offerDays)
        changes.set("open", change.isOpen)
        changes.set("starts_on", change.startsOn)
        changes.set("ends_on", change.endsOn)
        changes.set("recurrence", to: change.days.sql)
        changes.set("meets_at", change.meetsAt)
        changes.set("minutes", change.minutes)
        changes.set("time_zone", change.timeZone)
        changes.set("place", change.place)
        changes.set("telehealth", change.isTelehealth)
        changes.set("calendar_word", change.calendarWord)
        return .run("update groups set \(changes.sql) where practice_id = \(practice) and group_id = \(group)")
    }

    private static func selection(at now: Instant) -> SQL {
        """
        select g.group_id, g.program_id, p.name, g.name, h.phase_id, h.name, k.track_id, k.name, g.open, g.starts_on,
               g.ends_on, g.recurrence, g.meets_at, g.minutes, g.time_zone, g.place, g.telehealth,
               case when access.shows('seats') then g.capacity end,
               case when access.shows('seats') then (
                   select count(*) from enrollment_spans s
                       join enrollments e on e.practice_id = s.practice_id and e.enrollment_id = s.enrollment_id
                   where s.practice_id = g.practice_id and s.group_id = g.group_id and upper_inf(s.recorded)
                     and s.during @> (\(now) at time zone g.time_zone)::date
                     and takes_seat(s.status, e.offer_expires_at, \(now))) end,
               g.offer_days, case when access.shows('seats') then g.calendar_word end, coalesce(f.ids, '{}'), coalesce(f.names, '{}'), coalesce(f.parts, '{}'), g.version
        from groups g
            left join programs p on p.practice_id = g.practice_id and p.program_id = g.program_id
            left join phases h on h.practice_id = g.practice_id and h.phase_id = g.phase_id
            left join tracks k on k.practice_id = g.practice_id and k.track_id = g.track_id
            left join lateral (
                select array_agg(a.account_id order by a.name, a.account_id) as ids,
                       array_agg(a.name order by a.name, a.account_id) as names,
                       array_agg(l.role order by a.name, a.account_id) as parts
                from group_facilitators l
                    join accounts a on a.practice_id = l.practice_id and a.account_id = l.account_id
                where l.practice_id = g.practice_id and l.group_id = g.group_id
                  and l.during @> (\(now) at time zone g.time_zone)::date) f on true
        """
    }
}

extension Group.Details {
    init(_ row: inout Row) throws {
        id = try row.next()
        programID = try row.next()
        programName = try row.next()
        name = try row.next()
        phase = try .next(&row)
        track = try .next(&row)
        isOpen = try row.next()
        startsOn = try row.next()
        endsOn = try row.next()
        schedule = try Group.MeetingPlace(&row)
        let capacity = try row.next(Int?.self)
        let taken = try row.next(Int?.self)
        let offerDays = try row.next(Int.self)
        if let capacity, let taken {
            seats = Group.Seats(capacity: capacity, taken: taken, offerDays: offerDays)
        } else {
            seats = nil
        }
        calendarWord = try row.next()
        let ids = try row.next([ID<Account>].self)
        let colleagues = Group.Colleague.both(ids, try row.next())
        let parts = try row.next([Group.Part].self)
        facilitators = zip(colleagues, parts).map { Group.Facilitator(colleague: $0, part: $1) }
        version = try row.next()
    }
}

extension Group.DaysRequest {
    /// What the column becomes. A half changes the other half of nothing: a weekday alone is that of a group that meets on
    /// one weekday, and weeks alone are those of one that meets weekly. Of others it is no rule, which a constraint refuses.
    fileprivate var sql: SQL {
        if let days { return "\(days.rrule)" }
        if let weekday {
            let only = ";BYDAY=" + weekday.rawValue.prefix(2).uppercased()
            return """
                case when recurrence ~ '^FREQ=WEEKLY(;INTERVAL=\\d+)?;BYDAY=[A-Z]{2}$'
                    then regexp_replace(recurrence, ';BYDAY=.*', \(only)) else 'on one weekday' end
                """
        }
        guard let everyWeeks else { return "recurrence" }
        let interval = everyWeeks > 1 ? ";INTERVAL=\(everyWeeks)" : ""
        return """
            case when recurrence like 'FREQ=WEEKLY%'
                then regexp_replace(recurrence, '^FREQ=WEEKLY(;INTERVAL=\\d+)?', 'FREQ=WEEKLY' || \(interval))
                else 'weekly' end
            """
    }
}

extension Group.MeetingPlace {
    fileprivate init(_ row: inout Row) throws {
        days = try row.next()
        meetsAt = try row.next()
        minutes = try row.next()
        timeZone = try row.next()
        place = try row.next()
        isTelehealth = try row.next()
    }
}

extension Group.Stretch {
    /// A phase or a track, or nil where the group has none: two columns.
    fileprivate static func next(_ row: inout Row) throws -> Group.Stretch<Kind>? {
        let id = try row.next(ID<Kind>?.self)
        let name = try row.next(String?.self)
        guard let id, let name else { return nil }
        return Group.Stretch(id: id, name: name)
    }
}

extension Group.Colleague {
    /// Ids and names, which came as two arrays of one order.
    static func both(_ ids: [ID<Account>], _ names: [String]) -> [Group.Colleague] {
        zip(ids, names).map(Group.Colleague.init)
    }
}
