import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// How long inquiries wait, how long they may, and why they end.
struct ClockRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/inquiries/{inquiryId}/states", "inquiry.read", of: .inquiry("inquiryId"), stays),
            .get("/v1/reports/inquiries", "inquiry.read", of: .practice, report).offering(.json, .csv),
            .get("/v1/inquiry-limits", "inquiry.read", of: .practice, limits),
            .put("/v1/inquiry-limits", "practice.change", of: .practice, setLimits),
            .get("/v1/inquiry-reasons", "inquiry.read", of: .practice, reasons),
            .put("/v1/inquiry-reasons", "practice.change", of: .practice, setReasons),
        ]
    }

    private func stays(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let stays = try await call.run(Inquiry.stays(call.id("inquiryId"), page, in: call.practiceID))
        return call.page(page, stays) { PageKey($0.number) }
    }

    private func report(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let waiting = try await call.run(Inquiry.waiting(in: call.practiceID, at: call.now))
        guard call.representation == .json else {
            return .csv(Inquiry.Waiting.table(waiting), named: "inquiries.csv")
        }
        return .json { json in
            json.member("asOf", call.now)
            json.array("states", waiting)
        }
    }

    private func limits(_ call: Call) async throws -> Answer {
        let limits = try await call.run(Inquiry.limits(in: call.practiceID))
        return .json(.ok, limits)
    }

    private func setLimits(_ call: Call) async throws -> Answer {
        let limits = try call.body(Inquiry.Limits.init(_:))
        let (_, stored) = try await call.run(
            Inquiry.set(limits, in: call.practiceID), Inquiry.limits(in: call.practiceID))
        return .json(.ok, stored)
    }

    private func reasons(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let reasons = try await call.run(Inquiry.reasons(page, in: call.practiceID))
        return call.page(page, reasons) { PageKey($0.code) }
    }

    private func setReasons(_ call: Call) async throws -> Answer {
        let reasons = try call.body(Inquiry.Reason.all)
        let all = try Inquiry.reasons(Page(limit: 100), in: call.practiceID)
        let (results, slot) = try await call.run { batch in
            for query in Inquiry.set(reasons, in: call.practiceID) { _ = batch.append(query) }
            return batch.append(all)
        }
        return .list(try results[slot].prefix(100))
    }
}

extension Inquiry.Waiting {
    fileprivate static func table(_ rows: [Inquiry.Waiting]) -> CSV {
        var table = CSV(columns: ["State", "Limit in hours", "Waiting", "Overdue", "Oldest"])
        for row in rows {
            table.row { line in
                line.cell(row.state)
                line.cell(row.limitHours)
                line.cell(row.count)
                line.cell(row.overdue)
                line.cell(row.oldest)
            }
        }
        return table
    }
}
