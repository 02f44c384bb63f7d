import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Deaths that were none, of two whom one thing is between: what comes back with which of them.
@Suite struct DeathBeneathTests {
    /// The client is one of a couple, and dies with a minor whom the partner guards; the partner's death lies before.
    @Test(
        arguments: [("2026-01-04", "2025-12-28", "2026-01-04"), ("2025-12-24", "2025-12-24", "2025-12-24")])
    func `a day that is corrected beneath an earlier death is there when that one is taken back`(
        day: String, meanwhile: String, then: String
    ) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.owner,
                json: [
                    "guardian": ["name": "Pat Drew", "accountId": .text("\(house.partner.accountID)")],
                    "scopes": ["schedule"], "from": "2025-12-01",
                ])
            let guardianship = try #require(made.headers["location"], "\(made.text)")
            func untils() async throws -> [JSONValue?] {
                var untils: [JSONValue?] = []
                for path in ["/v1/couples/\(house.couple)", guardianship] {
                    untils.append(try await world.request(.get, path, as: house.intake)["until"])
                }
                return untils
            }
            func change(_ people: [Person], _ day: JSONValue) async throws {
                try await world.advance(by: .seconds(60))
                for person in people {
                    let answer = try await world.change(person, ["diedOn": day], as: house.intake)
                    #expect(answer.status == 200, "\(answer.text)")
                }
            }
            let first = [house.client, house.minor]
            try await change(first, "2026-01-02")
            try await change([house.partner], "2025-12-28")
            #expect(try await untils() == ["2025-12-28", "2025-12-28"])
            try await change(first, .text(day))
            #expect(try await untils() == [.text(meanwhile), .text(meanwhile)])
            try await change([house.partner], .null)
            #expect(try await untils() == [.text(then), .text(then)])
            try await change(first, .null)
            #expect(try await untils() == [.null, .null])
        }
    }

    @Test func `what stayed since the partner had left waits for no death of later`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            func change(_ person: Person, _ json: JSONValue) async throws {
                try await world.advance(by: .seconds(60))
                let answer = try await world.change(person, json, as: house.intake)
                #expect(answer.status == 200, "\(answer.text)")
            }
            let closing: JSONValue = [
                "account": "keep", "careTeam": "keep", "homework": "keep", "appointments": "keep",
            ]
            try await change(house.client, ["diedOn": "2026-01-03"])
            try await change(house.partner, ["status": "inactive", "closing": closing])
            try await change(house.client, ["diedOn": .null])
            try await change(house.partner, ["status": "active"])
            try await change(house.partner, ["diedOn": "2026-01-04"])
            try await change(house.partner, ["diedOn": .null])
            let couple = try await world.request(.get, "/v1/couples/\(house.couple)", as: house.intake)
            #expect(couple["until"] == "2026-01-03", "\(couple.text)")
        }
    }

    @Test(arguments: [true, false])
    func `a couple that was kept when one of them left is as it was when the other has not died`(bothDie: Bool)
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            func change(_ person: Person, _ json: JSONValue) async throws {
                try await world.advance(by: .seconds(60))
                let answer = try await world.change(person, json, as: house.intake)
                #expect(answer.status == 200, "\(answer.text)")
            }
            let closing: JSONValue = [
                "account": "keep", "careTeam": "keep", "homework": "keep", "appointments": "keep", "couple": "keep",
            ]
            let path = "/v1/couples/\(house.couple)"
            try await change(house.partner, ["status": "inactive", "closing": closing])
            try await change(house.client, ["diedOn": "2026-01-03"])
            if bothDie { try await change(house.partner, ["diedOn": "2026-01-04"]) }
            #expect(try await world.request(.get, path, as: house.intake)["until"] == "2026-01-03")
            try await change(house.client, ["diedOn": .null])
            if bothDie {
                #expect(try await world.request(.get, path, as: house.intake)["until"] == "2026-01-04")
                try await change(house.partner, ["diedOn": .null])
            }
            #expect(try await world.request(.get, path, as: house.intake)["until"] == .null)
        }
    }
}
