import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What begins for nobody who has died, and what is done still.
@Suite struct NothingBeginsTests {
    @Test func `nothing begins for who has died`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let other = try await world.clients(1)[0]
            for dead in [house.client, house.minor] {
                #expect(try await world.change(dead, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            }
            let (adult, minor) = ("/v1/clients/\(house.client.clientID)", "/v1/clients/\(house.minor.clientID)")
            let id: JSONValue = .text("\(house.client.clientID)")
            let once: JSONValue = [
                "repeats": "once", "startsOn": "2026-01-05", "dueOn": "2026-01-06", "dueTime": "20:00",
                "timeZone": "America/Phoenix",
            ]
            let beginnings: [(String, Person, JSONValue)] = [
                ("\(adult)/care-team", house.intake, ["accountId": .text("\(house.newcomer.accountID)")]),
                ("\(adult)/consents", house.intake, ["kind": "treatment"]),
                ("\(minor)/guardians", house.intake, ["guardian": ["name": "Gail Carter"], "scopes": []]),
                ("/v1/couples", house.intake, ["clientIds": [id, .text("\(other.clientID)")]]),
                ("/v1/groups/\(house.group)/enrollments", house.intake, ["clientId": id]),
                ("/v1/groups/\(house.group)/enrollments", house.intake, ["clientId": id, "status": "waitlisted"]),
            ]
            for (path, person, json) in beginnings {
                let refused = try await world.request(.post, path, as: person, json: json)
                #expect(
                    refused.status == 409 && refused.code == "client_is_not_active", "\(path): \(refused.text)")
                #expect(refused["detail"] == "This client is not in care at present.", "\(path): \(refused.text)")
            }
            let given = try await world.request(
                .post, "\(adult)/homework", as: house.counselor,
                json: ["exerciseId": .text("\(house.exercise)"), "schedule": once])
            #expect(given.status == 409 && given.code == "nobody_to_assign_to", "\(given.text)")
            let invited = try await world.request(.post, "\(adult)/invitation", as: house.intake, json: [:])
            #expect(invited.status == 409 && invited.code == "account_is_disabled", "\(invited.text)")
        }
    }

    @Test func `whoever treated somebody hands the record over to be finished`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.change(house.client, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            let team = "/v1/clients/\(house.client.clientID)/care-team"
            let membership = try #require(
                try await world.request(.get, team, as: house.intake).items.first?["id"]?.text)
            let handed = try await world.request(
                .put, "\(team)/\(membership)/hand-over", as: house.intake,
                json: ["accountId": .text("\(house.newcomer.accountID)")])
            #expect(handed.status == 200 && handed["name"] == .text(house.newcomer.name), "\(handed.text)")
            #expect(
                try await world.request(.get, "/v1/clients/\(house.client.clientID)", as: house.newcomer).status == 200)
        }
    }

    @Test func `no inquiry is accepted of who has died, also where somebody treats the client and nothing is asked`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.change(house.client, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            let path = "/v1/inquiries/\(house.inquiry)"
            for (version, state) in [(1, "screening"), (2, "offered")] {
                _ = try await world.request(
                    .patch, path, as: house.intake, json: ["state": .text(state)], ifMatch: version)
            }
            func accept() async throws -> TestAnswer {
                try await world.request(
                    .put, path + "/acceptance", as: house.intake,
                    json: [
                        "kind": "adult", "counselorId": .text("\(house.counselor.accountID)"),
                        "client": ["id": .text("\(house.client.clientID)")],
                    ])
            }
            let refused = try await accept()
            #expect(refused.status == 409 && refused.code == "client_is_not_active", "\(refused.text)")
            #expect(try await world.request(.get, path, as: house.intake)["state"] == "offered")
            #expect(try await world.change(house.client, ["diedOn": .null], as: house.intake).status == 200)
            #expect(try await accept().status == 200)
        }
    }

    @Test func `who has died guards nobody, though the practice knows the guardian`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.intake,
                json: [
                    "guardian": ["name": "D.", "clientId": .text("\(house.loner.clientID)")], "scopes": ["schedule"],
                ])
            let guardian = made["guardianId"]
            let sibling = try await world.newClient("Cleo", "Carter", born: "2012-03-03")
            #expect(try await world.change(house.loner, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            let refused = try await world.request(
                .post, "/v1/clients/\(sibling)/guardians", as: house.intake,
                json: ["guardianId": guardian, "scopes": ["schedule"]])
            #expect(refused.status == 409 && refused.code == "guardian_has_died", "\(refused.text)")
            #expect(try await world.change(house.loner, ["diedOn": .null], as: house.intake).status == 200)
            let appointed = try await world.request(
                .post, "/v1/clients/\(sibling)/guardians", as: house.intake,
                json: ["guardianId": guardian, "scopes": ["schedule"]])
            #expect(appointed.status == 201, "\(appointed.text)")
        }
    }

    @Test func `nothing begins for who is in care no more, until the chart is open again`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (gone, child) = (
                try await world.newClient("Nell", "Nolan", email: "nell@example.com"),
                try await world.newClient("Noa", "Nolan", born: "2012-03-03")
            )
            let other = try await world.clients(1)[0]
            func set(_ status: String, ifMatch version: Int) async throws {
                for client in [gone, child] {
                    let changed = try await world.request(
                        .patch, "/v1/clients/\(client)", as: house.intake, json: ["status": .text(status)],
                        ifMatch: version)
                    #expect(changed.status == 200, "\(changed.text)")
                }
            }
            let (adult, minor) = ("/v1/clients/\(gone)", "/v1/clients/\(child)")
            let beginnings: [(String, JSONValue)] = [
                ("\(adult)/care-team", ["accountId": .text("\(house.newcomer.accountID)")]),
                ("\(adult)/consents", ["kind": "treatment"]), ("\(adult)/invitation", [:]),
                ("\(minor)/guardians", ["guardian": ["name": "Gail Carter"], "scopes": []]),
                ("/v1/couples", ["clientIds": [.text("\(gone)"), .text("\(other.clientID)")]]),
            ]
            try await set("inactive", ifMatch: 1)
            for (path, json) in beginnings {
                let refused = try await world.request(.post, path, as: house.intake, json: json)
                #expect(refused.status == 409 && refused.code == "client_is_not_active", "\(path): \(refused.text)")
            }
            try await set("active", ifMatch: 2)
            for (path, json) in beginnings {
                let made = try await world.request(.post, path, as: house.intake, json: json)
                #expect(made.status == 201, "\(path): \(made.text)")
            }
        }
    }
}
