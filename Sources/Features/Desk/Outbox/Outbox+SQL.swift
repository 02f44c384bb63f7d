import Postgres
import Practice
import WebAPI

extension Letter.Listed {
    private static func select(_ condition: SQL, in practice: ID<Practice>) -> SQL {
        """
        select o.letter_id, o.state, o.reason, o.state_since, o.created_at, o.expires_at,
            case when o.state = 'waiting' then j.run_at end, o.account_id, a.name, o.client_id,
            case when o.kind in ('invitation', 'reset') and o.state not in ('sent', 'withdrawn')
                then coalesce(a.email, a.wanted_email) end
        from outbox o
            join accounts a on a.practice_id = o.practice_id and a.account_id = o.account_id
            left join jobs j on j.practice_id = o.practice_id and j.job_id = o.letter_id and j.state = 'waiting'
        where o.practice_id = \(practice) and access.whole() \(condition)
        """
    }

    static func one(_ id: ID<Letter>, in practice: ID<Practice>) -> Query<Letter.Listed> {
        .row(select("and o.letter_id = \(id)", in: practice), read)
    }

    /// The sealed link of a letter, which the database gives once, and only to who may invite the very roles of whom it
    /// is for.
    static func link(_ id: ID<Letter>, audit: ProvenRequest, at now: Instant) -> Query<[UInt8]?> {
        .row("select access.open_letter(\(id), \(now), \(audit.id), \(audit.proof))") { try $0.next() }
    }

    /// Sends what a letter bears once more, with another token; gives the letter that is on its way now.
    static func sendAgain(
        _ id: ID<Letter>, _ again: NewInvitation, _ vault: Vault, audit: ProvenRequest, at now: Instant
    ) throws -> Query<ID<Letter>> {
        return .row(
            """
            select access.send_again(
                \(id), \(again.id), \(again.token.hash), \(try again.sealed(with: vault)), \(now),
                \(audit.id), \(audit.proof))
            """
        ) { try $0.next() }
    }

    /// Oldest first: its link ends first.
    static func list(_ filter: Letter.Filter, in practice: ID<Practice>) throws(Problem) -> Query<[Letter.Listed]> {
        var conditions = conditions(filter)
        if let key = filter.page.after {
            let (at, id) = (try key.instant(0), try key.id(1, of: Letter.self))
            conditions = "\(conditions) and (o.created_at, o.letter_id) > (\(at), \(id))"
        }
        return .rows(
            "\(select(conditions, in: practice)) order by o.created_at, o.letter_id limit \(filter.page.fetch)", read)
    }

    static func total(_ filter: Letter.Filter, in practice: ID<Practice>) -> Query<Int?> {
        filter.page.total(
            "from outbox o where o.practice_id = \(practice) and access.whole() \(conditions(filter))")
    }

    private static func conditions(_ filter: Letter.Filter) -> SQL {
        filter.state.map { "and o.state = \($0)" } ?? ""
    }

    @Sendable private static func read(_ row: inout Row) throws -> Letter.Listed {
        Letter.Listed(
            id: try row.next(), state: try row.next(), reason: try row.next(), stateSince: try row.next(),
            createdAt: try row.next(), expiresAt: try row.next(), nextAttemptAt: try row.next(),
            accountID: try row.next(), name: try row.next(), clientID: try row.next(), to: try row.next())
    }
}
