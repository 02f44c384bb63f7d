import Practice
import WebAPI

/// Submissions that may speak of danger, for the professionals who may read the answers. Nobody else learns that there is
/// such a record: no client, partner or guardian, and nobody by an office in the practice.
struct RiskRecordRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/risk-records", "review_queue.read", of: .practice, list),
            .get("/v1/risk-records/{riskId}", "homework.read", of: .risk("riskId"), read),
            .put("/v1/risk-records/{riskId}/assessment", "homework.review", of: .risk("riskId"), assess),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Answer {
        let (page, isOpen) = try call.query { ($0.page(), $0.bool("open")) }
        let records = try await call.run(RiskRecord.list(of: call.practiceID, isOpen: isOpen, page))
        return call.page(page, records) { PageKey($0.assessedAt != nil, $0.raisedAt, $0.id) }
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        let riskID: ID<RiskRecord> = call.id("riskId")
        let (detail, assessments) = try await call.run(
            RiskRecord.detail(riskID, of: call.practiceID), RiskRecord.assessments(riskID, of: call.practiceID))
        return .json(
            etag: detail.item.version, try RiskRecord.Opened(detail, assessments, try await call.vault()))
    }

    /// Later assessments are added: what was known and done at the time stays.
    @Sendable private func assess(_ call: Call) async throws -> Answer {
        let riskID: ID<RiskRecord> = call.id("riskId")
        let version = try call.ifMatch()
        let now = call.now
        let assessment = try call.body { RiskAssessment.New(&$0, now: now) }
        let vault = try await call.vault()
        let (isFresh, detail, assessments) = try await call.run(
            RiskRecord.assess(
                try assessment.sealed(call.newID(), vault), riskID, of: call.practiceID, ifVersion: version, at: now),
            RiskRecord.detail(riskID, of: call.practiceID), RiskRecord.assessments(riskID, of: call.practiceID))
        guard isFresh else { throw Problem.stale }
        return .json(etag: detail.item.version, try RiskRecord.Opened(detail, assessments, vault))
    }
}
