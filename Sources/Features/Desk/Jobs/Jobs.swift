import Practice
import WebAPI

extension QueuedJob {
    enum State: String, Sendable {
        case waiting, done, dead
    }

    /// A job that failed as often as it may: nothing of people in it but ids.
    struct Dead: Sendable {
        let id: ID<QueuedJob>
        let kind: String
        let subjectID: ID<Void>?
        let attempts: Int
        let lastError: String?
        let diedAt: Instant
    }

    static let isDone = "job_is_done"

    /// The refusal of a retry, with what is allowed.
    static let notDead = Problem.conflict(
        isDone, "This job is done. What may be tried again is a dead one; after done nothing follows.")
}
