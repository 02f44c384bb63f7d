import Postgres
import Practice
import WebAPI

extension AuditEvent {
    static func entries(_ filter: Filter, in practice: ID<Practice>) throws(Problem) -> Query<[Entry]> {
        var conditions: [SQL] = ["practice_id = \(practice)"]
        if let from = filter.from { conditions.append("at >= \(from)") }
        if let to = filter.to { conditions.append("at < \(to)") }
        if let account = filter.accountID { conditions.append("account_id = \(account)") }
        if let client = filter.clientID { conditions.append("\(client) = any (client_ids)") }
        if let outcome = filter.outcome { conditions.append("outcome = \(outcome.rawValue)") }
        if let after = filter.page.after { conditions.append("audit_event_id < \(try after.integer(0))") }
        return .rows(
            """
            select audit_event_id, at, request_id, account_id, role, relation, action, kind, resource_id, client_ids,
                outcome
            from audit_events where \(SQL.joined(conditions, separator: " and "))
            order by audit_event_id desc limit \(filter.page.fetch)
            """
        ) { row in
            Entry(
                id: try row.next(), at: try row.next(), requestID: try row.next(), accountID: try row.next(),
                role: try row.next(), relation: try row.next(), action: try row.next(), kind: try row.next(),
                resourceID: try row.next(), clientIDs: try row.next(), outcome: try row.next())
        }
    }
}
