import JSON
import Practice
import WebAPI

/// With whom a client is never placed in one group.
struct ConflictRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/clients/{clientId}/conflicts", "client.read", of: .client("clientId"), list),
            .post("/v1/clients/{clientId}/conflicts", "client.change", of: .client("clientId"), note),
            .delete("/v1/clients/{clientId}/conflicts/{conflictId}", "client.change", of: .client("clientId"), end),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let conflicts = try await call.run(PlacementConflict.list(of: call.id("clientId")))
        return .list(conflicts)
    }

    private func note(_ call: Call) async throws -> Answer {
        let new = try call.body(PlacementConflict.New.init)
        let (id, client) = (call.newID(PlacementConflict.self), call.id("clientId", of: Client.self))
        do {
            let (_, conflicts) = try await call.run(
                PlacementConflict.note(new, as: id, on: client, at: call.now), PlacementConflict.list(of: client),
                faults: new.faults)
            guard let conflict = conflicts.first(where: { $0.id == id }) else { throw Problem.notFound }
            return .created(at: "/v1/clients/\(client)/conflicts/\(id)", conflict)
        } catch let problem as Problem where problem.code == "already_noted" {
            throw Problem.conflict(problem.code, "This is noted already.")
        }
    }

    private func end(_ call: Call) async throws -> Answer {
        do {
            _ = try await call.run(
                PlacementConflict.end(call.id("conflictId"), of: call.id("clientId"), at: call.now))
            return .noContent
        } catch  where error.code == "noted_in_the_other_chart" {
            throw Problem.conflict(error.code, "This was noted in the other chart, and is ended there.")
        }
    }
}

extension PlacementConflict.New {
    init(_ body: inout JSONObjectReader) {
        kind = body.required("kind", .choice())
        otherID = body.optional("otherId", .id())
        staffID = body.optional("staffId", .id())
        body.check(
            (otherID == nil) != (staffID == nil), "otherId", "one_of_two", "Name another client, or a colleague.")
    }
}

extension PlacementConflict.Listed: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("kind", kind)
            json.member("other", other)
            json.member("staff", staff)
            json.member("recordedAt", recordedAt)
            json.member("notedHere", isNotedHere)
        }
    }
}

extension PlacementConflict.Other: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            name.write(members: &json)
        }
    }
}

extension PlacementConflict.Colleague: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
        }
    }
}
