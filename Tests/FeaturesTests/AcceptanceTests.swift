import Features
import Postgres
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

    @Test func `whoever has the 18th birthday today by the practice's day, and not by another, is of age`() async throws
    {
        try await withWorld { (world: World) async throws in
            // Where the practice is it is the 6th already; in Greenwich it is the 5th.
            try await world.seed(world.mesa) { seed in
                seed.add(
                    """
                    update practices set time_zone = 'Pacific/Kiritimati', version = version + 1
                    where practice_id = \(world.mesa.id)
                    """)
            }
            let path = try await offer(world)
            func accepted(_ birthDate: String) async throws -> TestAnswer {
                try await world.request(
                    .put, path, as: world.mesa.intake,
                    json: [
                        "kind": "adult", "counselorId": .text("\(world.mesa.counselor.accountID)"),
                        "client": ["givenName": "Ivan", "familyName": "Ilves", "birthDate": .text(birthDate)],
                    ])
            }
            let minor = try await accepted("2008-01-07")
            #expect(minor.status == 422 && minor.faults == ["/client/birthDate a_minor"], "\(minor.text)")
            #expect(try await accepted("2008-01-06").status == 200)
        }
    }

    @Test func `the chart has how the person can be reached, as the person said`() async throws {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let (house, told) = (world.mesa, "sa.fe@example.com")
            func inquire(_ kind: String) async throws -> String {
                let sent = try await world.request(
                    .post, "/v1/practices/mesa/inquiries",
                    json: [
                        "kind": .text(kind), "name": "Sasha Fern", "email": .text(told), "phone": "+1 480 555 0188",
                        "safeChannels": ["phone"],
                    ])
                #expect(sent.status == 202, "\(sent.text)")
                let list = try await world.request(.get, "/v1/inquiries?limit=100", as: house.intake).items
                let inquiry = try #require(list.last { $0["name"] == "Sasha Fern" })
                #expect(inquiry["safeChannels"] == ["phone"])
                let path = "/v1/inquiries/\(try #require(inquiry["id"]?.text))"
                for (version, state) in [(1, "screening"), (2, "offered")] {
                    _ = try await world.request(
                        .patch, path, as: house.intake, json: ["state": .text(state)], ifMatch: version)
                }
                return path + "/acceptance"
            }
            func contact(_ path: String, _ client: JSONValue, kind: String = "adult") async throws -> JSONValue {
                var body: [JSONMember] = [
                    JSONMember("kind", .text(kind)), JSONMember("client", client),
                    JSONMember("counselorId", .text("\(house.counselor.accountID)")),
                ]
                if kind == "minor" {
                    body.append(JSONMember("guardians", [["name": "Sasha Fern", "scopes": ["schedule"]]]))
                }
                let accepted = try await world.request(.put, path, as: house.intake, json: .object(body))
                #expect(accepted.status == 200 && accepted.tokens == [], "\(accepted.text)")
                let id = try #require(accepted["client"]["clientId"]?.text)
                return try await world.request(.get, "/v1/clients/\(id)", as: house.intake)["contact"]
            }
            let person: JSONValue = ["givenName": "Sasha", "familyName": "Fern", "birthDate": "1985-02-03"]
            let first = try await contact(try await inquire("adult"), person)
            #expect(first["email"] == .text(told) && first["phone"] == "+1 480 555 0188")
            #expect(first["safeChannels"] == ["phone"])
            // What the desk says goes before what the inquiry says, member by member.
            let second = try await contact(
                try await inquire("adult"),
                person.putting("555 0199", at: "/contact/phone").putting(["text"], at: "/contact/safeChannels"))
            #expect(
                second["email"] == .text(told) && second["phone"] == "555 0199" && second["safeChannels"] == ["text"])
            // Of a minor somebody else asked.
            let minor = try await contact(
                try await inquire("minor"), person.putting("2012-02-03", at: "/birthDate"), kind: "minor")
            #expect(minor["email"] == .null && minor["phone"] == .null && minor["safeChannels"] == [])
            // To an address at which nobody has looked, an invitation goes only where that is asked for.
            let asked = try await world.request(
                .put, try await inquire("adult"), as: house.intake,
                json: [
                    "kind": "adult", "counselorId": .text("\(house.counselor.accountID)"),
                    "client": person.putting(true, at: "/invite"),
                ])
            #expect(asked.status == 200 && asked.tokens.count == 1, "\(asked.text)")
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
