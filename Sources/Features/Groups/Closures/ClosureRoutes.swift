import JSON
import Practice
import WebAPI

/// Holidays and other days on which the practice is closed.
struct ClosureRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/closures", "closure.read", of: .practice, list),
            .post("/v1/closures", "practice.change", of: .practice, create),
            .get("/v1/closures/{closureId}", "closure.read", of: .practice, read),
            .patch("/v1/closures/{closureId}", "practice.change", of: .practice, change),
            .delete("/v1/closures/{closureId}", "practice.change", of: .practice, delete),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let (from, page) = try call.query { ($0.optional("from", .day), $0.page()) }
        let closures = try await call.run(Closure.list(of: call.practiceID, from: from, page))
        return call.page(page, closures) { PageKey($0.firstDay, $0.id) }
    }

    private func create(_ call: Call) async throws -> Answer {
        let new = try call.body(Closure.New.init)
        let closure = try await call.run(
            Closure.insert(new, as: call.newID(), in: call.practiceID), faults: Closure.faults)
        return .created(at: "/v1/closures/\(closure.id)", etag: closure.version, closure)
    }

    private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let closure = try await call.run(Closure.details(of: call.id("closureId"), in: call.practiceID))
        return .json(etag: closure.version, closure)
    }

    private func change(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let change = try call.patch(Closure.Change.init)
        let closure = try await call.run(
            Closure.update(change, of: call.id("closureId"), in: call.practiceID, version: version),
            faults: Closure.faults)
        return .json(etag: closure.version, closure)
    }

    private func delete(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let id = call.id("closureId", of: Closure.self)
        let (_, removed) = try await call.run(
            Closure.details(of: id, in: call.practiceID), Closure.delete(id, in: call.practiceID, version: version))
        guard removed == 1 else { throw Problem.stale }
        return .noContent
    }
}

extension Closure.New {
    init(_ body: inout JSONObjectReader) {
        name = body.required("name", .line(1...120))
        let (first, last) = (body.required("firstDay", .day(.plans)), body.optional("lastDay", .day(.plans)))
        if let last {
            body.check(last >= first, "lastDay", "before_start", "This must not be before the first day.")
        }
        (firstDay, lastDay) = (first, last.map { max($0, first) } ?? first)
    }
}

extension Closure.Change {
    init(_ body: inout JSONObjectReader) {
        name = body.change("name", .line(1...120))
        firstDay = body.change("firstDay", .day(.plans))
        lastDay = body.change("lastDay", .day(.plans))
    }
}
