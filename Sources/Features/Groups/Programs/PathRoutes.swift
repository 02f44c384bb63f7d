import JSON
import Practice
import WebAPI

/// The way through a program: for whom it is, and in which stretches.
struct PathRoutes: RouteGroup {
    var routes: [Route] {
        let (tracks, phases) = ("/v1/programs/{programId}/tracks", "/v1/programs/{programId}/phases")
        return [
            .get(tracks, "program.read", of: .program("programId"), listTracks),
            .post(tracks, "program.change", of: .program("programId"), createTrack),
            .get(tracks + "/{trackId}", "program.read", of: .program("programId"), readTrack),
            .patch(tracks + "/{trackId}", "program.change", of: .program("programId"), changeTrack),
            .get(phases, "program.read", of: .program("programId"), listPhases),
            .post(phases, "program.change", of: .program("programId"), createPhase),
            .get(phases + "/{phaseId}", "program.read", of: .program("programId"), readPhase),
            .patch(phases + "/{phaseId}", "program.change", of: .program("programId"), changePhase),
        ]
    }

    private func listTracks(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let (_, tracks) = try await call.run(
            Program.details(of: program(call), in: call.practiceID), Track.list(of: program(call), in: call.practiceID))
        return .list(tracks)
    }

    private func createTrack(_ call: Call) async throws -> Answer {
        let new = try call.body(Track.New.init)
        let id: ID<Track> = call.newID()
        let (_, track) = try await call.run(
            Track.insert(new, as: id, of: program(call), in: call.practiceID),
            Track.details(of: id, program(call), in: call.practiceID), faults: Track.faults)
        return .created(at: "/v1/programs/\(program(call))/tracks/\(id)", etag: track.version, track)
    }

    private func readTrack(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let track = try await call.run(Track.details(of: call.id("trackId"), program(call), in: call.practiceID))
        return .json(etag: track.version, track)
    }

    private func changeTrack(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let change = try call.patch(Track.Change.init)
        let id = call.id("trackId", of: Track.self)
        let (_, track) = try await call.run(
            Track.update(change, of: id, program(call), in: call.practiceID, version: version),
            Track.details(of: id, program(call), in: call.practiceID), faults: Track.faults)
        return .json(etag: track.version, track)
    }

    private func listPhases(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let (_, phases) = try await call.run(
            Program.details(of: program(call), in: call.practiceID), Phase.list(of: program(call), in: call.practiceID))
        return .list(phases)
    }

    private func createPhase(_ call: Call) async throws -> Answer {
        let new = try call.body(Phase.New.init)
        let id: ID<Phase> = call.newID()
        let (_, _, phase) = try await call.run(
            Phase.insert(new, as: id, of: program(call), in: call.practiceID),
            Phase.require(new.requires, of: id, program(call), in: call.practiceID),
            Phase.details(of: id, program(call), in: call.practiceID), faults: Phase.faults)
        return .created(at: "/v1/programs/\(program(call))/phases/\(id)", etag: phase.version, phase)
    }

    private func readPhase(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let phase = try await call.run(Phase.details(of: call.id("phaseId"), program(call), in: call.practiceID))
        return .json(etag: phase.version, phase)
    }

    private func changePhase(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let change = try call.patch(Phase.Change.init)
        let id = call.id("phaseId", of: Phase.self)
        let (_, _, _, phase) = try await call.run(
            Phase.update(change, of: id, program(call), in: call.practiceID, version: version),
            Phase.forgo(allBut: change.requires, of: id, program(call), in: call.practiceID),
            Phase.require(change.requires, of: id, program(call), in: call.practiceID),
            Phase.details(of: id, program(call), in: call.practiceID), faults: Phase.faults)
        return .json(etag: phase.version, phase)
    }

    private func program(_ call: Call) -> ID<Program> { call.id("programId") }
}

extension Track.New {
    init(_ body: inout JSONObjectReader) {
        name = body.required("name", .line(1...60))
        description = body.optional("description", .text(0...4000)) ?? ""
        position = body.optional("position", .integer(1...1000))
    }
}

extension Track.Change {
    init(_ body: inout JSONObjectReader) {
        name = body.change("name", .line(1...60))
        description = body.change("description", .text(0...4000))
        position = body.change("position", .integer(1...1000))
    }
}

extension Phase.New {
    init(_ body: inout JSONObjectReader) {
        track = body.optional("trackId", .id())
        name = body.required("name", .line(1...60))
        description = body.optional("description", .text(0...4000)) ?? ""
        exitCriteria = body.optional("exitCriteria", .text(0...4000)) ?? ""
        position = body.optional("position", .integer(1...1000))
        requires = body.optional("requires", .array(0...20, of: .id())) ?? []
    }
}

extension Phase.Change {
    init(_ body: inout JSONObjectReader) {
        name = body.change("name", .line(1...60))
        description = body.change("description", .text(0...4000))
        exitCriteria = body.change("exitCriteria", .text(0...4000))
        position = body.change("position", .integer(1...1000))
        requires = body.change("requires", .array(0...20, of: .id()))
    }
}
