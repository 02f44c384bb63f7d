import JSON
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
            .get("/v1/groups/{groupId}/facilitators", "group.read", of: .group("groupId"), listFacilitators),
            .put(
                "/v1/groups/{groupId}/facilitators/{staffId}", "group.change", of: .group("groupId"), putFacilitator),
            .delete(
                "/v1/groups/{groupId}/facilitators/{staffId}", "group.change", of: .group("groupId"), endFacilitator),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Answer {
        let filter = try call.query(Group.ListFilter.init)
        let (groups, total) = try await call.run(
            Group.list(filter, in: call.practiceID, at: call.now),
            Group.total(filter, in: call.practiceID, at: call.now))
        return call.page(filter.page, groups, total: total) { filter.sort.key(of: $0) }
    }

    @Sendable private func create(_ call: Call) async throws -> Answer {
        let new = try call.body(Group.New.init)
        guard let schedule = new.schedule else { throw Problem.unexpected }
        let id: ID<Group> = call.newID()
        let (_, group) = try await call.run(
            Group.insert(new, schedule, as: id, in: call.practiceID, at: call.now),
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
        do {
            let (changed, group) = try await call.run(
                Group.update(change, of: id, in: call.practiceID, version: version),
                Group.details(of: id, in: call.practiceID, at: call.now), faults: Group.faults(of: change))
            // A facilitator is let in to plan meetings; the group itself is the practice's to change.
            guard changed == 1 else { throw Problem.forbidden }
            return .json(etag: group.version, group)
        } catch var problem as Problem where problem.code == "group_has_history" {
            problem.detail = "Somebody had a seat in this group: it stays in the phase and the track it was in."
            throw problem
        }
    }

    @Sendable private func listFacilitators(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let id = call.id("groupId", of: Group.self)
        let spans = try await call.run(Group.facilitations(of: id, in: call.practiceID))
        return .list(spans)
    }

    @Sendable private func putFacilitator(_ call: Call) async throws -> Answer {
        let new = try call.body { body in
            let (from, until) = (body.required("from", .day(.plans)), body.optional("until", .day(.plans)))
            let part = body.optional("role", .choice(Group.Part.self))
            if let until { body.check(until > from, "until", "before_start", "This must be after `from`.") }
            return Group.NewFacilitation(from: from, until: until, part: part ?? .facilitator)
        }
        let (group, staff) = (call.id("groupId", of: Group.self), call.id("staffId", of: Account.self))
        let (_, facilitation) = try await call.run(
            Group.makeRoom(for: new, in: group, of: staff, call.practiceID),
            Group.facilitate(group, by: staff, new, in: call.practiceID))
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
        phase = body.optional("phaseId", .id())
        track = body.optional("trackId", .id())
        capacity = body.required("capacity", .integer(1...200))
        offerDays = body.optional("offerDays", .integer(1...60)) ?? 7
        isOpen = body.optional("open", .bool) ?? true
        startsOn = body.required("startsOn", .day(.plans))
        endsOn = body.optional("endsOn", .day(.plans))
        calendarWord = body.optional("calendarWord", .line(1...40))
        schedule = Group.MeetingPlace(&body, startsOn: startsOn)
        if let endsOn { body.check(endsOn >= startsOn, "endsOn", "before_start", "A group ends after it has started.") }
    }
}

extension Group.MeetingPlace {
    /// Nil when a fault has been told.
    fileprivate init?(_ body: inout JSONObjectReader, startsOn: Day) {
        meetsAt = body.required("meetsAt", .localTime)
        minutes = body.optional("minutes", .integer(15...600)) ?? 90
        timeZone = body.required("timeZone", .timeZone)
        place = body.optional("place", .line(0...200))
        isTelehealth = body.optional("telehealth", .bool) ?? false
        let request = Group.DaysRequest(new: &body, startsOn: startsOn, meetsAt: meetsAt, in: timeZone)
        guard let days = request.days else { return nil }
        self.days = days
    }
}

extension Group.Change {
    init(_ body: inout JSONObjectReader) {
        name = body.change("name", .line(1...120))
        phase = body.patch("phaseId", .id())
        track = body.patch("trackId", .id())
        capacity = body.change("capacity", .integer(1...200))
        offerDays = body.change("offerDays", .integer(1...60))
        isOpen = body.change("open", .bool)
        startsOn = body.change("startsOn", .day(.plans))
        endsOn = body.patch("endsOn", .day(.plans))
        meetsAt = body.change("meetsAt", .localTime)
        minutes = body.change("minutes", .integer(15...600))
        timeZone = body.change("timeZone", .timeZone)
        days = Group.DaysRequest(change: &body, startsOn: startsOn, meetsAt: meetsAt, in: timeZone)
        place = body.patch("place", .line(0...200))
        isTelehealth = body.change("telehealth", .bool)
        calendarWord = body.patch("calendarWord", .line(1...40))
    }
}
