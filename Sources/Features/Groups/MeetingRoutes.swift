import Practice
import WebAPI

/// The dates on which a group meets, and who came.
struct MeetingRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/groups/{groupId}/meetings", "group.read", of: .group("groupId"), list),
            .post("/v1/groups/{groupId}/meetings", "group.change", of: .group("groupId"), create),
            .get("/v1/meetings/{meetingId}/attendance", "attendance.read", of: .meeting("meetingId"), readAttendance),
            .put(
                "/v1/meetings/{meetingId}/attendance", "attendance.record", of: .meeting("meetingId"),
                recordAttendance),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let meetings = try await call.run(Meeting.list(of: call.id("groupId"), in: call.practiceID, page))
        return call.page(page, meetings) { PageKey($0.startsAt) }
    }

    @Sendable private func create(_ call: Call) async throws -> Answer {
        let (startsAt, minutes) = try call.body { body in
            (body.required("startsAt", .instant), body.optional("minutes", .integer(15...600)))
        }
        let meeting = try await call.run(
            Meeting.insert(
                as: call.newID(), of: call.id("groupId"), in: call.practiceID, startsAt: startsAt, minutes: minutes),
            faults: [
                "meetings_one_at_a_time": FieldFault("/startsAt", "taken", "The group meets at this time already.")
            ])
        return .created(at: "/v1/meetings/\(meeting.id)/attendance", etag: meeting.version, meeting)
    }

    @Sendable private func readAttendance(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let attendance = try await call.run(Meeting.attendance(at: call.id("meetingId"), in: call.practiceID))
        return .list(attendance)
    }

    @Sendable private func recordAttendance(_ call: Call) async throws -> Answer {
        let marks = try call.body { body in body.required("marks", .array(1...200, of: .object(MarkRequest.init))) }
        let repeated = Dictionary(grouping: marks.indices) { marks[$0].clientID }.values.flatMap { $0.dropFirst() }
        guard repeated.isEmpty else {
            throw Problem.invalid(repeated.sorted().map { fault($0, "duplicate", "This member has a mark already.") })
        }
        let meeting = call.id("meetingId", of: Meeting.self)
        let (outcome, attendance) = try await call.run(
            Meeting.record(marks.map { ($0.clientID, $0.mark) }, at: meeting, in: call.practiceID, at: call.now),
            Meeting.attendance(at: meeting, in: call.practiceID))
        guard outcome.strangers.isEmpty else {
            throw Problem.invalid(
                outcome.strangers.map { fault($0 - 1, "not_a_member", "This is no member of the group on that day.") })
        }
        guard !outcome.isCancelled else {
            throw Problem.conflict("meeting_is_cancelled", "Nobody attends a meeting that was cancelled.")
        }
        return .list(attendance)
    }

    private func fault(_ index: Int, _ code: String, _ detail: String) -> FieldFault {
        FieldFault("/marks/\(index)/clientId", code, detail)
    }
}

private struct MarkRequest: Sendable {
    let clientID: ID<Client>
    let mark: Meeting.Mark

    init(_ body: inout JSONObjectReader) {
        clientID = body.required("clientId", .id())
        mark = body.required("mark", .choice())
    }
}
