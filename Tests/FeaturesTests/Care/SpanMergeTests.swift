import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Spans of charts that are made one, and two again (decision 0051).
@Suite struct SpanMergeTests {
    @Test func `a death while two charts were one ends the other's couple no more once they are two`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let people = try await world.people(3)
            let couple = try await world.seed(house) { $0.couple(people[0], people[1]) }
            func until() async throws -> JSONValue? {
                try await world.request(.get, "/v1/couples/\(couple)", as: house.intake)["until"]
            }
            let merge = try await world.merge(people[0], into: people[2])
            #expect(merge.status == 201, "\(merge.text)")
            try await world.advance(by: .seconds(60))
            #expect(try await world.change(people[2], ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            #expect(try await until() == "2026-01-03")
            let parted = try await world.reverse(merge, into: people[2])
            #expect(parted.status == 200, "\(parted.text)")
            #expect(try await until() == .null)
        }
    }

    @Test func `a guardianship of which a merge had cut the front has its days again, and ends with the ward`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let second = try await world.seed(house) { try $0.client("Cora Carter", born: "2012-04-05") }
            let list = "/v1/clients/\(house.minor.clientID)/guardians"
            let first = try await world.request(.get, list, as: house.intake)
            let standing = list + "/" + (try #require(first.items.first?["id"]?.text, "\(first.text)"))
            let planned = try await world.request(
                .patch, standing, as: house.intake, json: ["until": "2026-02-01"],
                ifMatch: try await world.request(.get, standing, as: house.intake).version)
            #expect(planned.status == 200, "\(planned.text)")
            let made = try await world.request(
                .post, "/v1/clients/\(second.clientID)/guardians", as: house.intake,
                json: [
                    "guardianId": .text("\(house.guardian.guardianID)"), "scopes": ["schedule"], "from": "2025-01-01",
                    "until": "2030-01-01",
                ])
            let other = try #require(made.headers["location"], "\(made.text)")
            let merge = try await world.merge(second, into: house.minor)
            #expect(merge.status == 201, "\(merge.text)")
            try await world.advance(by: .seconds(60))
            #expect(try await world.change(house.minor, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            let parted = try await world.reverse(merge, into: house.minor)
            #expect(parted.status == 200, "\(parted.text)")
            let whole = try await world.request(.get, other, as: house.intake)
            #expect(whole["from"] == "2025-01-01" && whole["until"] == "2030-01-01", "\(whole.text)")
            #expect(try await world.request(.get, standing, as: house.intake)["until"] == "2026-01-03")
        }
    }

    private func change(_ person: Person, _ json: JSONValue, _ world: World) async throws {
        try await world.advance(by: .seconds(60))
        let answer = try await world.change(person, json, as: world.mesa.intake)
        #expect(answer.status == 200, "\(json): \(answer.text)")
    }

    @Test func `two who have died are made one, die on another day, live, and are two again, each as before`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let people = try await world.people(3)
            let couple = try await world.seed(house) { $0.couple(people[0], people[1]) }
            func until() async throws -> JSONValue? {
                try await world.request(.get, "/v1/couples/\(couple)", as: house.intake)["until"]
            }
            try await change(people[0], ["diedOn": "2025-12-30"], world)
            try await change(people[2], ["diedOn": "2026-01-03"], world)
            let merge = try await world.merge(people[0], into: people[2])
            #expect(merge.status == 201, "\(merge.text)")
            #expect(try await until() == "2026-01-03")
            try await change(people[2], ["diedOn": "2026-01-02"], world)
            #expect(try await until() == "2026-01-02")
            try await change(people[2], ["diedOn": .null, "status": "active"], world)
            #expect(try await until() == .null)
            let parted = try await world.reverse(merge, into: people[2])
            #expect(parted.status == 200, "\(parted.text)")
            let back = try await world.request(.get, "/v1/clients/\(people[0].clientID)", as: house.intake)
            #expect(back["status"] == "deceased" && back["diedOn"] == "2025-12-30", "\(back.text)")
            #expect(try await until() == "2025-12-30")
            let closings = try await world.request(
                .get, "/v1/clients/\(people[0].clientID)/closings", as: house.intake)
            #expect(closings.items.first?["reopenedAt"] == .null, "\(closings.text)")
        }
    }

    @Test func `who had left, and is made one with who is in care, ends nothing of that one`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, people) = (world.mesa, try await world.people(3))
            let couple = try await world.seed(house) { $0.couple(people[1], people[2]) }
            try await change(people[0], ["diedOn": "2025-12-30"], world)
            try await change(
                people[0], ["diedOn": .null, "status": "inactive", "closing": ["careTeam": "keep"]], world)
            try await change(people[2], ["diedOn": "2026-01-02"], world)
            let merge = try await world.merge(people[0], into: people[1])
            #expect(merge.status == 201, "\(merge.text)")
            let path = "/v1/couples/\(couple)"
            #expect(try await world.request(.get, path, as: house.intake)["until"] == "2026-01-02")
            try await change(people[2], ["diedOn": .null], world)
            #expect(try await world.request(.get, path, as: house.intake)["until"] == .null)
        }
    }

    @Test func `who guards with the second of two accounts guards no more once the one person has died`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.owner,
                json: [
                    "guardian": ["name": "Lou", "accountId": .text("\(house.loner.accountID)")], "scopes": ["schedule"],
                ])
            let one = try #require(made.headers["location"], "\(made.text)")
            let asked = try await world.merge(house.loner, into: house.client)
            let id = try #require(asked["id"].text, "\(asked.text)")
            let confirmed = try await world.request(
                .put, "/v1/clients/\(house.client.clientID)/merges/\(id)/confirmation", as: house.intake)
            #expect(confirmed.status == 200, "\(confirmed.text)")
            try await change(house.client, ["diedOn": "2026-01-03"], world)
            let ended = try await world.request(.get, one, as: house.intake)
            #expect(ended["until"] == "2026-01-05" && ended["ended"] == true, "\(ended.text)")
        }
    }

    @Test func `a place in a care team that somebody has ended while two charts were one stays ended`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let people = try await world.people(2)
            try await world.seed(house) { seed in
                for (person, days) in [(people[0], -60), (people[1], -20)] {
                    seed.add(
                        """
                        insert into care_team_memberships (practice_id, membership_id, client_id, account_id, during)
                        values (\(house.id), \(seed.id(CareTeamMembership.self)), \(person.clientID),
                            \(house.newcomer.accountID), daterange(\(seed.today.adding(days: days)), null))
                        """)
                }
            }
            let merge = try await world.merge(people[0], into: people[1])
            #expect(merge.status == 201, "\(merge.text)")
            // Of the other chart's days those before are left; somebody says that it was over earlier still.
            try await world.run(
                """
                update care_team_memberships set during = daterange(lower(during), '2025-12-01'), ended_at = now()
                where client_id = \(people[1].clientID) and account_id = \(house.newcomer.accountID)
                    and not upper_inf(during)
                """)
            #expect(try await world.reverse(merge, into: people[1]).status == 200)
            let ended: SQL = """
                from care_team_memberships where client_id = \(people[0].clientID)
                    and account_id = \(house.newcomer.accountID) and upper(during) = '2025-12-01'
                """
            #expect(try await world.count(ended) == 1)
        }
    }
}
