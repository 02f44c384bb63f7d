import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What ends on the day on which it began reads that day.
@Suite struct OnlyDayTests {
    @Test func `a couple that ended on its first day reads its days, and another first day is another span`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/couples", as: house.intake,
                json: ["clientIds": [.text("\(house.loner.clientID)"), .text("\(house.minor.clientID)")]])
            let path = try #require(made.headers["location"])
            let ended = try await world.request(.put, "\(path)/ending", as: house.intake, json: [:])
            #expect(ended["from"] == "2026-01-05" && ended["until"] == "2026-01-05", "\(ended.text)")
            let same = try await world.request(
                .patch, path, as: house.intake, json: ["from": "2026-01-05"], ifMatch: ended.version)
            #expect(same.status == 200 && same.version == ended.version && same.body == ended.body, "\(same.text)")
            let late = try await world.request(
                .patch, path, as: house.intake, json: ["from": "2026-01-06"], ifMatch: ended.version)
            #expect(late.status == 422 && late.faults == ["/from after_until"], "\(late.text)")
            let earlier = try await world.request(
                .patch, path, as: house.intake, json: ["from": "2026-01-02"], ifMatch: ended.version)
            #expect(earlier["from"] == "2026-01-02" && earlier["until"] == "2026-01-05", "\(earlier.text)")
            #expect(
                try await world.count("from couple_members where during = '[2026-01-02,2026-01-05)'::daterange") == 2)
            // And back: a couple that never was keeps the day on which it ended.
            let never = try await world.request(
                .patch, path, as: house.intake, json: ["from": "2026-01-05"], ifMatch: earlier.version)
            #expect(never["from"] == "2026-01-05" && never["until"] == "2026-01-05", "\(never.text)")
        }
    }

    @Test func `a first day on which one of them is in another couple is refused`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, people) = (world.mesa, try await world.clients(3))
            let first = try await world.seed(house) { $0.couple(people[0], people[1]) }
            let ended = try await world.request(
                .put, "/v1/couples/\(first)/ending", as: house.intake, json: ["endedOn": "2026-01-02"])
            #expect(ended.status == 200)
            let made = try await world.request(
                .post, "/v1/couples", as: house.intake,
                json: [
                    "clientIds": [.text("\(people[0].clientID)"), .text("\(people[2].clientID)")], "from": "2026-01-03",
                ])
            let path = try #require(made.headers["location"])
            let refused = try await world.request(
                .patch, path, as: house.intake, json: ["from": "2026-01-01"], ifMatch: made.version)
            #expect(refused.status == 422 && refused.faults == ["/from already_in_a_couple"], "\(refused.text)")
            let adjoining = try await world.request(
                .patch, path, as: house.intake, json: ["from": "2026-01-02"], ifMatch: made.version)
            #expect(adjoining["from"] == "2026-01-02", "\(adjoining.text)")
        }
    }

    @Test func `an ending that was said for the wrong day is corrected, and the same day again changes nothing`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let (house, people) = (world.mesa, try await world.clients(3))
            let couple = try await world.seed(house) { $0.couple(people[0], people[1]) }
            let path = "/v1/couples/\(couple)/ending"
            func end(_ day: String?, seen version: Int? = nil) async throws -> TestAnswer {
                try await world.request(
                    .put, path, as: house.intake, json: day.map { ["endedOn": .text($0)] } ?? [:], ifMatch: version)
            }
            let from = try #require(
                try await world.request(.get, "/v1/couples/\(couple)", as: house.intake)["from"].text)
            let early = try await end("1970-01-01")
            #expect(early.status == 422 && early.faults == ["/endedOn before_from"], "\(early.text)")
            #expect(early["errors"].asArray.first?["detail"] == .text("This must lie from \(from) to today."))
            let first = try await end("2026-01-02")
            for day in ["2026-01-02", nil] {
                let again = try await end(day)
                #expect(again.status == 200 && again["until"] == "2026-01-02", "\(again.text)")
                #expect(again.version == first.version)
            }
            #expect(try await end("2025-12-30").status == 428)
            #expect(try await end("2025-12-30", seen: 1).status == 412)
            var version = try #require(first.version)
            for day in ["2025-12-30", from, "2026-01-04"] {
                let corrected = try await end(day, seen: version)
                version = try #require(corrected.version)
                #expect(corrected.status == 200 && corrected["until"] == .text(day), "\(corrected.text)")
                #expect(corrected["from"] == .text(from), "\(corrected.text)")
            }
            #expect(
                try await world.count(
                    "from couple_members where couple_id = \(couple) and upper(during) = '2026-01-04'")
                    == 2)
            let other = try await world.request(
                .post, "/v1/couples", as: house.intake,
                json: [
                    "clientIds": [.text("\(people[0].clientID)"), .text("\(people[2].clientID)")], "from": "2026-01-04",
                ])
            #expect(other.status == 201, "\(other.text)")
            #expect(try await end("2026-01-05", seen: version).faults == ["/endedOn already_in_a_couple"])
            _ = try await world.change(people[1], ["diedOn": "2026-01-02"], as: house.intake)
            #expect(try await end("2026-01-03", seen: version + 1).faults == ["/endedOn after_death"])
            #expect(try await end("2026-01-01", seen: version + 1)["until"] == "2026-01-01")
        }
    }

    @Test func `who treated somebody for a day stands in the history with that day`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.client.clientID)/care-team"
            let joined = try await world.request(
                .post, path, as: house.intake, json: ["accountId": .text("\(house.newcomer.accountID)")])
            #expect(joined.status == 201)
            let membership = try #require(joined.headers["location"])
            #expect(try await world.request(.delete, membership, as: house.intake).status == 204)
            let now = try await world.request(.get, path, as: house.intake)
            #expect(now.items.map { $0["name"] } == [.text(house.counselor.name)])
            let ever = try await world.request(.get, path + "?period=all", as: house.intake)
            let nora = ever.items.first { $0["name"] == .text(house.newcomer.name) }
            #expect(nora?["from"] == "2026-01-05" && nora?["until"] == "2026-01-05", "\(ever.text)")
        }
    }

    @Test func `a guardianship that ended on its first day reads it, in its history too`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            let made = try await world.request(
                .post, path, as: house.intake, json: ["guardian": ["name": "Gail Carter"], "scopes": ["schedule"]])
            let one = try #require(made.headers["location"])
            #expect(try await world.request(.delete, one, as: house.intake, ifMatch: made.version).status == 204)
            let ended = try await world.request(.get, one, as: house.intake)
            #expect(
                ended["from"] == "2026-01-05" && ended["until"] == "2026-01-05" && ended["ended"] == true,
                "\(ended.text)")
        }
    }

    @Test func `a seat that was given back on its first day reads it`() async throws {
        try await withWorld { (world: World) async throws in
            let group = try await world.group("Small", seats: 1)
            let seat = try await world.enrolled(world.mesa.loner, in: group)
            #expect(try await world.step(seat, "withdrawn", reason: "Moved.").status == 200)
            let read = try await world.request(.get, seat, as: world.mesa.intake)
            #expect(read["startsOn"] == "2026-01-05" && read["endedOn"] == "2026-01-05", "\(read.text)")
        }
    }
}
