import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What becomes of seats and conflicts when two charts turn out to be one person's.
@Suite struct MergeSeatTests {
    private func merge(_ world: World, _ duplicate: Person, into survivor: Person) async throws -> TestAnswer {
        try await world.merge(duplicate.clientID, into: survivor.clientID, as: world.mesa.owner)
    }

    private func note(_ world: World, _ client: Person, _ other: Person) async throws -> String {
        let noted = try await world.request(
            .post, "/v1/clients/\(client.clientID)/conflicts", as: world.mesa.intake,
            json: ["kind": "relative", "otherId": .text("\(other.clientID)")])
        return try #require(noted["id"].text)
    }

    @Test func `what was believed of the duplicate's seats is believed of the survivor's, and back again`() async throws
    {
        try await withWorld { world in
            let house = world.mesa
            let people = try await world.clients(3)
            let group = try await world.group("Seats", seats: 3)
            let path = try await world.enrolled(people[0], in: group)
            #expect(try await world.step(path, "paused", from: "2026-02-02").status == 200)
            _ = try await note(world, people[0], people[2])
            let before = try await world.request(.get, "\(path)/history", as: house.intake)
            let merged = try await merge(world, people[0], into: people[1])
            #expect(merged.status == 201, "\(merged.text)")
            #expect(try await world.request(.get, "\(path)/history", as: people[1]).items.count == before.items.count)
            #expect(try await world.request(.get, path, as: house.intake)["clientId"] == .text("\(people[1].clientID)"))
            #expect(try await world.enroll(people[2], in: group, as: house.intake).code == "not_placeable")
            let id = try #require(merged["id"].text)
            let back = "/v1/clients/\(people[1].clientID)/merges/\(id)/reversal"
            #expect(try await world.request(.put, back, as: house.owner).status == 200)
            #expect(try await world.request(.get, "\(path)/history", as: house.intake).body == before.body)
            let conflicts = try await world.request(
                .get, "/v1/clients/\(people[1].clientID)/conflicts", as: house.intake)
            #expect(conflicts.items == [])
        }
    }

    @Test func `who is never placed together is not one person, unless that has ended`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let people = try await world.clients(2)
            let id = try await note(world, people[0], people[1])
            #expect(
                try await merge(world, people[1], into: people[0]).faults == [
                    "/duplicateId in_conflict_with_each_other"
                ])
            let path = "/v1/clients/\(people[0].clientID)/conflicts/\(id)"
            #expect(try await world.request(.delete, path, as: house.intake).status == 204)
            let rows: Query<Int> = .row("select count(*) from placement_conflicts") { try $0.next() }
            let merged = try await merge(world, people[1], into: people[0])
            #expect(merged.status == 201, "\(merged.text)")
            #expect(try await world.database.superuser.pipeline(rows) == 0)
            let merge = try #require(merged["id"].text)
            let back = "/v1/clients/\(people[0].clientID)/merges/\(merge)/reversal"
            #expect(try await world.request(.put, back, as: house.owner).status == 200)
            #expect(try await world.database.superuser.pipeline(rows) == 1)
        }
    }

    @Test func `a conflict that a merge would put into one group stands in its way`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let people = try await world.clients(4)
            let group = try await world.group("Seats", seats: 3, facilitatedBy: house.newcomer)
            _ = try await world.enrolled(people[0], in: group)
            _ = try await world.enrolled(people[1], in: group)
            _ = try await note(world, people[2], people[1])
            #expect(
                try await merge(world, people[2], into: people[0]).faults == ["/duplicateId conflict_in_the_same_group"]
            )
            let led = try await world.request(
                .post, "/v1/clients/\(people[3].clientID)/conflicts", as: house.intake,
                json: ["kind": "known_person", "staffId": .text("\(house.newcomer.accountID)")])
            #expect(led.status == 201)
            #expect(
                try await merge(world, people[3], into: people[0]).faults == ["/duplicateId conflict_in_the_same_group"]
            )
        }
    }
}
