import JSON
import Practice
import WebAPI

/// The dates on which a group meets: by its rule, which the worker follows, and besides it.
struct MeetingRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/groups/{groupId}/meetings", "group.read", of: .group("groupId"), list),
            .post("/v1/groups/{groupId}/meetings", "group.change", of: .group("groupId"), create),
            .get("/v1/meetings/{meetingId}", "group.read", of: .meeting("meetingId"), read),
            .patch("/v1/meetings/{meetingId}", "group.change", of: .meeting("meetingId"), change),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Answer {
        let (from, to, page) = try call.query { query in
            let (from, to) = (query.optional("from", .day), query.optional("to", .day))
            if let from, let to, to < from { query.fault("to", "before_start", "This must not be before `from`.") }
            return (from, to, query.page())
        }
        let meetings = try await call.run(
            Meeting.list(of: call.id("groupId"), in: call.practiceID, from: from, to: to, page))
        return call.page(page, meetings) { PageKey($0.startsAt) }
    }

    @Sendable private func create(_ call: Call) async throws -> Answer {
        let new = try call.body(Meeting.New.init)
        let id: ID<Meeting> = call.newID()
        let (_, meeting) = try await call.run(
            Meeting.insert(new, as: id, of: call.id("groupId"), in: call.practiceID),
            Meeting.details(of: id, in: call.practiceID), faults: Meeting.faults)
        return .created(at: "/v1/meetings/\(id)", etag: meeting.version, meeting)
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let meeting = try await call.run(Meeting.details(of: call.id("meetingId"), in: call.practiceID))
        return .json(etag: meeting.version, meeting)
    }

    @Sendable private func change(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let change = try call.patch(Meeting.Change.init)
        let id = call.id("meetingId", of: Meeting.self)
        let (_, meeting) = try await Self.explaining { () throws(Problem) in
            try await call.run(
                Meeting.update(change, of: id, in: call.practiceID, version: version),
                Meeting.details(of: id, in: call.practiceID), faults: Meeting.faults)
        }
        return .json(etag: meeting.version, meeting)
    }

    /// Says in plain words what the database refuses with a code.
    private static func explaining<Value>(
        _ body: () async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await body()
        } catch {
            guard error.code == "meeting_has_attendance" else { throw error }
            throw .conflict(
                error.code,
                "Somebody's attendance is recorded: the meeting took place, and when it did. Where that is wrong, clear the "
                    + "marks first.")
        }
    }
}

extension Meeting.New {
    init(_ body: inout JSONObjectReader) {
        startsAt = body.required("startsAt", .instant(.plans))
        minutes = body.optional("minutes", .integer(15...600))
        place = body.optional("place", .line(0...200))
        isTelehealth = body.optional("telehealth", .bool)
    }
}

extension Meeting.Change {
    init(_ body: inout JSONObjectReader) {
        startsAt = body.change("startsAt", .instant(.plans))
        minutes = body.change("minutes", .integer(15...600))
        place = body.patch("place", .line(0...200))
        isTelehealth = body.patch("telehealth", .bool)
        isCancelled = body.change("cancelled", .bool)
    }
}
