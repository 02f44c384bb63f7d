import HTTPTypes
import Practice
import WebAPI

/// Reading homework: lists by due date, and one piece with all that the caller may see of it.
struct HomeworkRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/homework", "homework.read", of: .practice, listMine),
            .get("/v1/me/homework-summary", "homework.read", of: .practice, summarize),
            .get("/v1/clients/{clientId}/homework", "homework.read", of: .client("clientId"), listOfClient),
            .get("/v1/groups/{groupId}/homework", "homework.read", of: .group("groupId"), listOfGroup),
            .get("/v1/homework/{homeworkId}", "homework.read", of: .homework("homeworkId"), read),
            .get("/v1/homework/{homeworkId}/receipt", "homework.read", of: .homework("homeworkId"), readReceipt),
        ]
    }

    @Sendable private func listMine(_ call: Call) async throws -> Answer {
        try await list(.everyone, call)
    }

    @Sendable private func summarize(_ call: Call) async throws -> Answer {
        let summary: Homework.Summary = try await call.run(Homework.summary(of: call.practiceID, at: call.now))
        return .json(.ok, summary)
    }

    @Sendable private func listOfClient(_ call: Call) async throws -> Answer {
        try await list(.client(call.id("clientId")), call)
    }

    @Sendable private func listOfGroup(_ call: Call) async throws -> Answer {
        try await list(.group(call.id("groupId")), call)
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let (detail, answers, draft, reviews) = try await call.run(
            Homework.detail(homeworkID, of: call.practiceID, at: call.now),
            Homework.answers(homeworkID, of: call.practiceID),
            Homework.draftFields(homeworkID, of: call.practiceID),
            Homework.reviews(homeworkID, of: call.practiceID))
        let opened = try Homework.Opened(detail, answers, draft, reviews, try await call.vault())
        return .json(etag: detail.item.standing?.version, opened)
    }

    @Sendable private func readReceipt(_ call: Call) async throws -> Answer {
        let receipt: Homework.Receipt = try await call.run(
            Homework.receipt(call.id("homeworkId"), of: call.practiceID, at: call.now))
        return .json(.ok, receipt)
    }

    private func list(_ reach: Homework.Reach, _ call: Call) async throws -> Answer {
        let (page, filter) = try call.query { ($0.page(), Homework.Filter(&$0)) }
        let items = try await call.run(
            try Homework.list(reach, of: call.practiceID, filter, page, at: call.now))
        return call.page(page, items) { PageKey($0.dueAt, $0.id) }
    }
}
