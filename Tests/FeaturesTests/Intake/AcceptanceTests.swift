import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct AcceptanceTests {
    @Test func `an adult becomes a client with a counselor and an invitation, once`() async throws {
        try await withWorld { (world: World) async throws in
            let path = try await world.offered()
            let first = try await world.request(.put, path, as: world.mesa.intake, json: world.adult(world.mesa))
            #expect(first.status == 200)
            world.clock.advance(by: .seconds(90))
            let again = try await world.request(.put, path, as: world.mesa.intake, json: world.adult(world.mesa))
            #expect(first.tokens.count == 1 && again.tokens == [], "a token is told once")
            #expect(again.withoutTokens == first.withoutTokens)
            let other = try await world.request(
                .put, path, as: world.mesa.intake, json: world.adult(world.mesa, email: "other@example.com"))
            #expect(other.status == 409 && other.code == "already_accepted")

            let id = try #require(first["client"]["clientId"]?.text)
            let chart = try await world.request(.get, "/v1/clients/\(id)", as: world.mesa.counselor)
            #expect(chart["givenName"] == "Ivan" && chart["contact"]["email"] == "ivan@example.com")
            let found = try await world.request(
                .post, "/v1/clients/search", as: world.mesa.intake, json: ["name": "ilv"])
            #expect(found.items.count == 1)
            let inquiry = try await world.request(.get, "/v1/inquiries/\(world.mesa.inquiry)", as: world.mesa.intake)
            #expect(inquiry["state"] == "accepted" && inquiry["clientId"] == .text(id))

            let token = try #require(first["client"]["invitation"]?["token"]?.text)
            #expect(
                try await world.request(
                    .put, "/v1/invitations/\(token)", json: ["password": "another horse battery"]
                ).status == 204)
            let attempt: JSONValue = [
                "practice": "mesa", "email": "ivan@example.com", "password": "another horse battery",
            ]
            let signedIn = try await world.request(.post, "/v1/sign-ins", json: attempt)
            let own = try await world.request(.get, "/v1/clients/\(id)", headers: try bearer(signedIn))
            #expect(own.status == 200)
        }
    }

    @Test func `twice at once makes one client`() async throws {
        try await withWorld { (world: World) async throws in
            let path = try await world.offered()
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for _ in 1...4 {
                    group.addTask {
                        try await world.request(.put, path, as: world.mesa.intake, json: world.adult(world.mesa))
                    }
                }
                return try await group.reduce(into: [TestAnswer]()) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(Set(answers.map(\.withoutTokens)).count == 1)
            #expect(answers.flatMap(\.tokens).count == 1)
            let found = try await world.request(
                .post, "/v1/clients/search", as: world.mesa.intake, json: ["name": "ilves"])
            #expect(found.items.count == 1)
        }
    }

    @Test func `a minor comes with guardians, who see what their scopes say`() async throws {
        try await withWorld { (world: World) async throws in
            let path = try await world.offered()
            let body: JSONValue = [
                "kind": "minor", "counselorId": .text("\(world.mesa.counselor.accountID)"),
                "client": [
                    "givenName": "Milo", "familyName": "Ilves", "birthDate": "2011-02-03",
                    "contact": ["email": "milo@example.com"],
                ],
                "guardians": [
                    ["name": "Ivan Ilves", "email": "ivan@example.com", "scopes": ["attendance", "consent"]],
                    [
                        "id": .text("\(world.mesa.guardian.guardianID)"), "scopes": ["schedule"],
                        "legalBasis": "custodian",
                    ],
                ],
            ]
            let first = try await world.request(.put, path, as: world.mesa.intake, json: body)
            #expect(first.status == 200 && first.tokens.count == 2)
            let again = try await world.request(.put, path, as: world.mesa.intake, json: body)
            #expect(again.withoutTokens == first.withoutTokens && again.tokens == [])
            let id = try #require(first["client"]["clientId"]?.text)
            let guardians = try await world.request(.get, "/v1/clients/\(id)/guardians", as: world.mesa.intake)
            #expect(guardians.items.map { $0["name"] } == ["Ivan Ilves", "Grace Carter"] || guardians.items.count == 2)
            #expect(try await world.request(.get, "/v1/clients/\(id)", as: world.mesa.guardian).status == 200)
            let made = first["guardians"].list
            #expect(made[0]["invitation"] != .null && made[1]["invitation"]?["kind"] == "linked")
        }
    }

    @Test func `a couple comes as two clients, each with a sign-in of their own`() async throws {
        try await withWorld { (world: World) async throws in
            let path = try await world.offered()
            let body: JSONValue = [
                "kind": "couple", "counselorId": .text("\(world.mesa.facilitator.accountID)"),
                "client": ["id": .text("\(world.mesa.loner.clientID)")],
                "partner": [
                    "givenName": "Una", "familyName": "Dorsey", "contact": ["email": "una@example.com"],
                ],
                "confidentiality": "confidential",
            ]
            let first = try await world.request(.put, path, as: world.mesa.intake, json: body)
            #expect(first.status == 200)
            #expect(first["client"]["invitation"] == .null, "Dan has an account already")
            #expect(first["partner"]["invitation"] != .null)
            let couple = try #require(first["coupleId"].text)
            let seen = try await world.request(.get, "/v1/couples/\(couple)", as: world.mesa.facilitator)
            #expect(seen["confidentiality"] == "confidential")
            let own = try await world.request(.get, "/v1/couples/\(couple)", as: world.mesa.loner)
            #expect(own.status == 200)
            let partner = try #require(first["partner"]["clientId"]?.text)
            #expect(try await world.request(.get, "/v1/clients/\(partner)", as: world.mesa.loner).status == 404)
            #expect(try await world.request(.get, "/v1/clients/\(partner)", as: world.mesa.facilitator).status == 200)
        }
    }

    @Test func `nothing is made when something is wrong`() async throws {
        try await withWorld { (world: World) async throws in
            let early = try await world.request(
                .put, "/v1/inquiries/\(world.mesa.inquiry)/acceptance", as: world.mesa.intake,
                json: world.adult(world.mesa))
            #expect(early.status == 409 && early.code == "inquiry_state_does_not_follow")
            let path = try await world.offered()
            let wrong = try await world.request(
                .put, path, as: world.mesa.intake,
                json: [
                    "kind": "couple", "counselorId": .text("\(world.mesa.counselor.accountID)"),
                    "client": ["givenName": "Ivan", "familyName": "", "birthDate": "2015-01-01"],
                ])
            #expect(Set(wrong.faults) == ["/client/familyName too_short", "/partner kind"])
            let taken = try await world.request(
                .put, path, as: world.mesa.intake, json: world.adult(world.mesa, email: world.mesa.client.email))
            #expect(taken.status == 422 && taken.faults == ["/client/contact/email taken"])
            var unknown = world.adult(world.mesa)
            if case .object(let members) = unknown {
                unknown = .object(
                    members.map {
                        $0.name == "counselorId" ? JSONMember($0.name, .text("\(world.tempe.counselor.accountID)")) : $0
                    })
            }
            let foreign = try await world.request(.put, path, as: world.mesa.intake, json: unknown)
            #expect(foreign.status == 422 && foreign.faults == ["/counselorId no_such_staff"])
            let found = try await world.request(
                .post, "/v1/clients/search", as: world.mesa.intake, json: ["name": "ilves"])
            #expect(found.items == [])
            for person in [world.mesa.newcomer, world.tempe.intake] {
                #expect(try await world.request(.put, path, as: person, json: world.adult(world.mesa)).status == 404)
            }
            #expect(
                try await world.request(.put, path, as: world.mesa.client, json: world.adult(world.mesa)).status == 403)
        }
    }

    @Test func `whom the inquiry is assigned to does not accept`() async throws {
        try await withWorld { (world: World) async throws in
            let path = try await world.offered()
            let assigned = try await world.request(
                .put, "/v1/inquiries/\(world.mesa.inquiry)/assignment", as: world.mesa.intake,
                json: ["counselorId": .text("\(world.mesa.counselor.accountID)")], ifMatch: 3)
            #expect(assigned.status == 200)
            let answer = try await world.request(.put, path, as: world.mesa.counselor, json: world.adult(world.mesa))
            #expect(answer.status == 403)
        }
    }
}
