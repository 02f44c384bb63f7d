import Postgres
import Practice
import WebAPI

extension Enrollment {
    static func list(
        ofGroup group: ID<Group>, in practice: ID<Practice>, _ page: Page
    ) throws(Problem) -> Query<[Details]> {
        .rows(
            """
            select \(columns), null::text, c.given_name, c.preferred_name, c.family_name
            from enrollments e join clients c on c.practice_id = e.practice_id and c.client_id = e.client_id
            where e.practice_id = \(practice) and e.group_id = \(group) \(try after(page))
            order by e.enrollment_id limit \(page.fetch)
            """, Details.init)
    }

    static func list(
        ofClient client: ID<Client>, in practice: ID<Practice>, _ page: Page
    ) throws(Problem) -> Query<[Details]> {
        .rows(
            """
            select \(columns), g.name, null::text, null::text, null::text
            from enrollments e left join groups g on g.practice_id = e.practice_id and g.group_id = e.group_id
            where e.practice_id = \(practice) and e.client_id = \(client) \(try after(page))
            order by e.enrollment_id limit \(page.fetch)
            """, Details.init)
    }

    static func details(of enrollment: ID<Enrollment>, in practice: ID<Practice>) -> Query<Details> {
        .row(
            """
            select \(columns), g.name, null::text, null::text, null::text
            from enrollments e left join groups g on g.practice_id = e.practice_id and g.group_id = e.group_id
            where e.practice_id = \(practice) and e.enrollment_id = \(enrollment)
            """, Details.init)
    }

    /// Without `returning`: who leads a group may put someone into it whom they do not see before.
    static func insert(
        _ new: New, as enrollment: ID<Enrollment>, in group: ID<Group>, of practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into enrollments
                (practice_id, enrollment_id, group_id, client_id, status, during, recorded_at, recorded_by)
            select t.practice_id, \(enrollment), \(group), \(new.clientID), \(new.status),
                   daterange(coalesce(\(new.startsOn), (\(now) at time zone t.time_zone)::date), null), \(now),
                   access.account()
            from practices t where t.practice_id = \(practice)
            """)
    }

    static func today(in practice: ID<Practice>, at now: Instant) -> Query<Day> {
        .row("select (\(now) at time zone t.time_zone)::date from practices t where t.practice_id = \(practice)") {
            try $0.next()
        }
    }

    /// A seat that is taken begins its days; one that is left ends them, with today as the first day without.
    static func update(
        _ change: Change, of enrollment: ID<Enrollment>, in practice: ID<Practice>, version: Int, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            update enrollments e set
                status = coalesce(\(change.status), e.status), reason = \(change.reason.sql("e.reason")),
                during = case
                    when \(change.status)::text in ('completed', 'withdrawn', 'transferred') and upper_inf(e.during)
                        then daterange(lower(e.during), greatest(c.today, lower(e.during) + 1))
                    when \(change.status)::text = 'active' and e.status in ('waitlisted', 'offered')
                        then daterange(greatest(c.today, lower(e.during)), null)
                    else e.during end,
                recorded_at = \(now), recorded_by = access.account(), version = \(version + 1)
            from (select (\(now) at time zone t.time_zone)::date as today
                  from practices t where t.practice_id = \(practice)) c
            where e.practice_id = \(practice) and e.enrollment_id = \(enrollment)
            """)
    }

    private static func after(_ page: Page) throws(Problem) -> SQL {
        guard let key = page.after else { return "" }
        return "and e.enrollment_id > \(try key.id(0, of: Enrollment.self))"
    }

    // The reason was written by the practice, for the practice.
    private static let columns: SQL = """
        e.enrollment_id, e.group_id, e.client_id, e.status, case when access.shows('reason') then e.reason end,
        lower(e.during), upper(e.during), e.version
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
        version = try row.next()
        groupName = try row.next()
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
