import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Draft and submission.
@Suite struct HomeworkDoingTests {
    @Test func `a client saves a draft, hands in, and reads it back`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            let draft = try await world.saveDraft(homework, ["feelings": "restless"])
            #expect(draft.status == 200)
            #expect(draft.version == 2)
            let open = try await world.read(homework)
            #expect(open["status"] == "draft")
            #expect(open["draft"]["answers"] == ["feelings": "restless"])
            let (asked, form) = try (Form(open["exercise"]["fields"] ?? .null), Form(Seed.checkIn))
            #expect(asked == form)

            let submitted = try await world.submit(homework, ifMatch: 2, more: ["base": 1])
            let code = try #require(submitted["receipt"].text)
            #expect(
                submitted.text == """
                    {"homeworkId":"\(homework)","number":1,"title":"Daily check-in",\
                    "submittedAt":"2026-01-05T16:00:00Z","late":false,"private":false,"withdrawnAt":null,\
                    "receipt":"\(code)","notice":"Your counselor reads this before your next appointment. Nobody watches \
                    messages day and night: in danger call 911, in a crisis call or text 988."}
                    """)
            #expect(submitted.version == 3)
            let done = try await world.read(homework)
            #expect(done["status"] == "submitted")
            #expect(done["done"] == true)
            #expect(done["draft"] == .null)
            #expect(done.answers.map { $0["answers"] } == [["feelings": "calm", "mood": 7]])
            #expect(try await world.receipt(homework).body == submitted.body)
        }
    }

    @Test func `a receipt is for who handed in, and names these answers and no others`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            let none = try await world.receipt(homework)
            #expect(none.status == 404)
            let first = try await world.submit(homework)
            for other in [mesa.counselor, mesa.partner, mesa.loner, world.tempe.client] {
                #expect(try await world.receipt(homework, as: other).withoutRequestID == none.withoutRequestID)
            }
            #expect(try await world.receipt(homework, as: mesa.owner).status == 403)
            _ = try await world.takeBack(homework, ifMatch: 2)
            #expect(try await world.receipt(homework)["withdrawnAt"] == "2026-01-05T16:00:00Z")
            let second = try await world.submit(homework, ["feelings": "calmer", "mood": 7])
            #expect(second["receipt"] != first["receipt"])
            #expect(try await world.receipt(homework).body == second.body)
        }
    }

    @Test func `the same answers again get the same answer, and other answers are refused`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            let first = try await world.submit(homework)
            world.clock.advance(by: .seconds(60))
            let again = try await world.submit(homework, ["mood": 7, "feelings": "calm"], ifMatch: 1)
            #expect(again.status == 200)
            #expect(again.body == first.body)
            #expect(again.version == first.version)
            let other = try await world.submit(homework, ["feelings": "calm", "mood": 8])
            #expect(other.status == 409)
            #expect(other.code == "already_submitted")
            #expect(try await world.count("from homework_answers where homework_id = \(homework)") == 1)
        }
    }

    @Test func `64 simultaneous identical submissions leave exactly one`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for _ in 0..<64 { group.addTask { try await world.submit(homework) } }
                return try await group.reduce(into: [TestAnswer]()) { $0.append($1) }
            }
            #expect(answers.count == 64)
            #expect(Set(answers.map(\.status)) == [200])
            #expect(Set(answers.map(\.text)).count == 1)
            #expect(try await world.count("from homework_answers where homework_id = \(homework)") == 1)
            #expect(try await world.count("from homework where homework_id = \(homework) and version = 2") == 1)
        }
    }

    @Test func `of two who hand in different answers at once, one is kept`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for mood in 1...8 {
                    group.addTask {
                        try await world.submit(homework, ["feelings": "calm", "mood": .number(JSONNumber(mood))]).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 7))
            #expect(try await world.count("from homework_answers where homework_id = \(homework)") == 1)
        }
    }

    @Test func `all that is wrong with answers is told at once, and nothing blank is accepted as done`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            let wrong = try await world.submit(homework, ["mood": 11, "else": 1])
            #expect(wrong.status == 422)
            #expect(
                wrong.faults == ["/answers/feelings required", "/answers/mood out_of_range", "/answers unknown_member"])
            let blank = try await world.submit(homework, ["feelings": "   "])
            #expect(blank.faults == ["/answers/feelings required"])
            let strange = try await world.request(
                .put, "/v1/homework/\(homework)/submission", as: world.mesa.client, json: ["answers": [], "done": true])
            #expect(strange.faults == ["/exerciseVersionId required", "/done unknown_member"])
            #expect(try await world.count("from homework_answers where homework_id = \(homework)") == 0)
        }
    }

    @Test func `a submission that names another version of the exercise is refused`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            let other = try await world.seed(world.mesa) { try $0.exercise("Another").version }
            for version in [other, world.tempe.exerciseVersion, .nil] {
                let answer = try await world.submit(homework, version: version)
                #expect(answer.status == 409)
                #expect(answer.code == "exercise_version_mismatch")
                let faulty = try await world.submit(homework, [:], version: version)
                #expect(faulty.code == "exercise_version_mismatch")
            }
        }
    }

    @Test func `homework is handed in while it is open`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            try await world.run(
                "update homework set opens_at = opens_at + interval '1 day', version = version + 1 where homework_id = \(homework)"
            )
            #expect(try await world.read(homework)["status"] == "scheduled")
            #expect(try await world.submit(homework).code == "not_open_yet")
            #expect(try await world.saveDraft(homework, [:]).code == "not_open_yet")
            try await world.run(
                "update homework set closes_at = due_at, version = version + 1 where homework_id = \(homework)")
            try await world.advance(by: .seconds(8 * 86_400))
            #expect(try await world.read(homework)["status"] == "missed")
            #expect(try await world.submit(homework).code == "closed")
        }
    }

    @Test func `what was finished in time is taken until 72 hours after it closed`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            try await world.run(
                "update homework set closes_at = due_at, version = version + 1 where practice_id = \(mesa.id)")
            try await world.advance(by: .seconds(8 * 86_400))
            let (before, after) = ("2026-01-13T02:59:59Z", "2026-01-13T03:00:00Z")
            #expect(try await world.submit(homework, more: ["completedAt": .text(after)]).code == "closed")
            let taken = try await world.submit(homework, more: ["completedAt": .text(before)])
            #expect(taken.status == 200)
            #expect(taken["late"] == true)
            #expect(try await world.read(homework)["late"] == true)
            try await world.advance(by: .seconds(3 * 86_400))
            let other = mesa.groupHomework[0]
            #expect(try await world.submit(other, more: ["completedAt": .text(before)]).code == "closed")
        }
    }

    @Test func `what came in time once stays so, and the grace counts`() async throws {
        try await withWorld { world in
            let (homework, graced) = (world.mesa.homework, world.mesa.groupHomework[0])
            _ = try await world.submit(homework)
            _ = try await world.review(homework, "returned", comment: "More.", ifMatch: 2)
            try await world.run("update homework set late_at = due_at + interval '1 day' where homework_id = \(graced)")
            try await world.advance(by: .seconds(8 * 86_400))
            #expect(try await world.submit(homework, ["feelings": "more"])["late"] == false)
            #expect(try await world.receipt(homework)["late"] == false)
            #expect(try await world.submit(graced)["late"] == false)
            #expect(try await world.read(graced)["lateAt"] == "2026-01-14T03:00:00Z")
            #expect(try await world.submit(world.mesa.coupleHomework[0])["late"] == true)
        }
    }

    @Test func `nobody but the client hands in, and faults in answers tell strangers nothing`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(world.mesa.minorHomework, as: mesa.minor)
            for stranger in [mesa.partner, mesa.loner, world.tempe.client] {
                let missing = try await world.submit(.nil, as: stranger)
                #expect(missing.status == 404)
                #expect(try await world.submit(homework, as: stranger).withoutRequestID == missing.withoutRequestID)
                #expect(
                    try await world.submit(homework, [:], as: stranger).withoutRequestID == missing.withoutRequestID)
            }
            for other in [mesa.counselor, mesa.guardian, mesa.owner] {
                #expect(try await world.submit(homework, as: other).status == 403)
                #expect(try await world.submit(homework, [:], as: other).status == 403)
            }
            let nobody = try await world.request(
                .put, "/v1/homework/\(homework)/submission", json: world.filled([:]))
            #expect(nobody.status == 401)
            #expect(try await world.count("from homework_answers where homework_id = \(homework)") == 0)
        }
    }

    @Test func `nobody changes what was handed in, the first time or a later one, the owner of the tables included`()
        async throws
    {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.submit(homework)
            _ = try await world.review(homework, "returned", comment: "More.", ifMatch: 2)
            _ = try await world.submit(homework, ["feelings": "more"])
            func refusal(_ statement: SQL) async -> String? {
                do {
                    try await world.run("\(statement)")
                    return nil
                } catch { return (error as? PostgresError)?.refusal?.raisedCode ?? "\(error)" }
            }
            #expect(try await world.count("from homework_answers where homework_id = \(homework)") == 2)
            for number in [1, 2] {
                let which: SQL = "where homework_id = \(homework) and number = \(number)"
                for change in [
                    "answers = '\\x00'", "digest = sha256('')", "saved_at = saved_at - interval '1 day'",
                    "private = true",
                    "number = 7", "answers = '\\x00', withdrawn_at = now()",
                ] as [SQL] {
                    #expect(await refusal("update homework_answers set \(change) \(which)") == "never_changes")
                }
                #expect(await refusal("delete from homework_answers \(which)") == "never_changes")
            }
            // To be taken back is the one thing that happens to a submission, and it happens once.
            let taken: SQL = "update homework_answers set withdrawn_at = now() where homework_id = \(homework)"
            #expect(await refusal(taken) == nil)
            #expect(await refusal(taken) == "never_changes")
            let given: SQL = "update homework_answers set withdrawn_at = null where homework_id = \(homework)"
            #expect(await refusal(given) == "never_changes")
        }
    }

    @Test func `answers are kept sealed, for their homework alone`() async throws {
        try await withWorld { world in
            _ = try await world.saveDraft(world.mesa.homework, ["feelings": "unmistakable draft"])
            _ = try await world.submit(world.mesa.homework, ["feelings": "unmistakable"])

            #expect(try await world.count("from homework_answers") == 1)
            #expect(try await world.count("from homework_draft_fields") == 1)
            #expect(
                try await world.count(
                    """
                    from (select answers from homework_answers union all select answer from homework_draft_fields) a (sealed)
                    where strpos(encode(sealed, 'escape'), 'unmistakable') > 0
                    """) == 0)
        }
    }
}

extension World {
    fileprivate func receipt(_ homework: ID<Homework>, as person: Person? = nil) async throws -> TestAnswer {
        try await request(.get, "/v1/homework/\(homework)/receipt", as: person ?? mesa.client)
    }
}
