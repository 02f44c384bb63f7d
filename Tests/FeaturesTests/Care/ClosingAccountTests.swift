import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What becomes of a sign-in, and of keys to it, when a chart is closed (decision 0030).
@Suite struct ClosingAccountTests {
    @Test func `invitations end with the account, and a reset goes with it and is not asked about`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let path = "/v1/clients/\(nell)"
            let invited = try await world.request(.post, path + "/invitation", as: house.intake, json: [:])
            #expect(invited.status == 201)
            func leave(_ closing: JSONValue) async throws -> TestAnswer {
                try await world.request(
                    .patch, path, as: house.intake, json: ["status": "inactive", "closing": closing], ifMatch: 1)
            }
            let both = try await leave(["account": "end", "invitations": "keep"])
            #expect(both.faults == ["/closing/invitations ends_with_account"], "\(both.text)")
            #expect(
                try await world.count("from invitations where account_id is not null and accepted_at is null") >= 1)
            let left = try await leave(["account": "end"])
            #expect(left.status == 200, "\(left.text)")
            #expect(try await world.request(.get, "/v1/invitations/\(invited.tokens[0])").status == 404)
            let closing = try await world.request(.get, path + "/closings", as: house.intake).items.first
            #expect(closing?["kept"] == [])
            #expect(Set(closing?["ended"]?.list.compactMap { $0["kind"]?.text } ?? []) == ["account", "invitation"])

            // Somebody signs in, and has asked for a new password.
            let asked: JSONValue = ["practice": "mesa", "email": .text(house.loner.email)]
            #expect(try await world.request(.post, "/v1/password-resets", json: asked).status == 202)
            let open = try await world.request(
                .get, "/v1/clients/\(house.loner.clientID)/open-things", as: house.intake)
            #expect(!open.items.contains { $0["area"] == "invitations" })
        }
    }

    @Test(arguments: ["guardian", "staff"])
    func `who goes on as somebody else keeps the sign-in, and the answer says so`(role: String) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            if role == "guardian" {
                let made = try await world.request(
                    .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.intake,
                    json: [
                        "guardian": ["name": "Dan Drew", "accountId": .text("\(house.loner.accountID)")],
                        "scopes": ["schedule"],
                    ])
                #expect(made.status == 201, "\(made.text)")
            } else {
                try await world.run(
                    """
                    update accounts set roles = '{client,intake}', version = version + 1
                    where account_id = \(house.loner.accountID)
                    """)
                try await world.run(
                    "insert into staff (practice_id, account_id) values (\(house.id), \(house.loner.accountID))")
            }
            let account = JSONValue.text("\(house.loner.accountID)")
            let said: JSONValue = [
                ["kind": "account", "id": account, "cameBack": false, "stayed": true, "reason": .text(role)]
            ]
            let closing: JSONValue = ["account": "end", "seats": "end", "homework": "end", "careTeam": "keep"]
            // To say it again is to be told again, and nothing is written down twice.
            for _ in 1...2 {
                let left = try await world.change(
                    house.loner, ["status": "inactive", "closing": closing], as: house.intake)
                #expect(left.status == 200 && left["stayed"] == said, "\(left.text)")
            }
            let path = "/v1/clients/\(house.loner.clientID)"
            let closings = try await world.request(.get, path + "/closings", as: house.intake)
            #expect(closings.items.first?["ended"]?.list.filter { $0["kind"] == "account" } == said.list)
            #expect(try await world.request(.get, "/v1/me", as: house.loner).status == 200)
            let read = try await world.request(.get, path, as: house.intake)
            #expect(read["stayed"] == .null, "\(read.text)")
            try await world.advance(by: .seconds(60))
            // Who has died guards nobody; who works here is the practice's affair.
            let died = try await world.change(house.loner, ["diedOn": "2026-01-04"], as: house.intake)
            #expect(died["stayed"] == (role == "staff" ? said : .null), "\(died.text)")
            #expect(try await world.request(.get, "/v1/me", as: house.loner).status == (role == "staff" ? 200 : 401))
        }
    }
}
