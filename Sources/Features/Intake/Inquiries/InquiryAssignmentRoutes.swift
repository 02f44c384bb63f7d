import HTTPTypes
import Postgres
import Practice
import WebAPI

/// Who answers an inquiry: who could, who does, who did.
struct InquiryAssignmentRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/inquiries/{inquiryId}/counselors", "inquiry.read", of: .inquiry("inquiryId"), candidates),
            .get("/v1/inquiries/{inquiryId}/assignments", "inquiry.read", of: .inquiry("inquiryId"), list),
            .put("/v1/inquiries/{inquiryId}/assignment", "inquiry.change", of: .inquiry("inquiryId"), assign),
            .delete("/v1/inquiries/{inquiryId}/assignment", "inquiry.change", of: .inquiry("inquiryId"), unassign),
        ]
    }

    private func candidates(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let candidates = try await call.run(Inquiry.candidates(call.id("inquiryId"), page))
        return call.page(page, candidates) { PageKey($0.isAssignable, $0.name, $0.id) }
    }

    private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let assignments = try await call.run(Inquiry.assignments(call.id("inquiryId"), page, in: call.practiceID))
        let vault = try await call.vault()
        return call.page(page, try assignments.map { try $0.opened(with: vault) }) { PageKey($0.since, $0.id) }
    }

    private func assign(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatch()
        let handOver = try call.body(Inquiry.HandOver.init)
        let (inquiry, id): (ID<Inquiry>, ID<InquiryAssignment>) = (call.id("inquiryId"), call.newID())
        let vault = try await call.vault()
        let reason = try vault.sealed(handOver.reason, at: .reason(of: id))
        do throws(Problem) {
            let (_, _, record) = try await call.run(
                Inquiry.assign(
                    id, inquiry, to: handOver.counselorID, sealed: reason, in: call.practiceID, at: call.now),
                Inquiry.setAssigned(inquiry, to: handOver.counselorID, seen: seen, in: call.practiceID),
                Inquiry.Record.one(inquiry, in: call.practiceID), faults: Inquiry.assignmentFaults)
            return .json(etag: record.version, try record.opened(with: vault))
        } catch {
            guard let detail = Inquiry.assignmentRefusals[error.code] else { throw error }
            throw Problem.conflict(error.code, detail)
        }
    }

    private func unassign(_ call: Call) async throws -> Answer {
        let (seen, inquiry): (Int, ID<Inquiry>) = (try call.ifMatch(), call.id("inquiryId"))
        _ = try await call.run(
            Inquiry.hold(inquiry, in: call.practiceID), Inquiry.unassign(inquiry, in: call.practiceID, at: call.now),
            Inquiry.setAssigned(inquiry, to: nil, seen: seen, in: call.practiceID))
        return .noContent
    }
}
