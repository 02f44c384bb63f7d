import Postgres
import Practice
import WebAPI

extension Meeting {
    /// The days are those of the group's own wall calendar.
    static func list(
        of group: ID<Group>, in practice: ID<Practice>, from: Day?, to: Day?, _ page: Page
    ) throws(Problem) -> Query<[Details]> {
        var conditions: SQL = "m.practice_id = \(practice) and m.group_id = \(group)"
        if let from { conditions = "\(conditions) and m.starts_at >= \(from)::timestamp at time zone g.time_zone" }
        if let to {
            conditions = "\(conditions) and m.starts_at < \(to.adding(days: 1))::timestamp at time zone g.time_zone"
        }
        if let key = page.after { conditions = "\(conditions) and m.starts_at > \(try key.instant(0))" }
        return .rows("\(selection) where \(conditions) order by m.starts_at limit \(page.fetch)", Details.init)
    }

    static func details(of meeting: ID<Meeting>, in practice: ID<Practice>) -> Query<Details> {
        .row("\(selection) where m.practice_id = \(practice) and m.meeting_id = \(meeting)", Details.init)
    }

    /// A meeting lasts as long as its group meets, unless it is said otherwise.
    static func insert(
        _ new: New, as meeting: ID<Meeting>, of group: ID<Group>, in practice: ID<Practice>
    ) -> Query<Int> {
        .run(
            """
            insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes, place, telehealth, by_hand)
            select g.practice_id, \(meeting), g.group_id, \(new.startsAt), coalesce(\(new.minutes)::smallint, g.minutes),
                   \(new.place), \(new.isTelehealth), true
            from groups g where g.practice_id = \(practice) and g.group_id = \(group)
            """)
    }

    static func update(
        _ change: Change, of meeting: ID<Meeting>, in practice: ID<Practice>, version: Int
    ) -> Query<Int> {
        var changes = Changes(version: version)
        changes.set("starts_at", change.startsAt)
        changes.set("minutes", change.minutes)
        changes.set("place", change.place)
        changes.set("telehealth", change.isTelehealth)
        changes.set("cancelled", change.isCancelled)
        changes.set("by_hand", to: "true")
        return .run("update meetings set \(changes.sql) where practice_id = \(practice) and meeting_id = \(meeting)")
    }

    private static let selection: SQL = """
        select m.meeting_id, m.group_id, m.starts_at, m.minutes, coalesce(m.place, g.place),
               coalesce(m.telehealth, g.telehealth), m.cancelled, m.planned_on, m.version
        from meetings m join groups g on g.practice_id = m.practice_id and g.group_id = m.group_id
        """
}

extension Meeting.Details {
    init(_ row: inout Row) throws {
        id = try row.next()
        groupID = try row.next()
        startsAt = try row.next()
        minutes = try row.next()
        place = try row.next()
        isTelehealth = try row.next()
        isCancelled = try row.next()
        plannedOn = try row.next()
        version = try row.next()
    }
}
