import Postgres
import Practice
import WebAPI

extension Meeting {
    /// Who was a member on the day of the meeting, or has a mark, and how each attended.
    static func attendance(at meeting: ID<Meeting>, in practice: ID<Practice>) -> Query<[Attendee]> {
        .rows(
            "\(attendees(at: meeting, in: practice)) order by coalesce(nullif(c.family_name, ''), c.given_name), c.given_name, c.client_id",
            Attendee.init)
    }

    static func attendee(
        _ client: ID<Client>, at meeting: ID<Meeting>, in practice: ID<Practice>
    ) -> Query<Attendee> {
        .row("\(attendees(at: meeting, in: practice)) and c.client_id = \(client)", Attendee.init)
    }

    private static func attendees(at meeting: ID<Meeting>, in practice: ID<Practice>) -> SQL {
        """
        select c.client_id, c.given_name, c.preferred_name, c.family_name, a.mark, a.arrived_at, a.left_at,
               a.recorded_at, s.account_id, s.name,
               case when a.client_id is not null then 1 + (
                   select count(*) from attendance_history h
                   where h.practice_id = a.practice_id and h.meeting_id = a.meeting_id and h.client_id = a.client_id) end
        from clients c
            left join attendance a on a.practice_id = c.practice_id and a.meeting_id = \(meeting)
                and a.client_id = c.client_id
            left join accounts s on s.practice_id = a.practice_id and s.account_id = a.recorded_by
        where c.practice_id = \(practice) and c.client_id in (
            select s.client_id from meetings m \(seatsOnItsDay)
            where m.practice_id = \(practice) and m.meeting_id = \(meeting)
            union all
            select k.client_id from attendance k where k.practice_id = \(practice) and k.meeting_id = \(meeting))
        """
    }

    /// Clears a member's mark, if it is the one that was seen.
    static func clear(
        _ client: ID<Client>, at meeting: ID<Meeting>, seen version: Int, at now: Instant
    ) -> Query<Int> {
        .run("select from access.clear_mark(\(meeting), \(client), \(version), \(now))")
    }

    /// Records all marks or none, and gives what hindered it. The meeting is held meanwhile, so that nobody cancels it or
    /// moves it away.
    static func record(
        _ new: [NewNote], at meeting: ID<Meeting>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Obstacles> {
        .row(
            """
            with m as (
                select practice_id, meeting_id, group_id, starts_at, minutes, cancelled
                from meetings where practice_id = \(practice) and meeting_id = \(meeting) for no key update
            ), sent as (
                select s.client_id, s.mark, s.arrived_at, s.left_at, s.position, m.starts_at,
                       m.starts_at + make_interval(mins => m.minutes) as ends_at
                from m, unnest(\(new.map(\.clientID))::uuid[], \(new.map(\.note.mark.rawValue))::text[],
                    \(new.map(\.note.arrivedAt))::timestamptz[], \(new.map(\.note.leftAt))::timestamptz[])
                    with ordinality as s (client_id, mark, arrived_at, left_at, position)
            ), found as (\(obstacles(at: now))
            ), recorded as (
                insert into attendance (practice_id, meeting_id, client_id, group_id, mark, arrived_at, left_at,
                                        recorded_at, recorded_by)
                select m.practice_id, m.meeting_id, s.client_id, m.group_id, s.mark, s.arrived_at, s.left_at, \(now),
                       access.account()
                from sent s, m, found f
                where (f.strangers, f.arrivals, f.departures) = ('{}', '{}', '{}') and not f.cancelled and not f.early
                on conflict (practice_id, meeting_id, client_id) do update
                set mark = excluded.mark, arrived_at = excluded.arrived_at, left_at = excluded.left_at,
                    recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by
                where (attendance.mark, attendance.arrived_at, attendance.left_at)
                    is distinct from (excluded.mark, excluded.arrived_at, excluded.left_at)
                returning 1
            )
            select strangers, arrivals, departures, cancelled, early from found
            """
        ) { row in
            try Obstacles(
                strangers: row.next(), arrivals: row.next(), departures: row.next(), isCancelled: row.next(),
                isTooEarly: row.next())
        }
    }

    /// What hinders it: of the marks `sent` their positions, of the meeting `m` whether it is cancelled or not begun.
    private static func obstacles(at now: Instant) -> SQL {
        """
        select array(select position from sent where client_id not in (
                   select s.client_id from m \(seatsOnItsDay)) order by 1) as strangers,
               array(select position from sent where arrived_at < starts_at or arrived_at >= ends_at
                   or arrived_at > \(now) order by 1) as arrivals,
               array(select position from sent where left_at <= starts_at or left_at > ends_at
                   or left_at <= arrived_at or left_at > \(now) order by 1) as departures,
               m.cancelled, m.starts_at > \(now + earliest) as early
        from m
        """
    }

    /// What was noted before, the latest correction first.
    static func history(
        of meeting: ID<Meeting>, in practice: ID<Practice>, _ page: Page
    ) throws(Problem) -> Query<[FormerNote]> {
        var after: SQL = ""
        if let key = page.after {
            after = """
                and (upper(h.recorded), h.client_id, lower(h.recorded))
                    < (\(try key.instant(0)), \(try key.id(1, of: Client.self)), \(try key.instant(2)))
                """
        }
        return .rows(
            """
            select h.client_id, h.mark, h.arrived_at, h.left_at, lower(h.recorded), upper(h.recorded), s.account_id,
                   s.name, k.account_id, k.name
            from attendance_history h
                join accounts s on s.practice_id = h.practice_id and s.account_id = h.recorded_by
                left join accounts k on k.practice_id = h.practice_id and k.account_id = h.cleared_by
            where h.practice_id = \(practice) and h.meeting_id = \(meeting) \(after)
            order by upper(h.recorded) desc, h.client_id desc, lower(h.recorded) desc limit \(page.fetch)
            """
        ) { row in
            try FormerNote(
                clientID: row.next(), note: Note(mark: row.next(), arrivedAt: row.next(), leftAt: row.next()),
                recordedAt: row.next(), correctedAt: row.next(),
                recordedBy: Group.Colleague(id: row.next(), name: row.next()), clearedBy: .next(&row))
        }
    }

    /// The meetings that took place while a client had a seat, and those with a mark of the client's; the latest first.
    static func attended(
        by client: ID<Client>, in practice: ID<Practice>, _ page: Page, at now: Instant
    ) throws(Problem) -> Query<[Attended]> {
        var after: SQL = ""
        if let key = page.after {
            after = "and (m.starts_at, m.meeting_id) < (\(try key.instant(0)), \(try key.id(1, of: Meeting.self)))"
        }
        return .rows(
            """
            select m.meeting_id, m.group_id, g.name, m.starts_at, m.minutes, a.mark, a.arrived_at, a.left_at,
                   case when access.shows('recording') then a.recorded_at end,
                   case when access.shows('recording') then s.account_id end, s.name
            from meetings m
                join groups g on g.practice_id = m.practice_id and g.group_id = m.group_id
                left join attendance a on a.practice_id = m.practice_id and a.meeting_id = m.meeting_id
                    and a.client_id = \(client)
                left join accounts s on s.practice_id = a.practice_id and s.account_id = a.recorded_by
            where m.practice_id = \(practice) and m.group_id in (
                    select e.group_id from enrollments e
                    where e.practice_id = \(practice) and e.client_id = \(client))
              and (a.client_id is not null or (not m.cancelled and m.starts_at <= \(now) and exists (
                    select from enrollment_spans s
                    where s.practice_id = m.practice_id and s.group_id = m.group_id and s.client_id = \(client)
                        and has_seat(s.status) and upper_inf(s.recorded)
                        and s.during @> (m.starts_at at time zone g.time_zone)::date)))
              \(after)
            order by m.starts_at desc, m.meeting_id desc limit \(page.fetch)
            """, Attended.init)
    }

    static func rate(of client: ID<Client>, in practice: ID<Practice>) -> Query<Rate> {
        .row(
            """
            select count(*) filter (where mark <> 'absent'), count(*)
            from attendance where practice_id = \(practice) and client_id = \(client) and mark <> 'excused'
            """
        ) { row in Rate(attended: try row.next(), meetings: try row.next()) }
    }

    /// Joins the spans, as believed now, that give a seat `s` on the day of a meeting `m`: on the calendar of its group.
    private static let seatsOnItsDay: SQL = """
        join groups g on g.practice_id = m.practice_id and g.group_id = m.group_id
        join enrollment_spans s on s.practice_id = m.practice_id and s.group_id = m.group_id
            and has_seat(s.status) and upper_inf(s.recorded)
            and s.during @> (m.starts_at at time zone g.time_zone)::date
        """
}

extension Meeting.Note {
    /// What is noted, or nil where nothing is: three columns.
    fileprivate static func next(_ row: inout Row) throws -> Meeting.Note? {
        let (mark, arrivedAt) = (try row.next(Meeting.Mark?.self), try row.next(Instant?.self))
        let leftAt = try row.next(Instant?.self)
        return mark.map { Meeting.Note(mark: $0, arrivedAt: arrivedAt, leftAt: leftAt) }
    }
}

extension Group.Colleague {
    /// Somebody, or nil where nobody is named: two columns.
    fileprivate static func next(_ row: inout Row) throws -> Group.Colleague? {
        let (id, name) = (try row.next(ID<Account>?.self), try row.next(String?.self))
        guard let id, let name else { return nil }
        return Group.Colleague(id: id, name: name)
    }
}

extension Meeting.Attendee {
    fileprivate init(_ row: inout Row) throws {
        clientID = try row.next()
        givenName = try row.next()
        preferredName = try row.next()
        familyName = try row.next()
        note = try .next(&row)
        recordedAt = try row.next()
        recordedBy = try .next(&row)
        version = try row.next()
    }
}

extension Meeting.Attended {
    fileprivate init(_ row: inout Row) throws {
        meetingID = try row.next()
        groupID = try row.next()
        groupName = try row.next()
        startsAt = try row.next()
        minutes = try row.next()
        note = try .next(&row)
        recordedAt = try row.next()
        recordedBy = try .next(&row)
    }
}
