import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// The professionals of the practice, and who supervises whom.
struct StaffRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/staff", "staff.read", of: .practice, list),
            .post("/v1/staff", "staff.invite", of: .practice, secrets: ["/invitation/token"], invite),
            .get("/v1/staff/{staffId}", "staff.read", of: .staff("staffId"), read),
            .patch("/v1/staff/{staffId}", "staff.change", of: .staff("staffId"), change),
            .post(
                "/v1/staff/{staffId}/invitation", "staff.change", of: .staff("staffId"), secrets: ["/token"],
                inviteAgain),
            .get("/v1/staff/{staffId}/supervisors", "supervision.read", of: .staff("staffId"), supervisors),
            .put(
                "/v1/staff/{staffId}/supervisors/{supervisorId}", "supervision.change", of: .staff("staffId"), supervise
            ),
            .delete(
                "/v1/staff/{staffId}/supervisors/{supervisorId}", "supervision.change", of: .staff("staffId"), release),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let members = try await call.run(Staff.list(page, in: call.practiceID))
        return call.page(page, members) { PageKey($0.name, $0.id) }
    }

    private func invite(_ call: Call) async throws -> Answer {
        let invite = try call.body(Staff.Invite.init)
        let account = NewAccount(id: call.newID(), email: invite.email, name: invite.name, roles: invite.roles)
        let invitation = NewInvitation(to: account.id, call)
        let sending = try await invitation.send(with: call.vault(), call)
        let (results, slots) = try await call.run(faults: NewAccount.faults(email: "/email")) { batch in
            _ = batch.append(account.make(at: call.now))
            _ = batch.append(Staff.insert(invite, account.id, in: call.practiceID))
            return (batch.append(sending), batch.append(Staff.member(account.id, in: call.practiceID)))
        }
        let (sent, member) = (try results[slots.0], try results[slots.1])
        return .created(
            at: "/v1/staff/\(account.id)", etag: member.version, StaffAnswer(member: member, invitation: sent))
    }

    private func read(_ call: Call) async throws -> Answer {
        let member = try await call.run(Staff.member(call.id("staffId"), in: call.practiceID))
        return .json(etag: member.version, StaffAnswer(member: member))
    }

    private func change(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatch()
        let change = try call.patch(Staff.Change.init)
        let id: ID<Account> = call.id("staffId")
        let (results, slot) = try await call.run { batch in
            if change.endsRoles { _ = batch.append(Staff.holdOwners(id)) }
            _ = batch.append(Staff.update(change, id, seen: seen, in: call.practiceID, at: call.now))
            if let details = Staff.updateDetails(change, id, in: call.practiceID) { _ = batch.append(details) }
            for query in change.licenses.map({ Staff.set($0, of: id, in: call.practiceID) }) ?? [] {
                _ = batch.append(query)
            }
            return batch.append(Staff.member(id, in: call.practiceID))
        }
        let member = try results[slot]
        return .json(etag: member.version, StaffAnswer(member: member))
    }

    private func inviteAgain(_ call: Call) async throws -> Answer {
        let invitation = NewInvitation(to: call.id("staffId"), call)
        let sent = try await call.run(invitation.send(with: try await call.vault(), call))
        return .json(.created, sent)
    }

    private func supervisors(_ call: Call) async throws -> Answer {
        let supervisors = try await call.run(
            Staff.supervisors(of: call.id("staffId"), in: call.practiceID, at: call.now))
        return .list(supervisors)
    }

    private func supervise(_ call: Call) async throws -> Answer {
        let (id, supervisor): (ID<Account>, ID<Account>) = (call.id("staffId"), call.id("supervisorId"))
        return try await call.transaction { transaction, _ in
            guard try await transaction.pipeline(Staff.supervises(supervisor, in: call.practiceID)) else {
                throw Problem.conflict("not_a_supervisor", "The one named does not have the role of a supervisor.")
            }
            for query in Staff.supervise(id, by: supervisor, in: call.practiceID, at: call.now) {
                _ = try await transaction.pipeline(query)
            }
            return .list(try await transaction.pipeline(Staff.supervisors(of: id, in: call.practiceID, at: call.now)))
        }
    }

    private func release(_ call: Call) async throws -> Answer {
        let wasThere = try await call.run(
            Staff.unsupervise(call.id("staffId"), by: call.id("supervisorId"), in: call.practiceID, at: call.now))
        guard wasThere else { throw Problem.notFound }
        return .noContent
    }
}

private struct StaffAnswer: JSONWritable {
    let member: Staff.Member
    var invitation: SentInvitation?

    func write(to json: inout JSONWriter) {
        json.object { json in
            member.write(members: &json)
            json.member("invitation", ifPresent: invitation)
        }
    }
}

extension Staff.Member: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { write(members: &$0) }
    }

    fileprivate func write(members json: inout JSONWriter) {
        json.member("id", id)
        json.member("name", name)
        json.array("roles", roles.map(\.rawValue))
        json.member("credentials", credentials)
        json.member("disabled", isDisabled)
        if let details {
            json.member("email", details.email)
            json.member("licenseNumber", details.licenseNumber)
            json.member("maximumCaseload", details.maximumCaseload)
            json.member("licenses") { $0.raw(details.licenses) }
        }
    }
}

extension Staff.Supervisor: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("credentials", credentials)
            json.member("since", since)
        }
    }
}
