import Practice
import WebAPI

/// The groups of the programs, and who leads them.
struct GroupRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/groups", "group.read", of: .practice, list),
            .post("/v1/groups", "group.change", of: .practice, create),
            .get("/v1/groups/{groupId}", "group.read", of: .group("groupId"), read),
            .patch("/v1/groups/{groupId}", "group.change", of: .group("groupId"), change),
            .put(
                "/v1/groups/{groupId}/facilitators/{staffId}", "group.change", of: .group("groupId"), putFacilitator),
            .delete(
                "/v1/groups/{groupId}/facilitators/{staffId}", "group.change", of: .group("groupId"), endFacilitator),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Answer {
        let (program, page) = try call.query { query in
            (query.optional("programId", .id(Program.self)), query.page())
        }
        let groups = try await call.run(Group.list(of: call.practiceID, program: program, page, at: call.now))
        return call.page(page, groups) { PageKey($0.name, $0.id) }
    }

    @Sendable private func create(_ call: Call) async throws -> Answer {
        let new = try call.body(Group.New.init)
        let id: ID<Group> = call.newID()
        let (_, group) = try await call.run(
            Group.insert(new, as: id, in: call.practiceID, at: call.now),
            Group.details(of: id, in: call.practiceID, at: call.now), faults: Group.faults)
        return .created(at: "/v1/groups/\(id)", etag: group.version, group)
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let group = try await call.run(Group.details(of: call.id("groupId"), in: call.practiceID, at: call.now))
        return .json(etag: group.version, group)
    }

    @Sendable private func change(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let change = try call.patch(Group.Change.init)
        let id = call.id("groupId", of: Group.self)
        let (changed, group) = try await call.run(
            Group.update(change, of: id, in: call.practiceID, version: version),
            Group.details(of: id, in: call.practiceID, at: call.now), faults: Group.faults)
        // A facilitator is let in to plan meetings; the group itself is the practice's to change.
        guard changed == 1 else { throw Problem.forbidden }
        return .json(etag: group.version, group)
    }

    @Sendable private func putFacilitator(_ call: Call) async throws -> Answer {
        let (from, until) = try call.body { body in
            let from = body.required("from", .day)
            let until = body.optional("until", .day)
            if let until { body.check(until > from, "until", "before_start", "This must be after `from`.") }
            return (from, until)
        }
        let facilitation = try await call.run(
            Group.facilitate(
                call.id("groupId"), by: call.id("staffId"), in: call.practiceID, from: from, until: until))
        return .json(etag: nil, facilitation)
    }

    @Sendable private func endFacilitator(_ call: Call) async throws -> Answer {
        let (principal, ended) = try await call.enter(
            Group.endFacilitation(call.id("groupId"), by: call.id("staffId"), in: call.practiceID, at: call.now))
        guard ended > 0 else { throw principal.relation == "any" ? Problem.notFound : Problem.forbidden }
        return .noContent
    }
}

extension Group.New {
    init(_ body: inout JSONObjectReader) {
        programID = body.required("programId", .id())
        name = body.required("name", .line(1...120))
        phase = body.optional("phase", .line(1...60))
        track = body.optional("track", .line(1...60))
        capacity = body.required("capacity", .integer(1...200))
        isOpen = body.optional("open", .bool) ?? true
        startsOn = body.required("startsOn", .day)
        endsOn = body.optional("endsOn", .day)
        schedule = Group.WeeklyRule(
            weekday: body.required("weekday", .choice()), meetsAt: body.required("meetsAt", .localTime),
            minutes: body.optional("minutes", .integer(15...600)) ?? 90,
            timeZone: body.required("timeZone", .timeZone), place: body.optional("place", .line(0...200)))
        if let endsOn { body.check(endsOn >= startsOn, "endsOn", "before_start", "A group ends after it has started.") }
    }
}

extension Group.Change {
    init(_ body: inout JSONObjectReader) {
        name = body.change("name", .line(1...120))
        phase = body.patch("phase", .line(1...60))
        track = body.patch("track", .line(1...60))
        capacity = body.change("capacity", .integer(1...200))
        isOpen = body.change("open", .bool)
        startsOn = body.change("startsOn", .day)
        endsOn = body.patch("endsOn", .day)
        weekday = body.change("weekday", .choice())
        meetsAt = body.change("meetsAt", .localTime)
        minutes = body.change("minutes", .integer(15...600))
        timeZone = body.change("timeZone", .timeZone)
        place = body.patch("place", .line(0...200))
    }
}
