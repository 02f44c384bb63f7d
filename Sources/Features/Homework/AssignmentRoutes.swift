import HTTPTypes
import Postgres
import Practice
import WebAPI

/// Giving homework: to a client, to both partners of a couple, to the members of a group.
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
        let request = try call.body { Assignment.Request(&$0) }
        let windows = request.timing.windows
        return try await call.transaction { tx, _ in
            let (found, clients) = try await tx.pipeline(
                Assignment.exercise(request.exercise, of: call.practiceID),
                Assignment.clients(of: unit, in: call.practiceID, at: call.now))
            let exercise = try Self.usable(found)
            try Self.check(clients, windows)
            let id: ID<Assignment> = call.newID()
            let ids = (0..<clients.count * windows.count).map { _ in call.newID(Homework.self) }
            _ = try await tx.pipeline(
                Assignment.add(id, of: exercise.version, to: unit, request.timing, in: call.practiceID, at: call.now),
                Assignment.addHomework(
                    ids, of: id, exercise.version, exercise.title, to: unit, clients, windows, in: call.practiceID))
            let first = clients.enumerated().map { place, client in
                (client: client, homework: ids[place * windows.count])
            }
            return .json(
                .created,
                Assignment.Made(
                    id: id, exercise: request.exercise, version: exercise.version, title: exercise.title,
                    windows: windows, first: first))
        }
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

    private static func check(_ clients: [ID<Client>], _ windows: [Assignment.Window]) throws(Problem) {
        if clients.isEmpty {
            throw .conflict("nobody_to_assign_to", "There is nobody here today who could do homework.")
        }
        if clients.count * windows.count > Assignment.Request.limit {
            throw .invalid([
                FieldFault(
                    "/schedule", "too_many", "For so many people this has too many due dates. Assign it for less long.")
            ])
        }
    }
}
