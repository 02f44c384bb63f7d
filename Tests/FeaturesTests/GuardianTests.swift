import Practice
import TestSupport
import Testing

@Suite struct GuardianTests {
    @Test func `a guardian is added to a minor, changed by version, and ended`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            let made = try await world.request(
                .post, path, as: house.counselor,
                json: ["guardian": ["name": "Gus Carter", "email": "gus@example.com"], "scopes": ["schedule"]])
            #expect(made.status == 201)
            let token = try #require(made["invitation"]["token"]?.text)
            #expect(
                try await world.request(
                    .put, "/v1/invitations/\(token)", json: ["password": "another horse battery"]
                ).status == 204)
            let signIn = try await world.request(
                .post, "/v1/sign-ins",
                json: ["practice": "mesa", "email": "gus@example.com", "password": "another horse battery"])
            let gus = try bearer(signIn)
            let chart = "/v1/clients/\(house.minor.clientID)"
            #expect(try await world.request(.get, chart, headers: gus).status == 200)
            #expect(try await world.request(.get, path, headers: gus).items.map { $0["name"] } == ["Gus Carter"])

            let one = try #require(made.headers["location"])
            let changed = try await world.request(
                .patch, one, as: house.intake, json: ["scopes": ["schedule", "homework"], "until": "2026-02-01"],
                ifMatch: made.version)
            #expect(changed["scopes"] == ["schedule", "homework"] && changed["until"] == "2026-02-01")
            let early = try await world.request(
                .patch, one, as: house.intake, json: ["until": "2025-01-01"], ifMatch: changed.version)
            #expect(early.faults == ["/until before_from"])
            #expect(try await world.request(.delete, one, as: house.intake).status == 428)
            #expect(try await world.request(.delete, one, as: house.intake, ifMatch: 1).status == 412)
            #expect(try await world.request(.delete, one, as: house.intake, ifMatch: changed.version).status == 204)
            #expect(try await world.request(.get, chart, headers: gus).status == 404)
        }
    }

    @Test func `the minor sees who and which scopes, a guardian the own, others nothing`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            let own = try await world.request(.get, path, as: house.minor)
            #expect(own.items.map { $0["name"] } == ["Grace Carter"] && own.items[0]["email"] == nil)
            #expect(try await world.request(.get, path, as: house.guardian).items.count == 1)
            #expect(try await world.request(.get, path, as: house.partner).status == 404)
            #expect(try await world.request(.get, path, as: world.tempe.intake).status == 404)
            let body: JSONValue = ["guardianId": .text("\(house.guardian.guardianID)"), "scopes": []]
            let adult = try await world.request(
                .post, "/v1/clients/\(house.client.clientID)/guardians", as: house.intake, json: body)
            #expect(adult.status == 409 && adult.code == "not_a_minor")
            let twice = try await world.request(.post, path, as: house.intake, json: body)
            #expect(twice.faults == ["/guardianId already_guardian"])
            #expect(try await world.request(.post, path, as: house.guardian, json: body).status == 403)
        }
    }
}
