import Postgres
import Practice
import WebAPI

/// Whose rosters: of one group, of a page of groups, or of all groups of the practice or of a program.
enum RosterScope: Sendable {
    case group(ID<Group>)
    case groups(program: ID<Program>?, Roster.Place)
    /// Without a list of the groups, for who may see everything: their tables are read whole.
    case everything
}

extension Roster {
    /// A place in the order of the groups, and how many from there on.
    struct Place: Sendable {
        let after: (program: String, name: String, group: ID<Group>)?
        let most: Int?

        /// All groups.
        static let all = Place(after: nil, most: nil)

        init(_ page: Page) throws(Problem) {
            most = page.fetch
            after = try page.after.map { key throws(Problem) in
                (try key.text(0), try key.text(1), try key.id(2, of: Group.self))
            }
        }

        private init(after: (String, String, ID<Group>)?, most: Int?) {
            self.after = after
            self.most = most
        }
    }

    /// The day that is asked for, on the practice's calendar.
    static func day(in practice: ID<Practice>, _ view: View) -> Query<Day> {
        .row(
            """
            select d.day from practices p cross join lateral (\(view.moments(in: "p.time_zone"))) d
            where p.practice_id = \(practice)
            """
        ) { row in try row.next() }
    }

    /// What the practice is called, for the form that says so.
    static func practiceName(for form: Representation, in practice: ID<Practice>) -> Query<String> {
        guard form == .html else { return .row("select ''") { try $0.next() } }
        return .row("select name from practices where practice_id = \(practice)") { try $0.next() }
    }

    static func heading(of group: ID<Group>, in practice: ID<Practice>, _ view: View) -> Query<Heading> {
        .row(headingStatement(of: group, in: practice, view), Heading.init)
    }

    static func headings(
        of program: ID<Program>?, _ place: Place, in practice: ID<Practice>, _ view: View
    ) -> Query<[Heading]> {
        .rows(headingsStatement(of: program, place, in: practice, view), Heading.init)
    }

    /// The members of one group, or of many in the order of ``headings(of:_:in:_:)``.
    static func members(_ scope: RosterScope, in practice: ID<Practice>, _ view: View) -> Query<[Member]> {
        .rows(membersStatement(scope, in: practice, view), Member.init)
    }

    static func headingStatement(of group: ID<Group>, in practice: ID<Practice>, _ view: View) -> SQL {
        """
        select g.group_id, g.name, p.program_id, p.name, k.name, h.name, g.capacity,
               coalesce(f.ids, '{}'), coalesce(f.names, '{}'), coalesce(f.roles, '{}'), true,
               coalesce(c.active, 0), coalesce(c.paused, 0), coalesce(c.offered, 0), coalesce(c.waitlisted, 0), d.day
        from groups g
            join programs p on p.practice_id = g.practice_id and p.program_id = g.program_id
            left join phases h on h.practice_id = g.practice_id and h.phase_id = g.phase_id
            left join tracks k on k.practice_id = g.practice_id and k.track_id = g.track_id
            cross join lateral (\(view.moments(in: "g.time_zone"))) d
            left join lateral (\(facilitators(in: practice))) f on true
            left join lateral access.seats_counted(
                array[g.group_id], array[d.day], \(view.knownAt), array[d.standing]) c on true
        where g.practice_id = \(practice) and g.group_id = \(group)
        """
    }

    /// The groups whose members the reader may know, and those of which there are only numbers.
    static func headingsStatement(
        of program: ID<Program>?, _ place: Place, in practice: ID<Practice>, _ view: View
    ) -> SQL {
        """
        with w as materialized (
            select u.*, d.day, d.standing from (
                (\(openGroups(of: program, place, in: practice)))
                union all
                select false, o.group_id, o.name, o.program_id, p.name, o.phase_id, o.track_id, o.capacity, o.time_zone,
                       o.account_ids, o.names, o.roles
                from access.other_groups(
                        \(program), \(view.asOf), \(place.after?.program), \(place.after?.name), \(place.after?.group),
                        \(place.most)::int) o
                    join programs p on p.practice_id = \(practice) and p.program_id = o.program_id) u
                cross join lateral (\(view.moments(in: "u.time_zone"))) d
            order by u.program, u.name, u.group_id limit \(place.most)
        )
        select g.group_id, g.name, g.program_id, g.program, k.name, h.name, g.capacity,
               coalesce(f.ids, g.ids, '{}'), coalesce(f.names, g.names, '{}'), coalesce(f.roles, g.roles, '{}'), g.open,
               coalesce(c.active, 0), coalesce(c.paused, 0), coalesce(c.offered, 0), coalesce(c.waitlisted, 0), g.day
        from w g
            cross join lateral (select g.day) d
            left join phases h on h.practice_id = \(practice) and h.phase_id = g.phase_id
            left join tracks k on k.practice_id = \(practice) and k.track_id = g.track_id
            left join lateral (\(facilitators(in: practice))) f on g.open
            left join access.seats_counted(
                (select array_agg(group_id order by group_id) from w), (select array_agg(day order by group_id) from w),
                \(view.knownAt), (select array_agg(standing order by group_id) from w)) c on c.group_id = g.group_id
        order by g.program, g.name, g.group_id
        """
    }

    static func openGroups(of program: ID<Program>?, _ place: Place, in practice: ID<Practice>) -> SQL {
        var conditions: SQL = "g.practice_id = \(practice)"
        if let program { conditions = "\(conditions) and g.program_id = \(program)" }
        if let after = place.after {
            conditions =
                "\(conditions) and (p.name, g.name, g.group_id) > (\(after.program), \(after.name), \(after.group))"
        }
        return """
            select true as open, g.group_id, g.name, g.program_id, p.name as program, g.phase_id, g.track_id, g.capacity,
                   g.time_zone, null::uuid[] as ids, null::text[] as names, null::text[] as roles
            from groups g join programs p on p.practice_id = g.practice_id and p.program_id = g.program_id
            where \(conditions)
            order by p.name, g.name, g.group_id limit \(place.most)
            """
    }

    /// Who leads a group `g` on that day.
    private static func facilitators(in practice: ID<Practice>) -> SQL {
        """
        select array_agg(a.account_id order by a.name, a.account_id) as ids,
               array_agg(a.name order by a.name, a.account_id) as names,
               array_agg(l.role order by a.name, a.account_id) as roles
        from group_facilitators l
            join accounts a on a.practice_id = l.practice_id and a.account_id = l.account_id
        where l.practice_id = \(practice) and l.group_id = g.group_id and l.during @> d.day
        """
    }
}

extension Roster.Heading {
    fileprivate init(_ row: inout Row) throws {
        groupID = try row.next()
        name = try row.next()
        programID = try row.next()
        programName = try row.next()
        track = try row.next()
        phase = try row.next()
        capacity = try row.next()
        let ids = try row.next([ID<Account>].self)
        let (names, roles) = (try row.next([String].self), try row.next([String].self))
        facilitators = zip(ids, zip(names, roles)).map {
            Roster.Facilitator(accountID: $0, name: $1.0, role: $1.1)
        }
        isOpen = try row.next()
        seats = Roster.Seats(
            active: try row.next(), paused: try row.next(), offered: try row.next(), waitlisted: try row.next())
        day = try row.next()
    }
}

extension Roster.View {
    /// The day on the calendar of a zone; when it is over; until when things had happened that count; at which instant of
    /// it an offer has to stand.
    func moments(in zone: SQL) -> SQL {
        let day: SQL = asOf.map { "\($0)::date" } ?? "(\(now)::timestamptz at time zone \(zone))::date"
        return """
            select t.day, t.over, t.before, greatest(t.begins, t.before) as standing
            from (select d.day, d.day::timestamp at time zone \(zone) as begins,
                         (d.day + 1)::timestamp at time zone \(zone) as over,
                         least((d.day + 1)::timestamp at time zone \(zone),
                               \(knownAt ?? now)::timestamptz + interval '1 microsecond') as before
                  from (select \(day) as day) d) t
            """
    }

    /// Whether a span was believed.
    func believed(_ recorded: SQL) -> SQL {
        knownAt.map { "\(recorded) @> \($0)::timestamptz" } ?? "upper_inf(\(recorded))"
    }
}
