import JSON
import Postgres
import Practice
import WebAPI

/// Who touched what, newest first.
struct AuditRoutes: RouteGroup {
    var routes: [Route] {
        [.get("/v1/audit-events", "audit.read", of: .practice, list)]
    }

    private func list(_ call: Call) async throws -> Answer {
        let filter = try call.query(AuditEvent.Filter.init)
        let entries = try await call.run(AuditEvent.entries(filter, in: call.practiceID))
        return call.page(filter.page, entries) { PageKey($0.id) }
    }
}

extension AuditEvent.Entry: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("at", at)
            json.member("requestId", requestID)
            json.member("accountId", accountID)
            json.member("role", role)
            json.member("relation", relation)
            json.member("action", action)
            json.member("kind", kind)
            json.member("resourceId", resourceID)
            json.array("clientIds", clientIDs)
            json.member("outcome", outcome)
        }
    }
}
