import JSON
import Practice
import WebAPI

/// Work that failed as often as it may, for those at the desk to see and to try again.
struct DeadLetterRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/dead-letters", "inquiry.read", of: .practice, list),
            .put("/v1/dead-letters/{jobId}/retry", "inquiry.change", of: .job("jobId"), retry),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let dead = try await call.run(QueuedJob.Dead.list(page, in: call.practiceID))
        return call.page(page, dead) { PageKey($0.diedAt, $0.id) }
    }

    private func retry(_ call: Call) async throws -> Answer {
        do throws(Problem) {
            _ = try await call.run(QueuedJob.retry(call.id("jobId"), in: call.practiceID, at: call.now))
            return .noContent
        } catch let problem where problem.code == QueuedJob.isDone {
            throw QueuedJob.notDead
        }
    }
}

extension QueuedJob.Dead: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("kind", kind)
            json.member("subjectId", subjectID)
            json.member("attempts", attempts)
            json.member("lastError", lastError)
            json.member("diedAt", diedAt)
        }
    }
}
