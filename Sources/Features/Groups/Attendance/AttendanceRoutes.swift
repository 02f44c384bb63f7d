import JSON
import Practice
import WebAPI

/// Who came, what was noted of it before, and how somebody has attended over time.
struct AttendanceRoutes: RouteGroup {
    var routes: [Route] {
        let ofMeeting = "/v1/meetings/{meetingId}/attendance"
        return [
            .get(ofMeeting, "attendance.read", of: .meeting("meetingId"), read),
            .put(ofMeeting, "attendance.record", of: .meeting("meetingId"), record),
            .get(ofMeeting + "/history", "attendance.read", of: .meeting("meetingId"), history),
            .get(ofMeeting + "/{clientId}", "attendance.read", of: .meeting("meetingId"), readOne),
            .delete(ofMeeting + "/{clientId}", "attendance.record", of: .meeting("meetingId"), clear),
            .get("/v1/clients/{clientId}/attendance", "attendance.read", of: .client("clientId"), ofClient),
        ]
    }

    private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let attendance = try await call.run(Meeting.attendance(at: call.id("meetingId"), in: call.practiceID))
        return .list(attendance)
    }

    private func record(_ call: Call) async throws -> Answer {
        let new = try call.body { $0.required("marks", .array(1...200, of: .object(Meeting.NewNote.init))) }
        let repeated = Dictionary(grouping: new.indices) { new[$0].clientID }.values.flatMap { $0.dropFirst() }
        guard repeated.isEmpty else {
            throw Problem.invalid(
                repeated.sorted().map { Self.fault($0, "clientId", "duplicate", "This member has a mark already.") })
        }
        let meeting = call.id("meetingId", of: Meeting.self)
        let (obstacles, attendance) = try await call.run(
            Meeting.record(new, at: meeting, in: call.practiceID, at: call.now),
            Meeting.attendance(at: meeting, in: call.practiceID))
        try Self.check(obstacles)
        return .list(attendance)
    }

    private func readOne(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let attendee = try await call.run(
            Meeting.attendee(call.id("clientId"), at: call.id("meetingId"), in: call.practiceID))
        return .json(etag: attendee.version, attendee)
    }

    /// What was noted stays in the history.
    private func clear(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        _ = try await call.run(
            Meeting.clear(call.id("clientId"), at: call.id("meetingId"), seen: version, at: call.now))
        return .noContent
    }

    private func history(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let former = try await call.run(Meeting.history(of: call.id("meetingId"), in: call.practiceID, page))
        return call.page(page, former) { PageKey($0.correctedAt, $0.clientID, $0.recordedAt) }
    }

    private func ofClient(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let client = call.id("clientId", of: Client.self)
        let (meetings, rate) = try await call.run(
            Meeting.attended(by: client, in: call.practiceID, page, at: call.now),
            Meeting.rate(of: client, in: call.practiceID))
        let next = call.next(page, meetings) { PageKey($0.startsAt, $0.meetingID) }
        return .json { json in
            json.member("attendance", rate)
            json.array("items", meetings.prefix(page.limit))
            json.member("next", next)
        }
    }

    private static func check(_ obstacles: Meeting.Obstacles) throws(Problem) {
        guard !obstacles.isCancelled else {
            throw .conflict("meeting_is_cancelled", "Nobody attends a meeting that was cancelled.")
        }
        guard !obstacles.isTooEarly else {
            throw .conflict("meeting_has_not_begun", "Attendance is recorded from one hour before a meeting begins.")
        }
        var faults: [FieldFault] = []
        for place in obstacles.strangers {
            faults.append(
                fault(place - 1, "clientId", "not_a_member", "This is no member of the group on that day."))
        }
        for place in obstacles.arrivals {
            faults.append(
                fault(place - 1, "arrivedAt", "out_of_range", "This lies in the time of the meeting, and in the past."))
        }
        for place in obstacles.departures {
            faults.append(
                fault(
                    place - 1, "leftAt", "out_of_range",
                    "This lies in the time of the meeting, after the arrival, and in the past."))
        }
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private static func fault(_ index: Int, _ member: String, _ code: String, _ detail: String) -> FieldFault {
        FieldFault("/marks/\(index)/\(member)", code, detail)
    }
}

extension Meeting.NewNote {
    init(_ body: inout JSONObjectReader) {
        clientID = body.required("clientId", .id())
        let mark = body.required("mark", .choice(Meeting.Mark.self))
        let (arrivedAt, leftAt) = (body.optional("arrivedAt", .instant), body.optional("leftAt", .instant))
        for (name, instant) in [("arrivedAt", arrivedAt), ("leftAt", leftAt)] where instant != nil {
            body.check(mark.isPartial, name, "not_with_this_mark", "Only who was late or left early has a time.")
        }
        note = Meeting.Note(mark: mark, arrivedAt: arrivedAt, leftAt: leftAt)
    }
}
