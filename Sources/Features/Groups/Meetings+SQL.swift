import Postgres
import Practice
import WebAPI

extension Meeting {
    static func list(of group: ID<Group>, in practice: ID<Practice>, _ page: Page) throws(Problem) -> Query<[Details]> {
        var after: SQL = ""
        if let key = page.after { after = "and starts_at > \(try key.instant(0))" }
        return .rows(
            """
            select \(columns) from meetings where practice_id = \(practice) and group_id = \(group) \(after)
            order by starts_at limit \(page.fetch)
            """, Details.init)
    }

    /// A meeting lasts as long as its group meets, unless it is said otherwise.
    static func insert(
        as meeting: ID<Meeting>, of group: ID<Group>, in practice: ID<Practice>, startsAt: Instant, minutes: Int?
    ) -> Query<Details> {
        .row(
            """
            insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes)
            select g.practice_id, \(meeting), g.group_id, \(startsAt), coalesce(\(minutes)::smallint, g.minutes)
            from groups g where g.practice_id = \(practice) and g.group_id = \(group)
            returning \(columns)
            """, Details.init)
    }

    /// Who was a member on the day of the meeting, and how each attended.
    static func attendance(at meeting: ID<Meeting>, in practice: ID<Practice>) -> Query<[Attendee]> {
        .rows(
            """
            select c.client_id, c.given_name, c.preferred_name, c.family_name, a.mark, a.recorded_at
            from clients c
                left join attendance a on a.practice_id = c.practice_id and a.meeting_id = \(meeting)
                    and a.client_id = c.client_id
            where c.practice_id = \(practice) and c.client_id in (\(members(at: meeting, in: practice)))
            order by c.family_name, c.given_name, c.client_id
            """
        ) { row in
            try Attendee(
                clientID: row.next(), givenName: row.next(), preferredName: row.next(), familyName: row.next(),
                mark: row.next(), recordedAt: row.next())
        }
    }

    /// Records all marks or none: gives the positions of those that are not about a member, and whether the meeting
    /// was cancelled.
    static func record(
        _ marks: [(clientID: ID<Client>, mark: Mark)], at meeting: ID<Meeting>, in practice: ID<Practice>,
        at now: Instant
    ) -> Query<(strangers: [Int], isCancelled: Bool)> {
        .row(
            """
            with sent as (
                select * from unnest(\(marks.map(\.clientID))::uuid[], \(marks.map(\.mark.rawValue))::text[])
                    with ordinality as s (client_id, mark, position)
            ), strangers as (
                select position from sent where client_id not in (\(members(at: meeting, in: practice)))
            ), recorded as (
                insert into attendance (practice_id, meeting_id, client_id, group_id, mark, recorded_at, recorded_by)
                select m.practice_id, m.meeting_id, s.client_id, m.group_id, s.mark, \(now), access.account()
                from sent s, meetings m
                where m.practice_id = \(practice) and m.meeting_id = \(meeting) and not m.cancelled
                  and not exists (select from strangers)
                on conflict (practice_id, meeting_id, client_id) do update
                set mark = excluded.mark, recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by
                where attendance.mark <> excluded.mark
                returning 1
            )
            select array(select position from strangers order by position), m.cancelled
            from meetings m where m.practice_id = \(practice) and m.meeting_id = \(meeting)
            """
        ) { row in (try row.next(), try row.next()) }
    }

    private static func members(at meeting: ID<Meeting>, in practice: ID<Practice>) -> SQL {
        """
        select e.client_id
        from meetings k
            join practices t on t.practice_id = k.practice_id
            join enrollments e on e.practice_id = k.practice_id and e.group_id = k.group_id
        where k.practice_id = \(practice) and k.meeting_id = \(meeting) 
          and e.seat @> (k.starts_at at time zone t.time_zone)::date
        """
    }

    private static let columns: SQL = "meeting_id, group_id, starts_at, minutes, cancelled, version"
}

extension Meeting.Details {
    init(_ row: inout Row) throws {
        id = try row.next()
        groupID = try row.next()
        startsAt = try row.next()
        minutes = try row.next()
        isCancelled = try row.next()
        version = try row.next()
    }
}
