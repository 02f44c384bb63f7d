import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Who may attach what, and how much.
@Suite struct AttachmentLimitTests {
    @Test func `what cannot be attached is refused, with all faults at once`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let path = "/v1/homework/\(album.own)/attachments"
            let bad = try await world.request(
                .post, path, as: world.mesa.client, json: ["key": "", "name": "a\nb", "size": 0, "type": "png"])
            #expect(bad.status == 422)
            #expect(
                Set(bad.faults) == [
                    "/key too_short", "/name control_character", "/size out_of_range", "/type unknown_member",
                ])
            let wrong = try await world.attach(26_214_401, to: album.own, key: "words")
            #expect(wrong.status == 422)
            #expect(wrong.faults == ["/key not_a_file_question", "/size too_large"])
            #expect(try await world.attach(10, to: album.own, key: "nothing").faults == ["/key not_a_file_question"])
            #expect(try await world.attach(26_214_400, to: album.own).status == 201)
            #expect(try await world.attach(10, to: world.mesa.homework).faults == ["/key not_a_file_question"])
        }
    }

    @Test func `a client's files stay within the quota, whatever is finished, and over all homework`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            try await world.run(
                "update practices set attachment_limit = 1048576, attachment_quota = 3000000, version = version + 1")
            let path = try await world.attached(SampleFile.png(size: 1_000_000), to: album.own)
            #expect(try await world.attach(1_000_000, to: album.couples[0]).status == 201)
            let full = try await world.attach(1_000_001, to: album.groups)
            #expect(full.status == 409 && full.code == "quota_exceeded")
            #expect(try await world.attach(1_000_000, to: album.couples[1], as: world.mesa.partner).status == 201)
            #expect(try await world.request(.delete, path, as: world.mesa.client).status == 204)
            #expect(try await world.storedChunks() == 0)
            #expect(try await world.attach(1_000_001, to: album.groups).status == 201)
        }
    }

    @Test func `of 32 at once, over several pieces, only those begin for which there is room`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            try await world.run(
                "update practices set attachment_limit = 1048576, attachment_quota = 3000000, version = version + 1")
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for number in 0..<32 {
                    let piece = [album.own, album.couples[0], album.groups][number % 3]
                    group.addTask { try await world.attach(1_000_000, to: piece) }
                }
                return try await group.reduce(into: [TestAnswer]()) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 201 } == 3)
            #expect(answers.count { $0.code == "quota_exceeded" } == 29)
        }
    }

    @Test func `twenty uploads may be unfinished, and a hundred attachments belong to one piece`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            for _ in 0..<20 { #expect(try await world.attach(10, to: album.own).status == 201) }
            #expect(try await world.attach(10, to: album.groups).code == "too_many_uploads")
            let list = try await world.list("/v1/homework/\(album.own)/attachments?limit=15", as: world.mesa.client)
            let next = try #require(list["next"].text)
            let rest = try await world.list(
                "/v1/homework/\(album.own)/attachments?limit=15&cursor=\(next)", as: world.mesa.client)
            #expect(Set(list.all("id") + rest.all("id")).count == 20 && rest["next"] == .null)
            try await world.run(
                "update attachments set received = size, media_type = 'image/png', completed_at = created_at")
            try await world.run(
                """
                insert into attachments (practice_id, attachment_id, homework_id, client_id, key, name, size, created_at)
                select practice_id, gen_random_uuid(), homework_id, client_id, key, name, 1, created_at
                from attachments cross join generate_series(1, 4)
                """)
            try await world.run(
                "update attachments set received = size, media_type = 'image/png', completed_at = created_at")
            #expect(try await world.attach(10, to: album.own).code == "too_many_attachments")
            #expect(try await world.attach(10, to: album.groups).status == 201)
        }
    }

    @Test func `the state of the homework decides whether files come in`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let file = SampleFile.png(size: 300_000)
            let own = try #require(try await world.attach(file.count, to: album.own).headers["location"])
            try await world.run(
                "update homework set state = 'withdrawn', version = version + 1 where homework_id = \(album.own)")
            #expect(try await world.attach(10, to: album.own).code == "withdrawn")
            #expect(try await world.send(file[..<262_144], of: file.count, to: own).code == "withdrawn")

            let groups = try #require(try await world.attach(file.count, to: album.groups).headers["location"])
            _ = try await world.submit(album, album.groups, circles: nil)
            #expect(try await world.send(file[..<262_144], of: file.count, to: groups).status == 200)
            _ = try await world.review(album.groups, as: world.mesa.facilitator, ifMatch: 2)
            #expect(try await world.attach(10, to: album.groups).code == "already_reviewed")
            #expect(try await world.send(file[262_144...], of: file.count, to: groups).code == "already_reviewed")

            try await world.run(
                "update homework set opens_at = due_at - interval '1 day', version = version + 1 where homework_id = \(album.couples[0])"
            )
            #expect(try await world.attach(10, to: album.couples[0]).code == "not_open_yet")
        }
    }

    @Test func `a repeated POST with one key begins one upload`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let json: JSONValue = ["key": "circles", "name": "a.png", "size": 100]
            let answers = try await (0..<2).asyncMap { _ in
                try await world.request(
                    .post, "/v1/homework/\(album.own)/attachments", as: world.mesa.client, json: json,
                    idempotencyKey: "once")
            }
            #expect(answers[0].body == answers[1].body && answers[0].status == 201)
            #expect(try await world.count("from attachments") == 1)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
