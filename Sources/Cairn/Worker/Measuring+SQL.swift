import Postgres
import Practice

/// How the queued jobs of one kind stand.
struct QueueMeasurement: Sendable {
    let kind: String
    /// When what is due and not done should have been begun.
    let earliest: Instant?
    let waiting: Int
    let dead: Int

    static func query(at now: Instant) -> Query<[QueueMeasurement]> {
        .rows(
            """
            select kind, min(run_at) filter (where state = 'waiting' and run_at <= \(now)),
                count(*) filter (where state = 'waiting'), count(*) filter (where state = 'dead')
            from jobs where state = 'waiting' or state = 'dead' group by kind
            """
        ) { row in
            QueueMeasurement(
                kind: try row.next(), earliest: try row.next(), waiting: try row.next(), dead: try row.next())
        }
    }
}
