import JSON
import Practice
import Testing
import TestSupport

@Suite struct AuditRoutesTests {
    @Test func `who opened a chart, and who tried, is found by who and about whom`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, chart) = (world.mesa, "/v1/clients/\(world.mesa.client.clientID)")
            #expect(try await world.request(.get, chart, as: house.counselor).status == 200)
            #expect(try await world.request(.get, chart, as: house.newcomer).status == 404)
            #expect(try await world.request(.get, "/v1/staff", as: house.client).status == 403)

            let about = try await world.request(
                .get, "/v1/audit-events?clientId=\(house.client.clientID)&outcome=allowed", as: house.auditor)
            #expect(about.items.map { $0["action"] } == ["client.read"])
            #expect(about.items.first?["relation"] == "treats")
            let refused = try await world.request(
                .get, "/v1/audit-events?accountId=\(house.newcomer.accountID)&outcome=not_found", as: house.owner)
            #expect(refused.items.map { $0["resourceId"] } == [.text("\(house.client.clientID)")])
            let page = try await world.request(.get, "/v1/audit-events?limit=1", as: house.owner)
            #expect(page.items.count == 1)
            let next = try #require(page["next"].text)
            #expect(
                try await world.request(.get, "/v1/audit-events?limit=1&cursor=\(next)", as: house.owner).items.count
                    == 1)
            #expect(
                try await world.request(.get, "/v1/audit-events?outcome=allowed&cursor=\(next)", as: house.owner).code
                    == "invalid_cursor")
            #expect(
                try await world.request(.get, "/v1/audit-events?from=2026-01-06T00:00:00Z", as: house.owner).items == []
            )
            let elsewhere = try await world.request(
                .get, "/v1/audit-events?clientId=\(house.client.clientID)", as: world.tempe.auditor)
            #expect(elsewhere.items == [])
        }
    }

    @Test func `the audit is for owner and auditor, and asks plainly`() async throws {
        try await withWorld { (world: World) async throws in
            for person in [world.mesa.admin, world.mesa.counselor, world.mesa.client] {
                #expect(try await world.request(.get, "/v1/audit-events", as: person).status == 403)
            }
            let wrong = try await world.request(
                .get, "/v1/audit-events?from=2026-01-06T00:00:00Z&to=2026-01-05T00:00:00Z&outcome=maybe&who=me",
                as: world.mesa.owner)
            #expect(wrong.status == 400)
            #expect(Set(wrong.faults) == ["/to before_from", "/outcome not_a_choice", "/who unknown_parameter"])
        }
    }
}
