import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What is said of a couple or a guardianship that a death has ended, or has not been able to (decision 0051).
@Suite struct SpanWordTests {
    private func change(_ person: Person, _ json: JSONValue, _ world: World) async throws {
        try await world.advance(by: .seconds(60))
        let answer = try await world.change(person, json, as: world.mesa.intake)
        #expect(answer.status == 200, "\(answer.text)")
    }

    @Test func `an end that could not be moved stays when the first day is corrected`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, people) = (world.mesa, try await world.people(3))
            let couple = try await world.seed(house) { $0.couple(people[0], people[1]) }
            try await change(people[0], ["diedOn": "2026-01-01"], world)
            let other = try await world.request(
                .post, "/v1/couples", as: house.intake,
                json: [
                    "clientIds": [.text("\(people[1].clientID)"), .text("\(people[2].clientID)")], "from": "2026-01-02",
                ])
            #expect(other.status == 201, "\(other.text)")
            try await change(people[0], ["diedOn": "2026-01-04"], world)
            let path = "/v1/couples/\(couple)"
            let stayed = try await world.request(.get, path, as: house.intake)
            #expect(stayed["until"] == "2026-01-01", "\(stayed.text)")
            let earlier = try await world.request(
                .patch, path, as: house.intake, json: ["from": "2025-12-20"], ifMatch: stayed.version)
            #expect(earlier["from"] == "2025-12-20" && earlier["until"] == "2026-01-01", "\(earlier.text)")
            // What was in the way never was: the old couple lasted until the death.
            let way = try #require(other.headers["location"])
            let gone = try await world.request(.put, way + "/ending", as: house.intake, json: ["endedOn": "2026-01-02"])
            #expect(gone.status == 200, "\(gone.text)")
            #expect(try await world.request(.get, path, as: house.intake)["until"] == "2026-01-04")
        }
    }

    @Test
    func `who has left, and had not died, begins anew: an old mistake ends nothing new, and what it ended says so`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await change(house.partner, ["diedOn": "2026-01-03"], world)
            try await change(
                house.partner, ["diedOn": .null, "status": "inactive", "closing": ["careTeam": "keep"]], world)
            let path = "/v1/couples/\(house.couple)"
            let ended = try await world.request(.get, path, as: house.intake)
            #expect(ended["until"] == "2026-01-03", "\(ended.text)")
            let later = try await world.request(
                .put, path + "/ending", as: house.intake, json: ["endedOn": "2026-01-05"], ifMatch: ended.version)
            #expect(later.faults == ["/endedOn after_death"], "\(later.text)")
            // The account works still, and its owner guards a minor from now on.
            try await world.run(
                """
                update accounts set disabled_at = null, version = version + 1
                where account_id = \(house.partner.accountID)
                """)
            let guarding = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.owner,
                json: [
                    "guardian": ["name": "Pat Drew", "accountId": .text("\(house.partner.accountID)")],
                    "scopes": ["schedule"],
                ])
            let one = try #require(guarding.headers["location"], "\(guarding.text)")
            let planned = try await world.request(
                .patch, one, as: house.intake, json: ["until": "2026-03-01"], ifMatch: guarding.version)
            #expect(planned["until"] == "2026-03-01" && planned["ended"] == false, "\(planned.text)")
        }
    }

    @Test func `of a guardianship that a death has ended nobody says another day, and its end may be said`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let list = "/v1/clients/\(house.minor.clientID)/guardians"
            try await change(house.minor, ["diedOn": "2026-01-03"], world)
            let all = try await world.request(.get, list, as: house.intake)
            let one = list + "/" + (try #require(all.items.first?["id"]?.text, "\(all.text)"))
            let seen = try await world.request(.get, one, as: house.intake).version
            for day: JSONValue in ["2026-01-02", "2030-01-01"] {
                let refused = try await world.request(
                    .patch, one, as: house.intake, json: ["until": day], ifMatch: seen)
                #expect(refused.status == 409 && refused.code == "guardianship_has_ended", "\(refused.text)")
            }
            #expect(try await world.request(.delete, one, as: house.intake, ifMatch: seen).status == 204)
            try await change(house.minor, ["diedOn": .null], world)
            let ended = try await world.request(.get, one, as: house.intake)
            #expect(ended["until"] == "2026-01-05" && ended["ended"] == true, "\(ended.text)")
        }
    }

    @Test func `one that is over by its day begins again by no change, and what it was based on is put right`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.owner,
                json: [
                    "guardian": ["name": "Pat Drew", "invite": false], "scopes": ["schedule"], "from": "2025-12-01",
                    "until": "2026-01-02",
                ])
            let one = try #require(made.headers["location"], "\(made.text)")
            for json: JSONValue in [["until": .null], ["until": "2026-02-01"], ["scopes": ["homework"]]] {
                let refused = try await world.request(.patch, one, as: house.intake, json: json, ifMatch: made.version)
                #expect(refused.status == 409 && refused.code == "guardianship_has_ended", "\(refused.text)")
            }
            let based = try await world.request(
                .patch, one, as: house.intake, json: ["documentReference": "FC-7"], ifMatch: made.version)
            #expect(based["documentReference"] == "FC-7", "\(based.text)")
        }
    }

    @Test func `a closing says that a couple came back only where it did`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let closing: JSONValue = [
                "account": "keep", "careTeam": "keep", "homework": "keep", "appointments": "keep",
            ]
            try await change(house.client, ["diedOn": "2026-01-03"], world)
            try await change(house.partner, ["status": "inactive", "closing": closing], world)
            try await change(house.client, ["diedOn": .null], world)
            try await change(house.partner, ["status": "active"], world)
            try await change(house.partner, ["diedOn": "2026-01-01"], world)
            try await change(house.partner, ["diedOn": .null], world)
            let couple = try await world.request(.get, "/v1/couples/\(house.couple)", as: house.intake)
            #expect(couple["until"] == "2026-01-03", "\(couple.text)")
            for (person, came) in [(house.client, false), (house.partner, true)] {
                let closings = try await world.request(
                    .get, "/v1/clients/\(person.clientID)/closings", as: house.intake)
                let thing = closings.items.first?["ended"]?.list.first { $0["kind"] == "couple" }
                #expect(thing?["cameBack"] == .bool(came), "\(closings.text)")
            }
        }
    }
}
