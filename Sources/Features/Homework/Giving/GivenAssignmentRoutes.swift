import Postgres
import Practice
import WebAPI

/// Homework that was given: what it is, until when, and the days on which it is not as usual. Whoever may give it may see
/// the whole of it and end it; what a couple was given is of no chart, and nobody reads it but who treats the couple.
struct GivenAssignmentRoutes: RouteGroup {
    var routes: [Route] {
        let (one, given) = ("/v1/homework-assignments/{assignmentId}", Target.assignment("assignmentId"))
        return [
            .get("/v1/clients/{clientId}/homework-assignments", "homework.read", of: .client("clientId"), listOfClient),
            .get("/v1/groups/{groupId}/homework-assignments", "homework.read", of: .group("groupId"), listOfGroup),
            .get(
                "/v1/couples/{coupleId}/homework-assignments", "homework.assign", of: .couple("coupleId"), listOfCouple),
            .get(one, "homework.assign", of: given, read),
            .put(one + "/end", "homework.assign", of: given, end),
            .post(one + "/exceptions", "homework.assign", of: given, except),
            .delete(one + "/exceptions/{exceptionId}", "homework.assign", of: given, removeException),
        ]
    }

    private func listOfClient(_ call: Call) async throws -> Answer {
        try await list(of: .client(call.id("clientId")), call)
    }

    private func listOfGroup(_ call: Call) async throws -> Answer {
        try await list(of: .group(call.id("groupId")), call)
    }

    private func listOfCouple(_ call: Call) async throws -> Answer {
        try await list(of: .couple(call.id("coupleId")), call)
    }

    private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let id: ID<Assignment> = call.id("assignmentId")
        let (details, exceptions) = try await call.run(
            Assignment.details(of: id, in: call.practiceID, at: call.now),
            HomeworkException.list(of: id, in: call.practiceID))
        return .json(etag: details.version, Assignment.Whole(details: details, exceptions: exceptions))
    }

    private func end(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let id: ID<Assignment> = call.id("assignmentId")
        let (outcome, _, details, exceptions) = try await call.run(
            Assignment.end(id, in: call.practiceID, ifVersion: version, at: call.now),
            Assignment.withdrawAhead(id, in: call.practiceID, at: call.now),
            Assignment.details(of: id, in: call.practiceID, at: call.now),
            HomeworkException.list(of: id, in: call.practiceID))
        if let problem = outcome.problem { throw problem }
        return .json(etag: details.version, Assignment.Whole(details: details, exceptions: exceptions))
    }

    /// The worker moves or removes what was made of these days within a minute.
    private func except(_ call: Call) async throws -> Answer {
        let request = try call.body(HomeworkException.Request.init)
        let id: ID<Assignment> = call.id("assignmentId")
        return try await call.transaction(faults: HomeworkException.faults) { tx, _ in
            let details = try await tx.pipeline(Assignment.details(of: id, in: call.practiceID, at: call.now))
            if details.endedAt != nil { throw Problem.conflict("assignment_ended", "This assignment has ended.") }
            let faults = request.faults(details.schedule, at: call.now)
            if !faults.isEmpty { throw Problem.invalid(faults) }
            let exception = try await tx.pipeline(
                HomeworkException.insert(request, as: call.newID(), of: id, in: call.practiceID, at: call.now))
            return .created(at: "/v1/homework-assignments/\(id)/exceptions/\(exception.id)", exception)
        }
    }

    private func removeException(_ call: Call) async throws -> Answer {
        _ = try await call.run(
            HomeworkException.delete(
                call.id("exceptionId"), of: call.id("assignmentId"), in: call.practiceID))
        return .noContent
    }

    private func list(of unit: Assignment.Unit, _ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let items = try await call.run(try Assignment.list(of: unit, in: call.practiceID, page, at: call.now))
        return call.page(page, items) { PageKey($0.assignedAt, $0.id) }
    }
}
