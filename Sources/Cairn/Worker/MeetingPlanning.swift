import Postgres
import Practice

extension Job {
    /// Makes the meetings of the groups from their rules, ahead of time.
    static func planMeetings(_ access: WorkerAccess) -> Job {
        Job("plan_meetings", every: .seconds(30)) { try await MeetingPlanning(access: access).plan() }
    }
}

/// One round of the worker through the groups whose meetings are not made far enough ahead, or not by their present rule.
///
/// A group is planned in one transaction that holds its row: several workers beside each other take different groups,
/// one that is killed leaves no half of a plan, and whoever changes the rule meanwhile waits, and has it gone through
/// again afterwards.
struct MeetingPlanning: Sendable {
    let access: WorkerAccess

    /// How far ahead meetings are made: twelve weeks.
    static let daysAhead = 84
    /// How many groups one transaction holds; who takes a seat in one of them waits as long.
    private static let groupsAtOnce = 50

    /// Plans all that is behind, in every practice.
    func plan() async throws {
        let horizon = access.surroundings.now().utcDay.adding(days: Self.daysAhead)
        try await access.everyPractice(GroupPlan.practices(behind: horizon), atOnce: Self.groupsAtOnce) { practice in
            try await planSome(of: practice, before: horizon)
        }
    }

    /// Plans some groups of a practice in one transaction, and gives how many.
    private func planSome(of practice: ID<Practice>, before horizon: Day) async throws -> Int {
        try await access.work(in: practice, for: "meeting.plan") { transaction, enter, now in
            // The closures are read after the groups are held: who changes them later has the groups planned anew.
            let (_, groups, closed) = try await transaction.pipeline(
                enter, GroupPlan.take(Self.groupsAtOnce, of: practice, behind: horizon),
                GroupPlan.closures(of: practice, from: now.utcDay.adding(days: -1), before: horizon))
            var batch = Batch()
            for group in groups {
                let statements = group.statements(closed: closed, at: now, before: horizon, access.surroundings)
                for statement in statements { _ = batch.append(statement) }
            }
            if batch.count > 0 { _ = try await transaction.pipeline(batch) }
            return groups.count
        }
    }
}
