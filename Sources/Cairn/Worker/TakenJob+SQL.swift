import Postgres
import Practice

extension TakenJob {
    /// Takes the job that has been due for longest and that nobody holds, and counts the attempt. Who comes at the same
    /// time skips it and takes the next.
    static func take(lease: ID<Void>, until end: Instant, kinds: [String], at now: Instant) -> Query<TakenJob?> {
        .optionalRow(
            """
            update jobs set lease = \(lease), locked_until = \(end), attempts = attempts + 1
            where (practice_id, job_id) = (
                select practice_id, job_id from jobs
                where state = 'waiting' and run_at <= \(now) and (locked_until is null or locked_until <= \(now))
                    and kind = any (\(kinds))
                order by run_at limit 1 for update skip locked)
            returning practice_id, job_id, kind, ids[1], attempts, lease
            """
        ) { row in
            TakenJob(
                practiceID: try row.next(), id: try row.next(), kind: try row.next(), subjectID: try row.next(),
                attempt: try row.next(), lease: try row.next())
        }
    }

    func done(at now: Instant) -> Query<Int> {
        update("state = 'done', ended_at = \(now), last_error = null, lease = null, locked_until = null")
    }

    func postpone(until instant: Instant) -> Query<Int> {
        update("run_at = \(instant), attempts = attempts - 1, lease = null, locked_until = null")
    }

    func again(at instant: Instant, after code: String) -> Query<Int> {
        update("run_at = \(instant), last_error = \(code), lease = null, locked_until = null")
    }

    func die(of code: String, at now: Instant) -> Query<Int> {
        update("state = 'dead', ended_at = \(now), last_error = \(code), lease = null, locked_until = null")
    }

    private func update(_ changes: SQL) -> Query<Int> {
        .run(
            """
            update jobs set \(changes)
            where practice_id = \(practiceID) and job_id = \(id) and lease = \(lease)
            """)
    }
}
