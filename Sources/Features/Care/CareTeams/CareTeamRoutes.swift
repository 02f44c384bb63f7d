import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// Who treats a client or a couple, and since when: it is what makes a chart visible.
struct CareTeamRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/clients/{clientId}/care-team", "care_team.read", of: .client("clientId")) {
                try await list($0, of: .client($0.id("clientId")))
            },
            .post("/v1/clients/{clientId}/care-team", "care_team.change", of: .client("clientId")) {
                try await add($0, to: .client($0.id("clientId")), at: "/v1/clients/\($0.parameter("clientId"))")
            },
            .delete("/v1/clients/{clientId}/care-team/{membershipId}", "care_team.change", of: .client("clientId")) {
                try await end($0, of: .client($0.id("clientId")))
            },
            .put(
                "/v1/clients/{clientId}/care-team/{membershipId}/hand-over", "care_team.change", of: .client("clientId")
            ) {
                try await handOver($0, of: .client($0.id("clientId")))
            },
            .get("/v1/couples/{coupleId}/care-team", "couple.read", of: .couple("coupleId")) {
                try await list($0, of: .couple($0.id("coupleId")))
            },
            .post("/v1/couples/{coupleId}/care-team", "couple.change", of: .couple("coupleId")) {
                try await add($0, to: .couple($0.id("coupleId")), at: "/v1/couples/\($0.parameter("coupleId"))")
            },
            .delete("/v1/couples/{coupleId}/care-team/{membershipId}", "couple.change", of: .couple("coupleId")) {
                try await end($0, of: .couple($0.id("coupleId")))
            },
            .put("/v1/couples/{coupleId}/care-team/{membershipId}/hand-over", "couple.change", of: .couple("coupleId"))
            {
                try await handOver($0, of: .couple($0.id("coupleId")))
            },
        ]
    }

    private func list(_ call: Call, of subject: CareTeamMembership.Subject) async throws -> Answer {
        let period = try call.query { $0.optional("period", .choice(CareTeamMembership.Period.self)) } ?? .current
        let members = try await call.run(CareTeamMembership.members(of: subject, during: period, in: call.practiceID))
        return .list(members)
    }

    private func add(_ call: Call, to subject: CareTeamMembership.Subject, at path: String) async throws -> Answer {
        let new = try call.body(CareTeamMembership.New.init)
        let id: ID<CareTeamMembership> = call.newID()
        let (_, member) = try await call.run(
            CareTeamMembership.begin(
                id, client: subject.clientID, couple: subject.coupleID, new.accountID, from: new.from,
                in: call.practiceID, at: call.now),
            CareTeamMembership.member(id, in: call.practiceID), faults: CareTeamMembership.faults(staff: "/accountId"))
        return .created(at: "\(path)/care-team/\(id)", member)
    }

    private func handOver(_ call: Call, of subject: CareTeamMembership.Subject) async throws -> Answer {
        let hand = try call.body(CareTeamMembership.HandOver.init)
        let id: ID<CareTeamMembership> = call.id("membershipId")
        let (results, slot) = try await call.run(faults: CareTeamMembership.faults(staff: "/accountId")) { batch in
            for query in CareTeamMembership.handOver(
                id, of: subject, to: call.newID(), hand, in: call.practiceID, at: call.now)
            {
                _ = batch.append(query)
            }
            return (
                batch.append(CareTeamMembership.exists(id, of: subject, in: call.practiceID)),
                batch.append(CareTeamMembership.successor(of: id, hand, in: call.practiceID))
            )
        }
        _ = try results[slot.0]
        guard let member = try results[slot.1] else {
            throw Problem.conflict(
                "membership_has_ended",
                "On that day this membership does not run, or it was handed over already. Begin a new one instead.")
        }
        return .json(.ok, member)
    }

    private func end(_ call: Call, of subject: CareTeamMembership.Subject) async throws -> Answer {
        _ = try await call.run(
            CareTeamMembership.end(call.id("membershipId"), of: subject, in: call.practiceID, at: call.now))
        return .noContent
    }
}

extension CareTeamMembership.Member: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", ifPresent: id)
            json.member("accountId", ifPresent: accountID)
            json.member("name", name)
            json.member("credentials", credentials)
            if id != nil {
                json.member("from", from)
                json.member("until", until)
                json.member("predecessorId", predecessorID)
            }
        }
    }
}
