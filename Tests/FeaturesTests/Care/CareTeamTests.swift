import JSON
import Practice
import Testing
import TestSupport

@Suite struct CareTeamTests {
    @Test func `joining opens the chart, and ending closes it with the next request`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, nora) = (world.mesa, world.mesa.newcomer)
            let chart = "/v1/clients/\(house.client.clientID)"
            let new: JSONValue = ["accountId": .text("\(nora.accountID)")]
            for _ in 1...2 {
                #expect(try await world.request(.get, chart, as: nora).status == 404)
                let joined = try await world.request(.post, "\(chart)/care-team", as: house.intake, json: new)
                #expect(joined.status == 201 && joined["from"] == "2026-01-05" && joined["until"] == .null)
                #expect(try await world.request(.get, chart, as: nora).status == 200)
                let twice = try await world.request(.post, "\(chart)/care-team", as: house.intake, json: new)
                #expect(twice.status == 409)
                let path = try #require(joined.headers["location"])
                #expect(try await world.request(.delete, path, as: house.counselor).status == 403)
                #expect(try await world.request(.delete, path, as: house.intake).status == 204)
                #expect(try await world.request(.get, chart, as: nora).status == 404)
                #expect(try await world.request(.delete, path, as: house.intake).status == 204)
                let elsewhere = path.replacing("\(house.client.clientID)", with: "\(house.partner.clientID)")
                #expect(try await world.request(.delete, elsewhere, as: house.intake).status == 404)
            }
        }
    }

    @Test func `staff see the team, the client sees names`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.client.clientID)/care-team"
            let team = try await world.request(.get, path, as: house.supervisor)
            #expect(team.items.map { $0["accountId"] } == [.text("\(house.counselor.accountID)")])
            let own = try await world.request(.get, path, as: house.client)
            #expect(own.items == [["name": "Carl Cohen", "credentials": "LPC"]])
            #expect(try await world.request(.get, path, as: house.partner).status == 404)
            #expect(try await world.request(.get, path, as: world.tempe.intake).status == 404)
            let foreign = try await world.request(
                .post, path, as: house.intake, json: ["accountId": .text("\(world.tempe.counselor.accountID)")])
            #expect(foreign.status == 422 && foreign.faults == ["/accountId no_such_staff"])
        }
    }

    @Test func `a client is handed over: access moves, and the history keeps who it was`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, nora) = (world.mesa, world.mesa.newcomer)
            let chart = "/v1/clients/\(house.client.clientID)"
            let before = try await world.request(.get, "\(chart)/care-team", as: house.intake)
            let membership = try #require(before.items.first?["id"]?.text)
            let path = "\(chart)/care-team/\(membership)/hand-over"
            let hand: JSONValue = ["accountId": .text("\(nora.accountID)"), "reason": "Parental leave"]
            #expect(try await world.request(.get, "\(chart)/notes", as: house.counselor).status == 200)
            #expect(try await world.request(.put, path, as: house.counselor, json: hand).status == 403)
            #expect(try await world.request(.put, path, as: world.tempe.intake, json: hand).status == 404)

            let handed = try await world.request(.put, path, as: house.intake, json: hand)
            #expect(handed.status == 200 && handed["from"] == "2026-01-05")
            #expect(handed["predecessorId"] == .text(membership))
            #expect(try await world.request(.get, chart, as: nora).status == 200)
            #expect(try await world.request(.get, "\(chart)/guardians", as: house.counselor).status == 404)
            let again = try await world.request(.put, path, as: house.intake, json: hand)
            #expect(again.status == 200 && again.text == handed.text)
            let other = try await world.request(
                .put, path, as: house.intake, json: ["accountId": .text("\(house.supervisor.accountID)")])
            #expect(other.status == 409 && other.code == "membership_has_ended")

            let today = try await world.request(.get, "\(chart)/care-team", as: house.intake)
            #expect(today.items.map { $0["name"] } == [.text(nora.name)])
            let ever = try await world.request(.get, "\(chart)/care-team?period=all", as: house.intake)
            #expect(ever.items.map { $0["name"] } == ["Carl Cohen", .text(nora.name)])
            let own = try await world.request(.get, "\(chart)/care-team?period=all", as: house.client)
            #expect(own.items.map { $0["name"] } == [.text(nora.name)])
            #expect(try await world.request(.get, "\(chart)/care-team?period=x", as: house.intake).status == 400)
        }
    }

    @Test func `a hand-over of a day to come leaves access as it is until then`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, nora) = (world.mesa, world.mesa.newcomer)
            let chart = "/v1/clients/\(house.client.clientID)"
            let team = try await world.request(.get, "\(chart)/care-team", as: house.intake)
            let membership = try #require(team.items.first?["id"]?.text)
            let path = "\(chart)/care-team/\(membership)/hand-over"
            let nobody: JSONValue = ["accountId": .text("\(world.tempe.counselor.accountID)")]
            let foreign = try await world.request(.put, path, as: house.intake, json: nobody)
            #expect(foreign.status == 422 && foreign.faults == ["/accountId no_such_staff"])
            let hand: JSONValue = ["accountId": .text("\(nora.accountID)"), "on": "2026-01-06"]
            let unknown = "\(chart)/care-team/\(house.client.clientID)/hand-over"
            #expect(try await world.request(.put, unknown, as: house.intake, json: hand).status == 404)
            #expect(try await world.request(.put, path, as: house.intake, json: hand).status == 200)
            #expect(try await world.request(.get, chart, as: nora).status == 404)
            #expect(try await world.request(.get, "\(chart)/guardians", as: house.counselor).status == 200)
        }
    }
}
