import Postgres
import Practice

import struct Foundation.UUID

/// One entry of the worker: when it comes, in which request, and the proof that it is ours.
struct WorkerEntry: Sendable {
    let now: Instant
    let request: UUID
    private let proof: [UInt8]

    init(at now: Instant, request: UUID, _ keys: ServerKeys) {
        self.now = now
        self.request = request
        proof = keys.auditProof(of: request)
    }

    /// Enters a practice for an action.
    func practice(_ practice: ID<Practice>, _ action: String) -> Query<Int> {
        .run("select from access.enter_work(\(practice), \(action), \(arguments))")
    }

    /// Enters as the worker that holds a job's lease; the database refuses it when that is over.
    func job(_ job: TakenJob) -> Query<Int> {
        .run("select from access.enter_job(\(job.practiceID), \(job.id), \(job.lease), \(arguments))")
    }

    /// What every function takes that enters by itself.
    private var arguments: SQL { "\(now), \(request), \(proof)" }
}

/// Functions that enter every practice by themselves.
extension WorkerEntry {
    func expireConsents() -> Query<Int> { .run("select from access.expire_consents(\(arguments))") }

    func openTasksOfAge() -> Query<Int> { .run("select from access.open_tasks_of_age(\(arguments))") }

    func tendWaitlists() -> Query<Int> { .run("select from access.tend_waitlists(\(arguments))") }

    func removeUnfinishedAttachments() -> Query<Int> {
        .run("select from access.remove_unfinished_attachments(\(arguments))")
    }
}
