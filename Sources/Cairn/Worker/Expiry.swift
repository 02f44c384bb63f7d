import Postgres
import Practice

/// Throws away what has served its time, a few thousand rows at once, so that no statement is long.
extension Job {
    /// An answer is repeated for a day.
    static func expireIdempotencyKeys(_ access: WorkerAccess) -> Job {
        expire(.idempotencyKeys, after: .seconds(86_400), every: .seconds(300), access)
    }

    /// No window is longer than a day.
    static func expireRateLimits(_ access: WorkerAccess) -> Job {
        expire(.rateLimits, after: .seconds(86_400), every: .seconds(300), access)
    }

    /// A job that is done stays for a month, so that its event is not asked for again.
    static func expireQueuedJobs(_ access: WorkerAccess) -> Job {
        expire(.queuedJobs, after: .seconds(30 * 86_400), every: .seconds(3_600), access)
    }

    /// Uploads that nobody finished within a week.
    static func removeUnfinishedAttachments(_ access: WorkerAccess) -> Job {
        Job("remove_unfinished_attachments", every: .seconds(3_600)) {
            try await access.call { $0.removeUnfinishedAttachments() }
        }
    }

    private static func expire(
        _ rows: Expiring, after age: Duration, every interval: Duration, _ access: WorkerAccess
    ) -> Job {
        Job(rows.job, every: interval) {
            let oldest = access.surroundings.now() - age
            while try await access.database.pipeline(rows.delete(before: oldest, atMost: batch)) == batch {
                try Task.checkCancellation()
            }
        }
    }

    private static let batch = 2_000
}
