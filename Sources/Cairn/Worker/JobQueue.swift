import Logging
import Postgres
import Practice
import ServiceLifecycle
import WebAPI

/// Takes jobs out of the table `jobs` and does them, each at least once: several workers beside each other never hold the
/// same one, and the lease of a worker that was killed ends by itself.
package struct JobQueue: Service {
    private let access: WorkerAccess
    let kinds: [String: QueuedWork]
    let retries: Retries
    let logger: Logger

    /// How long a worker may hold a job without saying anything: far longer than any of our work takes.
    static let lease = Duration.seconds(180)
    /// How long a worker sleeps that nobody wakes: a notification may be lost with its connection.
    private static let nap = Duration.seconds(5)
    /// How many jobs one worker does at once.
    private static let lanes = 2

    init(_ work: [QueuedWork], _ access: WorkerAccess, retries: Retries = Retries(), logger: Logger) {
        kinds = Dictionary(work.map { ($0.kind, $0) }) { first, _ in first }
        self.access = access
        self.retries = retries
        self.logger = logger
    }

    package func run() async throws {
        let bell = Bell()
        await withTaskGroup { group in
            group.addTask {
                await cancelWhenGracefulShutdown {
                    for await _ in access.database.listen("cairn_jobs") { bell.ring() }
                }
            }
            for _ in 0..<Self.lanes { group.addTask { await work(bell) } }
        }
    }

    /// Works until shutdown; a job that is at work is finished first.
    private func work(_ bell: Bell) async {
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            let heard = bell.count
            if await doOne() { continue }
            await cancelWhenGracefulShutdown { await bell.wait(after: heard, atMost: Self.nap) }
        }
    }

    /// Does what is due, if anything is. False when nothing was, or the database does not answer.
    func doOne() async -> Bool {
        do {
            let now = access.surroundings.now()
            let taken = try await access.database.pipeline(
                TakenJob.take(
                    lease: access.surroundings.id(), until: now + Self.lease, kinds: Array(kinds.keys), at: now))
            guard let taken else { return false }
            await perform(taken)
            return true
        } catch {
            logger.error("No job can be taken.", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func perform(_ job: TakenJob) async {
        let result = await result(of: job)
        do {
            try await end(job, result)
        } catch let error where Self.isLeaseOver(error) {
            await recordRefusal(of: job, error)
            logger.warning("A job took longer than its lease.", metadata: ["job": "\(job.id)", "kind": "\(job.kind)"])
        } catch {
            // The lease ends by itself, and another attempt follows.
            logger.error(
                "The end of a job cannot be written.", metadata: ["job": "\(job.id)", "error": "\(error)"])
        }
    }

    private func result(of job: TakenJob) async -> QueuedWork.Result {
        // One attempt more than allowed: the one before took its worker with it, each time.
        guard job.attempt <= retries.attempts, let work = kinds[job.kind] else {
            return .init(.failed("worker_died"))
        }
        do {
            return try await work.perform(job)
        } catch {
            await recordRefusal(of: job, error)
            logger.error(
                "A job failed.", metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "error": "\(error)"])
            return .init(.failed(Self.code(of: error)))
        }
    }

    private func end(_ job: TakenJob, _ result: QueuedWork.Result) async throws {
        let entry = access.entry()
        let now = entry.now
        var statements = result.statements
        let ending: Query<Int>
        switch result.end {
        case .done: ending = job.done(at: now)
        case .later(let instant): ending = job.postpone(until: instant)
        case .failed(let code) where job.attempt >= retries.attempts:
            statements += result.lastStatements
            ending = job.die(of: code, at: now)
            logger.error("A job is dead.", metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "code": "\(code)"])
        case .failed(let code):
            let wait = retries.wait(after: job.attempt, jitter: .random(in: 0...1))
            ending = job.again(at: now + wait, after: code)
        }
        try await access.database.transaction { [statements] transaction in
            _ = try await transaction.pipeline(entry.job(job))
            for statement in statements { _ = try await transaction.pipeline(statement) }
            guard try await transaction.pipeline(ending) == 1 else { throw LeaseIsOver() }
        }
    }

    /// Writes to the audit that a door of the worker did not let a job in: its lease was over, or no rule names it.
    private func recordRefusal(of job: TakenJob, _ error: any Error) async {
        let outcome: String
        switch (error as? PostgresError)?.sqlState {
        case "42501": outcome = "forbidden"
        case "PC409" where Self.isLeaseOver(error): outcome = "conflict"
        default: return
        }
        await access.refusals.record(
            Refused(
                practiceID: job.practiceID, action: job.kind, kind: "job", resourceID: ID(job.id.uuid),
                at: access.surroundings.now(), requestID: access.surroundings.newID(), outcome: outcome))
    }

    private struct LeaseIsOver: Error {}

    private static func isLeaseOver(_ error: any Error) -> Bool {
        error is LeaseIsOver || (error as? PostgresError)?.refusal?.raisedCode == "lease_is_over"
    }

    private static func code(of error: any Error) -> String {
        guard let error = error as? PostgresError else { return "internal" }
        return error.sqlState.map { "sqlstate_\($0.lowercased())" } ?? "database"
    }
}
