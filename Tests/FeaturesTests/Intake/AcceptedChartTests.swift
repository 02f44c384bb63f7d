import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What the chart of who is accepted has, and what is asked of them.
@Suite struct AcceptedChartTests {
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
            let path = try await world.offered()
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
            let path = try await world.offered()
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
                    .put, try await world.offered(), as: house.intake, json: .object(body))
                let id = try #require(accepted["client"]["clientId"]?.text)
                let consents = try await world.request(.get, "/v1/clients/\(id)/consents", as: house.counselor)
                #expect(consents.all("kind") == [asked])
            }
        }
    }
}

extension World {
    /// Screens and offers the inquiry of the house, and gives the address at which it is accepted.
    func offered() async throws -> String {
        let path = "/v1/inquiries/\(mesa.inquiry)"
        for (version, state) in [(1, "screening"), (2, "offered")] {
            let moved = try await request(
                .patch, path, as: mesa.intake, json: ["state": .text(state)], ifMatch: version)
            #expect(moved.status == 200)
        }
        return path + "/acceptance"
    }

    /// What accepts an adult.
    func adult(_ house: House, email: String = "ivan@example.com") -> JSONValue {
        [
            "kind": "adult", "counselorId": .text("\(house.counselor.accountID)"),
            "client": [
                "givenName": "Ivan", "familyName": "Ilves", "birthDate": "1985-02-03",
                "contact": ["email": .text(email), "safeChannels": ["email"]],
            ],
        ]
    }
}
