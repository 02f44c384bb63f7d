import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Which sign-in stays when a chart is closed, and until when that is told.
@Suite struct StayingAccountTests {
    private let leaving: JSONValue = ["account": "end", "seats": "end", "homework": "keep", "careTeam": "keep"]

    @Test func `that a sign-in stays is told where it was to end, and as long as it is so`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, guardianship) = (world.mesa, try await world.guarding())
            func leave(_ closing: JSONValue) async throws -> TestAnswer {
                try await world.advance(by: .seconds(60))
                return try await world.change(
                    house.loner, ["status": "inactive", "closing": closing], as: house.intake)
            }
            let left = try await leave(leaving)
            #expect(left["stayed"].list.map { $0["reason"] } == ["guardian"], "\(left.text)")
            // Nobody asks for the sign-in to end.
            let other = try await leave(["homework": "end"])
            #expect(other.status == 200 && other["stayed"] == .null, "\(other.text)")
            let version = try await world.request(.get, guardianship, as: house.intake).version
            #expect(
                try await world.request(.delete, guardianship, as: house.intake, ifMatch: version).status == 204)
            let again = try await leave(["account": "end"])
            #expect(again.status == 200 && again["stayed"] == .null, "\(again.text)")
            #expect(try await world.request(.get, "/v1/me", as: house.loner).status == 401)
            #expect(
                try await world.count(
                    "from accounts where account_id = \(house.loner.accountID) and disabled_at is not null") == 1)
        }
    }

    @Test(arguments: [true, false])
    func `the role of who guards nobody any more keeps no sign-in`(hasEnded: Bool) async throws {
        try await withWorld { (world: World) async throws in
            let (house, guardianship) = (world.mesa, try await world.guarding())
            func areas() async throws -> Set<String> {
                let open = try await world.request(
                    .get, "/v1/clients/\(house.loner.clientID)/open-things", as: house.intake)
                return Set(open.items.compactMap { $0["area"]?.text })
            }
            #expect(try await !areas().contains("account"))
            if hasEnded {
                let version = try await world.request(.get, guardianship, as: house.intake).version
                #expect(
                    try await world.request(.delete, guardianship, as: house.intake, ifMatch: version).status == 204)
            } else {
                try await world.rename(house.minor, "birth_date = '2008-01-05'")
            }
            try await world.advance(by: .seconds(60))
            #expect(
                try await world.count(
                    "from accounts where account_id = \(house.loner.accountID) and roles @> '{guardian}'") == 1)
            #expect(try await areas().contains("account"))
            let left = try await world.change(
                house.loner, ["status": "inactive", "closing": leaving], as: house.intake)
            #expect(left.status == 200 && left["stayed"] == .null, "\(left.text)")
            #expect(try await world.request(.get, "/v1/me", as: house.loner).status == 401)
        }
    }
}

extension World {
    /// The loner guards the minor, and signs in for that too.
    func guarding() async throws -> String {
        let made = try await request(
            .post, "/v1/clients/\(mesa.minor.clientID)/guardians", as: mesa.intake,
            json: [
                "guardian": ["name": "Dan Drew", "accountId": .text("\(mesa.loner.accountID)")],
                "scopes": ["schedule"],
            ])
        return try #require(made.headers["location"], "\(made.text)")
    }
}
