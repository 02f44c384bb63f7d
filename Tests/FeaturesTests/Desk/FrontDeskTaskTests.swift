import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What days brought by themselves: for the front desk, and for who treats the client.
@Suite struct FrontDeskTaskTests {
    @Test func `the front desk and who treats or oversees see a task, nobody else does`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            for person in [house.owner, house.admin, house.intake, house.counselor, house.supervisor] {
                let tasks = try await world.request(.get, "/v1/tasks", as: person)
                #expect(tasks.all("id") == ["\(house.task)"], "\(person.name)")
            }
            for person in [
                house.intern, house.facilitator, house.newcomer, house.client, house.partner, house.guardian,
            ] {
                #expect(try await world.request(.get, "/v1/tasks", as: person).items == [], "\(person.name)")
            }
            let tempe = try await world.request(.get, "/v1/tasks", as: world.tempe.intake)
            #expect(tempe.all("id") == ["\(world.tempe.task)"])
            #expect(try await world.request(.get, "/v1/tasks", as: house.auditor).status == 403)
        }
    }

    @Test func `who treats says that it is done, once, and who is shown nothing does not`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/tasks/\(house.task)/completion"
            for person in [house.intern, house.facilitator, house.client, world.tempe.intake] {
                #expect(try await world.request(.put, path, as: person).status == 404, "\(person.name)")
            }
            for person in [house.supervisor, house.guardian] {
                #expect(try await world.request(.put, path, as: person).status == 403, "\(person.name)")
            }
            #expect(try await world.count("from tasks where task_id = \(house.task) and done_at is null") == 1)
            let done = try await world.request(.put, path, as: house.counselor)
            #expect(done["doneAt"] == "2026-01-05T16:00:00Z")
            world.clock.advance(by: .seconds(60))
            #expect(try await world.request(.put, path, as: house.intake).body == done.body)
            #expect(try await world.count("from tasks where done_by = \(house.counselor.accountID)") == 1)
            #expect(try await world.request(.get, "/v1/tasks", as: house.intake).items == [])
            #expect(try await world.request(.get, "/v1/tasks?done=true", as: house.intake).items.count == 1)
        }
    }

    @Test func `tasks are pages, what is due longest first`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                _ = seed.task("offer_own_sign_in", about: house.loner)
                seed.add(
                    "update tasks set due_on = due_on - 7 where practice_id = \(house.id) and kind = 'offer_own_sign_in'"
                )
            }
            let first = try await world.request(.get, "/v1/tasks?limit=1", as: house.intake)
            #expect(first.items.map { $0["dueOn"] } == ["2025-12-29"])
            let second = try await world.request(
                .get, "/v1/tasks?limit=1&cursor=\(first["next"].text ?? "")", as: house.intake)
            #expect(second.all("id") == ["\(house.task)"] && second["next"] == .null)
            #expect(try await world.request(.get, "/v1/tasks?done=maybe", as: house.intake).status == 400)
            #expect(try await world.request(.get, "/v1/tasks?kind=x", as: house.intake).status == 400)
        }
    }
}
