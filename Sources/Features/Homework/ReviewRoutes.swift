import Practice
import WebAPI

/// What a counselor does with homework that was given: review, withdrawal.
struct ReviewRoutes: RouteGroup {
    var routes: [Route] {
        [
            .put("/v1/homework/{homeworkId}/review", "homework.review", of: .homework("homeworkId"), review),
            .put("/v1/homework/{homeworkId}/withdrawal", "homework.withdraw", of: .homework("homeworkId"), withdraw),
        ]
    }

    @Sendable private func review(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatch()
        let (outcome, comment) = try call.body { body in
            let outcome = body.required("outcome", .choice(Homework.Review.Outcome.self))
            let comment = body.optional("comment", .text(1...10_000))
            let isMissing = outcome == .returned && !body.has("comment")
            body.check(
                !isMissing, "comment", "required", "What is returned needs a comment that says what is to be done.")
            return (outcome, comment)
        }
        let vault = try await call.vault()
        let sealed = try comment.map { text throws(KeyError) in try vault.seal(text, at: .comment(homeworkID)) }
        let kept = try await call.run(
            Homework.review(
                outcome, sealedComment: sealed, of: homeworkID, of: call.practiceID, ifVersion: version, at: call.now))
        if let problem = kept.outcome.problem { throw problem }
        return .json(etag: kept.version) { json in
            json.member("homeworkId", homeworkID)
            json.member("number", kept.number)
            json.member("outcome", outcome)
            json.member("reviewedAt", kept.at)
        }
    }

    @Sendable private func withdraw(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatch()
        let andLater = try call.body { $0.optional("andLater", .bool) ?? false }
        let kept = try await call.run(
            Homework.withdraw(homeworkID, andLater: andLater, of: call.practiceID, ifVersion: version))
        if let problem = kept.outcome.problem { throw problem }
        return .json(etag: kept.version) { json in
            json.member("homeworkId", homeworkID)
            json.member("withdrawn", kept.number)
        }
    }
}
