import Practice
import WebAPI

/// What is open of a client, and what was ended with the chart.
struct ChartClosingRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/clients/{clientId}/open-things", "client.change", of: .client("clientId"), openThings),
            .get("/v1/clients/{clientId}/closings", "client.read", of: .client("clientId"), closings),
        ]
    }

    private func openThings(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let things = try await call.run(Client.openThings(of: call.id("clientId")))
        return .list(things)
    }

    private func closings(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let closings = try await call.run(Client.closings(of: call.id("clientId"), page, in: call.practiceID))
        return call.page(page, closings) { PageKey($0.closedAt, $0.id) }
    }
}
