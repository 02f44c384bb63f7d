import Postgres
import Practice
import WebAPI

extension Roster {
    /// One scan of an index each for the homework and the attendance of a whole group, not one per member, or one of a
    /// table for all groups: they are materialized, so that no plan, however wrong its guess at the size of a group,
    /// repeats them.
    static func membersStatement(_ scope: RosterScope, in practice: ID<Practice>, _ view: View) -> SQL {
        """
        with \(scope.groups(in: practice))
        d as materialized (
            select g.group_id, t.* from groups g cross join lateral (\(view.moments(in: "g.time_zone"))) t
            where \(scope.holds("g", in: practice))),
        h as materialized (\(homework(scope, in: practice, view))),
        v as \(scope.once) (\(marks(scope, in: practice, view))),
        a as materialized (\(attendance(scope, in: practice))),
        s as materialized (
            select x.group_id, x.client_id, x.enrollment_id, x.status, x.since, g.program_id, g.name, p.name as program
            from (
                    select s.group_id, s.client_id, s.enrollment_id, s.status, s.during,
                           min(lower(s.during)) over (partition by s.enrollment_id) as since
                    from enrollment_spans s
                    where \(scope.holds("s", in: practice)) and has_seat(s.status)
                      and \(view.believed("s.recorded"))
                ) x
                join groups g on g.practice_id = \(practice) and g.group_id = x.group_id
                join programs p on p.practice_id = \(practice) and p.program_id = g.program_id
                \(scope.joinMoments("x"))
            where x.during @> \(scope.moment("day"))
        ),
        n as materialized (\(glance(in: practice, view)))
        select s.group_id, s.client_id, s.enrollment_id, c.given_name, c.preferred_name, c.family_name, c.birth_date, c.born_in,
               s.status, s.since, coalesce(a.attended, 0), coalesce(a.meetings, 0), coalesce(h.done, 0),
               coalesce(h.due, 0), n.missing, n.heeds_safe_contact
        from s
            join clients c on c.practice_id = \(practice) and c.client_id = s.client_id
            join n on n.client_id = s.client_id and n.program_id = s.program_id
            left join h on h.group_id = s.group_id and h.client_id = s.client_id
            left join a on a.group_id = s.group_id and a.client_id = s.client_id
        order by s.program, s.name, s.group_id, coalesce(nullif(c.family_name, ''), c.given_name), c.given_name, s.client_id
        """
    }

    /// Has the database plan for all members of a practice, whose number no guess comes near: by whole tables.
    static func plan(in transaction: Transaction) async throws(PostgresError) {
        _ = try await transaction.pipeline(
            Query<Int>.run("set local enable_nestloop = off"), Query<Int>.run("set local work_mem = '16MB'"))
    }

    /// Consents and ages are the practice's affair, on its own calendar.
    private static func glance(in practice: ID<Practice>, _ view: View) -> SQL {
        """
        select n.* from (select array_agg(client_id) as members, array_agg(program_id) as programs
                         from (select distinct client_id, program_id from s) t) t
            join practices p on p.practice_id = \(practice)
            cross join lateral (\(view.moments(in: "p.time_zone"))) d
            cross join lateral access.members_at_a_glance(t.members, t.programs, d.day, d.before) n
        """
    }

    /// What the group was given, was due by then and is not withdrawn; done is what was handed in by then: as the reports
    /// of homework count, by the same functions (`Migrations/routines/homework/lateness.sql`).
    private static func homework(_ scope: RosterScope, in practice: ID<Practice>, _ view: View) -> SQL {
        let then: SQL = view.isOfToday ? "\(view.now)" : "\(scope.moment("before")) - interval '1 microsecond'"
        let moments: SQL = view.isOfToday ? "" : scope.joinMoments("w")
        return """
            select w.group_id, w.client_id, count(*) filter (where
                       homework_handed_in(w.state, w.first_submitted_at, w.submitted_at) <= \(then)) as done,
                   count(*) as due
            from homework w \(moments)
            where \(scope.holds("w", in: practice)) and w.group_id is not null
              and homework_is_due(w.state, w.due_at, \(then))
            group by w.group_id, w.client_id
            """
    }

    private static func attendance(_ scope: RosterScope, in practice: ID<Practice>) -> SQL {
        """
        select v.group_id, v.client_id, count(*) filter (where v.mark not in ('absent', 'excused')) as attended,
               count(*) filter (where v.mark <> 'excused') as meetings
        from v \(scope.joinMoments("v"))
            join meetings t on \(scope.holds("t", in: practice)) and t.meeting_id = v.meeting_id
                and t.starts_at < \(scope.moment("over"))
        group by v.group_id, v.client_id
        """
    }

    /// The marks as they stood at that instant.
    private static func marks(_ scope: RosterScope, in practice: ID<Practice>, _ view: View) -> SQL {
        let present: SQL = """
            select m.group_id, m.client_id, m.meeting_id, m.mark from attendance m
            where \(scope.holds("m", in: practice))
            """
        guard let known = view.knownAt else { return present }
        return """
            \(present) and m.recorded_at <= \(known)
            union all
            select m.group_id, m.client_id, m.meeting_id, m.mark from attendance_history m
            where \(scope.holds("m", in: practice)) and m.recorded @> \(known)::timestamptz
            """
    }
}

extension RosterScope {
    /// The list of groups that the others of the statement are held against, where there is one.
    fileprivate func groups(in practice: ID<Practice>) -> SQL {
        guard case .groups(let program, let place) = self else { return "" }
        return "o as materialized (\(Roster.openGroups(of: program, place, in: practice))),"
    }

    /// Something of the day of a row's group: of one group it is asked once, of many it stands beside the row.
    fileprivate func moment(_ name: SQL) -> SQL {
        if case .group = self { "(select \(name) from d)" } else { "d.\(name)" }
    }

    fileprivate func joinMoments(_ table: SQL) -> SQL {
        if case .group = self { "" } else { "join d on d.group_id = \(table).group_id" }
    }

    /// Rows of a whole table are not put by.
    fileprivate var once: SQL { if case .everything = self { "not materialized" } else { "materialized" } }

    /// Whether a row is of one of the groups.
    fileprivate func holds(_ table: SQL, in practice: ID<Practice>) -> SQL {
        switch self {
        case .group(let group): "\(table).practice_id = \(practice) and \(table).group_id = \(group)"
        case .groups: "\(table).practice_id = \(practice) and \(table).group_id in (select group_id from o)"
        case .everything: "\(table).practice_id = \(practice)"
        }
    }
}

extension Roster.Member {
    init(_ row: inout Row) throws {
        groupID = try row.next()
        clientID = try row.next()
        enrollmentID = try row.next()
        givenName = try row.next()
        preferredName = try row.next()
        familyName = try row.next()
        birthDate = try PartialDay(day: row.next(), part: row.next())
        status = try row.next()
        since = try row.next()
        attendance = Roster.Tally(part: try row.next(), whole: try row.next())
        homework = Roster.Tally(part: try row.next(), whole: try row.next())
        missingConsents = try row.next()
        heedsSafeContact = try row.next()
    }
}
