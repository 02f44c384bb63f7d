import HTTPTypes
import Postgres
import Practice
import WebAPI

/// Who may be whom: before a chart is made, beside one that is there, and for who asked for help.
struct DuplicateRoutes: RouteGroup {
    private let searches: Bucket

    init(_ settings: FeatureSettings) {
        searches = .searches(settings.limits)
    }

    var routes: [Route] {
        let distinction = "/v1/clients/{clientId}/distinctions/{otherId}"
        return [
            .get("/v1/duplicates", "client.search", of: .practice, list),
            .post("/v1/clients/duplicates", "client.search", of: .practice, ofDescription),
            .get("/v1/clients/{clientId}/duplicates", "client.search", of: .client("clientId"), ofClient),
            .get("/v1/inquiries/{inquiryId}/duplicates", "inquiry.read", of: .inquiry("inquiryId"), ofInquiry),
            .put(distinction, "client.change", of: .client("clientId"), tellApart),
            .delete(distinction, "client.change", of: .client("clientId"), takeBack),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let pairs = try await call.run(Client.LikelyPair.open(page, in: call.practiceID))
        return call.page(page, pairs) { PageKey($0.foundAt, $0.first.id, $0.second.id) }
    }

    private func ofDescription(_ call: Call) async throws -> Answer {
        let (new, _) = try call.body(Client.New.reading)
        let (draw, found) = try await call.run(
            call.drawOfCaller(searches), Client.Likely.described(by: new, in: call.practiceID))
        try draw.judge(at: call.now)
        return .list(found)
    }

    private func ofClient(_ call: Call) async throws -> Answer {
        let found = try await call.run(Client.Likely.duplicates(of: call.id("clientId"), in: call.practiceID))
        return .list(found)
    }

    private func ofInquiry(_ call: Call) async throws -> Answer {
        let found = try await call.run(Client.Likely.senders(of: call.id("inquiryId"), in: call.practiceID))
        return .list(found)
    }

    private func tellApart(_ call: Call) async throws -> Answer {
        _ = try await call.run(
            Client.tellApart(call.id("clientId"), from: call.id("otherId"), in: call.practiceID, at: call.now))
        return .noContent
    }

    private func takeBack(_ call: Call) async throws -> Answer {
        _ = try await call.run(
            Client.takeBackDistinction(of: call.id("clientId"), from: call.id("otherId"), in: call.practiceID))
        return .noContent
    }
}
