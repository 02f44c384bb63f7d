import HTTPTypes
import JSON
import Practice
import WebAPI

/// The library of exercises: the practice's own, and each counselor's. What a version says never changes.
struct ExerciseRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/exercises", "exercise.read", of: .practice, list),
            .post("/v1/exercises", "exercise.change", of: .practice, bodyLimit: 262_144, add),
            .get("/v1/exercises/{exerciseId}", "exercise.read", of: .exercise("exerciseId"), read),
            .patch("/v1/exercises/{exerciseId}", "exercise.change", of: .exercise("exerciseId"), change),
            .put("/v1/exercises/{exerciseId}/tags", "exercise.change", of: .exercise("exerciseId"), tag),
            .get("/v1/exercises/{exerciseId}/versions", "exercise.read", of: .exercise("exerciseId"), versions),
            .get(
                "/v1/exercises/{exerciseId}/versions/{exerciseVersionId}", "exercise.read", of: .exercise("exerciseId"),
                version),
            .post(
                "/v1/exercises/{exerciseId}/versions", "exercise.change", of: .exercise("exerciseId"),
                bodyLimit: 262_144, publish),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Answer {
        let (page, filter) = try call.query { ($0.page(), Exercise.Filter(&$0)) }
        let after = try page.after.map { key in (try key.text(0), try key.id(1, of: Exercise.self)) }
        let items = try await call.run(
            Exercise.list(of: call.practiceID, filter, after: after, limit: page.fetch))
        return call.page(page, items) { PageKey($0.title, $0.id) }
    }

    @Sendable private func add(_ call: Call) async throws -> Answer {
        let text = try call.body { Exercise.Text(&$0) }
        let exerciseID: ID<Exercise> = call.newID()
        let (_, detail) = try await call.run(
            Exercise.add(exerciseID, call.newID(), text, to: call.practiceID, at: call.now),
            Exercise.read(exerciseID, of: call.practiceID))
        return .created(at: "/v1/exercises/\(exerciseID)", etag: detail.item.version, detail)
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        let detail = try await call.run(Exercise.read(call.id("exerciseId"), of: call.practiceID))
        return .json(etag: detail.item.version, detail)
    }

    @Sendable private func change(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let isRetired = try call.patch { $0.change("retired", .bool) }
        let exerciseID = call.id("exerciseId", of: Exercise.self)
        guard let isRetired else { return try await read(call) }
        let (_, detail) = try await call.run(
            Exercise.retire(isRetired, exerciseID, of: call.practiceID, ifVersion: version, at: call.now),
            Exercise.read(exerciseID, of: call.practiceID))
        return .json(etag: detail.item.version, detail)
    }

    @Sendable private func tag(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let tags = try call.body(Exercise.Tags.init)
        let exerciseID = call.id("exerciseId", of: Exercise.self)
        let (tagged, detail) = try await call.run(
            tags.set(exerciseID, of: call.practiceID, ifVersion: version),
            Exercise.read(exerciseID, of: call.practiceID))
        if let problem = tagged.problem { throw problem }
        return .json(etag: detail.item.version, detail)
    }

    @Sendable private func versions(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let before = try page.after.map { key in try key.integer(0) }
        let versions = try await call.run(
            Exercise.Version.list(
                of: call.id("exerciseId"), in: call.practiceID, before: before, limit: page.fetch))
        return call.page(page, versions) { PageKey($0.number) }
    }

    @Sendable private func version(_ call: Call) async throws -> Answer {
        let text = try await call.run(
            Exercise.Version.read(call.id("exerciseVersionId"), of: call.id("exerciseId"), in: call.practiceID))
        return .json(.ok, text)
    }

    @Sendable private func publish(_ call: Call) async throws -> Answer {
        let text = try call.body { Exercise.Text(&$0) }
        let exerciseID = call.id("exerciseId", of: Exercise.self)
        let (_, isInUse, detail) = try await call.run(
            Exercise.hold(exerciseID, of: call.practiceID),
            Exercise.publish(call.newID(), text, of: exerciseID, in: call.practiceID, at: call.now),
            Exercise.read(exerciseID, of: call.practiceID))
        guard isInUse else {
            throw Problem.conflict(
                "exercise_retired", "A retired exercise gets no new version. Take it back into use first.")
        }
        return .created(at: "/v1/exercises/\(exerciseID)", etag: detail.item.version, detail)
    }
}
