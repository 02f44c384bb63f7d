import JSON
import Practice
import Testing
import TestSupport

@Suite struct ClientTests {
    @Test func `each sees of a chart what the rule shows`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.client.clientID)"
            let whole = try await world.request(.get, path, as: house.counselor)
            #expect(whole["birthDate"] == "1986-03-14" && whole["age"] == 39)
            #expect(whole["contact"]["addressLines"] == ["1 Main St"])
            let front = try await world.request(.get, path, as: house.intake)
            #expect(front["contact"]["email"] == .text(house.client.email))
            let own = try await world.request(.get, path, as: house.client)
            #expect(own["contact"]["phone"] == "480-555-0100")

            let led = try await world.request(.get, path, as: house.facilitator)
            #expect(led.status == 200 && led["age"] == 39 && led.json["birthDate"] == nil)
            #expect(
                led["contact"] == [
                    "safeChannels": ["phone"], "voicemailAllowed": false, "neutralSender": true, "safeTimes": [],
                    "homeworkReminders": true,
                    "phone": "480-555-0100",
                ])

            for stranger in [
                house.partner, house.newcomer, house.loner, house.guardian, world.tempe.counselor, world.tempe.owner,
            ] {
                let answer = try await world.request(.get, path, as: stranger)
                let missing = try await world.request(.get, "/v1/clients/\(house.client.accountID)", as: stranger)
                #expect(answer.status == 404 && answer.withoutRequestID == missing.withoutRequestID, "\(stranger.name)")
            }
            #expect(try await world.request(.get, "/v1/clients/x", as: house.intake).status == 404)
            #expect(try await world.request(.get, path, as: house.auditor).status == 403)
            #expect(
                try await world.request(.get, "/v1/clients/\(house.minor.clientID)", as: house.guardian).status == 200)
        }
    }

    @Test func `a client is added, changed and seen by version`() async throws {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            let made = try await world.request(
                .post, "/v1/clients", as: intake,
                json: [
                    "givenName": "José", "familyName": "Núñez", "preferredName": "Pepe", "birthDate": "1990-07-01",
                    "sex": "male", "contact": ["phone": "480-555-0122", "safeChannels": ["text"]],
                ], idempotencyKey: "one")
            #expect(made.status == 201)
            let path = try #require(made.headers["location"])
            let again = try await world.request(
                .post, "/v1/clients", as: intake,
                json: [
                    "givenName": "José", "familyName": "Núñez", "preferredName": "Pepe", "birthDate": "1990-07-01",
                    "sex": "male", "contact": ["phone": "480-555-0122", "safeChannels": ["text"]],
                ], idempotencyKey: "one")
            #expect(again.text == made.text && again.headers["idempotency-replayed"] == "true")

            let changed = try await world.request(
                .patch, path, as: intake,
                json: ["preferredName": nil, "contact": ["phone": nil, "city": "Mesa"], "diedOn": "2026-01-01"],
                ifMatch: 1)
            #expect(changed.status == 200 && changed.version == 2)
            #expect(changed["preferredName"] == .null && changed["status"] == "deceased")
            #expect(changed["contact"]["phone"] == .null && changed["contact"]["city"] == "Mesa")
            #expect(changed["contact"]["safeChannels"] == ["text"])
            let stale = try await world.request(.patch, path, as: intake, json: ["contact": ["city": "X"]], ifMatch: 1)
            #expect(stale.status == 412)
            #expect(try await world.request(.get, path, as: intake)["contact"]["city"] == "Mesa")
            #expect(try await world.request(.patch, path, as: intake, json: [:]).status == 428)
        }
    }

    @Test func `clients change their own contact and nothing else`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.client.clientID)"
            let moved = try await world.request(
                .patch, path, as: house.client, json: ["contact": ["safeChannels": ["email"], "phone": "1-2-3-4-5"]],
                ifMatch: 1)
            #expect(moved.status == 200 && moved["contact"]["safeChannels"] == ["email"])
            let renamed = try await world.request(
                .patch, path, as: house.client, json: ["familyName": "Other"], ifMatch: 2)
            #expect(renamed.status == 403)
            let partner = try await world.request(
                .patch, path, as: house.partner, json: ["contact": ["phone": "1"]], ifMatch: 2)
            #expect(partner.status == 404)
            let led = try await world.request(.patch, path, as: house.facilitator, json: ["pronouns": "he"], ifMatch: 2)
            #expect(led.status == 404)
            #expect(try await world.request(.get, path, as: house.intake).version == 2)
        }
    }

    @Test func `clients say themselves when, how and from whom contact is safe`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.client.clientID)"
            let spans: JSONValue = [
                ["weekday": "monday", "from": "18:00", "until": "21:00"],
                ["weekday": "saturday", "from": "22:00", "until": "00:00"],
            ]
            let said = try await world.request(
                .patch, path, as: house.client, json: ["contact": ["neutralSender": false, "safeTimes": spans]],
                ifMatch: 1)
            #expect(said.status == 200 && said["contact"]["safeTimes"] == spans)
            #expect(said["contact"]["neutralSender"] == false && said["contact"]["safeChannels"] == ["phone"])
            let led = try await world.request(.get, path, as: house.facilitator)
            #expect(led["contact"]["safeTimes"] == spans)
            let wrong = try await world.request(
                .patch, path, as: house.client,
                json: [
                    "contact": [
                        "neutralSender": "no",
                        "safeTimes": [
                            ["weekday": "mon", "from": "18:00", "until": "21:00"],
                            ["weekday": "monday", "from": "18:00", "until": "18:00"],
                            ["weekday": "monday", "from": "24:00", "until": "1:00", "zone": "UTC"], "monday",
                        ],
                    ]
                ], ifMatch: 2)
            #expect(
                wrong.faults == [
                    "/contact/neutralSender wrong_type", "/contact/safeTimes/0/weekday not_a_choice",
                    "/contact/safeTimes/1 before_from", "/contact/safeTimes/2/from not_a_time",
                    "/contact/safeTimes/2/until not_a_time", "/contact/safeTimes/2/zone unknown_member",
                    "/contact/safeTimes/3 wrong_type",
                ])
            let never = try await world.request(
                .patch, path, as: house.client, json: ["contact": ["safeTimes": []]], ifMatch: 2)
            #expect(never["contact"]["safeTimes"] == [])
            let many = JSONValue.array(
                Array(repeating: ["weekday": "monday", "from": "18:00", "until": "21:00"], count: 22))
            #expect(
                try await world.request(
                    .patch, path, as: house.client, json: ["contact": ["safeTimes": many]], ifMatch: 3
                ).faults == ["/contact/safeTimes too_many"])
        }
    }

    @Test func `a search finds by the beginning of a name, whatever its accents, by birth date and by old identifier`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            for (given, family) in [("José", "Núñez"), ("Ana", "Nunez-Lopez"), ("Nuria", "Ortiz")] {
                let made = try await world.request(
                    .post, "/v1/clients", as: intake,
                    json: ["givenName": .text(given), "familyName": .text(family), "birthDate": "1990-07-01"])
                #expect(made.status == 201)
            }
            func names(_ json: JSONValue, as person: Person) async throws -> [String] {
                try await world.request(.post, "/v1/clients/search", as: person, json: json).items.compactMap {
                    $0["givenName"]?.text
                }
            }
            #expect(try await names(["name": "NUÑ"], as: intake) == ["José", "Ana"])
            #expect(try await names(["name": "nu"], as: intake) == ["José", "Ana", "Nuria"])
            #expect(try await names(["name": "nu", "birthDate": "1990-07-02"], as: intake) == [])
            #expect(try await names(["birthDate": "1990-07-01"], as: intake).count == 3)
            #expect(try await names(["identifier": ["system": "old", "value": "7"]], as: intake) == [])
            #expect(try await names(["name": "a"], as: world.mesa.counselor) == ["Adam"])
            #expect(try await names(["name": "a"], as: world.mesa.newcomer) == [])
            #expect(try await names(["name": "nu"], as: world.tempe.intake) == [])

            let first = try await world.request(.post, "/v1/clients/search?limit=2", as: intake, json: ["name": "nu"])
            let cursor = try #require(first["next"].text)
            let rest = try await world.request(
                .post, "/v1/clients/search?limit=2&cursor=\(cursor)", as: intake, json: ["name": "nu"])
            #expect(rest.items.map { $0["givenName"] } == ["Nuria"] && rest["next"] == .null)
            let other = try await world.request(
                .post, "/v1/clients/search?limit=2&cursor=\(cursor)", as: intake, json: ["name": "o"])
            #expect(other.status == 400 && other.code == "invalid_cursor")
            #expect(try await world.request(.post, "/v1/clients/search", as: intake, json: [:]).status == 422)
            #expect(
                try await world.request(.post, "/v1/clients/search", as: world.mesa.client, json: ["name": "a"]).status
                    == 403)
        }
    }

    @Test func `the list is of those whom one sees`() async throws {
        try await withWorld { (world: World) async throws in
            func names(_ person: Person) async throws -> [String] {
                try await world.request(.get, "/v1/clients", as: person).items.compactMap { $0["givenName"]?.text }
            }
            #expect(try await names(world.mesa.intake) == ["Adam", "Beth", "Cole", "Dan"])
            #expect(try await names(world.mesa.counselor) == ["Adam", "Cole"])
            #expect(try await names(world.mesa.supervisor) == ["Adam", "Beth", "Cole"])
            #expect(try await names(world.mesa.newcomer) == [])
            #expect(try await names(world.mesa.partner) == ["Beth"])
            #expect(try await names(world.mesa.guardian) == ["Cole"])
            #expect(try await world.request(.get, "/v1/clients?name=adam", as: world.mesa.intake).status == 400)
        }
    }
}
