import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// Giving homework: to a client, to both partners of a couple, to whoever has a seat in a group.
struct AssignmentRoutes: RouteGroup {
    var routes: [Route] {
        [
            .post("/v1/clients/{clientId}/homework", "homework.assign", of: .client("clientId"), assignToClient),
            .post("/v1/couples/{coupleId}/homework", "homework.assign", of: .couple("coupleId"), assignToCouple),
            .post("/v1/groups/{groupId}/homework", "homework.assign", of: .group("groupId"), assignToGroup),
        ]
    }

    @Sendable private func assignToClient(_ call: Call) async throws -> Answer {
        try await assign(to: .client(call.id("clientId")), call)
    }

    @Sendable private func assignToCouple(_ call: Call) async throws -> Answer {
        try await assign(to: .couple(call.id("coupleId")), call)
    }

    @Sendable private func assignToGroup(_ call: Call) async throws -> Answer {
        try await assign(to: .group(call.id("groupId")), call)
    }

    private func assign(to unit: Assignment.Unit, _ call: Call) async throws -> Answer {
        let request = try call.body { Assignment.Request(&$0, for: unit, at: call.now) }
        guard let schedule = request.scheduled.schedule else { throw Problem.unexpected }
        return try await call.transaction(faults: Assignment.faults) { tx, _ in
            let (found, people) = try await tx.pipeline(
                Assignment.exercise(request.scheduled.exercise, of: call.practiceID),
                Assignment.people(of: unit, in: call.practiceID, at: call.now))
            let exercise = try Self.usable(found)
            if people == 0 {
                throw Problem.conflict("nobody_to_assign_to", "There is nobody here today who could do homework.")
            }
            let plan = HomeworkPlan(
                practice: call.practiceID, assignment: call.newID(), version: exercise.version, title: exercise.title,
                unit: unit, schedule: schedule, remindMinutes: request.scheduled.remindMinutes, phase: request.phase,
                assignedAt: call.now)
            _ = try await tx.pipeline(Assignment.add(plan))
            let made = Assignment.Made(
                id: plan.assignment, exercise: request.scheduled.exercise, version: exercise.version,
                title: exercise.title, planned: try await Self.make(plan, call, tx))
            return .created(at: "/v1/homework-assignments/\(plan.assignment)", etag: 1, made)
        }
    }

    /// What is due within the next weeks is made at once. Appointments and seats in other groups are no business of this
    /// request: what hangs on them, the worker makes within a minute.
    private static func make(
        _ plan: HomeworkPlan, _ call: Call, _ transaction: Transaction
    ) async throws -> HomeworkPlanner.Made {
        if plan.phase != nil || plan.schedule.timing.anchor == "appointments" {
            _ = try await transaction.pipeline(Assignment.leaveToWorker(plan))
            return HomeworkPlanner.Made(nextLook: call.now)
        }
        let planner = HomeworkPlanner(of: call.practiceID, at: call.now, call.surroundings)
        return try await planner.carryOut(plan, in: transaction)
    }

    private static func usable(
        _ exercise: (version: ID<ExerciseVersion>, title: String, isRetired: Bool)?
    ) throws(Problem) -> (version: ID<ExerciseVersion>, title: String) {
        guard let exercise else {
            throw .invalid([FieldFault("/exerciseId", "unknown", "There is no such exercise in the library.")])
        }
        if exercise.isRetired { throw .conflict("exercise_retired", "This exercise is no longer in use.") }
        return (exercise.version, exercise.title)
    }
}
