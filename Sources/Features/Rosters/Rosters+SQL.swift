import Postgres
import Practice

extension Roster {
    static func heading(of group: ID<Group>, in practice: ID<Practice>) -> Query<Heading> {
        .row(headingStatement(of: group, in: practice)) { row in
            try Heading(
                groupID: row.next(), name: row.next(), phase: row.next(), track: row.next(), capacity: row.next(),
                programID: row.next(), programName: row.next(), day: row.next(), facilitatorIDs: row.next(),
                facilitatorNames: row.next())
        }
    }

    static func members(of group: ID<Group>, in practice: ID<Practice>, at now: Instant) -> Query<[Member]> {
        .rows(membersStatement(of: group, in: practice, at: now)) { row in try Member(&row) }
    }

    static func headingStatement(of group: ID<Group>, in practice: ID<Practice>) -> SQL {
        """
        select g.group_id, g.name, h.name, k.name, g.capacity, p.program_id, p.name, d.today,
               coalesce(f.ids, '{}'), coalesce(f.names, '{}')
        from groups g
            join programs p on p.practice_id = g.practice_id and p.program_id = g.program_id
            left join phases h on h.practice_id = g.practice_id and h.phase_id = g.phase_id
            left join tracks k on k.practice_id = g.practice_id and k.track_id = g.track_id
            cross join (select access.today() as today) d
            left join lateral (
                select array_agg(a.account_id order by a.name, a.account_id) as ids,
                       array_agg(a.name order by a.name, a.account_id) as names
                from group_facilitators l
                    join accounts a on a.practice_id = l.practice_id and a.account_id = l.account_id
                where l.practice_id = g.practice_id and l.group_id = g.group_id and l.during @> d.today) f on true
        where g.practice_id = \(practice) and g.group_id = \(group)
        """
    }

    /// One scan of an index each for the homework and the attendance of the whole group, not one per member: they are
    /// materialized, so that no plan, however wrong its guess at the size of a group, repeats them.
    static func membersStatement(of group: ID<Group>, in practice: ID<Practice>, at now: Instant) -> SQL {
        """
        with h as materialized (
            select client_id, count(*) filter (where state in ('submitted', 'reviewed')) as done, count(*) as due
            from homework
            where practice_id = \(practice) and group_id = \(group) and due_at <= \(now) and state <> 'withdrawn'
            group by client_id
        ), a as materialized (
            select client_id, count(*) filter (where mark not in ('absent', 'excused')) as attended,
                   count(*) as meetings
            from attendance
            where practice_id = \(practice) and group_id = \(group)
            group by client_id
        )
        select e.client_id, e.enrollment_id, c.given_name, c.preferred_name, c.family_name, c.birth_date, s.status,
               lower(e.seat), a.attended, a.meetings, coalesce(h.done, 0), coalesce(h.due, 0)
        from enrollments e
            join enrollment_spans s on s.practice_id = e.practice_id and s.enrollment_id = e.enrollment_id
                and s.during @> access.today() and upper_inf(s.recorded)
            join clients c on c.practice_id = e.practice_id and c.client_id = e.client_id
            left join h on h.client_id = e.client_id
            left join a on a.client_id = e.client_id
        where e.practice_id = \(practice) and e.group_id = \(group) and e.seat @> access.today()
        order by c.family_name, c.given_name, e.client_id
        """
    }
}

extension Roster.Member {
    fileprivate init(_ row: inout Row) throws {
        clientID = try row.next()
        enrollmentID = try row.next()
        givenName = try row.next()
        preferredName = try row.next()
        familyName = try row.next()
        birthDate = try row.next()
        status = try row.next()
        enrolledSince = try row.next()
        let (attended, meetings) = (try row.next(Int?.self), try row.next(Int?.self))
        attendance = if let attended, let meetings { (attended, meetings) } else { nil }
        homework = (try row.next(), try row.next())
    }
}
