import JSON
import Practice
import WebAPI

/// What a counselor does with homework that was given: what waits, review, discussion, withdrawal.
struct ReviewRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/homework-reviews", "review_queue.read", of: .practice, queue),
            .put("/v1/homework/{homeworkId}/review", "homework.review", of: .homework("homeworkId"), review),
            .put("/v1/homework/{homeworkId}/discussion", "homework.review", of: .homework("homeworkId"), discuss),
            .put("/v1/homework/{homeworkId}/withdrawal", "homework.withdraw", of: .homework("homeworkId"), withdraw),
        ]
    }

    private func queue(_ call: Call) async throws -> Answer {
        let (page, filter) = try call.query { ($0.page(), Homework.QueueFilter(&$0)) }
        let (waiting, totals) = try await call.run(
            try Homework.queue(of: call.practiceID, filter, page, at: call.now),
            Homework.queueTotals(of: call.practiceID, filter))
        return .json { json in
            json.array("items", waiting.prefix(page.limit))
            json.member("next", call.next(page, waiting) { PageKey($0.submittedAt, $0.id) })
            json.member("waiting", totals.waiting)
            json.member("oldestSubmittedAt", totals.oldest)
        }
    }

    @Sendable private func review(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatch()
        let (outcome, comment) = try call.body { body in
            let outcome = body.required("outcome", .choice(Homework.Review.Decision.self))
            let comment = body.optional("comment", .text(1...10_000))
            let isMissing = outcome == .returned && !body.has("comment")
            body.check(
                !isMissing, "comment", "required", "What is returned needs a comment that says what is to be done.")
            return (outcome, comment)
        }
        let vault = try await call.vault()
        let sealed = try comment.map { text throws(KeyError) in try vault.seal(text, at: .comment(homeworkID)) }
        let (_, changed) = try await call.run(
            Homework.holdBoth(homeworkID),
            Homework.review(
                outcome, sealedComment: sealed, of: homeworkID, of: call.practiceID, ifVersion: version, at: call.now))
        if let problem = changed.outcome.problem { throw problem }
        return .json(etag: changed.version) { json in
            json.member("homeworkId", homeworkID)
            json.member("number", changed.number)
            json.member("outcome", outcome)
            json.member("reviewedAt", changed.at)
        }
    }

    private func discuss(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatch()
        let request = try call.body(Discussion.Request.init)
        let marked = try await call.run(
            Discussion.mark(request, homeworkID, of: call.practiceID, ifVersion: version, at: call.now))
        if let problem = marked.outcome.problem(request) { throw problem }
        return .json(etag: marked.version) { json in
            json.member("homeworkId", homeworkID)
            marked.discussion?.write(membersTo: &json)
        }
    }

    @Sendable private func withdraw(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatch()
        let andLater = try call.body { $0.optional("andLater", .bool) ?? false }
        let (_, changed) = try await call.run(
            Homework.holdBoth(homeworkID),
            Homework.withdraw(homeworkID, andLater: andLater, of: call.practiceID, ifVersion: version))
        if let problem = changed.outcome.problem { throw problem }
        return .json(etag: changed.version) { json in
            json.member("homeworkId", homeworkID)
            json.member("withdrawn", changed.number)
        }
    }
}
