import Postgres
import Practice
import ServiceLifecycle
import WebAPI

extension Job {
    /// Makes the meetings of the groups from their rules, ahead of time.
    static func planMeetings(
        _ database: PostgresClient, _ keys: ServerKeys, _ refusals: Refusals, _ surroundings: Surroundings
    ) -> Job {
        Job("plan_meetings", every: .seconds(30)) {
            try await MeetingPlanning(
                database: database, keys: keys, refusals: refusals, surroundings: surroundings
            ).plan()
        }
    }
}

/// One round of the worker through the groups whose meetings are not made far enough ahead, or not by their present rule.
///
/// A group is planned in one transaction that holds its row: several workers beside each other take different groups,
/// one that is killed leaves no half of a plan, and whoever changes the rule meanwhile waits, and has it gone through
/// again afterwards.
struct MeetingPlanning: Sendable {
    let database: PostgresClient
    let keys: ServerKeys
    /// What the door did not let in, on its way to the audit.
    let refusals: Refusals
    let surroundings: Surroundings

    /// How far ahead meetings are made: twelve weeks.
    static let daysAhead = 84
    /// How many groups one transaction holds; who takes a seat in one of them waits as long.
    private static let groupsAtOnce = 50

    /// Plans all that is behind, in every practice; what fails in one is told after the others were tried.
    func plan() async throws {
        let horizon = surroundings.now().utcDay.adding(days: Self.daysAhead)
        var failure: (any Error)?
        for practice in try await database.pipeline(GroupPlan.practices(behind: horizon)) {
            do {
                while !Task.isShuttingDownGracefully,
                    try await planSome(of: practice, before: horizon) == Self.groupsAtOnce
                {
                    try Task.checkCancellation()
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Plans some groups of a practice in one transaction, and gives how many.
    private func planSome(of practice: ID<Practice>, before horizon: Day) async throws -> Int {
        let (now, request) = (surroundings.now(), surroundings.newID())
        return try await refusals.recording(practice, "meeting.plan", at: now, request) {
            try await database.transaction { transaction in
                // The closures are read after the groups are held: who changes them later has the groups planned anew.
                let (_, groups, closed) = try await transaction.pipeline(
                    GroupPlan.enter(practice, at: now, request: request, keys),
                    GroupPlan.take(Self.groupsAtOnce, of: practice, behind: horizon),
                    GroupPlan.closures(of: practice, from: now.utcDay.adding(days: -1), before: horizon))
                var batch = Batch()
                for group in groups {
                    for statement in group.statements(closed: closed, at: now, before: horizon, surroundings) {
                        _ = batch.append(statement)
                    }
                }
                if batch.count > 0 { _ = try await transaction.pipeline(batch) }
                return groups.count
            }
        }
    }
}
