import Postgres
import Practice
import WebAPI

extension FrontDeskTask {
    private static let columns: SQL = """
        t.task_id, t.kind, t.client_id, t.due_on, t.opened_at, t.done_at, t.group_id, t.proposed_by, t.proposal,
        t.account_id, t.holder_id,
        (select \(SQL.name(of: "c")) from clients c where c.practice_id = t.practice_id and c.client_id = t.client_id),
        (select g.name from groups g where g.practice_id = t.practice_id and g.group_id = t.group_id),
        (select a.name from accounts a where a.practice_id = t.practice_id and a.account_id = t.proposed_by)
        """

    /// What is due longest first.
    static func list(_ filter: Filter, in practice: ID<Practice>) throws(Problem) -> Query<[Item]> {
        var conditions = filter.conditions(in: practice)
        if let key = filter.page.after {
            let (day, id) = (try key.day(0), try key.id(1, of: FrontDeskTask.self))
            conditions.append("(t.due_on, t.task_id) > (\(day), \(id))")
        }
        return .rows(
            """
            select \(columns) from tasks t where \(SQL.joined(conditions, separator: " and "))
            order by t.due_on, t.task_id limit \(filter.page.fetch)
            """, Item.init)
    }

    static func total(_ filter: Filter, in practice: ID<Practice>) -> Query<Int?> {
        filter.page.total("from tasks t where \(SQL.joined(filter.conditions(in: practice), separator: " and "))")
    }

    /// Done once: who says so again changes nothing.
    static func complete(_ id: ID<FrontDeskTask>, in practice: ID<Practice>, at now: Instant) -> Query<Item> {
        .row(
            """
            update tasks t
            set done_at = coalesce(t.done_at, \(now)), done_by = coalesce(t.done_by, access.account())
            where practice_id = \(practice) and task_id = \(id)
            returning \(columns)
            """, Item.init)
    }
}

extension FrontDeskTask.Filter {
    fileprivate func conditions(in practice: ID<Practice>) -> [SQL] {
        ["t.practice_id = \(practice)", "(t.done_at is not null) = \(isDone)"]
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
        let (group, account) = (try row.next(ID<Group>?.self), try row.next(ID<Account>?.self))
        let sealed = try row.next([UInt8]?.self)
        accountID = try row.next()
        holderID = try row.next()
        clientName = try row.next()
        let (groupName, accountName) = (try row.next(String?.self), try row.next(String?.self))
        guard let group, let account, let sealed else { return }
        proposal = FrontDeskTask.Proposal(
            groupID: group, groupName: groupName ?? "", proposedBy: account, proposedByName: accountName ?? "",
            sealed: sealed)
    }
}
