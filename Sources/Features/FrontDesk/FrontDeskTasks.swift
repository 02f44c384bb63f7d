import Postgres
import Practice
import WebAPI

extension FrontDeskTask {
    struct Item: Sendable {
        let id: ID<FrontDeskTask>
        let kind: String
        let clientID: ID<Client>
        let dueOn: Day
        let openedAt: Instant
        let doneAt: Instant?
    }

    struct Filter: Sendable {
        let isDone: Bool
        let page: Page

        init(_ query: inout QueryReader) {
            isDone = query.bool("done") ?? false
            page = query.page()
        }
    }

    private static let columns: SQL = "task_id, kind, client_id, due_on, opened_at, done_at"

    /// What is due longest first.
    static func list(_ filter: Filter, _ call: Call) throws(Problem) -> Query<[Item]> {
        var conditions: [SQL] = [
            "practice_id = \(call.practiceID)", "(done_at is not null) = \(filter.isDone)",
        ]
        if let key = filter.page.after {
            let (day, id) = (try key.day(0), try key.id(1, of: FrontDeskTask.self))
            conditions.append("(due_on, task_id) > (\(day), \(id))")
        }
        return .rows(
            """
            select \(columns) from tasks where \(SQL.joined(conditions, separator: " and "))
            order by due_on, task_id limit \(filter.page.fetch)
            """, Item.init)
    }

    /// Done once: who says so again changes nothing.
    static func complete(_ id: ID<FrontDeskTask>, _ call: Call) -> Query<Item> {
        .row(
            """
            update tasks set done_at = coalesce(done_at, \(call.now)), done_by = coalesce(done_by, access.account())
            where practice_id = \(call.practiceID) and task_id = \(id)
            returning \(columns)
            """, Item.init)
    }
}

extension FrontDeskTask.Item {
    init(_ row: inout Row) throws {
        id = try row.next()
        kind = try row.next()
        clientID = try row.next()
        dueOn = try row.next()
        openedAt = try row.next()
        doneAt = try row.next()
    }
}
