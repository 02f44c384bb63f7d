import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What is handed in and may speak of danger.
@Suite struct RiskRaisingTests {
    @Test func `a risk word in a submission raises one record, and the client is answered as ever`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            let plain = try await world.submit(mesa.coupleHomework[0])
            let risky = try await world.submit(homework, hopeless)
            for member in ["number", "submittedAt", "late", "private", "withdrawnAt", "notice"] {
                #expect(risky[member] == plain[member], "\(member)")
            }
            #expect(risky.json.names == plain.json.names)
            #expect(risky.headers.keys.sorted() == plain.headers.keys.sorted())
            let risk = try await world.risk(of: homework)
            #expect(
                try await world.read(risk, as: mesa.counselor).text == """
                    {"id":"\(risk)","homeworkId":"\(homework)","number":1,"clientId":"\(mesa.client.clientID)",\
                    "coupleId":null,"groupId":null,"title":"Daily check-in","sources":["word"],\
                    "raisedAt":"2026-01-05T16:00:00Z","takenBackAt":null,"assessedAt":null,"outcome":null,\
                    "words":["better off without me"],"assessments":[]}
                    """)
            #expect(try await world.count("from risk_records") == 1)
        }
    }

    @Test func `an item rule of the version raises a record, and says which question`() async throws {
        try await withWorld { world in
            let homework = try await Self.watched(world)
            _ = try await world.submit(homework.id, ["mood": 5, "safe": true], version: homework.version)
            #expect(try await world.count("from risk_records") == 0)
            let other = try await Self.watched(world)
            _ = try await world.submit(
                other.id, ["mood": 2, "safe": false, "more": "I want to die"], version: other.version)
            let found = try await world.read(try await world.risk(of: other.id), as: world.mesa.counselor)
            #expect(found["sources"] == ["word", "item/mood", "item/safe"])
            #expect(found["words"] == ["want to die"])
        }
    }

    @Test func `what is not asked is not looked at`() async throws {
        try await withWorld { world in
            let homework = try await Self.watched(world)
            let answers: JSONValue = ["mood": 5, "safe": true, "more": "I want to die"]
            #expect(try await world.submit(homework.id, answers, version: homework.version).status == 200)
            #expect(try await world.count("from risk_records") == 0)
        }
    }

    @Test func `a draft raises nothing, and what is refused raises nothing`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            let draft = try await world.saveDraft(homework, hopeless)
            #expect(draft.status == 200)
            #expect(try await world.submit(homework, hopeless, ifMatch: 1).status == 412)
            #expect(try await world.submit(homework, hopeless, version: world.tempe.exerciseVersion).status == 409)
            #expect(try await world.submit(homework, hopeless, as: mesa.partner).status == 404)
            #expect(try await world.submit(homework, hopeless, as: mesa.counselor).status == 403)
            #expect(try await world.count("from risk_records") == 0)
            #expect(try await world.submit(homework).status == 200)
            #expect(try await world.submit(homework, hopeless).code == "already_submitted")
            #expect(try await world.count("from risk_records") == 0)
        }
    }

    @Test func `the same submission raises one record, however often it comes, and each later one its own`()
        async throws
    {
        try await withWorld { world in
            let homework = world.mesa.homework
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<32 { group.addTask { try await world.submit(homework, hopeless).status } }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(statuses == [200])
            #expect(try await world.count("from risk_records where homework_id = \(homework)") == 1)
            _ = try await world.review(homework, "returned", comment: "Call me.", ifMatch: 2)
            #expect(try await world.submit(homework, hopeless).status == 200)
            #expect(try await world.risks(as: world.mesa.counselor).map { $0["number"] } == [1, 2])
        }
    }

    @Test func `a practice's own words are looked for within a minute`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            _ = try await world.submit(mesa.coupleHomework[0], ["feelings": "nothing"])
            _ = try await world.request(
                .put, "/v1/risk-words", as: mesa.owner, json: ["words": ["restles*"]], ifMatch: 0)
            world.clock.advance(by: .seconds(60))
            _ = try await world.submit(mesa.homework, hopeless)
            #expect(try await world.count("from risk_records") == 0)
            _ = try await world.submit(mesa.groupHomework[0], ["feelings": "Restless, again"])
            #expect(
                try await world.risks(as: mesa.counselor).map { $0["homeworkId"] } == [
                    .text(mesa.groupHomework[0].description)
                ])
            // The other practice has words of its own.
            let answer = try await world.submit(
                world.tempe.homework, hopeless, as: world.tempe.client, version: world.tempe.exerciseVersion)
            #expect(answer.status == 200)
            #expect(try await world.count("from risk_records where practice_id = \(world.tempe.id)") == 1)
        }
    }

    @Test func `nobody writes a record down but with the submission that it is about`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(homework)
            func raise(_ person: Person, _ action: String, _ id: ID<Homework>, digest: SQL) async throws -> Bool {
                try await world.asServer(person, action, "homework", homework) {
                    Query.row(
                        """
                        select access.raise_risk(\(world.surroundings.id(RiskRecord.self)), \(id), \(digest), '{word}',
                                                 null, \(world.clock.now))
                        """
                    ) { try $0.next() }
                }
            }
            let digest: SQL = "(select submitted_digest from homework where homework_id = \(homework))"
            #expect(try await raise(mesa.client, "homework.submit", homework, digest: "'\\x00'") == false)
            #expect(try await raise(mesa.client, "homework.submit", mesa.groupHomework[1], digest: digest) == false)
            await #expect(throws: PostgresError.self) {
                try await raise(mesa.counselor, "homework.review", homework, digest: digest)
            }
            await #expect(throws: PostgresError.self) {
                try await raise(mesa.client, "homework.read", homework, digest: digest)
            }
            #expect(try await world.count("from risk_records") == 0)
            #expect(try await raise(mesa.client, "homework.submit", homework, digest: digest))
            #expect(try await world.count("from risk_records") == 1)
        }
    }

    @Test func `what a client keeps private raises nothing`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.coupleHomework[0])
            _ = try await world.submit(homework)
            func raise() async throws -> Bool {
                try await world.asServer(mesa.client, "homework.submit", "homework", homework) {
                    Query.row(
                        """
                        select access.raise_risk(\(world.surroundings.id(RiskRecord.self)), \(homework),
                            (select submitted_digest from homework where homework_id = \(homework)), '{word}', null,
                            \(world.clock.now))
                        """
                    ) { try $0.next() }
                }
            }
            try await world.run(
                "update homework set private = true, version = version + 1 where homework_id = \(homework)")
            #expect(try await raise() == false)
            #expect(try await world.count("from risk_records") == 0)
            try await world.run(
                "update homework set private = false, version = version + 1 where homework_id = \(homework)")
            #expect(try await raise())
        }
    }

    @Test func `the words that were found are kept sealed`() async throws {
        try await withWorld { world in
            _ = try await world.submit(world.mesa.homework, hopeless)
            #expect(try await world.count("from risk_records where detail is not null") == 1)
            #expect(
                try await world.count("from risk_records where strpos(encode(detail, 'escape'), 'better') > 0") == 0)
        }
    }

    /// Homework of the client with item rules.
    private static func watched(_ world: World) async throws -> (id: ID<Homework>, version: ID<ExerciseVersion>) {
        try await world.seed(world.mesa) { seed in
            let exercise = try seed.exercise(
                "Evening check-in",
                fields: [
                    ["key": "mood", "label": "Mood", "type": "scale"],
                    ["key": "safe", "label": "Are you safe?", "type": "yesNo"],
                    ["key": "more", "label": "Say more.", "type": "longText", "when": ["key": "safe", "is": false]],
                ], risks: [["key": "mood", "atMost": 2], ["key": "safe", "is": false]])
            let made = seed.homework(
                exercise, title: "Evening check-in", for: [world.mesa.client], assignedBy: world.mesa.counselor)
            return (made.homework[0], exercise.version)
        }
    }
}

extension JSONValue {
    /// The names of an object's members.
    fileprivate var names: [String] { if case .object(let members) = self { members.map(\.name) } else { [] } }
}
