import Postgres
import Practice
import WebAPI

/// Homework that belongs to a phase: whoever has a seat in one of its groups gets it.
struct PhaseStepRoutes: RouteGroup {
    var routes: [Route] {
        let steps = "/v1/programs/{programId}/phases/{phaseId}/steps"
        return [
            .get(steps, "program.read", of: .program("programId"), list),
            .post(steps, "program.change", of: .program("programId"), create),
            .get(steps + "/{stepId}", "program.read", of: .program("programId"), read),
            .delete(steps + "/{stepId}", "program.change", of: .program("programId"), end),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let (_, steps) = try await call.run(phase(call), PhaseStep.list(of: call.id("phaseId"), in: call.practiceID))
        return .list(steps)
    }

    private func create(_ call: Call) async throws -> Answer {
        let request = try call.body(PhaseStep.Request.init)
        guard let schedule = request.scheduled.schedule else { throw Problem.unexpected }
        let (id, phaseID) = (call.newID(PhaseStep.self), call.id("phaseId", of: Phase.self))
        let program: ID<Program> = call.id("programId")
        let (_, _, step) = try await call.run(
            phase(call),
            PhaseStep.insert(schedule, request, as: id, of: phaseID, program, in: call.practiceID, at: call.now),
            PhaseStep.details(of: id, phaseID, in: call.practiceID), faults: PhaseStep.faults)
        return .created(
            at: "/v1/programs/\(program)/phases/\(phaseID)/steps/\(id)", etag: step.version, step)
    }

    private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let (_, step) = try await call.run(
            phase(call), PhaseStep.details(of: call.id("stepId"), call.id("phaseId"), in: call.practiceID))
        return .json(etag: step.version, step)
    }

    private func end(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let (id, phaseID) = (call.id("stepId", of: PhaseStep.self), call.id("phaseId", of: Phase.self))
        let (_, _, ended) = try await call.run(
            phase(call), PhaseStep.details(of: id, phaseID, in: call.practiceID),
            PhaseStep.end(
                id, of: phaseID, call.id("programId"), in: call.practiceID, version: version, at: call.now))
        guard ended == 1 else { throw Problem.stale }
        return .noContent
    }

    /// The phase, if it is one of the program: no step is shown or made without.
    private func phase(_ call: Call) -> Query<Phase.Details> {
        Phase.details(of: call.id("phaseId"), call.id("programId"), in: call.practiceID)
    }
}
