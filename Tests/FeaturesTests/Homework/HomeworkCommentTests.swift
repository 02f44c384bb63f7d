import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What client and counselor say to each other about a piece.
@Suite struct HomeworkCommentTests {
    @Test func `client and counselor talk about a piece, and it reads from the beginning`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            let asked = try await world.addComment(homework, "May I do it\ntomorrow?", as: mesa.client)
            let id = try #require(asked["id"].text)
            #expect(asked.status == 201)
            #expect(
                asked.text == """
                    {"id":"\(id)","authorId":"\(mesa.client.accountID)","authorName":"Adam Archer","byClient":true,\
                    "text":"May I do it\\ntomorrow?","createdAt":"2026-01-05T16:00:00Z"}
                    """)
            world.clock.advance(by: .seconds(60))
            let answered = try await world.giveFeedback(homework, "Yes.", as: mesa.counselor)
            #expect(answered.status == 201 && answered["byClient"] == false)
            for reader in [mesa.client, mesa.counselor, mesa.supervisor] {
                let thread = try await world.thread(homework, as: reader)
                #expect(thread.all("text") == ["May I do it\ntomorrow?", "Yes."])
                #expect(thread.all("authorName") == ["Adam Archer", "Carl Cohen"])
            }
            let first = try await world.request(.get, "/v1/homework/\(homework)/comments?limit=1", as: mesa.client)
            let cursor = try #require(first["next"].text)
            let second = try await world.request(
                .get, "/v1/homework/\(homework)/comments?limit=1&cursor=\(cursor)", as: mesa.client)
            #expect(first.all("text") + second.all("text") == ["May I do it\ntomorrow?", "Yes."])
            #expect(second["next"] == .null)
        }
    }

    @Test func `neither the partner, whatever was shared, nor a guardian finds anything in the thread`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            _ = try await world.submit(his)
            _ = try await world.submit(hers, as: mesa.partner)
            _ = try await world.share(his, as: mesa.client, ifMatch: 2)
            _ = try await world.share(hers, as: mesa.partner, ifMatch: 2)
            _ = try await world.addComment(his, "Only for you.", as: mesa.client)
            _ = try await world.giveFeedback(mesa.minorHomework, "Well done.", as: mesa.counselor)
            #expect(try await world.read(his, as: mesa.partner).status == 200)
            #expect(try await world.thread(his, as: mesa.partner).items == [])
            #expect(try await world.addComment(his, "I read it.", as: mesa.partner).status == 404)
            #expect(try await world.read(mesa.minorHomework, as: mesa.guardian).status == 200)
            #expect(try await world.thread(mesa.minorHomework, as: mesa.guardian).items == [])
            #expect(try await world.addComment(mesa.minorHomework, "Son!", as: mesa.guardian).status == 403)
            #expect(try await world.thread(mesa.minorHomework, as: mesa.minor).items.count == 1)
            #expect(try await world.count("from homework_comments") == 2)
        }
    }

    @Test func `each writes through a door of their own, and nobody whose business it is not`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, own, groups) = (world.mesa, world.mesa.homework, world.mesa.groupHomework[0])
            #expect(try await world.giveFeedback(own, "I myself.", as: mesa.client).status == 403)
            #expect(try await world.addComment(own, "I myself.", as: mesa.counselor).status == 403)
            for stranger in [mesa.facilitator, mesa.newcomer, mesa.intern, mesa.supervisor, world.tempe.counselor] {
                #expect(try await world.giveFeedback(own, "Hello", as: stranger).status == 404)
            }
            for stranger in [mesa.partner, mesa.loner, world.tempe.client] {
                #expect(try await world.addComment(own, "Hello", as: stranger).status == 404)
                #expect(try await world.thread(own, as: stranger).status == 404)
            }
            for stranger in [mesa.owner, mesa.intake, mesa.auditor] {
                #expect(try await world.thread(own, as: stranger).status == 403)
                #expect(try await world.giveFeedback(own, "Hello", as: stranger).status == 403)
            }
            #expect(try await world.giveFeedback(groups, "Welcome.", as: mesa.facilitator).status == 201)
            #expect(try await world.thread(groups, as: mesa.facilitator).all("text") == ["Welcome."])
            #expect(try await world.thread(groups, as: mesa.loner).status == 404)
            #expect(try await world.count("from homework_comments") == 1)
        }
    }

    @Test func `a comment is sealed, never changes, and comes once under one key`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            let path = "/v1/homework/\(homework)/comments"
            let first = try await world.request(
                .post, path, as: mesa.client, json: ["text": "A secret."], idempotencyKey: "one")
            let second = try await world.request(
                .post, path, as: mesa.client, json: ["text": "A secret."], idempotencyKey: "one")
            #expect(first.status == 201 && second.text == first.text)
            #expect(try await world.count("from homework_comments") == 1)
            #expect(try await world.count("from homework_comments where encode(text, 'escape') like '%secret%'") == 0)
            let error = await #expect(throws: PostgresError.self) {
                try await world.run("update homework_comments set text = '\\x00'")
            }
            #expect(error?.refusal?.raisedCode == "never_changes")
            #expect(await world.refusal(in: mesa, of: "delete from homework_comments") == "never_changes")
        }
    }

    @Test func `what cannot be taken is told at once, and what was withdrawn is talked about no more`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            let path = "/v1/homework/\(homework)/feedback"
            let wrong = try await world.request(
                .post, path, as: mesa.counselor, json: ["text": " \n", "author": "Carl"])
            #expect(Set(wrong.faults) == ["/text blank", "/author unknown_member"])
            let long = JSONValue.text(String(repeating: "é", count: 10_001))
            #expect(
                try await world.request(.post, path, as: mesa.counselor, json: ["text": long]).faults
                    == ["/text too_long"])
            let most = JSONValue.text(String(repeating: "é", count: 10_000))
            #expect(try await world.request(.post, path, as: mesa.counselor, json: ["text": most]).status == 201)
            let withdrawal = "/v1/homework/\(homework)/withdrawal"
            _ = try await world.request(.put, withdrawal, as: mesa.counselor, json: [:], ifMatch: 1)
            #expect(try await world.giveFeedback(homework, "Too late.", as: mesa.counselor).code == "withdrawn")
            #expect(try await world.addComment(homework, "Too late.", as: mesa.client).code == "withdrawn")
            #expect(try await world.thread(homework, as: mesa.client).items.count == 1)
        }
    }

    @Test func `the client was not asked to wait in vain: a review says how long it took`() async throws {
        try await withWorld { (world: World) async throws in
            let homework = world.mesa.homework
            _ = try await world.submit(homework)
            try await world.advance(by: .seconds(90_061))
            _ = try await world.review(homework, ifMatch: 2)
            let read = try await world.read(homework)
            #expect(read.answers.map { $0["review"]?["lagSeconds"] } == [90_061])
            #expect(
                try await world.count(
                    "from homework where homework_id = \(homework) and responded_at = \(world.clock.now)") == 1)
        }
    }
}

extension World {
    func addComment(_ homework: ID<Homework>, _ text: String, as person: Person) async throws -> TestAnswer {
        try await request(.post, "/v1/homework/\(homework)/comments", as: person, json: ["text": .text(text)])
    }

    fileprivate func giveFeedback(
        _ homework: ID<Homework>, _ text: String, as person: Person
    ) async throws -> TestAnswer {
        try await request(.post, "/v1/homework/\(homework)/feedback", as: person, json: ["text": .text(text)])
    }

    fileprivate func thread(_ homework: ID<Homework>, as person: Person) async throws -> TestAnswer {
        try await request(.get, "/v1/homework/\(homework)/comments", as: person)
    }
}
