import Postgres
import Practice
import WebAPI

extension Enrollment {
    static func list(
        ofGroup group: ID<Group>, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[Details]> {
        .rows(
            """
            select \(columns), null::text, null::text, c.given_name, c.preferred_name, c.family_name
            from enrollments e join clients c on c.practice_id = e.practice_id and c.client_id = e.client_id
                cross join (select access.today_in(\(group)) as today) z \(today)
            where e.practice_id = \(practice) and e.group_id = \(group) and f.day is not null \(try after(page))
            order by e.enrollment_id limit \(page.fetch)
            """, Details.init)
    }

    static func list(
        ofClient client: ID<Client>, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[Details]> {
        .rows(
            """
            select \(columns), called.group_name, called.program_name, null::text, null::text, null::text
            from enrollments e left join lateral access.group_called(e.group_id, e.client_id) called on true
                cross join lateral (select access.today_in(e.group_id) as today) z \(today)
            where e.practice_id = \(practice) and e.client_id = \(client) and f.day is not null \(try after(page))
            order by e.enrollment_id limit \(page.fetch)
            """, Details.init)
    }

    static func details(of enrollment: ID<Enrollment>, in practice: ID<Practice>) -> Query<Details> {
        .row(
            """
            select \(columns), called.group_name, called.program_name, null::text, null::text, null::text
            from enrollments e left join lateral access.group_called(e.group_id, e.client_id) called on true
                cross join lateral (select access.today_in(e.group_id) as today) z \(today)
            where e.practice_id = \(practice) and e.enrollment_id = \(enrollment)
            """, Details.init)
    }

    /// Answers the first day. The rest of the answer is what was asked: who leads a group may put someone into it whom
    /// they do not see before.
    static func enroll(
        _ new: New, as enrollment: ID<Enrollment>, in group: ID<Group>, at now: Instant
    ) -> Query<Day> {
        .row(
            "select access.enroll(\(enrollment), \(group), \(new.clientID), \(new.status), \(new.startsOn), \(now))"
        ) { try $0.next() }
    }

    static func take(
        _ step: Step, in enrollment: ID<Enrollment>, seen version: Int, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            select from access.take_step(
                \(enrollment), \(version), \(step.status), \(step.from), \(step.until), \(step.reason), \(now))
            """)
    }

    /// In another group the caller may see nobody: what there is to tell is answered by the function itself.
    static func transfer(
        _ enrollment: ID<Enrollment>, by transfer: Transfer, seen version: Int, as successor: ID<Enrollment>,
        at now: Instant
    ) -> Query<Successor> {
        .row(
            """
            select successor_id, status, starts_on from access.transfer(
                \(enrollment), \(version), \(successor), \(transfer.groupID), \(transfer.on),
                \(transfer.reason), \(now))
            """
        ) { row in
            Successor(id: try row.next(), status: try row.next(), startsOn: try row.next())
        }
    }

    static func phasesOpened(by enrollment: ID<Enrollment>) -> Query<[OpenPhase]> {
        .rows("select phase_id, name, track from access.phases_opened(\(enrollment))") { row in
            OpenPhase(id: try row.next(), name: try row.next(), track: try row.next())
        }
    }

    /// In the order in which they are offered a seat; for who is not told that order, in one that says nothing of it.
    static func waitlist(
        of group: ID<Group>, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[Waiting]> {
        var after: SQL = ""
        if let key = page.after {
            let (since, id) = (try key.instant(0), try key.id(1, of: Void.self))
            after = "where (w.sort_since, w.sort_id) > (\(since), \(id))"
        }
        return .rows(
            """
            select w.enrollment_id, w.client_id, w.given_name, w.preferred_name, w.family_name, w.position,
                   w.waiting_since, w.sort_since, w.sort_id
            from (
                select e.enrollment_id, c.client_id, c.given_name, c.preferred_name, c.family_name,
                       case when access.whole() then row_number() over (order by e.waiting_since, e.enrollment_id) end as position,
                       case when access.whole() then e.waiting_since end as waiting_since,
                       case when access.whole() then e.waiting_since else '2000-01-01Z'::timestamptz end as sort_since,
                       case when access.whole() then e.enrollment_id else c.client_id end as sort_id
                \(waiting(for: group, in: practice))) w
            \(after)
            order by w.sort_since, w.sort_id limit \(page.fetch)
            """
        ) { row in
            Waiting(
                id: try row.next(), clientID: try row.next(),
                clientName: ClientName(given: try row.next(), preferred: try row.next(), family: try row.next()),
                position: try row.next(), since: try row.next(),
                key: PageKey(try row.next(Instant.self), try row.next(ID<Void>.self)))
        }
    }

    static func waitlistTotal(of group: ID<Group>, _ page: Page, in practice: ID<Practice>) -> Query<Int?> {
        page.total(waiting(for: group, in: practice))
    }

    private static func waiting(for group: ID<Group>, in practice: ID<Practice>) -> SQL {
        """
        from enrollment_spans s
            join enrollments e on e.practice_id = s.practice_id and e.enrollment_id = s.enrollment_id
            join clients c on c.practice_id = e.practice_id and c.client_id = e.client_id
        where s.practice_id = \(practice) and s.group_id = \(group) and upper_inf(s.recorded)
            and s.status = 'waitlisted' and s.during @> (select access.today_in(\(group)))
        """
    }

    private static func after(_ page: Page) throws(Problem) -> SQL {
        guard let key = page.after else { return "" }
        return "and e.enrollment_id > \(try key.id(0, of: Enrollment.self))"
    }

    // Where it stands today in its group, or on its first day where that is to come, and what is planned after that.
    private static let today: SQL = """
        cross join lateral (
            select min(lower(f.during)) as day, greatest(z.today, min(lower(f.during))) as shown from enrollment_spans f
            where f.practice_id = e.practice_id and f.enrollment_id = e.enrollment_id and upper_inf(f.recorded)) f
        left join lateral (
            select s.status, s.reason, lower(s.during) as since from enrollment_spans s
            where s.practice_id = e.practice_id and s.enrollment_id = e.enrollment_id and upper_inf(s.recorded)
              and s.during @> f.shown) s on true
        left join lateral (
            select n.status, lower(n.during) as day from enrollment_spans n
            where n.practice_id = e.practice_id and n.enrollment_id = e.enrollment_id and upper_inf(n.recorded)
              and lower(n.during) > f.shown
            order by n.during limit 1) n on true
        """

    // The reason was written by the practice, for the practice.
    private static let columns: SQL = """
        e.enrollment_id, e.group_id, e.client_id, s.status, case when access.shows('reason') then s.reason end,
        f.day, case when enrollment_has_ended(s.status) then s.since end,
        n.status, n.day, case when s.status = 'offered' then e.offer_expires_at end, e.transferred_from, e.version
        """
}

extension Enrollment.Details {
    init(_ row: inout Row) throws {
        id = try row.next()
        groupID = try row.next()
        clientID = try row.next()
        status = try row.next()
        reason = try row.next()
        startsOn = try row.next()
        endedOn = try row.next()
        let (status, from) = (try row.next(Enrollment.Status?.self), try row.next(Day?.self))
        next = if let status, let from { Enrollment.Planned(status: status, from: from) } else { nil }
        offerExpiresAt = try row.next()
        transferredFrom = try row.next()
        version = try row.next()
        groupName = try row.next()
        programName = try row.next()
        let (given, preferred, family) = (
            try row.next(String?.self), try row.next(String?.self), try row.next(String?.self)
        )
        clientName =
            if let given, let family {
                Enrollment.ClientName(given: given, preferred: preferred, family: family)
            } else {
                nil
            }
    }
}
