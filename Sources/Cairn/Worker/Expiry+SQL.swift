import Postgres
import Practice

/// Rows that are of no use after a while.
enum Expiring: Sendable {
    case idempotencyKeys, rateLimits, queuedJobs

    /// The name of the job that deletes them.
    var job: String {
        switch self {
        case .idempotencyKeys: "expire_idempotency_keys"
        case .rateLimits: "expire_rate_limits"
        case .queuedJobs: "expire_queued_jobs"
        }
    }

    /// Deletes some of what is older than an instant, and gives how many.
    func delete(before oldest: Instant, atMost count: Int) -> Query<Int> {
        let (table, condition) = expired(before: oldest)
        return .run(
            """
            delete from \(table) where ctid = any (array(select ctid from \(table) where \(condition) limit \(count)))
            """)
    }

    private func expired(before oldest: Instant) -> (table: SQL, condition: SQL) {
        switch self {
        case .idempotencyKeys: ("idempotency_keys", "created_at < \(oldest)")
        case .rateLimits: ("rate_limits", "window_start < \(oldest)")
        case .queuedJobs: ("jobs", "state = 'done' and ended_at < \(oldest)")
        }
    }
}
