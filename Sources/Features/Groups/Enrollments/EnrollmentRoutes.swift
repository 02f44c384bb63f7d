import JSON
import Practice
import WebAPI

/// Who has, had or waits for a seat in a group.
struct EnrollmentRoutes: RouteGroup {
    var routes: [Route] {
        let one = "/v1/enrollments/{enrollmentId}"
        return [
            .get("/v1/groups/{groupId}/enrollments", "enrollment.read", of: .group("groupId"), listOfGroup),
            .post("/v1/groups/{groupId}/enrollments", "enrollment.create", of: .group("groupId"), create),
            .get("/v1/groups/{groupId}/waitlist", "enrollment.read", of: .group("groupId"), waitlist),
            .get("/v1/clients/{clientId}/enrollments", "enrollment.read", of: .client("clientId"), listOfClient),
            .get(one, "enrollment.read", of: .enrollment("enrollmentId"), read),
            .put("\(one)/status", "enrollment.change", of: .enrollment("enrollmentId"), takeStep),
            .put("\(one)/transfer", "enrollment.change", of: .enrollment("enrollmentId"), transfer),
            .get("\(one)/history", "enrollment.read", of: .enrollment("enrollmentId"), history),
            .put("\(one)/history", "enrollment.change", of: .enrollment("enrollmentId"), correct),
        ]
    }

    private func listOfGroup(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let rows = try await call.run(Enrollment.list(ofGroup: call.id("groupId"), page, in: call.practiceID))
        return call.page(page, rows) { PageKey($0.id) }
    }

    private func create(_ call: Call) async throws -> Answer {
        let new = try call.body(Enrollment.New.init)
        let (id, group) = (call.newID(Enrollment.self), call.id("groupId", of: Group.self))
        return try await Enrollment.explaining {
            let startsOn = try await call.run(Enrollment.enroll(new, as: id, in: group, at: call.now))
            let enrollment = Enrollment.Details(id, of: new, in: group, startsOn: startsOn)
            return .created(at: "/v1/enrollments/\(id)", etag: enrollment.version, enrollment)
        }
    }

    private func waitlist(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.countedPage() }
        let group: ID<Group> = call.id("groupId")
        let (waiting, total) = try await call.run(
            Enrollment.waitlist(of: group, page, in: call.practiceID),
            Enrollment.waitlistTotal(of: group, page, in: call.practiceID))
        return call.page(page, waiting, total: total) { $0.key }
    }

    private func listOfClient(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let rows = try await call.run(Enrollment.list(ofClient: call.id("clientId"), page, in: call.practiceID))
        return call.page(page, rows) { PageKey($0.id) }
    }

    private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let enrollment = try await call.run(Enrollment.details(of: call.id("enrollmentId"), in: call.practiceID))
        return .json(etag: enrollment.version, enrollment)
    }

    private func takeStep(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let step = try call.body(Enrollment.Step.init)
        let id = call.id("enrollmentId", of: Enrollment.self)
        return try await Enrollment.explaining(id, call) {
            let (_, enrollment, opens) = try await call.run(
                Enrollment.take(step, in: id, seen: version, at: call.now),
                Enrollment.details(of: id, in: call.practiceID), Enrollment.phasesOpened(by: id),
                faults: Enrollment.stepFaults)
            return .json(etag: enrollment.version, StepAnswer(enrollment: enrollment, opens: opens))
        }
    }

    private func transfer(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let transfer = try call.body(Enrollment.Transfer.init)
        let id = call.id("enrollmentId", of: Enrollment.self)
        return try await Enrollment.explaining(id, call) {
            let (successor, enrollment) = try await call.run(
                Enrollment.transfer(id, by: transfer, seen: version, as: call.newID(), at: call.now),
                Enrollment.details(of: id, in: call.practiceID), faults: Enrollment.transferFaults)
            let other = Enrollment.Details(
                id: successor.id, groupID: transfer.groupID, clientID: enrollment.clientID, status: successor.status,
                reason: nil, startsOn: successor.startsOn, endedOn: nil, transferredFrom: id, version: 1)
            return .json(etag: enrollment.version, TransferAnswer(enrollment: enrollment, successor: other))
        }
    }

    private func history(_ call: Call) async throws -> Answer {
        let (knownAt, page) = try call.query { ($0.optional("knownAt", .instant), $0.page()) }
        let id = call.id("enrollmentId", of: Enrollment.self)
        let (_, beliefs) = try await call.run(
            Enrollment.details(of: id, in: call.practiceID),
            Enrollment.history(of: id, knownAt: knownAt, page, in: call.practiceID))
        return call.page(page, beliefs) { PageKey($0.recordedAt, $0.from) }
    }

    private func correct(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let correction = try call.body(Enrollment.Correction.init)
        let id = call.id("enrollmentId", of: Enrollment.self)
        return try await Enrollment.explaining {
            let (_, enrollment) = try await call.run(
                Enrollment.correct(id, to: correction, seen: version, at: call.now),
                Enrollment.details(of: id, in: call.practiceID))
            return .json(etag: enrollment.version, enrollment)
        }
    }
}

extension Enrollment {
    /// Runs what the database may refuse, and puts its words into plain sentences.
    fileprivate static func explaining(_ work: () async throws -> Answer) async throws -> Answer {
        do {
            return try await work()
        } catch let problem as Problem {
            if problem.code == "enrollment_status_does_not_follow" {
                throw Problem.conflict(problem.code, "One of these steps does not follow the one before it.")
            }
            throw explained(problem)
        }
    }

    /// The same for a step, with what would have been allowed.
    fileprivate static func explaining(
        _ id: ID<Enrollment>, _ call: Call, _ work: () async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await work()
        } catch let problem as Problem where problem.code == "enrollment_status_does_not_follow" {
            let enrollment = try await call.run(details(of: id, in: call.practiceID))
            let allowed = enrollment.status?.mayBecome.map(\.rawValue).joined(separator: ", ") ?? ""
            throw Problem.conflict(
                problem.code,
                allowed.isEmpty
                    ? "This enrollment has ended; begin another, or correct its history."
                    : "What may follow today is: \(allowed).")
        } catch let problem as Problem {
            throw explained(problem)
        }
    }
}

extension Enrollment.New {
    init(_ body: inout JSONObjectReader) {
        clientID = body.required("clientId", .id())
        status = body.optional("status", .choice()) ?? .active
        startsOn = body.optional("startsOn", .day(.plans))
    }
}

extension Enrollment.Step {
    init(_ body: inout JSONObjectReader) {
        status = body.required("status", .choice())
        from = body.optional("from", .day(.plans))
        until = body.optional("until", .day(.plans))
        reason = body.optional("reason", .line(1...500))
        if until != nil, status != .paused {
            body.fault("until", "not_an_end", "Only a pause has an end beforehand.")
        }
    }
}

extension Enrollment.Transfer {
    init(_ body: inout JSONObjectReader) {
        groupID = body.required("groupId", .id())
        on = body.optional("on", .day(.plans))
        reason = body.optional("reason", .line(1...500))
    }
}

extension Enrollment.Details {
    fileprivate init(_ id: ID<Enrollment>, of new: Enrollment.New, in group: ID<Group>, startsOn: Day) {
        self.init(
            id: id, groupID: group, clientID: new.clientID,
            status: new.status == .active ? .active : .waitlisted, reason: nil, startsOn: startsOn, endedOn: nil,
            version: 1)
    }
}

private struct StepAnswer: JSONWritable, Sendable {
    let enrollment: Enrollment.Details
    let opens: [Enrollment.OpenPhase]

    func write(to json: inout JSONWriter) {
        json.object { json in
            enrollment.write(members: &json)
            if enrollment.status == .completed { json.array("opens", opens) }
        }
    }
}

private struct TransferAnswer: JSONWritable, Sendable {
    let enrollment: Enrollment.Details
    let successor: Enrollment.Details

    func write(to json: inout JSONWriter) {
        json.object { json in
            enrollment.write(members: &json)
            json.member("successor", successor)
        }
    }
}
