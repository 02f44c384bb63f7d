import Features
import Postgres
import Practice
import ServiceLifecycle
import WebAPI

import struct Foundation.UUID

extension Job {
    /// Makes the homework of assignments that go on, ahead of time.
    static func planHomework(
        _ database: PostgresClient, _ keys: ServerKeys, _ refusals: Refusals, _ surroundings: Surroundings
    ) -> Job {
        Job("plan_homework", every: .seconds(30)) {
            try await HomeworkPlanning(
                database: database, keys: keys, refusals: refusals, surroundings: surroundings
            ).plan()
        }
    }
}

/// One round of the worker through the assignments that have their turn.
///
/// Some of a practice's are gone through in one transaction that holds their rows: several workers beside each other take
/// different ones, one that is killed leaves no half of a plan, and whoever changes what they hang on meanwhile waits, and
/// has them gone through again afterwards.
struct HomeworkPlanning: Sendable {
    let database: PostgresClient
    let keys: ServerKeys
    /// What the door did not let in, on its way to the audit.
    let refusals: Refusals
    let surroundings: Surroundings

    /// How many assignments one transaction holds; who joins one of their groups waits as long.
    private static let atOnce = 10

    /// Plans all that has its turn, in every practice; what fails in one is told after the others were tried.
    func plan() async throws {
        var failure: (any Error)?
        for practice in try await database.pipeline(HomeworkPlanner.practices(at: surroundings.now())) {
            do {
                while !Task.isShuttingDownGracefully, try await planSome(of: practice) == Self.atOnce {
                    try Task.checkCancellation()
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private func planSome(of practice: ID<Practice>) async throws -> Int {
        let (now, request) = (surroundings.now(), surroundings.newID())
        return try await refusals.recording(practice, "homework.plan", at: now, request) {
            try await database.transaction { transaction in
                // A merge of two charts holds what this writes about, and waits for what this holds: this one gives in.
                _ = try await transaction.pipeline(Query<Int>.run("set local lock_timeout = '300ms'"))
                _ = try await transaction.pipeline(Self.enter(practice, at: now, request: request, keys))
                return try await HomeworkPlanner(of: practice, at: now, surroundings).planSome(
                    Self.atOnce, in: transaction)
            }
        }
    }

    private static func enter(
        _ practice: ID<Practice>, at now: Instant, request: UUID, _ keys: ServerKeys
    ) -> Query<Int> {
        .run(
            """
            select from access.enter_work(
                \(practice), 'homework.plan', \(now), \(request), \(keys.auditProof(of: request)))
            """)
    }
}
