import Postgres
import Practice
import WebAPI

extension Letter.Listed {
    private static func select(_ condition: SQL, _ call: Call) -> SQL {
        """
        select o.letter_id, o.state, o.reason, o.state_since, o.created_at, o.expires_at,
            case when o.state = 'waiting' then j.run_at end, o.account_id, a.name, o.client_id,
            case when o.kind = 'invitation' then o.sealed end
        from outbox o
            join accounts a on a.practice_id = o.practice_id and a.account_id = o.account_id
            left join jobs j on j.practice_id = o.practice_id and j.job_id = o.letter_id and j.state = 'waiting'
        where o.practice_id = \(call.practiceID) and access.whole() \(condition)
        """
    }

    static func one(_ id: ID<Letter>, _ call: Call) -> Query<Letter.Listed> {
        .row(select("and o.letter_id = \(id)", call), read)
    }

    /// Oldest first: its link ends first.
    static func list(_ filter: Letter.Filter, _ call: Call) throws(Problem) -> Query<[Letter.Listed]> {
        var conditions: SQL = ""
        if let state = filter.state { conditions = "and o.state = \(state.rawValue)" }
        if let key = filter.page.after {
            let (at, id) = (try key.instant(0), try key.id(1, of: Letter.self))
            conditions = "\(conditions) and (o.created_at, o.letter_id) > (\(at), \(id))"
        }
        return .rows(
            "\(select(conditions, call)) order by o.created_at, o.letter_id limit \(filter.page.fetch)", read)
    }

    @Sendable private static func read(_ row: inout Row) throws -> Letter.Listed {
        Letter.Listed(
            id: try row.next(), state: try row.next(), reason: try row.next(), stateSince: try row.next(),
            createdAt: try row.next(), expiresAt: try row.next(), nextAttemptAt: try row.next(),
            accountID: try row.next(), name: try row.next(), clientID: try row.next(), sealed: try row.next())
    }
}
