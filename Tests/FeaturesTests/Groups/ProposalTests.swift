import JSON
import Practice
import Testing
import TestSupport

@testable import Postgres

/// Whom a group's leader would have in the group, where the leader does not see them: told in words, placed by the desk.
@Suite struct ProposalTests {
    private let dan: JSONValue = ["name": "Dan Dorsey", "contact": "480-555-0142", "note": "He asked on Tuesday."]

    @Test func `a leader proposes in words, and is told the same whoever is meant`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/groups/\(house.valorGroup)/proposals"
            // Somebody whom the practice knows, whom it does not, and who can never sit there.
            var shapes: Set<String> = []
            for name in [house.loner.name, "Nobody Nowhere", house.partner.name, house.facilitator.name] {
                let answer = try await world.request(.post, path, as: house.facilitator, json: ["name": .text(name)])
                #expect(answer.status == 201 && answer["groupId"] == .text("\(house.valorGroup)"))
                #expect(answer["proposedAt"] == "2026-01-05T16:00:00Z")
                shapes.insert(answer.text.replacing(/"id":"[^"]*"/, with: ""))
            }
            #expect(shapes.count == 1)
            #expect(try await world.count("from tasks where kind = 'place_proposed' and client_id is null") == 4)
            #expect(try await world.count("from tasks where position('Dorsey'::bytea in proposal) > 0") == 0)
        }
    }

    @Test func `the desk reads it among its tasks, places them, and is done with it`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/groups/\(house.valorGroup)/proposals", as: house.facilitator, json: dan,
                idempotencyKey: "one")
            let again = try await world.request(
                .post, "/v1/groups/\(house.valorGroup)/proposals", as: house.facilitator, json: dan,
                idempotencyKey: "one")
            #expect(again.body == made.body)
            let task = try #require(
                try await world.request(.get, "/v1/tasks", as: house.intake).items
                    .first { $0["kind"] == "place_proposed" })
            #expect(task["id"] == made["id"] && task["clientId"] == .null && task["dueOn"] == "2026-01-05")
            #expect(task["proposal"]?["group"]?["name"] == "Valor" && task["proposal"]?["name"] == "Dan Dorsey")
            #expect(task["proposal"]?["proposedBy"]?["name"] == "Fay Flores")
            #expect(task["proposal"]?["contact"] == "480-555-0142")
            #expect(task["proposal"]?["note"] == "He asked on Tuesday.")
            #expect(try await world.enroll(house.loner, in: house.valorGroup, as: house.intake).status == 201)
            let done = "/v1/tasks/\(task["id"]?.text ?? "")/completion"
            for stranger in [house.facilitator, house.counselor, house.supervisor, house.client] {
                let refused = stranger.roles == [.supervisor] ? 403 : 404
                #expect(try await world.request(.put, done, as: stranger).status == refused, "\(stranger.name)")
                let tasks = try await world.request(.get, "/v1/tasks", as: stranger)
                #expect(tasks.items.filter { $0["kind"] == "place_proposed" } == [], "\(stranger.name)")
            }
            let completed = try await world.request(.put, done, as: house.intake)
            #expect(completed.status == 200 && completed["doneAt"] != .null)
            #expect(completed["proposal"]["name"] == "Dan Dorsey")
        }
    }

    @Test func `nobody proposes for a group that they do not lead`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/groups/\(house.valorGroup)/proposals"
            for stranger in [house.newcomer, house.counselor, house.supervisor, house.intern, world.tempe.facilitator] {
                #expect(try await world.request(.post, path, as: stranger, json: dan).status == 404)
            }
            for person in [house.owner, house.intake, house.auditor, house.client, house.guardian] {
                #expect(try await world.request(.post, path, as: person, json: dan).status == 403)
            }
            let wrong = try await world.request(
                .post, path, as: house.facilitator, json: ["name": "", "clientId": .text("\(house.loner.clientID)")])
            #expect(wrong.faults == ["/name too_short", "/clientId unknown_member"])
            #expect(try await world.count("from tasks where kind = 'place_proposed'") == 0)
        }
    }

    @Test func `a leader is told no reason that lies in a chart or in another group`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            // Fay leads Eve in one group, and treats Tom.
            let (eve, tom, group) = try await world.seed(house) { seed in
                let (eve, tom) = (
                    try seed.client("Eve Ellis"), try seed.client("Tom Tate", treatedBy: house.facilitator)
                )
                let group = seed.group("Fay's", in: house.program, facilitatedBy: house.facilitator)
                _ = seed.enrollment(of: eve, in: house.group)
                for client in [eve, tom] {
                    seed.add("update clients set status = 'inactive', version = 2 where client_id = \(client.clientID)")
                }
                return (eve, tom, group)
            }
            let bare = try await world.enroll(eve, in: group, as: house.facilitator)
            #expect(bare.status == 409 && bare.code == "not_placeable")
            #expect(bare["detail"] == "This client cannot be placed in this group.")
            #expect(try await world.enroll(eve, in: group, as: house.intake).code == "client_is_not_active")
            #expect(try await world.enroll(tom, in: group, as: house.facilitator).code == "client_is_not_active")
        }
    }
}
