import JSON
import Practice
import WebAPI

/// The courses that the practice offers.
struct ProgramRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/programs", "program.read", of: .practice, list),
            .post("/v1/programs", "program.change", of: .practice, create),
            .get("/v1/programs/{programId}", "program.read", of: .program("programId"), read),
            .patch("/v1/programs/{programId}", "program.change", of: .program("programId"), change),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let programs = try await call.run(Program.list(of: call.practiceID, page))
        return call.page(page, programs) { PageKey($0.name, $0.id) }
    }

    @Sendable private func create(_ call: Call) async throws -> Answer {
        let new = try call.body(Program.New.init)
        let program = try await call.run(
            Program.insert(new, as: call.newID(), in: call.practiceID, at: call.now), faults: Program.faults)
        return .created(
            at: "/v1/programs/\(program.id)", etag: program.version,
            Program.Path(program: program, tracks: [], phases: []))
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let id = call.id("programId", of: Program.self)
        let (program, tracks, phases) = try await call.run(
            Program.details(of: id, in: call.practiceID), Track.list(of: id, in: call.practiceID),
            Phase.list(of: id, in: call.practiceID))
        return .json(etag: program.version, Program.Path(program: program, tracks: tracks, phases: phases))
    }

    @Sendable private func change(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let change = try call.patch(Program.Change.init)
        let id = call.id("programId", of: Program.self)
        let (program, tracks, phases) = try await call.run(
            Program.update(change, of: id, in: call.practiceID, version: version),
            Track.list(of: id, in: call.practiceID), Phase.list(of: id, in: call.practiceID), faults: Program.faults)
        return .json(etag: program.version, Program.Path(program: program, tracks: tracks, phases: phases))
    }
}

extension Program.New {
    init(_ body: inout JSONObjectReader) {
        name = body.required("name", .line(1...120))
        description = body.optional("description", .text(0...4000)) ?? ""
        isPublished = body.optional("published", .bool) ?? false
        minimumAge = body.optional("minimumAge", .integer(Program.ages))
        maximumAge = body.optional("maximumAge", .integer(Program.ages))
        consents = body.optional("consents", .array(0...20, of: .consentKind)) ?? []
    }
}

extension Program.Change {
    init(_ body: inout JSONObjectReader) {
        name = body.change("name", .line(1...120))
        description = body.change("description", .text(0...4000))
        isPublished = body.change("published", .bool)
        minimumAge = body.patch("minimumAge", .integer(Program.ages))
        maximumAge = body.patch("maximumAge", .integer(Program.ages))
        consents = body.change("consents", .array(0...20, of: .consentKind))
    }
}
