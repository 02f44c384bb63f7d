import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct DuplicateTests {
    private func person(_ given: String, _ family: String, born: String? = nil, phone: String? = nil) -> JSONValue {
        [
            "givenName": .text(given), "familyName": .text(family), "birthDate": born.map { .text($0) } ?? .null,
            "contact": ["phone": phone.map { .text($0) } ?? .null],
        ]
    }

    @Test func `who may have a chart gets no second one unless somebody says that these are two people`() async throws {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            let twin = person("Adan", "Árcher", born: "1986-03-14")
            let refused = try await world.request(.post, "/v1/clients", as: intake, json: twin)
            #expect(refused.status == 409 && refused.code == "possible_duplicate")
            #expect(!refused.text.contains("\(world.mesa.client.clientID)"))
            let proposed = try await world.request(.post, "/v1/clients/duplicates", as: intake, json: twin)
            #expect(proposed.items.map { $0["id"] } == [.text("\(world.mesa.client.clientID)")])
            #expect(proposed.items.first?["reasons"] == ["birthDate"])
            let list = try await world.request(.get, "/v1/clients", as: intake)
            #expect(list.items.count == 4)

            guard case .object(let members) = twin else { return }
            let insisted = JSONValue.object(members + [JSONMember("isDistinct", .bool(true))])
            let made = try await world.request(.post, "/v1/clients", as: intake, json: insisted)
            #expect(made.status == 201)
            let path = try #require(made.headers["location"])
            #expect(try await world.request(.get, path + "/duplicates", as: intake).items == [])
            let apart = "\(path)/distinctions/\(world.mesa.client.clientID)"
            #expect(try await world.request(.delete, apart, as: intake).status == 204)
            let again = try await world.request(.get, path + "/duplicates", as: intake)
            #expect(again.items.map { $0["id"] } == [.text("\(world.mesa.client.clientID)")])
        }
    }

    @Test(
        arguments: [
            ("Adam", "Archer", "1986-03-14", nil, ["birthDate"]), ("Archer", "Adam", "1986-03-14", nil, ["birthDate"]),
            ("Ada", "Archer", "1986-03-14", nil, ["birthDate"]), ("Adam", "Archr", nil, "+1 (480) 555 0100", ["phone"]),
            ("Adam", "Archer", "1986-03-14", "4805550100 x7", ["birthDate", "phone"]),
            ("Adam", "Archer", "1986-03-15", nil, nil), ("Beth", "Archer", "1986-03-14", "480-555-0101", nil),
            ("Zoe", "Archer", nil, "480-555-0100", nil), ("Adam", "Zuber", "1986-03-14", nil, nil),
        ] as [(String, String, String?, String?, [String]?)])
    func `a near name with the same day of birth or number is proposed, and nothing less`(
        given: String, family: String, born: String?, phone: String?, reasons: [String]?
    ) async throws {
        try await withWorld { (world: World) async throws in
            let answer = try await world.request(
                .post, "/v1/clients/duplicates", as: world.mesa.intake,
                json: person(given, family, born: born, phone: phone))
            let found = answer.items.first { $0["id"] == .text("\(world.mesa.client.clientID)") }
            #expect(found?["reasons"] == reasons.map { .array($0.map { .text($0) }) })
        }
    }

    @Test func `duplicates are shown to whom the charts are`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let twin = person("Adam", "Archer", born: "1986-03-14")
            func count(_ person: Person) async throws -> Int {
                try await world.request(.post, "/v1/clients/duplicates", as: person, json: twin).items.count
            }
            #expect(try await count(house.intake) == 1)
            #expect(try await count(house.counselor) == 1)
            #expect(try await count(house.newcomer) == 0)
            #expect(try await count(world.tempe.intake) == 1)
            let ofTempe = try await world.request(.post, "/v1/clients/duplicates", as: world.tempe.intake, json: twin)
            #expect(ofTempe.items.first?["id"] == .text("\(world.tempe.client.clientID)"))
            for person in [house.client, house.guardian, house.auditor] {
                let answer = try await world.request(.post, "/v1/clients/duplicates", as: person, json: twin)
                #expect(answer.status == 403)
                #expect(try await world.request(.get, "/v1/duplicates", as: person).status == 403)
            }
            let apart = "/v1/clients/\(house.client.clientID)/distinctions/"
            for (person, other, status) in [
                (house.intake, world.tempe.client.clientID, 404), (house.intake, house.client.clientID, 404),
                (house.counselor, house.loner.clientID, 404), (house.newcomer, house.loner.clientID, 404),
                (house.auditor, house.loner.clientID, 403), (house.client, house.loner.clientID, 404),
                (house.admin, house.loner.clientID, 204),
            ] {
                let answer = try await world.request(.put, apart + "\(other)", as: person)
                #expect(answer.status == status, "\(person.name)")
            }
        }
    }

    @Test func `pairs that an import found are listed page by page until they are judged`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let others = [house.partner.clientID, house.minor.clientID, house.loner.clientID]
            try await world.seed(house) { seed in
                for other in others {
                    seed.add(
                        """
                        insert into possible_duplicates (practice_id, client_id, other_id, reasons, found_at)
                        values (\(seed.practiceID), least(\(house.client.clientID), \(other)),
                                greatest(\(house.client.clientID), \(other)), '{phone}', \(seed.now))
                        """)
                }
            }
            let first = try await world.request(.get, "/v1/duplicates?limit=2", as: house.intake)
            #expect(first.items.count == 2 && first.items.first?["reasons"] == ["phone"])
            let cursor = try #require(first["next"].text)
            let rest = try await world.request(.get, "/v1/duplicates?limit=2&cursor=\(cursor)", as: house.intake)
            #expect(rest.items.count == 1 && rest["next"] == .null)
            #expect(try await world.request(.get, "/v1/duplicates", as: house.newcomer).items == [])
            #expect(try await world.request(.get, "/v1/duplicates", as: world.tempe.intake).items == [])
            let apart = "/v1/clients/\(house.client.clientID)/distinctions/\(others[0])"
            #expect(try await world.request(.put, apart, as: house.intake).status == 204)
            #expect(try await world.request(.put, apart, as: house.intake).status == 204)
            #expect(try await world.request(.get, "/v1/duplicates", as: house.intake).items.count == 2)
        }
    }

    @Test func `an inquiry shows who may have sent it to the front desk, and to nobody else`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let sent = try await world.request(
                .post, "/v1/practices/mesa/inquiries",
                json: [
                    "kind": "adult", "name": "Addam Archer", "email": "BETH.archer@example.com", "phone": "4805550100",
                ])
            #expect(sent.status == 202)
            let inquiries = try await world.request(.get, "/v1/inquiries", as: house.intake)
            let inquiry = try #require(inquiries.items.first { $0["name"] == "Addam Archer" }?["id"]?.text)
            let path = "/v1/inquiries/\(inquiry)/duplicates"
            let found = try await world.request(.get, path, as: house.intake)
            let reasons = Dictionary(
                uniqueKeysWithValues: found.items.map { ($0["givenName"]?.text ?? "", $0["reasons"] ?? .null) })
            #expect(
                reasons == [
                    "Adam": ["name", "phone"], "Beth": ["email", "phone"], "Cole": ["phone"], "Dan": ["phone"],
                ])
            #expect(found.items.prefix(2).map { $0["givenName"] } == ["Adam", "Beth"])
            let assigned = try await world.request(
                .put, "/v1/inquiries/\(inquiry)/assignment", as: house.intake,
                json: ["counselorId": .text("\(house.counselor.accountID)")], ifMatch: 1)
            #expect(assigned.status == 200)
            #expect(try await world.request(.get, path, as: house.counselor).items == [])
            #expect(try await world.request(.get, path, as: house.newcomer).status == 404)
            #expect(try await world.request(.get, path, as: world.tempe.intake).status == 404)
        }
    }
}
