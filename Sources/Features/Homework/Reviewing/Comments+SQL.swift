import Postgres
import Practice
import WebAPI

extension HomeworkComment {
    /// Whether there is anything to add to: what was withdrawn is talked about no more.
    enum Outcome: String, PostgresWord {
        case accepted, withdrawn
    }

    /// Adds to the thread of a piece, in the caller's name.
    static func add(
        _ sealed: [UInt8], _ comment: ID<HomeworkComment>, to homework: ID<Homework>, of practice: ID<Practice>,
        at now: Instant
    ) -> Query<(outcome: Outcome, comment: Sealed?)> {
        .row(
            """
            with target as materialized (
                select h.homework_id, h.client_id, h.couple_id, h.group_id,
                    homework_refusal('comment', h.state) as refusal
                from homework h where h.practice_id = \(practice) and h.homework_id = \(homework)
            ), added as (
                insert into homework_comments
                    (practice_id, comment_id, homework_id, client_id, couple_id, group_id, author_id, text, created_at)
                select \(practice), \(comment), t.homework_id, t.client_id, t.couple_id, t.group_id, access.account(),
                    \(sealed), \(now)
                from target t where t.refusal is null
                returning author_id
            )
            select coalesce(t.refusal, 'accepted'), a.account_id, a.name,
                a.client_id is not distinct from t.client_id
            from target t left join added d on true
                left join accounts a on a.practice_id = \(practice) and a.account_id = d.author_id
            """
        ) { row in
            let outcome: Outcome = try row.next()
            let (author, name) = (try row.next(ID<Account>?.self), try row.next(String?.self))
            let isByClient = try row.next(Bool.self)
            guard let author, let name else { return (outcome, nil) }
            return (
                outcome,
                Sealed(
                    id: comment, author: author, authorName: name, isByClient: isByClient, sealed: sealed,
                    createdAt: now)
            )
        }
    }

    /// The thread of a piece from its beginning; nothing for a partner or a guardian, from whom the policy keeps it.
    static func thread(
        of homework: ID<Homework>, in practice: ID<Practice>, _ page: Page
    ) throws(Problem) -> Query<[Sealed]> {
        var after: SQL = ""
        if let key = page.after {
            after = """
                and (m.created_at, m.comment_id) > (\(try key.instant(0)), \(try key.id(1, of: HomeworkComment.self)))
                """
        }
        return .rows(
            """
            select m.comment_id, m.author_id, a.name, a.client_id is not distinct from m.client_id, m.text, m.created_at
            from homework_comments m
                join accounts a on a.practice_id = m.practice_id and a.account_id = m.author_id
            where m.practice_id = \(practice) and m.homework_id = \(homework) \(after)
            order by m.created_at, m.comment_id limit \(Int32(page.fetch))
            """
        ) { row in
            Sealed(
                id: try row.next(), author: try row.next(), authorName: try row.next(), isByClient: try row.next(),
                sealed: try row.next(), createdAt: try row.next())
        }
    }
}
