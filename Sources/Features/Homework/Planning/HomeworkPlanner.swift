import Postgres
import Practice

/// Makes the pieces of assignments ahead of time: the worker's rounds and the request that assigns use the same code.
///
/// Whoever calls it holds the rows of the assignments. It waits for nobody: a piece that a client holds just now is being
/// begun, and stays as it is.
package struct HomeworkPlanner: Sendable {
    let practice: ID<Practice>
    let now: Instant
    let surroundings: Surroundings

    /// A planner for a practice, at an instant.
    package init(of practice: ID<Practice>, at now: Instant, _ surroundings: Surroundings) {
        self.practice = practice
        self.now = now
        self.surroundings = surroundings
    }

    /// Assigns the steps of phases, and goes through some assignments that have their turn.
    ///
    /// - Returns: how many assignments it went through; where these are as many as asked for, there may be more.
    package func planSome(_ count: Int, in transaction: Transaction) async throws -> Int {
        let (_, plans) = try await transaction.pipeline(
            PhaseStep.assignAll(of: practice, at: now), HomeworkPlan.take(count, of: practice, at: now))
        for plan in plans { _ = try await carryOut(plan, in: transaction) }
        return plans.count
    }

    /// The pieces that a plan came to, and when it is gone through again.
    struct Made: Sendable {
        var pieces: [(client: ID<Client>, homework: ID<Homework>, dueAt: Instant)] = []
        var nextLook: Instant?
    }

    /// Goes through one assignment.
    func carryOut(_ plan: HomeworkPlan, in transaction: Transaction) async throws -> Made {
        let outlook = HomeworkOutlook(plan, try await circumstances(of: plan, in: transaction), at: now)
        let steps = outlook.steps()
        let ids = steps.make.map { _ in surroundings.id(Homework.self) }
        var batch = Batch()
        if !ids.isEmpty { _ = batch.append(plan.make(steps.make, ids: ids, at: now)) }
        if !steps.follow.isEmpty { _ = batch.append(plan.follow(steps.follow, at: now)) }
        if !steps.remove.isEmpty { for query in plan.remove(steps.remove) { _ = batch.append(query) } }
        if plan.hasEnded { _ = batch.append(plan.end(at: now)) }
        _ = batch.append(plan.settle(steps.plannedUntil, next: steps.nextLook))
        _ = try await transaction.pipeline(batch)
        return Made(
            pieces: zip(steps.make, ids).map { ($0.client, $1, $0.occasion.window.dueAt) }, nextLook: steps.nextLook)
    }

    private func circumstances(
        of plan: HomeworkPlan, in transaction: Transaction
    ) async throws -> HomeworkPlan.Circumstances {
        let (today, end) = HomeworkOutlook.days(of: plan, at: now)
        let first = min(today, plan.plannedUntil ?? plan.schedule.zone.day(at: plan.assignedAt))
        var batch = Batch()
        let seats = batch.append(plan.seats)
        let closures = batch.append(plan.closures(from: first.adding(days: -HomeworkPlan.daysAhead)))
        let exceptions = batch.append(plan.exceptions)
        let pieces = batch.append(plan.pieces(at: now))
        let anchors = plan.anchors(at: now, before: end).map { batch.append($0) }
        let numbers = anchors.map { _ in batch.append(plan.numbers) }
        let found = try await transaction.pipeline(batch)
        var circumstances = HomeworkPlan.Circumstances()
        circumstances.seats = try found[seats]
        circumstances.closures = try found[closures]
        circumstances.exceptions = try found[exceptions]
        circumstances.pieces = try found[pieces]
        if let anchors { circumstances.anchors = try found[anchors] }
        if let numbers { circumstances.numbers = try found[numbers] }
        return circumstances
    }
}
