import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// The four lists on a client's start page.
@Suite struct HomeworkViewTests {
    @Test func `what is outstanding is in one of three views, and what is done in the fourth`() async throws {
        try await withWorld { world in
            let (mesa, ids) = (world.mesa, try await world.daily())
            try await world.advance(by: .seconds(2 * 86_400))
            _ = try await world.submit(ids[0])
            _ = try await world.saveDraft(ids[1], ["mood": 4])
            #expect(try await world.views(ids) == ["today": [2], "coming": [3, 4], "late": [1], "done": [0]])
            let summary = try await world.request(.get, "/v1/me/homework-summary", as: mesa.client)
            // Beside these the default world has three that are due in a week.
            #expect(summary.text == "{\"today\":1,\"coming\":5,\"late\":1,\"done\":1}")
            let late = try await world.list("/v1/homework?view=late", as: mesa.client).items.first
            #expect((late?["late"], late?["status"], late?["lateAt"]) == (true, "draft", "2026-01-07T03:00:00Z"))
            #expect(try await world.list("/v1/homework?view=today", as: mesa.client).items.first?["late"] == false)
        }
    }

    @Test func `today ends at midnight on the practice's calendar`() async throws {
        try await withWorld { world in
            let ids = try await world.daily(at: "23:59")
            #expect(try await world.views(ids)["today"] == [0])
            try await world.advance(by: .seconds(15 * 3_600 - 61))
            #expect(try await world.views(ids)["today"] == [0])
            try await world.advance(by: .seconds(120))
            #expect(try await world.views(ids)["today"] == [1])
        }
    }

    @Test func `within the grace nothing is late, and what is closed is in no view`() async throws {
        try await withWorld { world in
            let ids = try await world.daily()
            try await world.run(
                "update homework set late_at = due_at + interval '20 hours' where homework_id = any (\(ids))")
            try await world.run(
                "update homework set closes_at = due_at, version = version + 1 where homework_id = \(ids[1])")
            try await world.advance(by: .seconds(2 * 86_400))
            #expect(try await world.views(ids) == ["today": [2], "coming": [3, 4], "late": [0], "done": []])
            try await world.run(
                "update homework set late_at = due_at + interval '3 days' where homework_id = \(ids[0])")
            #expect(try await world.views(ids)["today"] == [0, 2])
        }
    }

    @Test func `what was returned is to be done, and what was in time is not late`() async throws {
        try await withWorld { world in
            let ids = try await world.daily()
            _ = try await world.submit(ids[0])
            _ = try await world.review(ids[0], "returned", comment: "More.", ifMatch: 2)
            try await world.run(
                "update homework set closes_at = due_at, version = version + 1 where homework_id = \(ids[0])")
            try await world.advance(by: .seconds(2 * 86_400))
            #expect(try await world.views(ids)["today"] == [0, 2])
        }
    }

    @Test func `done is paged, the last due first`() async throws {
        try await withWorld { world in
            let (mesa, ids) = (world.mesa, try await world.daily())
            try await world.run(
                "update homework set opens_at = \(world.clock.now), version = version + 1 where homework_id = any (\(ids))"
            )
            for id in ids { #expect(try await world.submit(id).status == 200) }
            var (seen, path): ([String], String?) = ([], "/v1/homework?view=done&limit=2")
            while let next = path {
                let page = try await world.list(next, as: mesa.client)
                seen += page.all("id")
                path = page["next"].text.map { "/v1/homework?view=done&limit=2&cursor=\($0)" }
            }
            #expect(seen == ids.reversed().map(\.description))
        }
    }

    @Test func `a view says itself how homework stands, and only to who may know`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            #expect(try await world.list("/v1/homework?view=soon", as: mesa.client).faults == ["/view not_a_choice"])
            #expect(
                try await world.list("/v1/homework?view=today&status=open", as: mesa.client).faults == [
                    "/status view_given"
                ])
            #expect(
                try await world.list("/v1/clients/\(mesa.client.clientID)/homework?view=coming", as: mesa.counselor)
                    .items.count == 3)
            #expect(
                try await world.list("/v1/groups/\(mesa.group)/homework?view=coming", as: mesa.facilitator).items.count
                    == 2)
            for view in ["today", "coming", "late"] {
                #expect(try await world.list("/v1/homework?view=\(view)", as: mesa.guardian).items == [])
            }
            _ = try await world.submit(mesa.minorHomework, as: mesa.minor)
            #expect(try await world.list("/v1/homework?view=done", as: mesa.guardian).items.count == 1)
            #expect(try await world.request(.get, "/v1/me/homework-summary", as: mesa.guardian).status == 404)
            #expect(try await world.request(.get, "/v1/me/homework-summary", as: mesa.owner).status == 403)
            let other = try await world.request(.get, "/v1/me/homework-summary", as: mesa.loner)
            #expect(other.text == "{\"today\":0,\"coming\":1,\"late\":0,\"done\":0}")
        }
    }
}

extension World {
    /// Five evenings from today on, given to the client.
    fileprivate func daily(at time: String = "20:00") async throws -> [ID<Homework>] {
        let made = try await assign(
            to: "clients/\(mesa.client.clientID)",
            [
                "repeats": "daily", "startsOn": "2026-01-05", "count": 5, "dueTime": .text(time),
                "timeZone": "America/Phoenix",
            ])
        return try await list("/v1/homework?limit=100", as: mesa.client).items
            .filter { $0["assignmentId"] == made["id"] }.compactMap { ID<Homework>($0["id"]?.text ?? "") }
    }

    /// Which of these each view has.
    fileprivate func views(_ ids: [ID<Homework>]) async throws -> [String: [Int]] {
        var views: [String: [Int]] = [:]
        for view in ["today", "coming", "late", "done"] {
            let found = try await list("/v1/homework?limit=100&view=\(view)", as: mesa.client).all("id")
            views[view] = found.compactMap { id in ids.firstIndex { $0.description == id } }
        }
        return views
    }
}
