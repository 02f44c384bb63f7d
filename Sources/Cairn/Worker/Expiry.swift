import Postgres
import Practice

/// Throws away what has served its time, a few thousand rows at once, so that no statement is long.
extension Job {
    static func expireIdempotencyKeys(_ access: WorkerAccess) -> Job {
        Job("expire_idempotency_keys", every: .seconds(300)) {
            let oldest = access.surroundings.now() - .seconds(86_400)
            try await repeatUntilFew {
                try await access.database.pipeline(
                    .run(
                        """
                        delete from idempotency_keys where ctid = any (array(
                            select ctid from idempotency_keys where created_at < \(oldest) limit \(batch)))
                        """))
            }
        }
    }

    /// No window is longer than a day.
    static func expireRateLimits(_ access: WorkerAccess) -> Job {
        Job("expire_rate_limits", every: .seconds(300)) {
            let oldest = access.surroundings.now() - .seconds(86_400)
            try await repeatUntilFew {
                try await access.database.pipeline(
                    .run(
                        """
                        delete from rate_limits where ctid = any (array(
                            select ctid from rate_limits where window_start < \(oldest) limit \(batch)))
                        """))
            }
        }
    }

    /// A job that is done stays for a month, so that its event is not asked for again.
    static func expireQueuedJobs(_ access: WorkerAccess) -> Job {
        Job("expire_queued_jobs", every: .seconds(3_600)) {
            let oldest = access.surroundings.now() - .seconds(30 * 86_400)
            try await repeatUntilFew {
                try await access.database.pipeline(
                    .run(
                        """
                        delete from jobs where ctid = any (array(
                            select ctid from jobs where state = 'done' and ended_at < \(oldest) limit \(batch)))
                        """))
            }
        }
    }

    /// Uploads that nobody finished within a week.
    static func removeUnfinishedAttachments(_ access: WorkerAccess) -> Job {
        Job("remove_unfinished_attachments", every: .seconds(3_600)) {
            try await access.call { .run("select from access.remove_unfinished_attachments(\($0.arguments))") }
        }
    }

    private static let batch = 2_000

    private static func repeatUntilFew(_ work: () async throws -> Int) async throws {
        while try await work() == batch { try Task.checkCancellation() }
    }
}
