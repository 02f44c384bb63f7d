import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What ends a key for good, though nobody used it.
@Suite struct KeyEndTests {
    @Test func `who is disabled is invited anew when enabled again`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/staff", as: house.owner,
                json: ["name": "Ida Idle", "email": "ida@example.com", "roles": ["auditor"]])
            let path = "/v1/staff/\(try #require(made["id"].text))"
            let token = try #require(made.tokens.first)
            #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 200)
            for disabled in [true, false] {
                let read = try await world.request(.get, path, as: house.owner)
                let changed = try await world.request(
                    .patch, path, as: house.owner, json: ["disabled": .bool(disabled)], ifMatch: read.version)
                #expect(changed.status == 200)
                #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 404, "\(disabled)")
            }
            let again = try await world.request(.post, path + "/invitation", as: house.owner)
            #expect(again.status == 201)
            #expect(try await world.request(.get, "/v1/invitations/\(again.tokens[0])").status == 200)
        }
    }

    @Test func `an address that a counselor gave gets no letter until the desk has confirmed it`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let path = "/v1/clients/\(nell)/invitation"
            _ = try await world.request(
                .post, "/v1/clients/\(nell)/care-team", as: house.intake,
                json: ["accountId": .text("\(house.counselor.accountID)")])
            let own: JSONValue = ["email": "carl.private@example.com"]
            let asked = try await world.request(.post, path, as: house.counselor, json: own)
            #expect(asked.status == 201 && asked["kind"] == "sent")
            #expect(
                try await world.count(
                    "from invitations join accounts using (practice_id, account_id) where client_id = \(nell)") == 0)
            #expect(try await world.count("from outbox where client_id = \(nell)") == 0)
            let tasks = try await world.request(.get, "/v1/tasks?limit=100", as: house.intake).items
            let task = try #require(tasks.first { $0["kind"] == "confirm_address" })
            #expect(task["clientId"] == .text("\(nell)"))
            let ticked = try await world.request(
                .put, "/v1/tasks/\(try #require(task["id"]?.text))/completion", as: house.intake)
            #expect(ticked.status == 409 && ticked.code == "address_is_unconfirmed")
            // What the counselor writes into the chart is the counselor's word still.
            let chart = try await world.request(.get, "/v1/clients/\(nell)", as: house.counselor)
            let written = try await world.request(
                .patch, "/v1/clients/\(nell)", as: house.counselor, json: ["contact": own], ifMatch: chart.version)
            #expect(written.status == 200)
            #expect(try await world.request(.post, path, as: house.counselor, json: [:]).status == 201)
            #expect(try await world.count("from outbox where client_id = \(nell)") == 0)
            // The desk looks, and invites by the address that is right.
            let invited = try await world.request(
                .post, path, as: house.intake, json: ["email": "nell@example.com"])
            #expect(invited.status == 201 && invited["kind"] == "invitation")
            let open = try await world.request(.get, "/v1/tasks?limit=100", as: house.intake).items
            #expect(!open.contains { $0["kind"] == "confirm_address" })
            let letter = try await world.request(.get, "/v1/invitations/\(invited.tokens[0])")
            #expect(letter["account"]["email"] == "nell@example.com")
        }
    }

    @Test func `an address that the desk wrote into the chart is one that a counselor may invite by`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            _ = try await world.request(
                .post, "/v1/clients/\(nell)/care-team", as: house.intake,
                json: ["accountId": .text("\(house.counselor.accountID)")])
            let sent = try await world.request(
                .post, "/v1/clients/\(nell)/invitation", as: house.counselor, json: [:])
            #expect(sent.status == 201 && sent["kind"] == "sent")
            #expect(try await world.count("from outbox where client_id = \(nell)") == 1)
        }
    }

    @Test func `a reset is for what the account was when it was started`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/staff/\(house.auditor.accountID)"
            let started = try await world.request(.post, path + "/invitation", as: house.owner)
            #expect(started["kind"] == "reset")
            let token = try await world.mailedToken(to: house.auditor.accountID)
            #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 200)
            let read = try await world.request(.get, path, as: house.owner)
            let changed = try await world.request(
                .patch, path, as: house.owner, json: ["roles": ["auditor", "owner"]], ifMatch: read.version)
            #expect(changed.status == 200)
            #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 404)
        }
    }
}
