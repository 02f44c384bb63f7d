import Postgres
import Practice

/// What is done for jobs of one kind. It may be done more than once: whoever does it may die before it is written down.
struct QueuedWork: Sendable {
    /// The kind of the jobs, which is the action by which they enter.
    let kind: String
    /// Does the work of one job. Statements that belong together with the end of the job go into the result.
    let perform: @Sendable (TakenJob) async throws -> Result

    /// How it went, and what is written in the transaction that says so.
    struct Result: Sendable {
        let end: End
        let statements: [Query<Int>]
        /// What is written besides when this was the last attempt.
        let lastStatements: [Query<Int>]

        init(_ end: End, _ statements: [Query<Int>] = [], whenDead: [Query<Int>] = []) {
            self.end = end
            self.statements = statements
            lastStatements = whenDead
        }
    }

    enum End: Sendable, Equatable {
        case done
        /// Not yet: at another time, which does not count as an attempt.
        case later(Instant)
        /// Failed, with a code of ours; tried again after a while, or dead.
        case failed(String)
    }
}

/// A job that this worker holds the lease of.
struct TakenJob: Sendable {
    let practiceID: ID<Practice>
    let id: ID<QueuedJob>
    let kind: String
    let subjectID: ID<Void>?
    /// The number of this attempt: 1 for the first.
    let attempt: Int
    let lease: ID<Void>
}

/// How often and when work that failed is tried again.
package struct Retries: Sendable {
    /// After so many attempts a job is dead.
    package var attempts = 8
    /// The wait after the first attempt; it doubles, up to ``longest``.
    package var first = Duration.seconds(30)
    package var longest = Duration.seconds(3_600 * 4)

    package init() {}

    /// The wait after a failed attempt; `jitter` between 0 and 1 takes off up to a half, so that what failed together
    /// does not come back together.
    func wait(after attempt: Int, jitter: Double) -> Duration {
        min(first * (1 << min(max(attempt - 1, 0), 20)), longest) * (1 - jitter / 2)
    }
}
