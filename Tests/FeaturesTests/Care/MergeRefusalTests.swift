import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct MergeRefusalTests {
    private func merge(_ world: World, _ duplicate: ID<Client>, into survivor: ID<Client>) async throws -> TestAnswer {
        try await world.merge(duplicate, into: survivor, as: world.mesa.owner)
    }

    @Test func `owners and admins merge, and nobody else`() async throws {
        try await withWorld { (world: World) async throws in
            let charts = try await TwoCharts.make(in: world)
            let house = world.mesa
            for person in [
                house.intake, house.counselor, house.supervisor, house.auditor, house.client, house.guardian,
            ] {
                #expect(try await charts.merge(as: person).status == 403, "\(person.name)")
                #expect(try await world.request(.get, charts.path, as: person).status == 403, "\(person.name)")
            }
            #expect(try await charts.merge(as: world.tempe.owner).status == 404)
            #expect(try await world.request(.get, charts.path, as: world.tempe.owner).status == 404)
            #expect(try await world.request(.get, charts.path, as: house.owner).items == [])
            #expect(try await charts.merge(as: house.owner).status == 201)
            #expect(try await world.request(.get, charts.path, as: house.owner).items.count == 1)
        }
    }

    @Test func `what is sent is judged`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.loner.clientID)/merges"
            for (json, fault) in [
                ([:], "/duplicateId required"), (["duplicateId": 7], "/duplicateId wrong_type"),
                (["duplicateId": "x"], "/duplicateId not_an_id"),
                (["duplicateId": .text("\(house.loner.clientID)")], "/duplicateId same"),
                (["duplicateId": .text("\(house.counselor.accountID)")], "/duplicateId no_such_client"),
                (["duplicateId": .text("\(world.tempe.loner.clientID)")], "/duplicateId no_such_client"),
            ] as [(JSONValue, String)] {
                let answer = try await world.request(.post, path, as: house.owner, json: json)
                #expect(answer.status == 422 && answer.faults == [fault], "\(answer.text)")
            }
            let unknown = try await world.request(
                .post, path, as: house.owner, json: ["duplicateId": .text("\(house.minor.clientID)"), "force": true])
            #expect(unknown.status == 422 && unknown.faults == ["/force unknown_member"])
            #expect(try await world.request(.get, path, as: house.owner).items == [])
            #expect(
                try await world.request(.get, "/v1/clients/\(world.tempe.loner.clientID)", as: world.tempe.owner).status
                    == 200)
        }
    }

    @Test func `all that stands in the way is named, and nothing is moved`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let couple = try await merge(world, house.partner.clientID, into: house.client.clientID)
            #expect(couple.status == 409 && couple.code == "merge_is_blocked")
            #expect(couple.faults.contains("/duplicateId partners_of_each_other"))
            let before = try await world.everything()
            #expect(couple.text.contains("end the couple"))
            let apart = "/v1/clients/\(house.minor.clientID)/distinctions/\(house.loner.clientID)"
            #expect(try await world.request(.put, apart, as: house.intake).status == 204)
            let told = try await merge(world, house.minor.clientID, into: house.loner.clientID)
            #expect(told.faults == ["/duplicateId told_apart"])
            for (table, rows) in try await world.everything() where table != "public.possible_duplicates" {
                #expect(before[table] == rows, "\(table)")
            }
            #expect(try await world.request(.delete, apart, as: house.intake).status == 204)
            #expect(try await merge(world, house.minor.clientID, into: house.loner.clientID).status == 201)
        }
    }

    @Test func `merges are reversed in their order, once, and where they belong`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let charts = try await TwoCharts.make(in: world)
            let first = try #require(try await charts.merge()["id"].text)
            world.clock.advance(by: .seconds(1))
            let second = try await merge(world, house.minor.clientID, into: charts.survivor.clientID)
            let secondID = try #require(second["id"].text)
            let early = try await world.request(.put, "\(charts.path)/\(first)/reversal", as: house.owner)
            #expect(early.status == 409 && early.code == "merged_since")
            let elsewhere = "/v1/clients/\(house.loner.clientID)/merges/\(secondID)/reversal"
            #expect(try await world.request(.put, elsewhere, as: house.owner).status == 404)
            #expect(
                try await world.request(.put, "\(charts.path)/\(secondID)/reversal", as: house.intake).status == 403)
            for id in [secondID, first] {
                let reversed = try await world.request(.put, "\(charts.path)/\(id)/reversal", as: house.owner)
                #expect(reversed.status == 200)
            }
            let page = try await world.request(.get, "\(charts.path)?limit=1", as: house.owner)
            #expect(page.items.map { $0["id"] } == [.text(secondID)])
            let next = try #require(page["next"].text)
            let rest = try await world.request(.get, "\(charts.path)?limit=1&cursor=\(next)", as: house.owner)
            #expect(rest.items.map { $0["id"] } == [.text(first)] && rest["next"] == .null)
            #expect(try await merge(world, house.client.clientID, into: charts.survivor.clientID).status == 201)
        }
    }

    @Test func `a merge sent twice merges once`() async throws {
        try await withWorld { (world: World) async throws in
            let charts = try await TwoCharts.make(in: world, survivorSignsIn: false)
            try await world.seed(world.mesa) { $0.leaveUnused(charts.duplicate) }
            let json: JSONValue = ["duplicateId": .text("\(charts.duplicate.clientID)")]
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for _ in 0..<3 {
                    group.addTask { try await world.request(.post, charts.path, as: world.mesa.owner, json: json) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.status).sorted() == [201, 422, 422])
            #expect(try await world.request(.get, charts.path, as: world.mesa.owner).items.count == 1)
        }
    }
}
