import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// People with one name, with no more than a year of birth, and with names from before.
@Suite struct PeopleAsTheyAreTests {
    /// The path of a new chart, which must be made.
    private func made(_ world: World, _ person: JSONValue) async throws -> String {
        let answer = try await world.request(.post, "/v1/clients", as: world.mesa.intake, json: person)
        return try #require(answer.headers["location"], "\(answer.text)")
    }

    private func found(_ world: World, _ search: JSONValue, as person: Person? = nil) async throws -> [JSONValue] {
        let searcher = person ?? world.mesa.intake
        return try await world.request(.post, "/v1/clients/search", as: searcher, json: search).items.map {
            $0["id"] ?? .null
        }
    }

    private func id(_ path: String) -> JSONValue { .text(String(path.split(separator: "/").last ?? "")) }

    @Test func `somebody with one name has one, wherever people are named`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let mono = try await made(
                world,
                ["givenName": "Mono", "birthDate": "1990-07-01", "contact": ["email": "mono@example.com"]])
            let zulu = try await made(world, ["givenName": nil, "familyName": "Zulu", "birthDate": "1990-07-02"])
            let chart = try await world.request(.get, mono, as: house.intake)
            #expect(chart["givenName"] == "Mono" && chart["familyName"] == .null)
            #expect(try await world.request(.get, zulu, as: house.intake)["familyName"] == "Zulu")
            let list = try await world.request(.get, "/v1/clients", as: house.intake)
            #expect(
                list.items.map { $0["familyName"]?.text ?? $0["givenName"]?.text } == [
                    "Archer", "Archer", "Carter", "Dorsey", "Mono", "Zulu",
                ])
            #expect(try await found(world, ["name": "mono"]) == [id(mono)])
            #expect(try await found(world, ["name": "zul", "birthDate": "1990-07-02"]) == [id(zulu)])

            let twin = try await world.request(
                .post, "/v1/clients", as: house.intake, json: ["familyName": "Mono", "birthDate": "1990-07-01"])
            #expect(twin.code == "possible_duplicate", "one name is compared as either")

            let seat = try await world.request(
                .post, "/v1/groups/\(house.group)/enrollments", as: house.intake, json: ["clientId": id(mono)])
            #expect(seat.status == 201)
            let roster = "/v1/groups/\(house.group)/roster"
            let members = try await world.request(.get, roster, as: house.intake)["members"].entries
            #expect(members.map { $0["familyName"] ?? "" } == ["Archer", "Dorsey", .null])
            for type in ["text/csv", "text/html"] {
                let page = try await world.request(.get, roster, as: house.intake, headers: ["Accept": type]).text
                #expect(page.contains("Mono") && !page.contains(", Mono") && !page.contains("Mono,<"), "\(type)")
            }
            let invited = try await world.request(.post, mono + "/invitation", as: house.intake, json: [:])
            let token = try #require(invited["token"].text, "\(invited.text)")
            let letter = try await world.request(.get, "/v1/invitations/\(token)")
            #expect(letter["account"]["name"] == "Mono")
        }
    }

    @Test func `nobody is without a name`() async throws {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            for person in [
                [:], ["givenName": nil], ["givenName": nil, "familyName": nil], ["preferredName": "Bo"],
                ["otherNames": [["kind": "former", "familyName": "Was"]]],
            ] as [JSONValue] {
                let refused = try await world.request(.post, "/v1/clients", as: intake, json: person)
                #expect(refused.status == 422 && refused.faults == ["/givenName required"], "\(refused.text)")
            }
            let blank = try await world.request(
                .post, "/v1/clients", as: intake, json: ["givenName": " ", "familyName": ""])
            #expect(blank.status == 422 && blank.faults == ["/givenName blank", "/familyName too_short"])

            let path = try await made(world, ["givenName": "Ann", "familyName": "Lee"])
            let both = try await world.request(
                .patch, path, as: intake, json: ["givenName": nil, "familyName": nil], ifMatch: 1)
            #expect(both.faults == ["/givenName required"])
            let one = try await world.request(.patch, path, as: intake, json: ["familyName": nil], ifMatch: 1)
            #expect(one.status == 200 && one["familyName"] == .null && one["givenName"] == "Ann")
            let last = try await world.request(.patch, path, as: intake, json: ["givenName": nil], ifMatch: 2)
            #expect(last.status == 422 && last.faults == ["/givenName required"])
            let turned = try await world.request(
                .patch, path, as: intake, json: ["givenName": nil, "familyName": "Ann"], ifMatch: 2)
            #expect(turned["givenName"] == .null && turned["familyName"] == "Ann" && turned.version == 3)
        }
    }

    @Test func `a birth date is a day, a month, a year or nothing, and what is not known is not made up`() async throws
    {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            // Today is January 5, 2026.
            let people: [(String?, JSONValue)] = [
                ("1975", .null), ("1975-06", 50), ("1975-06-03", 50), ("1976-01", .null), ("1976-01-05", 50),
                (nil, .null),
            ]
            var paths: [String] = []
            for (birth, age) in people {
                let born: JSONValue = birth.map { .text($0) } ?? .null
                let name: JSONValue = .text("Given\(paths.count)")
                let path = try await made(world, ["givenName": name, "familyName": "Born", "birthDate": born])
                let chart = try await world.request(.get, path, as: intake)
                #expect(chart["birthDate"] == born && chart["age"] == age, "\(chart.text)")
                paths.append(path)
            }
            for (search, places) in [
                ("1975", [0, 1, 2]), ("1975-06", [0, 1, 2]), ("1975-06-03", [0, 1, 2]), ("1975-06-04", [0, 1]),
                ("1975-07", [0]), ("1976-01-05", [3, 4]), ("1974", []),
            ] {
                let ids = try await found(world, ["birthDate": .text(search)])
                #expect(ids == places.map { id(paths[$0]) }, "\(search)")
            }
            for (version, birth) in ["1975-06", "1975-06-03", nil, "1975"].enumerated() {
                let born: JSONValue = birth.map { .text($0) } ?? .null
                let changed = try await world.request(
                    .patch, paths[0], as: intake, json: ["birthDate": born], ifMatch: version + 1)
                #expect(changed.status == 200 && changed["birthDate"] == born)
            }
        }
    }

    @Test(arguments: [
        ("75", "not_a_day"), ("1975-6", "not_a_day"), ("1975-13", "not_a_day"), ("1975-02-30", "not_a_day"),
        ("1975-06-", "not_a_day"), ("0001", "out_of_range"), ("1899-12", "out_of_range"), ("9999", "out_of_range"),
        ("2026-02", "out_of_range"), ("2027", "out_of_range"),
    ])
    func `what is no birth date is refused`(text: String, code: String) async throws {
        try await withWorld { (world: World) async throws in
            let refused = try await world.request(
                .post, "/v1/clients", as: world.mesa.intake, json: ["givenName": "Ann", "birthDate": .text(text)])
            #expect(refused.status == 422 && refused.faults == ["/birthDate \(code)"], "\(refused.text)")
            let inquiry = try await world.request(
                .post, "/v1/practices/mesa/inquiries",
                json: ["kind": "adult", "name": "Ann", "phone": "480-555-0111", "birthDate": .text(text)])
            #expect(inquiry.status == 422 && inquiry.faults == ["/birthDate \(code)"], "\(inquiry.text)")
        }
    }

    @Test func `an address line with a break in it is two`() async throws {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            let path = try await made(
                world, ["givenName": "Ann", "contact": ["addressLines": ["c/o Lee\r\n1 Main St\n\n", "Apt\t4"]]])
            let chart = try await world.request(.get, path, as: intake)
            #expect(chart["contact"]["addressLines"] == ["c/o Lee", "1 Main St", "Apt 4"])
            func change(_ lines: JSONValue, seen version: Int) async throws -> TestAnswer {
                try await world.request(
                    .patch, path, as: intake, json: ["contact": ["addressLines": lines]], ifMatch: version)
            }
            #expect(try await change(["1\n2", "3\n4"], seen: 1)["contact"]["addressLines"] == ["1", "2", "3", "4"])
            #expect(try await change(["1\n2", "3\n4\n5"], seen: 2).faults == ["/contact/addressLines too_many"])
            #expect(try await change(["1\u{7}2"], seen: 2).status == 422)
            #expect(try await change([], seen: 2)["contact"]["addressLines"] == [])
        }
    }
}
