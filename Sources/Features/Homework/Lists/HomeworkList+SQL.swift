import Postgres
import Practice
import WebAPI

extension Homework {
    /// One page, by due date. Every client has an index range of their own, already in order: the first of each are
    /// taken, and of these the first.
    static func list(
        _ reach: Reach, of practice: ID<Practice>, _ filter: Filter, _ page: Page, at now: Instant
    ) throws(Problem) -> Query<[Item]> {
        let limit = Int32(page.fetch)
        let conditions = try self.conditions(filter, page, practice, now)
        let order: SQL =
            filter.view == .done ? "h.due_at desc, h.homework_id desc" : "h.due_at, h.homework_id"
        func first(_ owner: SQL) -> SQL {
            """
            (select \(ownColumns) from homework h
             where h.practice_id = \(practice) and \(owner)\(conditions)
             order by \(order) limit \(limit)) h
            """
        }
        let source: SQL =
            switch reach {
            case .everyone:
                """
                unnest(access.whose_homework()) as mine (client_id) \
                cross join lateral \(first("h.client_id = mine.client_id"))
                """
            case .client(let client): "lateral \(first("h.client_id = \(client)"))"
            case .group(let group): "lateral \(first("h.group_id = \(group)"))"
            }
        return .rows(
            """
            with shown as materialized (\(whatIsShown))
            select \(columns(at: now, standing: "piece.standing", named: "piece.is_named"))
            from shown, \(source), lateral (
                select \(isStanding) as standing, shown.standing and shown.by_staff
                    or h.client_id = any (shown.of_clients_of_staff) or h.group_id = any (shown.in_groups_of_staff)
                    as is_named) piece
            order by \(order) limit \(limit)
            """
        ) { try Item(&$0) }
    }

    /// What is shown of all pieces of the list; and of whose, or in which groups, besides, where ties differ in that.
    private static let whatIsShown: SQL = """
        select access.shows('standing') as standing, access.by_staff() as by_staff,
            access.shown_of('standing', false) as of_clients, access.shown_in('standing', false) as in_groups,
            access.shown_of('standing', true) as of_clients_of_staff,
            access.shown_in('standing', true) as in_groups_of_staff
        """

    private static let isStanding: SQL =
        "(shown.standing or h.client_id = any (shown.of_clients) or h.group_id = any (shown.in_groups))"

    /// How much there is in each view, of all whom the proven relation reaches. No row for who is not shown how homework
    /// stands.
    static func summary(of practice: ID<Practice>, at now: Instant) -> Query<Summary> {
        func count(_ view: View) -> SQL { "count(*) filter (where \(condition(of: view, practice, now)))" }
        return .row(
            """
            select \(count(.today)), \(count(.coming)), \(count(.late)), \(count(.done))
            from (\(whatIsShown) offset 0) shown, unnest(access.whose_homework()) as mine (client_id)
                join homework h on h.practice_id = \(practice) and h.client_id = mine.client_id
            where \(isStanding)
            having access.shows('standing') or access.shown_of('standing', false) <> '{}'
                or access.shown_in('standing', false) <> '{}'
            """
        ) { row in
            Summary(today: try row.next(), coming: try row.next(), late: try row.next(), done: try row.next())
        }
    }

    private static let ownColumns: SQL = """
        h.homework_id, h.client_id, h.title, h.due_at, h.state, h.version, h.assignment_id, h.exercise_version_id, \
        h.couple_id, h.group_id, h.occurrence, h.opens_at, h.closes_at, h.submissions, h.submitted_at, h.reviewed_at, \
        h.late_at, h.first_submitted_at, h.private
        """

    private static func conditions(
        _ filter: Filter, _ page: Page, _ practice: ID<Practice>, _ now: Instant
    ) throws(Problem) -> SQL {
        var conditions: SQL = ""
        if let from = filter.from { conditions = "\(conditions) and h.due_at >= \(from)" }
        if let to = filter.to { conditions = "\(conditions) and h.due_at < \(to)" }
        if let view = filter.view { conditions = "\(conditions) and \(condition(of: view, practice, now))" }
        if let status = filter.status {
            conditions = "\(conditions) and homework_status(h.state, h.opens_at, h.closes_at, \(now)) = \(status)"
        }
        // That it is done is shown to whoever sees the piece; how it stands, not.
        if filter.status != nil || (filter.view != nil && filter.view != .done) {
            conditions = "\(conditions) and \(isStanding)"
        }
        if let after = page.after {
            let (dueAt, id) = (try after.instant(0), try after.id(1, of: Homework.self))
            let follows: SQL = filter.view == .done ? "<" : ">"
            conditions = "\(conditions) and (h.due_at, h.homework_id) \(follows) (\(dueAt), \(id))"
        }
        return conditions
    }

    /// What a view has of `homework h`. What is outstanding has the index `homework_outstanding`.
    private static func condition(of view: View, _ practice: ID<Practice>, _ now: Instant) -> SQL {
        let outstanding: SQL = """
            homework_is_outstanding(h.state) and not homework_is_closed(h.state, h.closes_at, \(now))
            """
        let tomorrow: SQL = """
            (select (access.today() + 1)::timestamp at time zone p.time_zone from practices p
             where p.practice_id = \(practice))
            """
        return switch view {
        case .today: "\(outstanding) and h.due_at < \(tomorrow) and not \(isLate(at: now))"
        case .coming: "\(outstanding) and h.due_at >= \(tomorrow)"
        case .late: "\(outstanding) and h.due_at < \(now) and \(isLate(at: now))"
        case .done: "homework_is_done(h.state)"
        }
    }
}
