import HTTPTypes
import JSON
import Practice
import WebAPI

/// What client and counselor say to each other about a piece. Nobody else reads it.
struct CommentRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/homework/{homeworkId}/comments", "homework.read", of: .homework("homeworkId"), read),
            .post("/v1/homework/{homeworkId}/comments", "homework.submit", of: .homework("homeworkId"), add),
            .post("/v1/homework/{homeworkId}/feedback", "homework.review", of: .homework("homeworkId"), add),
        ]
    }

    private func read(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let sealed = try await call.run(
            try HomeworkComment.thread(of: call.id("homeworkId"), in: call.practiceID, page))
        let vault = try await call.vault()
        let comments = try sealed.map { comment throws(KeyError) in try HomeworkComment.Opened(comment, vault) }
        return call.page(page, comments) { PageKey($0.comment.createdAt, $0.comment.id) }
    }

    /// By the client under one name, by who answers under the other: each has a door of its own.
    private func add(_ call: Call) async throws -> Answer {
        let text = try call.body { $0.required("text", .text(1...10_000)) }
        let id: ID<HomeworkComment> = call.newID()
        let vault = try await call.vault()
        let (outcome, comment) = try await call.run(
            HomeworkComment.add(
                try vault.seal(text, at: .homeworkComment(id)), id, to: call.id("homeworkId"), of: call.practiceID,
                at: call.now))
        guard outcome == .accepted, let comment else {
            throw Problem.conflict("withdrawn", "This homework was withdrawn. Write to each other in another way.")
        }
        return .json(.created, try HomeworkComment.Opened(comment, vault))
    }
}
