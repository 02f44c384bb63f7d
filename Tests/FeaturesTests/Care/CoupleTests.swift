import JSON
import Practice
import Testing
import TestSupport

@Suite struct CoupleTests {
    @Test func `each partner sees the couple and the own chart, and nothing of the other's`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/couples/\(house.couple)"
            for (one, other) in [(house.client, house.partner), (house.partner, house.client)] {
                let couple = try await world.request(.get, path, as: one)
                #expect(couple.status == 200 && couple["confidentiality"] == "limited")
                let rules = couple["visibility"].list
                #expect(rules.count == 5)
                #expect(try await world.request(.get, "/v1/clients/\(one.clientID)", as: one).status == 200)
                #expect(try await world.request(.get, "/v1/clients/\(one.clientID)/couples", as: one).items.count == 1)
                let walls = ["", "/couples", "/care-team", "/guardians"]
                for wall in walls {
                    let answer = try await world.request(.get, "/v1/clients/\(other.clientID)\(wall)", as: one)
                    #expect(answer.status == 404, "\(one.name) \(wall)")
                }
                #expect(try await world.request(.get, "\(path)/care-team", as: one).items.count == 1)
            }
        }
    }

    @Test func `who treats one partner learns who the other is; strangers learn nothing`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/couples/\(house.couple)"
            let whole = try await world.request(.get, path, as: house.counselor)
            #expect(whole["confidentiality"] == "limited" && whole["from"] == "2025-11-06")
            let part = try await world.request(.get, path, as: house.intern)
            #expect(part.status == 200 && part.json["confidentiality"] == nil && part.json["from"] == nil)
            #expect(try await world.request(.get, "\(path)/care-team", as: house.intern).items == [])
            for stranger in [house.newcomer, house.loner, world.tempe.intake, world.tempe.client] {
                #expect(try await world.request(.get, path, as: stranger).status == 404)
            }
            #expect(try await world.request(.get, path, as: house.auditor).status == 403)
        }
    }

    @Test func `a couple is made of two clients, changed by who treats it, and ended once`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let body: JSONValue = [
                "clientIds": [.text("\(house.loner.clientID)"), .text("\(house.minor.clientID)")],
                "counselorIds": [.text("\(house.newcomer.accountID)")],
            ]
            let made = try await world.request(.post, "/v1/couples", as: house.intake, json: body)
            #expect(made.status == 201)
            let path = try #require(made.headers["location"])
            let twice = try await world.request(.post, "/v1/couples", as: house.intake, json: body)
            #expect(twice.status == 422 && twice.faults == ["/clientIds already_in_a_couple"])

            let policy: JSONValue = ["confidentiality": "no_secrets"]
            #expect(try await world.request(.patch, path, as: house.intake, json: policy, ifMatch: 1).status == 403)
            #expect(try await world.request(.patch, path, as: house.newcomer, json: policy).status == 428)
            let changed = try await world.request(.patch, path, as: house.newcomer, json: policy, ifMatch: 1)
            #expect(changed["confidentiality"] == "no_secrets" && changed.version == 2)

            let ended = try await world.request(.put, "\(path)/ending", as: house.newcomer, json: [:])
            #expect(ended.status == 200 && ended.version == 3)
            let again = try await world.request(.put, "\(path)/ending", as: house.newcomer, json: [:])
            #expect(again.text == ended.text)
            #expect(try await world.request(.post, "/v1/couples", as: house.intake, json: body).status == 201)
            #expect(try await world.request(.get, path, as: house.loner).status == 200)
        }
    }

    @Test func `a counselor makes a couple of own clients only`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            func couple(_ first: Person, _ second: Person) -> JSONValue {
                ["clientIds": [.text("\(first.clientID)"), .text("\(second.clientID)")]]
            }
            let foreign = try await world.request(
                .post, "/v1/couples", as: house.counselor, json: couple(house.minor, house.loner))
            #expect(foreign.status == 422 && foreign.faults == ["/clientIds/1 no_such_client"])
            try await world.seed(house) { $0.careTeam(of: house.loner, house.counselor) }
            let made = try await world.request(
                .post, "/v1/couples", as: house.counselor, json: couple(house.minor, house.loner))
            #expect(made.status == 201)
            let path = try #require(made.headers["location"])
            #expect(try await world.request(.get, path, as: house.counselor)["confidentiality"] == "limited")
            let same = try await world.request(
                .post, "/v1/couples", as: house.intake, json: couple(house.loner, house.loner))
            #expect(same.faults == ["/clientIds same"])
            #expect(
                try await world.request(.post, "/v1/couples", as: house.client, json: couple(house.client, house.loner))
                    .status == 403)
        }
    }

    @Test func `the couple's own care team opens the couple, not the charts`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, nora) = (world.mesa, world.mesa.newcomer)
            let path = "/v1/couples/\(house.couple)"
            let joined = try await world.request(
                .post, "\(path)/care-team", as: house.intake, json: ["accountId": .text("\(nora.accountID)")])
            #expect(joined.status == 201)
            #expect(try await world.request(.get, path, as: nora).status == 200)
            #expect(try await world.request(.get, "/v1/clients/\(house.client.clientID)", as: nora).status == 404)
            let membership = try #require(joined.headers["location"])
            #expect(try await world.request(.delete, membership, as: house.counselor).status == 204)
            #expect(try await world.request(.get, path, as: nora).status == 404)
        }
    }
}
