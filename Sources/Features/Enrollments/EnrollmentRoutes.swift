import Practice
import WebAPI

/// Who has, had or waits for a seat in a group.
struct EnrollmentRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/groups/{groupId}/enrollments", "enrollment.read", of: .group("groupId"), listOfGroup),
            .post("/v1/groups/{groupId}/enrollments", "enrollment.create", of: .group("groupId"), create),
            .get("/v1/clients/{clientId}/enrollments", "enrollment.read", of: .client("clientId"), listOfClient),
            .get("/v1/enrollments/{enrollmentId}", "enrollment.read", of: .enrollment("enrollmentId"), read),
            .patch("/v1/enrollments/{enrollmentId}", "enrollment.change", of: .enrollment("enrollmentId"), change),
        ]
    }

    @Sendable private func listOfGroup(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let rows = try await call.run(Enrollment.list(ofGroup: call.id("groupId"), in: call.practiceID, page))
        return call.page(page, rows) { PageKey($0.id) }
    }

    @Sendable private func create(_ call: Call) async throws -> Answer {
        let new = try call.body(Enrollment.New.init)
        let (id, group) = (call.newID(Enrollment.self), call.id("groupId", of: Group.self))
        do {
            let (_, today) = try await call.run(
                Enrollment.insert(new, as: id, in: group, of: call.practiceID, at: call.now),
                Enrollment.today(in: call.practiceID, at: call.now))
            let enrollment = Enrollment.Details(id, of: new, in: group, startsOn: new.startsOn ?? today)
            return .created(at: "/v1/enrollments/\(id)", etag: enrollment.version, enrollment)
        } catch {
            throw Enrollment.explained(error)
        }
    }

    @Sendable private func listOfClient(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let rows = try await call.run(Enrollment.list(ofClient: call.id("clientId"), in: call.practiceID, page))
        return call.page(page, rows) { PageKey($0.id) }
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let enrollment = try await call.run(Enrollment.details(of: call.id("enrollmentId"), in: call.practiceID))
        return .json(etag: enrollment.version, enrollment)
    }

    @Sendable private func change(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let change = try call.patch(Enrollment.Change.init)
        let id = call.id("enrollmentId", of: Enrollment.self)
        do {
            let (_, enrollment) = try await call.run(
                Enrollment.update(change, of: id, in: call.practiceID, version: version, at: call.now),
                Enrollment.details(of: id, in: call.practiceID))
            return .json(etag: enrollment.version, enrollment)
        } catch  where error.code == "enrollment_status_does_not_follow" {
            let enrollment = try await call.run(Enrollment.details(of: id, in: call.practiceID))
            let allowed = enrollment.status.mayBecome.map(\.rawValue).joined(separator: ", ")
            throw Problem.conflict(
                error.code,
                allowed.isEmpty ? "This enrollment has ended; begin another." : "What may follow is: \(allowed).")
        } catch {
            throw Enrollment.explained(error)
        }
    }
}

extension Enrollment.New {
    init(_ body: inout JSONObjectReader) {
        clientID = body.required("clientId", .id())
        status = body.optional("status", .choice()) ?? .active
        startsOn = body.optional("startsOn", .day)
    }
}

extension Enrollment.Change {
    init(_ body: inout JSONObjectReader) {
        status = body.change("status", .choice())
        reason = body.patch("reason", .line(1...500))
    }
}

extension Enrollment.Details {
    fileprivate init(_ id: ID<Enrollment>, of new: Enrollment.New, in group: ID<Group>, startsOn: Day) {
        self.init(
            id: id, groupID: group, clientID: new.clientID,
            status: new.status == .active ? .active : .waitlisted, reason: nil, startsOn: startsOn, endedOn: nil,
            version: 1, groupName: nil, clientName: nil)
    }
}
