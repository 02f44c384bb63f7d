import Practice
import TestSupport
import Testing

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
}
