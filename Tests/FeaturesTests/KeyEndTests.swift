import Postgres
import Practice
import TestSupport
import Testing

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
            let again = try await world.request(.post, path + "/invitation", as: house.owner, json: [:])
            #expect(again.status == 201)
            #expect(try await world.request(.get, "/v1/invitations/\(again.tokens[0])").status == 200)
        }
    }

    @Test func `a reset is for what the account was when it was started`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/staff/\(house.auditor.accountID)"
            let started = try await world.request(.post, path + "/invitation", as: house.owner, json: [:])
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
