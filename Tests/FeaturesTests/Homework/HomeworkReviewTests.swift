import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Review, rework and withdrawal.
@Suite struct HomeworkReviewTests {
    @Test func `a counselor returns homework with a comment, and the client hands in again`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.submit(homework)
            let returned = try await world.review(homework, "returned", comment: "Tell me more.", ifMatch: 2)
            #expect(
                returned.text == """
                    {"homeworkId":"\(homework)","number":1,"outcome":"returned","reviewedAt":"2026-01-05T16:00:00Z"}
                    """)
            world.clock.advance(by: .seconds(60))
            #expect(try await world.saveDraft(homework, ["feelings": "calmer"]).status == 200)
            let open = try await world.read(homework)
            #expect(open["status"] == "returned")
            #expect(open["draft"]["answers"] == ["feelings": "calmer", "mood": 7])
            #expect(open.answers.first?["review"]?["comment"] == "Tell me more.")

            #expect(try await world.submit(homework)["number"] == 2)
            let reviewed = try await world.review(homework, comment: "Thank you.", ifMatch: 4)
            #expect(reviewed["number"] == 2)
            let done = try await world.read(homework, as: world.mesa.counselor)
            #expect(done["status"] == "reviewed")
            #expect(done.answers.map { $0["review"]?["comment"] } == ["Tell me more.", "Thank you."])
            #expect(done.answers.last?["review"]?["reviewerName"] == "Carl Cohen")
            #expect(try await world.review(homework, ifMatch: 5).code == "already_reviewed")
            #expect(try await world.submit(homework)["number"] == 2)
        }
    }

    @Test func `what was not handed in is not reviewed`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            #expect(try await world.review(homework, ifMatch: 1).code == "not_submitted")
            _ = try await world.submit(homework)
            #expect(try await world.review(homework, ifMatch: 1).status == 412)
            #expect(try await world.review(homework, ifMatch: nil).status == 428)
            #expect(try await world.review(homework, "returned", ifMatch: 2).faults == ["/comment required"])
            #expect(try await world.review(homework, "excellent", ifMatch: 2).faults == ["/outcome not_a_choice"])
            // What was sent back is not handed in again yet: it is neither sent back once more nor reviewed.
            #expect(try await world.review(homework, "returned", comment: "More.", ifMatch: 2).status == 200)
            #expect(try await world.review(homework, "returned", comment: "More!", ifMatch: 3).code == "not_submitted")
            #expect(try await world.review(homework, ifMatch: 3).code == "not_submitted")
        }
    }

    @Test func `who treats the client reviews, and who leads the group only what that group was given`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            _ = try await world.submit(mesa.homework)
            _ = try await world.submit(mesa.groupHomework[0])
            for stranger in [mesa.facilitator, mesa.newcomer, mesa.intern, world.tempe.counselor] {
                #expect(try await world.review(mesa.homework, as: stranger, ifMatch: 2).status == 404)
            }
            #expect(try await world.read(mesa.homework, as: mesa.facilitator).status == 404)
            #expect(try await world.review(mesa.groupHomework[0], as: mesa.client, ifMatch: 2).status == 403)
            #expect(try await world.review(mesa.groupHomework[0], as: mesa.facilitator, ifMatch: 2).status == 200)
            #expect(try await world.review(mesa.homework, ifMatch: 2).status == 200)
            #expect(try await world.read(mesa.homework, as: mesa.supervisor).answers.count == 1)
        }
    }

    @Test func `a draft is for its author alone`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.saveDraft(homework, ["feelings": "unsure"])
            let seen = try await world.read(homework, as: mesa.counselor)
            #expect(seen["status"] == "draft")
            #expect(seen["draft"] == .null)
            #expect(seen.answers == [])
            let rows = try await world.asServer(mesa.counselor, "homework.read", "homework", homework) {
                Query.row("select count(*) from homework_draft_fields") { try $0.next(Int.self) }
            }
            #expect(rows == 0)
            #expect(try await world.count("from homework_draft_fields where homework_id = \(homework)") == 1)
        }
    }

    @Test func `withdrawn homework stays withdrawn, with what was still ahead`() async throws {
        try await withWorld { world in
            let made = try await world.assign(
                to: "clients/\(world.mesa.client.clientID)",
                [
                    "repeats": "daily", "startsOn": "2026-01-05", "count": 3, "dueTime": "20:00",
                    "timeZone": "America/Phoenix",
                ])
            let ids = try await world.list("/v1/homework?limit=100", as: world.mesa.client).items
                .filter { $0["assignmentId"] == made["id"] }.compactMap { ID<Homework>($0["id"]?.text ?? "") }
            #expect(ids.count == 3)
            let first = try #require(ids.first)
            let path = "/v1/homework/\(ids[1])/withdrawal"
            let withdrawn = try await world.request(
                .put, path, as: world.mesa.counselor, json: ["andLater": true], ifMatch: 1)
            #expect(withdrawn.text == "{\"homeworkId\":\"\(ids[1])\",\"withdrawn\":2}")
            #expect(withdrawn.version == 2)
            let again = try await world.request(.put, path, as: world.mesa.counselor, json: [:], ifMatch: 1)
            #expect(again.text == "{\"homeworkId\":\"\(ids[1])\",\"withdrawn\":0}")
            #expect(try await world.read(ids[2])["status"] == "withdrawn")
            #expect(try await world.submit(ids[2]).code == "withdrawn")
            #expect(try await world.submit(first).status == 200)
            let other = try await world.request(
                .put, "/v1/homework/\(first)/withdrawal", as: world.mesa.intern, json: [:], ifMatch: 2)
            #expect(other.status == 404)
        }
    }

    @Test func `to withdraw a piece with all that follows leaves what was handed in already`() async throws {
        try await withWorld { world in
            let made = try await world.assign(
                to: "clients/\(world.mesa.client.clientID)",
                [
                    "repeats": "daily", "startsOn": "2026-01-05", "count": 3, "dueTime": "20:00",
                    "timeZone": "America/Phoenix", "opensDaysBefore": 3,
                ])
            let ids = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select homework_id from homework
                    where assignment_id = \(made["id"].text.flatMap { ID<Assignment>($0) }) order by occurrence
                    """
                ) { try $0.next(ID<Homework>.self) })
            try #require(ids.count == 3)
            // All three open on the first day: the last is handed in before the others.
            #expect(try await world.submit(ids[2]).status == 200)
            let withdrawn = try await world.request(
                .put, "/v1/homework/\(ids[0])/withdrawal", as: world.mesa.counselor, json: ["andLater": true],
                ifMatch: 1)
            #expect(withdrawn["withdrawn"] == 2, "\(withdrawn.text)")
            for (id, status) in zip(ids, ["withdrawn", "withdrawn", "submitted"] as [JSONValue]) {
                #expect(try await world.read(id)["status"] == status)
            }
        }
    }
}

extension World {
    /// Runs a query as the server would for somebody's request: under its role, after the door.
    func asServer<Value>(
        _ person: Person, _ action: String, _ kind: String, _ resource: ID<Homework>?, _ query: () -> Query<Value>
    ) async throws -> Value {
        let id = resource?.uuid
        let (_, value) = try await database.server.pipeline(
            enter(person, action, kind, id), query())
        return value
    }
}
