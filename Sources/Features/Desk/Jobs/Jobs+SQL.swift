import Postgres
import Practice
import WebAPI

extension QueuedJob.Dead {
    /// Those that died first come first.
    static func list(_ page: Page, in practice: ID<Practice>) throws(Problem) -> Query<[QueuedJob.Dead]> {
        var after: SQL = ""
        if let key = page.after {
            after = "and (ended_at, job_id) > (\(try key.instant(0)), \(try key.id(1, of: QueuedJob.self)))"
        }
        return .rows(
            """
            select job_id, kind, ids[1], attempts, last_error, ended_at from jobs
            where practice_id = \(practice) and state = 'dead' and access.whole() \(after)
            order by ended_at, job_id limit \(page.fetch)
            """
        ) { row in
            QueuedJob.Dead(
                id: try row.next(), kind: try row.next(), subjectID: try row.next(), attempts: try row.next(),
                lastError: try row.next(), diedAt: try row.next())
        }
    }
}

extension QueuedJob {
    /// Sends a dead job back among those that wait. One that waits already is left alone; of one that is done the
    /// database refuses it.
    static func retry(_ id: ID<QueuedJob>, in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            update jobs set state = 'waiting', attempts = 0, run_at = \(now), ended_at = null
            where practice_id = \(practice) and job_id = \(id) and state <> 'waiting'
            """)
    }
}
