import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Maiden and former names: kept, shown to who sees identity, and found by those.
@Suite struct OtherNameTests {
    private let names: JSONValue = [
        ["kind": "maiden", "givenName": .null, "familyName": "Whitlow", "from": .null, "until": "2012-06"],
        ["kind": "former", "givenName": "Ada", "familyName": "Zeller", "from": "2012-06", "until": "2020-01-31"],
    ]

    private func named(_ world: World) async throws -> String {
        let path = "/v1/clients/\(world.mesa.client.clientID)"
        let changed = try await world.request(
            .patch, path, as: world.mesa.intake, json: ["otherNames": names], ifMatch: 1)
        #expect(changed.status == 200 && changed["otherNames"] == names, "\(changed.text)")
        return path
    }

    private func found(_ world: World, _ search: JSONValue, as person: Person) async throws -> [JSONValue] {
        try await world.request(.post, "/v1/clients/search", as: person, json: search).items.map {
            $0["givenName"] ?? .null
        }
    }

    @Test func `names from before are shown to who sees the identity, and to nobody else`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = try await named(world)
            for person in [house.intake, house.counselor, house.client] {
                let chart = try await world.request(.get, path, as: person)
                #expect(chart["otherNames"] == names, "\(person.name)")
            }
            let led = try await world.request(.get, path, as: house.facilitator)
            #expect(led.status == 200 && led["givenName"] == "Adam" && led.json["otherNames"] == nil)
            #expect(!led.text.contains("Whitlow"))
        }
    }

    @Test func `people are found by names from before by who sees the identity, and by nobody else`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            _ = try await named(world)
            for name in ["whitlow", "Zeller", "ada zeller", "whitlo", "adam whitlow", "witlow", "zellr"] {
                for search in [["name": .text(name)], ["name": .text(name), "birthDate": "1986-03-14"]] as [JSONValue] {
                    #expect(try await found(world, search, as: house.intake) == ["Adam"], "\(name)")
                    #expect(try await found(world, search, as: house.counselor) == ["Adam"], "\(name)")
                    #expect(try await found(world, search, as: house.facilitator) == [], "\(name)")
                    #expect(try await found(world, search, as: house.newcomer) == [], "\(name)")
                    #expect(try await found(world, search, as: world.tempe.intake) == [], "\(name)")
                }
            }
            #expect(try await found(world, ["name": "adam"], as: house.facilitator) == ["Adam"])
        }
    }

    @Test func `names from before are found joined and split, and make a duplicate as the present one does`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            let path = "/v1/clients/\(world.mesa.loner.clientID)"
            let berg: JSONValue = [["kind": "maiden", "familyName": "Van den Berg"]]
            let changed = try await world.request(.patch, path, as: intake, json: ["otherNames": berg], ifMatch: 1)
            #expect(changed.status == 200)
            for name in ["vandenberg", "van den berg", "dan vandenberg", "berg", "dorsey"] {
                #expect(try await found(world, ["name": .text(name)], as: intake) == ["Dan"], "\(name)")
            }
            func proposed(_ person: JSONValue) async throws -> [JSONValue] {
                try await world.request(.post, "/v1/clients/duplicates", as: intake, json: person).items
                    .map { $0["givenName"] ?? .null }
            }
            // Dan was born on November 30, 1979.
            let before: JSONValue = ["givenName": "Dan", "familyName": "Vandenberg", "birthDate": "1979-11-30"]
            #expect(try await proposed(before) == ["Dan"])
            #expect(
                try await proposed(["givenName": "Dan", "familyName": "Quist", "birthDate": "1979-11-30"]) == [],
                "another name is nobody's")
            let since: JSONValue = [
                "givenName": "Dan", "familyName": "Quist", "birthDate": "1979-11-30",
                "otherNames": [["kind": "former", "familyName": "Dorsey"]],
            ]
            #expect(try await proposed(since) == ["Dan"])
            // A family name from before goes with the given name of now, and a given name with the family name.
            let sister: JSONValue = [
                "givenName": "Zoe", "familyName": "Quist", "birthDate": "1979-11-30",
                "otherNames": [["kind": "maiden", "familyName": "Dorsey"]],
            ]
            #expect(try await proposed(sister) == [])
            for (family, found) in [("Quist", []), ("Dorsey", ["Dan"])] as [(String, [JSONValue])] {
                let renamed: JSONValue = [
                    "givenName": "Zoe", "familyName": .text(family), "birthDate": "1979-11-30",
                    "otherNames": [["kind": "former", "givenName": "Dan"]],
                ]
                #expect(try await proposed(renamed) == found, "\(family)")
            }
            #expect(try await world.request(.post, "/v1/clients", as: intake, json: since).code == "possible_duplicate")
        }
    }

    @Test func `names are changed as a whole, and go`() async throws {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            let path = try await named(world)
            let one: JSONValue = [["kind": "alias", "givenName": "Addie"]]
            let changed = try await world.request(.patch, path, as: intake, json: ["otherNames": one], ifMatch: 2)
            #expect(
                changed["otherNames"] == [
                    ["kind": "alias", "givenName": "Addie", "familyName": .null, "from": .null, "until": .null]
                ])
            #expect(try await found(world, ["name": "addie"], as: intake) == ["Adam"])
            #expect(try await found(world, ["name": "whitlow"], as: intake) == [])
            let none = try await world.request(.patch, path, as: intake, json: ["otherNames": []], ifMatch: 3)
            #expect(none["otherNames"] == [])
            let untouched = try await world.request(.patch, path, as: intake, json: ["pronouns": "he"], ifMatch: 4)
            #expect(untouched["otherNames"] == [] && untouched.version == 5)
        }
    }

    @Test func `what is no name is refused, and names are not one's own to change`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.client.clientID)"
            let wrong: JSONValue = [
                ["kind": "nickname", "familyName": "X"], ["kind": "maiden"], ["kind": "former", "familyName": " "],
                ["familyName": "X", "until": "last year", "note": "x"], "Whitlow",
                ["kind": "former", "familyName": "X", "from": "2020", "until": "2019-12"],
            ]
            let refused = try await world.request(
                .patch, path, as: house.intake, json: ["otherNames": wrong], ifMatch: 1)
            #expect(
                Set(refused.faults) == [
                    "/otherNames/0/kind not_a_choice", "/otherNames/1/familyName required",
                    "/otherNames/2/familyName blank", "/otherNames/3/kind required", "/otherNames/3/until not_a_day",
                    "/otherNames/3/note unknown_member", "/otherNames/4 wrong_type",
                    "/otherNames/5/until before_from",
                ], "\(refused.text)")
            let many = JSONValue.array(Array(repeating: ["kind": "former", "familyName": "X"], count: 41))
            let tooMany = try await world.request(
                .patch, path, as: house.intake, json: ["otherNames": many], ifMatch: 1)
            #expect(tooMany.faults == ["/otherNames too_many"])
            let own = try await world.request(.patch, path, as: house.client, json: ["otherNames": names], ifMatch: 1)
            #expect(own.status == 403)
            #expect(try await world.request(.get, path, as: house.intake)["otherNames"] == [])
        }
    }

    @Test func `a merged chart is found by both names, and each by its own when it is taken back`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, clerk) = (world.mesa, world.mesa.owner)
            let dan = try await world.request(
                .post, "/v1/clients", as: house.intake, json: ["givenName": "Dan", "familyName": "Oxley"])
            let path = try #require(dan.headers["location"])
            let made = try await world.request(
                .post, "/v1/clients", as: house.intake,
                json: [
                    "givenName": "Daniel", "familyName": "Quist",
                    "otherNames": [["kind": "former", "familyName": "Umber"]],
                ])
            let duplicate = try #require(made["id"].text)
            let merged = try await world.request(
                .post, path + "/merges", as: clerk, json: ["duplicateId": .text(duplicate)])
            #expect(merged.status == 201, "\(merged.text)")
            for name in ["oxley", "quist", "umber"] {
                #expect(try await found(world, ["name": .text(name)], as: house.intake) == ["Dan"], "\(name)")
            }
            let merge = try #require(merged["id"].text)
            let reversed = try await world.request(
                .put, path + "/merges/\(merge)/reversal", as: clerk)
            #expect(reversed.status == 200, "\(reversed.text)")
            #expect(try await found(world, ["name": "quist"], as: house.intake) == ["Daniel"])
            #expect(try await world.request(.get, path, as: house.intake)["otherNames"] == [])
        }
    }

    @Test func `a name that is written after a merge stays when that is reversed, and those of the duplicate go`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let (intake, clerk) = (world.mesa.intake, world.mesa.owner)
            func make(_ given: String, _ family: String, before: String) async throws -> TestAnswer {
                try await world.request(
                    .post, "/v1/clients", as: intake,
                    json: [
                        "givenName": .text(given), "familyName": .text(family),
                        "otherNames": [["kind": "former", "familyName": .text(before)]],
                    ])
            }
            let path = try #require(try await make("Dan", "Oxley", before: "Early").headers["location"])
            let duplicate = try await make("Daniel", "Quist", before: "Umber")["id"]
            let merged = try await world.request(.post, path + "/merges", as: clerk, json: ["duplicateId": duplicate])
            #expect(merged.status == 201, "\(merged.text)")
            func names() async throws -> [JSONValue?] {
                try await world.request(.get, path, as: intake)["otherNames"].list.map { $0["familyName"] }
            }
            #expect(Set(try await names()) == ["Early", "Quist", "Umber"])
            let both = try await world.request(.get, path, as: intake)
            let more = both["otherNames"].list + [["kind": "former", "familyName": "Since"]]
            let changed = try await world.request(
                .patch, path, as: intake, json: ["otherNames": .array(more)], ifMatch: both.version)
            #expect(changed.status == 200, "\(changed.text)")
            let reversal = "\(path)/merges/\(merged["id"].text ?? "")/reversal"
            #expect(try await world.request(.put, reversal, as: clerk).status == 200)
            #expect(try await names() == ["Early", "Since"])
        }
    }
}
