import Practice
import TestSupport
import Testing

@Suite struct AcceptanceTests {
    private func offer(_ world: World) async throws -> String {
        let path = "/v1/inquiries/\(world.mesa.inquiry)"
        for (version, state) in [(1, "screening"), (2, "offered")] {
            let moved = try await world.request(
                .patch, path, as: world.mesa.intake, json: ["state": .text(state)], ifMatch: version)
            #expect(moved.status == 200)
        }
        return path + "/acceptance"
    }

    private func adult(_ house: House, email: String = "ivan@example.com") -> JSONValue {
        [
            "kind": "adult", "counselorId": .text("\(house.counselor.accountID)"),
            "client": [
                "givenName": "Ivan", "familyName": "Ilves", "birthDate": "1985-02-03",
                "contact": ["email": .text(email), "safeChannels": ["email"]],
            ],
        ]
    }

    @Test func `an adult becomes a client with a counselor and an invitation, once`() async throws {
        try await withWorld { (world: World) async throws in
            let path = try await offer(world)
            let first = try await world.request(.put, path, as: world.mesa.intake, json: adult(world.mesa))
            #expect(first.status == 200)
            world.clock.advance(by: .seconds(90))
            let again = try await world.request(.put, path, as: world.mesa.intake, json: adult(world.mesa))
            #expect(first.tokens.count == 1 && again.tokens == [], "a token is told once")
            #expect(again.withoutTokens == first.withoutTokens)
            let other = try await world.request(
                .put, path, as: world.mesa.intake, json: adult(world.mesa, email: "other@example.com"))
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
            let path = try await offer(world)
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for _ in 1...4 {
                    group.addTask {
                        try await world.request(.put, path, as: world.mesa.intake, json: adult(world.mesa))
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
            let path = try await offer(world)
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

    @Test func `whoever comes is asked for the consents of the practice's packet, once`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                _ = seed.consentDocument("privacy")
                _ = seed.consentDocument("confidences", ofCouple: true)
                seed.packet("adult", ["treatment"])
                seed.packet("minor", ["privacy"])
                seed.packet("partner", ["treatment", "privacy", "confidences"])
                _ = seed.consent("privacy", of: house.loner, isSigned: true)
                _ = seed.consent("treatment", of: house.loner)
            }
            let path = try await offer(world)
            let body: JSONValue = [
                "kind": "couple", "counselorId": .text("\(house.counselor.accountID)"),
                "client": ["id": .text("\(house.loner.clientID)")],
                "partner": ["givenName": "Una", "familyName": "Dorsey"],
            ]
            let accepted = try await world.request(.put, path, as: house.intake, json: body)
            #expect(accepted.status == 200)
            #expect(try await world.request(.put, path, as: house.intake, json: body).text == accepted.text)
            let partner = try #require(accepted["partner"]["clientId"]?.text)
            let hers = try await world.request(.get, "/v1/clients/\(partner)/consents", as: house.intake)
            #expect(Set(hers.all("kind")) == ["treatment", "privacy", "confidences"] && hers.items.count == 3)
            #expect(hers.items.allSatisfy { $0["state"] == "requested" })
            #expect(hers.items.first { $0["kind"] == "confidences" }?["coupleId"] == accepted["coupleId"])
            let his = try await world.request(.get, "/v1/clients/\(house.loner.clientID)/consents", as: house.intake)
            #expect(
                his.all("kind").sorted() == ["confidences", "privacy", "treatment"], "what is there is not asked again")
        }
    }

    @Test func `an adult and a minor are asked for their own packets`() async throws {
        for (kind, birth, asked) in [("adult", "1985-02-03", "treatment"), ("minor", "2011-02-03", "privacy")] {
            try await withWorld { (world: World) async throws in
                let house = world.mesa
                try await world.seed(house) { seed in
                    _ = seed.consentDocument("privacy")
                    seed.packet("adult", ["treatment"])
                    seed.packet("minor", ["privacy"])
                }
                var body: [JSONMember] = [
                    JSONMember("kind", .text(kind)), JSONMember("counselorId", .text("\(house.counselor.accountID)")),
                    JSONMember("client", ["givenName": "Ivan", "familyName": "Ilves", "birthDate": .text(birth)]),
                ]
                if kind == "minor" {
                    body.append(JSONMember("guardians", [["name": "Ilse Ilves", "scopes": ["consent"]]]))
                }
                let accepted = try await world.request(
                    .put, try await offer(world), as: house.intake, json: .object(body))
                let id = try #require(accepted["client"]["clientId"]?.text)
                let consents = try await world.request(.get, "/v1/clients/\(id)/consents", as: house.counselor)
                #expect(consents.all("kind") == [asked])
            }
        }
    }

    @Test func `a couple comes as two clients, each with a sign-in of their own`() async throws {
        try await withWorld { (world: World) async throws in
            let path = try await offer(world)
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
                .put, "/v1/inquiries/\(world.mesa.inquiry)/acceptance", as: world.mesa.intake, json: adult(world.mesa))
            #expect(early.status == 409 && early.code == "inquiry_state_does_not_follow")
            let path = try await offer(world)
            let wrong = try await world.request(
                .put, path, as: world.mesa.intake,
                json: [
                    "kind": "couple", "counselorId": .text("\(world.mesa.counselor.accountID)"),
                    "client": ["givenName": "Ivan", "familyName": "", "birthDate": "2015-01-01"],
                ])
            #expect(Set(wrong.faults) == ["/client/familyName too_short", "/partner kind"])
            let taken = try await world.request(
                .put, path, as: world.mesa.intake, json: adult(world.mesa, email: world.mesa.client.email))
            #expect(taken.status == 422 && taken.faults == ["/client/contact/email taken"])
            var unknown = adult(world.mesa)
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
                #expect(try await world.request(.put, path, as: person, json: adult(world.mesa)).status == 404)
            }
            #expect(try await world.request(.put, path, as: world.mesa.client, json: adult(world.mesa)).status == 403)
        }
    }

    @Test func `whom the inquiry is assigned to does not accept`() async throws {
        try await withWorld { (world: World) async throws in
            let path = try await offer(world)
            let assigned = try await world.request(
                .put, "/v1/inquiries/\(world.mesa.inquiry)/assignment", as: world.mesa.intake,
                json: ["counselorId": .text("\(world.mesa.counselor.accountID)")], ifMatch: 3)
            #expect(assigned.status == 200)
            let answer = try await world.request(.put, path, as: world.mesa.counselor, json: adult(world.mesa))
            #expect(answer.status == 403)
        }
    }
}
