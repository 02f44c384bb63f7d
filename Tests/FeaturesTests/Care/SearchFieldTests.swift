import Features
import JSON
import Practice
import Testing
import TestSupport

@testable import Postgres

/// Who may not see a field finds nobody by it: a group's leader is told the members' names, and finds by the name alone.
@Suite struct SearchFieldTests {
    /// Fay leads Adam and Dan in their group, and treats Eve; all have what searches look for.
    private func world(_ body: @Sendable @escaping (World, Person) async throws -> Void) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let eve = try await world.seed(house) { seed in
                let eve = try seed.client("Eve Archer", born: "1986-03-14", treatedBy: house.facilitator)
                for (number, client) in [house.client.clientID, house.loner.clientID, eve.clientID].enumerated() {
                    seed.add(
                        """
                        update client_contacts set phone = \("602-555-014\(number)"), email = \("old\(number)@example.com")
                        where practice_id = \(seed.practiceID) and client_id = \(client)
                        """)
                    seed.add(
                        """
                        insert into client_identifiers (practice_id, client_id, system, value)
                        values (\(seed.practiceID), \(client), 'urn:old', \("MR-\(number)"))
                        """)
                }
                return eve
            }
            try await body(world, eve)
        }
    }

    private func found(_ json: JSONValue, _ world: World, as person: Person) async throws -> [JSONValue] {
        let answer = try await world.request(.post, "/v1/clients/search", as: person, json: json)
        #expect(answer.status == 200)
        return answer.items
    }

    @Test(
        arguments: [
            ["phone": "0140"], ["phone": "6025550140"], ["phone": "0140", "name": "adam"], ["birthDate": "1986-03-14"],
            ["birthDate": "1986-03-14", "name": "adam"], ["identifier": ["value": "MR-0"]],
            ["identifier": ["system": "urn:old", "value": "MR-0"], "name": "archer"],
        ] as [JSONValue])
    func `who merely leads somebody finds them by no field that is not shown`(search: JSONValue) async throws {
        try await world { (world: World, eve: Person) async throws in
            let house = world.mesa
            // It is there, for who is shown it.
            for person in [house.intake, house.counselor] {
                let ids = try await found(search, world, as: person).map { $0["id"] }
                #expect(ids.contains(.text("\(house.client.clientID)")), "\(person.name)")
            }
            let led = try await found(search, world, as: house.facilitator).map { $0["id"] }
            #expect(!led.contains(.text("\(house.client.clientID)")))
        }
    }

    @Test func `whom one treats is found by everything, in the same search as whom one leads by the name`() async throws
    {
        try await world { (world: World, eve: Person) async throws in
            let fay = world.mesa.facilitator
            for search in [
                ["phone": "0142"], ["birthDate": "1986-03-14"], ["identifier": ["value": "MR-2"]],
            ] as [JSONValue] {
                #expect(try await found(search, world, as: fay).map { $0["givenName"] } == ["Eve"])
            }
            let named = try await found(["name": "archer"], world, as: fay)
            #expect(named.map { $0["givenName"] } == ["Adam", "Eve"])
            #expect(named.map { $0["birthDate"] } == [nil, "1986-03-14"])
            #expect(named.map { $0["status"] } == [nil, "active"])
            // Who oversees is shown the chart too.
            let overseen = try await found(["phone": "0140"], world, as: world.mesa.supervisor)
            #expect(overseen.map { $0["birthDate"] } == ["1986-03-14"])
        }
    }

    @Test func `a description has no likely charts among those that one merely leads`() async throws {
        try await world { (world: World, eve: Person) async throws in
            let house = world.mesa
            for (phone, email, born, reason) in [
                ("602-555-0140", nil, nil, "phone"), (nil, "old0@example.com", nil, "email"),
                (nil, nil, "1986-03-14", "birthDate"),
            ] as [(String?, String?, String?, String)] {
                let twin: JSONValue = [
                    "givenName": "Adam", "familyName": "Archer", "birthDate": born.map { .text($0) } ?? .null,
                    "contact": [
                        "phone": phone.map { .text($0) } ?? .null, "email": email.map { .text($0) } ?? .null,
                    ],
                ]
                func likely(_ person: Person) async throws -> [JSONValue] {
                    try await world.request(.post, "/v1/clients/duplicates", as: person, json: twin).items
                }
                let (seen, led) = (try await likely(house.counselor), try await likely(house.facilitator))
                #expect(seen.first?["reasons"] == [.text(reason)])
                #expect(led.filter { $0["givenName"] == "Adam" } == [])
            }
        }
    }

    @Test func `a pair that was found is shown to who is shown both, and not to who leads them`() async throws {
        try await world { (world: World, eve: Person) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                for (one, other) in [
                    (house.client, house.loner), (house.client, eve), (house.loner, eve), (house.client, house.minor),
                ] {
                    seed.add(
                        """
                        insert into possible_duplicates (practice_id, client_id, other_id, reasons, found_at)
                        values (\(seed.practiceID), least(\(one.clientID), \(other.clientID)),
                                greatest(\(one.clientID), \(other.clientID)), '{phone}', \(seed.now))
                        """)
                }
            }
            func pairs(_ person: Person) async throws -> Int {
                try await world.request(.get, "/v1/duplicates", as: person).items.count
            }
            #expect(try await pairs(house.intake) == 4)
            #expect(try await pairs(house.facilitator) == 0)
            #expect(try await pairs(house.counselor) == 1)
        }
    }

    @Test func `whatever SQL is run, a search lets out no numbers of those that one leads`() async throws {
        try await world { (world: World, eve: Person) async throws in
            let house = world.mesa
            func rows(_ table: SQL, _ person: Person) async throws -> Int {
                let (_, count) = try await world.database.server.pipeline(
                    world.enter(person, "client.search"),
                    Query.row("select count(*) from \(table) where practice_id = \(house.id)") {
                        try $0.next(Int.self)
                    })
                return count
            }
            for table in ["client_contacts", "client_identifiers"] as [SQL] {
                let (all, own) = (try await rows(table, house.intake), try await rows(table, house.facilitator))
                #expect(all >= 3)
                #expect(own == 1, "Eve's alone")
            }
            let charts = try await rows("clients", house.facilitator)
            #expect(charts == 4)
        }
    }

    @Test func `those who are not one's own fill no page, however near their names are`() async throws {
        try await world { (world: World, eve: Person) async throws in
            let house = world.mesa
            // Before Adam and Eve in every order, some exactly of their name and some nearly.
            try await world.seed(house) { seed in
                for number in 0..<30 {
                    let family = number.isMultiple(of: 2) ? "Archer" : "Archar"
                    _ = try seed.client("Aaron\(number) \(family)", born: "1986-03-14")
                }
            }
            for (search, names) in [
                (["name": "archer"], ["Adam", "Eve"]), (["name": "archir"], ["Adam", "Eve"]),
                (["birthDate": "1986-03-14"], ["Eve"]), (["birthDate": "1986-03-14", "name": "archer"], ["Eve"]),
            ] as [(JSONValue, [String])] {
                let everybody = try await found(search, world, as: house.intake)
                #expect(everybody.count == 25, "there are more than a page has")
                let answer = try await world.request(
                    .post, "/v1/clients/search?limit=1", as: house.facilitator, json: search)
                #expect(answer.items.compactMap { $0["givenName"]?.text } == [names[0]], "\(search)")
                #expect((answer["next"] == .null) == (names.count == 1))
                #expect(
                    try await found(search, world, as: house.facilitator).compactMap { $0["givenName"]?.text } == names)
            }
            let twin: JSONValue = ["givenName": "Eve", "familyName": "Archer", "birthDate": "1986-03-14"]
            try await world.seed(house) { seed in
                seed.add("update clients set given_name = 'Evelyn', version = 2 where given_name like 'Aaron%'")
            }
            let all = try await world.request(.post, "/v1/clients/duplicates", as: house.intake, json: twin)
            #expect(all.items.count == 25)
            let own = try await world.request(.post, "/v1/clients/duplicates", as: house.facilitator, json: twin)
            #expect(own.items.map { $0["id"] } == [.text("\(eve.clientID)")])
        }
    }

    @Test func `searches are limited for an account, whichever way and from whichever sign-in`() async throws {
        var limits = Limits.generous
        limits.searchesByAccount = Limits.Limit(3, per: 600)
        try await withWorld(limits: limits) { (world: World) async throws in
            let (intake, twin) = (world.mesa.intake, ["givenName": "Zoe", "familyName": "Zuber"] as JSONValue)
            func search(_ person: Person, key: String? = nil) async throws -> TestAnswer {
                try await world.request(
                    .post, "/v1/clients/search", as: person, json: ["name": "arch"], idempotencyKey: key)
            }
            #expect(try await search(intake).status == 200)
            #expect(try await search(intake, key: "one").status == 200)
            #expect(try await world.request(.post, "/v1/clients/duplicates", as: intake, json: twin).status == 200)
            for limited in [
                try await search(intake), try await search(intake, key: "two"),
                try await world.request(.post, "/v1/clients/duplicates", as: intake, json: twin),
            ] {
                #expect(limited.status == 429 && limited.code == "too_many_requests")
                #expect(
                    limited.headers["retry-after"] == "601" && limited.headers["ratelimit"] == "\"default\";r=0;t=601")
                #expect(limited.headers["ratelimit-policy"] == "\"default\";q=3;w=600")
            }
            // Another sign-in of the same account finds it empty; another account does not.
            let again = try await world.request(
                .post, "/v1/sign-ins",
                json: ["practice": "mesa", "email": .text(intake.email), "password": .text(World.password)])
            let other = try await world.request(
                .post, "/v1/clients/search", json: ["name": "arch"],
                headers: ["Authorization": "Bearer \(again["token"].text ?? "")"])
            #expect(other.status == 429)
            #expect(try await search(world.mesa.admin).status == 200)
            #expect(try await search(world.tempe.intake).status == 200)
            try await world.advance(by: .seconds(601))
            #expect(try await search(intake).status == 200)
        }
    }
}
