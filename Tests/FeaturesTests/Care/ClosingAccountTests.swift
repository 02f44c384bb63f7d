import Features
import Postgres
import Practice
import TestSupport
import Testing

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
}
