import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct GuardianTests {
    @Test func `a guardian is added to a minor, changed by version, and ended`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            let made = try await world.request(
                .post, path, as: house.counselor,
                json: ["guardian": ["name": "Gus Carter", "email": "gus@example.com"], "scopes": ["schedule"]])
            #expect(made.status == 201)
            #expect(made["invitation"]["kind"] == "sent" && made["invitation"]["token"] == .null)
            // The desk confirms the address that the counselor gave.
            let sent = try await world.request(
                .post, "\(try #require(made.headers["location"]))/invitation", as: house.intake)
            #expect(sent.status == 201)
            let token = try await world.mailedToken(named: "Gus Carter")
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

    @Test func `what a guardianship said before is kept, with the paper on which it rests`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            let made = try await world.request(
                .post, path, as: house.intake,
                json: [
                    "guardian": ["name": "Gus Carter"], "scopes": ["schedule"], "legalBasis": "court_order",
                    "documentReference": "FC2025-001234", "from": "2026-01-01",
                ])
            #expect(made["documentReference"] == "FC2025-001234" && made["legalBasis"] == "court_order")
            let one = try #require(made.headers["location"])
            #expect(try await world.request(.get, "\(one)/history", as: house.intake).items == [])
            world.clock.advance(by: .seconds(60))
            let changed = try await world.request(
                .patch, one, as: house.intake, json: ["scopes": ["consent"], "documentReference": .null], ifMatch: 1)
            #expect(changed["documentReference"] == .null && changed["scopes"] == ["consent"])
            world.clock.advance(by: .seconds(60))
            #expect(try await world.request(.delete, one, as: house.counselor, ifMatch: 2).status == 204)
            let history = try await world.request(.get, "\(one)/history", as: house.counselor)
            #expect(
                history.items == [
                    [
                        "version": 2, "scopes": ["consent"], "legalBasis": "court_order", "documentReference": .null,
                        "from": "2026-01-01", "until": .null, "recordedFrom": "2026-01-05T16:01:00Z",
                        "recordedUntil": "2026-01-05T16:02:00Z",
                    ],
                    [
                        "version": 1, "scopes": ["schedule"], "legalBasis": "court_order",
                        "documentReference": "FC2025-001234", "from": "2026-01-01", "until": .null,
                        "recordedFrom": "2026-01-05T16:00:00Z", "recordedUntil": "2026-01-05T16:01:00Z",
                    ],
                ])
            #expect(try await world.request(.get, "\(one)/history", as: house.minor).items == [])
            for stranger in [house.guardian, house.partner, house.newcomer, world.tempe.intake] {
                #expect(try await world.request(.get, "\(one)/history", as: stranger).status == 404)
            }
            await #expect(throws: PostgresError.self) { try await world.run("delete from guardianship_history") }
        }
    }
}
