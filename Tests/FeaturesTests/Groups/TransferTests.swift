import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Going on in another group, and saying anew how it was.
@Suite struct TransferTests {
    @Test func `a transfer closes one episode, opens the other and links them`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/enrollments/\(house.enrollment)"
            let group = try await world.group("Other", seats: 1)
            #expect(try await world.step(path, "paused", until: "2026-02-02").status == 200)
            let moved = try await world.transfer(path, to: group, on: "2026-01-12", seen: 2)
            #expect(moved.status == 200 && moved.version == 3, "\(moved.text)")
            #expect(moved["status"] == "paused" && moved["next"]["status"] == "transferred")
            let successor = try #require(moved["successor"]["id"]?.text)
            #expect(moved["successor"]["startsOn"] == "2026-01-12" && moved["successor"]["status"] == "paused")
            let again = try await world.transfer(path, to: group, on: "2026-01-12", seen: 2)
            #expect(again.body == moved.body)
            let other = try await world.request(.get, "/v1/enrollments/\(successor)", as: house.client)
            #expect(other["transferredFrom"] == .text("\(house.enrollment)") && other.version == 1)
            #expect(other["next"]["status"] == "active" && other["next"]["from"] == "2026-02-02")
            try await world.advance(by: .seconds(7 * 86_400))
            #expect(try await world.status(of: path) == "transferred")
            let list = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/enrollments", as: house.intake)
            #expect(list.all("status").sorted() == ["paused", "transferred"])
        }
    }

    @Test func `a transfer into a full group changes nothing, and the seat left behind is offered`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (left, full) = (try await world.group("Left", seats: 1), try await world.group("Full", seats: 1))
            let people = try await world.clients(3)
            let path = try await world.enrolled(people[0], in: left)
            let sitting = try await world.enrolled(people[1], in: full)
            let waiting = try await world.enrolled(people[2], in: left, status: "waitlisted")
            let before = try await world.request(.get, "\(path)/history", as: house.intake)
            let refused = try await world.transfer(path, to: full)
            #expect(refused.status == 409 && refused.code == "group_full")
            #expect(try await world.request(.get, "\(path)/history", as: house.intake).body == before.body)
            #expect(try await world.status(of: waiting) == "waitlisted")
            #expect(try await world.step(sitting, "withdrawn").status == 200)
            #expect(try await world.transfer(path, to: full).status == 200)
            #expect(try await world.status(of: waiting) == "offered")
        }
    }

    @Test func `two who change places at once do not wait for each other for ever`() async throws {
        try await withWorld { world in
            let groups = [try await world.group("A", seats: 2), try await world.group("B", seats: 2)]
            let people = try await world.clients(2)
            let paths = [
                try await world.enrolled(people[0], in: groups[0]), try await world.enrolled(people[1], in: groups[1]),
            ]
            async let one = world.transfer(paths[0], to: groups[1], seen: 1)
            async let two = world.transfer(paths[1], to: groups[0], seen: 1)
            #expect(try await [one.status, two.status] == [200, 200])
        }
    }

    @Test func `who leads one group alone transfers into no other, as if it were not there`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/enrollments/\(house.enrollment)"
            let foreign = try await world.group("Nora's", seats: 5, facilitatedBy: house.newcomer)
            let refused = try await world.transfer(path, to: foreign, as: house.facilitator)
            #expect(refused.status == 422 && refused.faults == ["/groupId unknown"])
            for group in [world.tempe.group, ID<Group>("00000000-0000-7000-8000-000000000000") ?? foreign] {
                let missing = try await world.transfer(path, to: group, as: house.facilitator)
                #expect(missing.withoutRequestID == refused.withoutRequestID)
            }
            let same = try await world.transfer(path, to: house.group)
            #expect(same.faults == ["/groupId same_group"])
            #expect(try await world.transfer(path, to: house.valorGroup, as: house.facilitator).status == 200)
            #expect(try await world.transfer(path, to: foreign, as: house.client, seen: 2).status == 403)
            let over = try await world.transfer(path, to: foreign)
            #expect(over.status == 409 && over.code == "enrollment_status_does_not_follow")
        }
    }

    @Test func `a correction says anew how it all was, and keeps what was believed`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/enrollments/\(house.enrollment)"
            try await world.advance(by: .seconds(3_600))
            let steps: [JSONValue] = [
                ["from": "2025-11-03", "status": "waitlisted"], ["from": "2025-11-10", "status": "active"],
                ["from": "2025-12-22", "status": "paused", "reason": "Holidays."],
                ["from": "2026-01-05", "status": "active"],
            ]
            let corrected = try await world.correct(path, to: steps)
            #expect(corrected.status == 200 && corrected["startsOn"] == "2025-11-03", "\(corrected.text)")
            #expect(corrected["status"] == "active" && corrected.version == 2)
            #expect(try await world.correct(path, to: steps).body == corrected.body)
            let known = try await world.request(
                .get, "\(path)/history?knownAt=2026-01-05T16:30:00Z", as: house.facilitator)
            #expect(known.all("status") == ["active"] && known.all("from") == ["2025-12-06"])
            let now = try await world.request(
                .get, "\(path)/history?knownAt=2026-01-05T17:00:00Z", as: house.facilitator)
            #expect(now.all("status") == ["waitlisted", "active", "paused", "active"])
            #expect(now.all("reason") == ["Holidays."])
            let own = try await world.request(.get, "\(path)/history", as: house.client)
            #expect(own.items.count == 5 && own.items.allSatisfy { $0["reason"] == nil && $0["recordedBy"] == nil })
            let page = try await world.request(.get, "\(path)/history?limit=3", as: house.intake)
            let cursor = try #require(page["next"].text)
            let rest = try await world.request(.get, "\(path)/history?limit=3&cursor=\(cursor)", as: house.intake)
            #expect((page.items + rest.items).count == 5 && rest["next"] == .null)
            for stranger in [house.newcomer, house.partner, world.tempe.intake] {
                #expect(
                    try await world.request(.get, "\(path)/history", as: stranger).status == 404, "\(stranger.name)")
            }
            #expect(try await world.request(.get, "\(path)/history?knownat=now", as: house.intake).status == 400)
        }
    }

    @Test func `a correction that cannot have been is refused`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/enrollments/\(house.enrollment)"
            let order = try await world.correct(
                path, to: [["from": "2025-12-01", "status": "active"], ["from": "2025-12-01", "status": "paused"]])
            #expect(order.faults == ["/steps not_in_order"])
            for statuses in [
                ["withdrawn", "active"], ["active", "offered"], ["active", "waitlisted"], ["offered", "waitlisted"],
            ] {
                let steps = statuses.enumerated().map { index, status in
                    ["from": .text("2025-12-0\(index + 1)"), "status": .text(status)] as JSONValue
                }
                #expect(
                    try await world.correct(path, to: steps).code == "enrollment_status_does_not_follow", "\(statuses)")
            }
            let moved = try await world.correct(path, to: [["from": "2025-12-01", "status": "transferred"]])
            #expect(moved.code == "transfer_needs_a_group")
            let stale = try await world.request(
                .put, "\(path)/history", as: house.intake, json: ["steps": []], ifMatch: 9)
            #expect(stale.status == 412)
            // In December the group was full.
            let group = try await world.group("Past", seats: 1)
            let people = try await world.clients(2)
            let first = try await world.enrolled(people[0], in: group, startsOn: "2025-12-01")
            #expect(try await world.step(first, "withdrawn").status == 200)
            let second = try await world.enrolled(people[1], in: group)
            #expect(
                try await world.correct(second, to: [["from": "2026-01-04", "status": "active"]]).code == "group_full")
        }
    }

    @Test func `what was recorded by mistake is in no list, and can be told of`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/enrollments/\(house.enrollment)"
            let gone = try await world.correct(path, to: [])
            #expect(gone.status == 200 && gone["status"] == .null && gone["startsOn"] == .null)
            #expect(
                try await world.request(.get, "/v1/clients/\(house.client.clientID)/enrollments", as: house.client)
                    .items == [])
            #expect(try await world.request(.get, "\(path)/history", as: house.intake).items.count == 1)
            #expect(try await world.step(path, "active").code == "enrollment_status_does_not_follow")
            #expect(try await world.request(.get, "/v1/groups/\(house.group)", as: house.intake)["seatsTaken"] == 1)
            #expect(try await world.correct(path, to: [["from": "2025-12-06", "status": "active"]]).status == 200)
            #expect(try await world.status(of: path) == "active")
        }
    }

    @Test func `a correction has one status a day, whoever writes it`() async throws {
        try await withWorld { world in
            let enrollment = world.mesa.enrollment
            func correct(_ days: [Day], _ statuses: [String]) async throws {
                _ = try await world.database.server.pipeline(
                    world.enter(world.mesa.intake, "enrollment.change", "enrollment", enrollment.uuid),
                    Query.run(
                        """
                        select from access.correct(\(enrollment), 1, \(days), \(statuses), \(statuses.map { _ in String?.none }),
                            \(world.clock.now))
                        """))
            }
            let day = try #require(Day("2025-12-01"))
            for statuses in [["active", "active"], ["active", "paused"]] {
                for second in [day, day.adding(days: -1)] {
                    let error = await #expect(throws: PostgresError.self) {
                        try await correct([day, second], statuses)
                    }
                    #expect(error?.refusal?.raisedCode == "enrollment_status_does_not_follow", "\(statuses)")
                }
            }
            try await correct([day, day.adding(days: 1)], ["active", "paused"])
            #expect(try await world.status(of: "/v1/enrollments/\(enrollment)") == "paused")
        }
    }
}
