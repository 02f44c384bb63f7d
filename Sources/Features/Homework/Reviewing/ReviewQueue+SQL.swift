import Postgres
import Practice
import WebAPI

extension Homework {
    /// One page of the queue, oldest first. It is gathered from what each client and each group of the caller has waiting,
    /// by index ranges that hold nothing else, so that it costs what waits for the caller and not what waits in the practice.
    static func queue(
        of practice: ID<Practice>, _ filter: QueueFilter, _ page: Page, at now: Instant
    ) throws(Problem) -> Query<[Waiting]> {
        var after: SQL = "true"
        if let key = page.after {
            after = "(w.submitted_at, w.homework_id) > (\(try key.instant(0)), \(try key.id(1, of: Homework.self)))"
        }
        return .rows(
            """
            with mine as materialized (\(mine(practice, filter))), page as materialized (
                select w.homework_id from mine w where \(after)
                order by w.submitted_at, w.homework_id limit \(Int32(page.fetch)))
            select h.homework_id, c.client_id, c.given_name, c.preferred_name, c.family_name, h.title, h.couple_id,
                h.group_id, h.submitted_at, floor(extract(epoch from \(now) - h.submitted_at) / 3600)::bigint,
                homework_is_late(h.first_submitted_at, h.submitted_at, h.due_at, h.late_at, \(now)), h.submissions > 1,
                h.private, h.discussed_at is not null,
                exists (select from risk_records r where r.practice_id = \(practice)
                    and r.homework_id = h.homework_id and r.assessed_at is null)
            from page join homework h on h.practice_id = \(practice) and h.homework_id = page.homework_id
                join clients c on c.practice_id = \(practice) and c.client_id = h.client_id
            order by h.submitted_at, h.homework_id
            """
        ) { try Waiting(&$0) }
    }

    static func queueTotals(of practice: ID<Practice>, _ filter: QueueFilter) -> Query<QueueTotals> {
        .row("select count(*), min(w.submitted_at) from (\(mine(practice, filter))) w") { row in
            QueueTotals(waiting: try row.next(), oldest: try row.next())
        }
    }

    /// What waits of the caller's clients, and of the caller's groups; what is of both once.
    private static func mine(_ practice: ID<Practice>, _ filter: QueueFilter) -> SQL {
        var conditions: SQL = "h.practice_id = \(practice) and h.state = 'submitted'"
        if let client = filter.client { conditions = "\(conditions) and h.client_id = \(client)" }
        if let group = filter.group { conditions = "\(conditions) and h.group_id = \(group)" }
        return """
            select h.homework_id, h.submitted_at
            from unnest(access.clients()) u (id) join homework h on h.client_id = u.id and \(conditions)
            union
            select h.homework_id, h.submitted_at
            from unnest(access.groups()) u (id) join homework h on h.group_id = u.id and \(conditions)
            """
    }
}
