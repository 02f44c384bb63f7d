import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Drafts, field by field.
@Suite struct HomeworkDraftTests {
    @Test func `two devices that write in different fields do not meet`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            let phone = try await world.saveDraft(homework, ["feelings": "restless"])
            #expect(
                phone.text == """
                    {"homeworkId":"\(homework)","revision":1,"savedAt":"2026-01-05T16:00:00Z","status":"draft","late":false,\
                    "conflicts":[],"changes":[]}
                    """)
            world.clock.advance(by: .seconds(60))
            let laptop = try await world.saveDraft(homework, ["mood": 4])
            #expect(
                laptop.text == """
                    {"homeworkId":"\(homework)","revision":2,"savedAt":"2026-01-05T16:01:00Z","status":"draft","late":false,\
                    "conflicts":[],"changes":[{"key":"feelings","answer":"restless","savedAt":"2026-01-05T16:00:00Z",\
                    "writtenAt":null}]}
                    """)
            #expect((phone.version, laptop.version) == (2, 2))
            let draft = try await world.read(homework)["draft"]
            #expect(
                String(decoding: draft.bytes, as: UTF8.self) == """
                    {"revision":2,"savedAt":"2026-01-05T16:01:00Z","answers":{"feelings":"restless","mood":4},\
                    "fields":[{"key":"feelings","savedAt":"2026-01-05T16:00:00Z","writtenAt":null},\
                    {"key":"mood","savedAt":"2026-01-05T16:01:00Z","writtenAt":null}],"conflicts":[]}
                    """)
        }
    }

    @Test func `where two devices meet, both texts stay until one has seen both`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.saveDraft(homework, ["feelings": "from the phone"])
            let met = try await world.saveDraft(homework, ["feelings": "from the laptop"], base: 0)
            #expect(met.conflictingAnswers == ["from the phone"])
            let read = try await world.read(homework)
            #expect(read["draft"]["answers"] == ["feelings": "from the laptop"])
            #expect(read["draft"]["conflicts"]?.entries.map { $0["answer"] } == ["from the phone"])

            let unseen = try await world.saveDraft(homework, ["feelings": "from the phone, again"], base: 1)
            #expect(Set(unseen.conflictingAnswers) == ["from the phone", "from the laptop"])
            let settled = try await world.saveDraft(homework, ["feelings": "both"], base: 3)
            #expect(settled.conflictingAnswers == [])
            #expect(try await world.read(homework)["draft"]["answers"] == ["feelings": "both"])
            #expect(try await world.count("from homework_draft_fields where homework_id = \(homework)") == 1)
        }
    }

    @Test func `a save that is sent again changes nothing, and who chooses the present text has settled it`()
        async throws
    {
        try await withWorld { world in
            let homework = world.mesa.homework
            let first = try await world.saveDraft(homework, ["feelings": "one"], base: 0)
            #expect(try await world.saveDraft(homework, ["feelings": "one"], base: 0).body == first.body)
            let other = try await world.saveDraft(homework, ["feelings": "two"], base: 0)
            #expect(other.conflictingAnswers == ["one"])
            #expect(try await world.saveDraft(homework, ["feelings": "two"], base: 0)["revision"] == 2)
            let chosen = try await world.saveDraft(homework, ["feelings": "two"], base: 2)
            #expect(chosen.conflictingAnswers == [])
            #expect(chosen["revision"] == 2)
        }
    }

    @Test func `a device that claims to have seen what is not there has seen nothing for sure`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.saveDraft(homework, ["feelings": "one"])
            let answer = try await world.saveDraft(homework, ["feelings": "two"], base: 7)
            #expect(answer.conflictingAnswers == ["one"])
        }
    }

    @Test func `null takes a text away, and what another device had written there is kept`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.saveDraft(homework, ["feelings": "one", "mood": 3])
            _ = try await world.saveDraft(homework, ["feelings": nil], base: 1)
            #expect(try await world.read(homework)["draft"]["answers"] == ["mood": 3])
            let unseen = try await world.saveDraft(homework, ["mood": nil, "feelings": "  "], base: 0)
            #expect(unseen["conflicts"].entries.map { $0["answer"] } == [3])
            #expect(try await world.read(homework)["draft"]["answers"] == [:])
        }
    }

    @Test func `what was written offline says when, and never in the future`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.saveDraft(
                homework, ["feelings": "on the train"], more: ["writtenAt": "2026-01-05T11:30:00Z"])
            _ = try await world.saveDraft(homework, ["mood": 5], base: 1, more: ["writtenAt": "2027-01-01T00:00:00Z"])
            let fields = try await world.read(homework)["draft"]["fields"]?.entries ?? []
            #expect(fields.map { $0["writtenAt"] } == ["2026-01-05T11:30:00Z", "2026-01-05T16:00:00Z"])
        }
    }

    @Test func `a text that comes after the piece was handed in is kept over it`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.submit(homework, ["feelings": "calm", "mood": 7])
            #expect(try await world.saveDraft(homework, ["mood": 7])["late"] == true)
            #expect(try await world.read(homework)["draft"] == .null)
            let late = try await world.saveDraft(homework, ["feelings": "calm, and tired"], base: 0)
            #expect(late.status == 200)
            #expect((late["status"], late["late"]) == ("submitted", true))
            #expect(late["notice"].text?.contains("take the submission back") == true)
            let read = try await world.read(homework)
            #expect(read["status"] == "submitted")
            #expect(read["draft"]["answers"] == ["feelings": "calm, and tired", "mood": 7])
            #expect(read.answers.map { $0["answers"] } == [["feelings": "calm", "mood": 7]])
            #expect(try await world.read(homework, as: world.mesa.counselor)["draft"] == .null)

            _ = try await world.review(homework, ifMatch: 2)
            let later = try await world.saveDraft(homework, ["mood": 6], base: 2)
            #expect((later["status"], later["late"]) == ("reviewed", true))
            #expect(try await world.read(homework)["draft"]["answers"] == ["feelings": "calm, and tired", "mood": 6])
        }
    }

    @Test func `a text that comes after the time is over is kept, and of withdrawn homework refused`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            try await world.run(
                "update homework set closes_at = due_at, version = version + 1 where homework_id = \(homework)")
            try await world.advance(by: .seconds(8 * 86_400))
            let late = try await world.saveDraft(homework, ["feelings": "too late"])
            #expect((late.status, late["status"], late["late"]) == (200, "missed", true))
            #expect(late["notice"].text?.contains("ask your counselor") == true)
            #expect(try await world.read(homework)["draft"]["answers"] == ["feelings": "too late"])
            let withdrawn = try await world.request(
                .put, "/v1/homework/\(homework)/withdrawal", as: world.mesa.counselor, json: [:], ifMatch: late.version)
            #expect(withdrawn.status == 200)
            #expect(try await world.saveDraft(homework, ["feelings": "no"], base: 1).code == "withdrawn")
            #expect(try await world.read(homework)["draft"]["answers"] == ["feelings": "too late"])
        }
    }

    @Test func `what another device saved, and the submission does not say, stays in the draft`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.saveDraft(homework, ["feelings": "mine", "mood": 7])
            _ = try await world.saveDraft(homework, ["feelings": "written elsewhere"], base: 1)
            _ = try await world.submit(homework, ["feelings": "mine", "mood": 7], more: ["base": 1])
            let draft = try await world.read(homework)["draft"]
            #expect(draft["answers"] == ["feelings": "mine", "mood": 7])
            #expect(draft["conflicts"]?.entries.map { $0["answer"] } == ["written elsewhere"])
            _ = try await world.takeBack(homework, ifMatch: 3)
            _ = try await world.submit(homework, ["feelings": "both", "mood": 7], more: ["base": 2])
            #expect(try await world.read(homework)["draft"] == .null)
            #expect(try await world.count("from homework_draft_fields where homework_id = \(homework)") == 0)
        }
    }

    @Test func `a draft of an earlier version is the lowest layer`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            let vault = try await world.keyRing.vault(of: mesa.id)
            let older: JSONValue = ["feelings": "older", "mood": 2]
            let sealed = try vault.seal(
                older.bytes, at: Place("homework_answers", "draft", homework))
            try await world.run(
                """
                insert into homework_answers (practice_id, homework_id, number, client_id, exercise_version_id, answers, digest, saved_at)
                values (\(mesa.id), \(homework), 0, \(mesa.client.clientID), \(mesa.exerciseVersion), \(sealed), sha256('x'),
                        \(world.clock.now))
                """)
            try await world.run("update homework set state = 'draft', version = 2 where homework_id = \(homework)")
            #expect(try await world.read(homework)["draft"]["answers"] == ["feelings": "older", "mood": 2])
            _ = try await world.saveDraft(homework, ["feelings": "newer"])
            #expect(try await world.read(homework)["draft"]["answers"] == ["feelings": "newer", "mood": 2])
            world.clock.advance(by: .seconds(60))
            _ = try await world.submit(homework)
            #expect(try await world.read(homework).answers.count == 1)
        }
    }

    @Test func `all that is wrong with a draft is told at once`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            let wrong = try await world.saveDraft(homework, ["feelings": 3, "mood": 11, "else": "x"])
            #expect(
                wrong.faults == [
                    "/answers/feelings wrong_type", "/answers/mood out_of_range", "/answers unknown_member",
                ])
            let strange = try await world.request(
                .patch, "/v1/homework/\(homework)/draft", as: world.mesa.client,
                json: ["base": -1, "writtenAt": "yesterday", "done": true])
            #expect(
                strange.faults == [
                    "/exerciseVersionId required", "/answers required", "/base out_of_range",
                    "/writtenAt not_an_instant", "/done unknown_member",
                ])
            #expect(try await world.saveDraft(homework, [1]).faults == ["/answers wrong_type"])
            #expect(try await world.saveDraft(homework, [:], version: .nil).code == "exercise_version_mismatch")
            let path = "/v1/homework/\(homework)/draft"
            let whole = try await world.request(.put, path, as: world.mesa.client, json: world.filled([:]))
            #expect(whole.status == 405)
            #expect(try await world.count("from homework_draft_fields") == 0)
        }
    }

    @Test func `a draft does not grow without end`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let essay = try await world.seed(mesa) { seed in
                let exercise = try seed.exercise(
                    "Essay",
                    fields: .array(
                        (0..<10).map {
                            ["key": .text("part\($0)"), "label": "?", "type": "longText", "maxLength": 20_000]
                        }))
                return (
                    seed.homework(exercise, title: "Essay", for: [mesa.client], assignedBy: mesa.counselor).homework[0],
                    exercise.version
                )
            }
            var codes: [String?] = []
            for round in 0..<8 {
                let text = String(repeating: "\(round)", count: 19_000)
                let answer = try await world.saveDraft(
                    essay.0, .object((0..<10).map { JSONMember("part\($0)", .text(text)) }), base: 0, version: essay.1)
                codes.append(answer.code)
            }
            #expect(codes == [nil, nil, nil, nil, nil, "draft_full", "draft_full", "draft_full"])
            let short = JSONValue.object((0..<10).map { JSONMember("part\($0)", "short") })
            #expect(try await world.saveDraft(essay.0, short, base: 5, version: essay.1)["conflicts"] == [])
        }
    }

    @Test func `nobody but the client saves a draft or reads one`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.minorHomework)
            _ = try await world.saveDraft(homework, ["feelings": "mine"], as: mesa.minor)
            for stranger in [mesa.partner, mesa.loner, world.tempe.client] {
                let missing = try await world.saveDraft(.nil, [:], as: stranger)
                #expect(missing.status == 404)
                for answers: JSONValue in [["feelings": "theirs"], ["feelings": 3]] {
                    let refused = try await world.saveDraft(homework, answers, as: stranger)
                    #expect(refused.withoutRequestID == missing.withoutRequestID)
                }
            }
            for other in [mesa.counselor, mesa.guardian, mesa.supervisor, mesa.owner] {
                #expect(try await world.saveDraft(homework, ["feelings": "theirs"], as: other).status == 403)
            }
            for reader in [mesa.counselor, mesa.supervisor, mesa.guardian] {
                #expect(try await world.read(homework, as: reader)["draft"] == .null)
                let rows = try await world.asServer(reader, "homework.read", "homework", homework) {
                    Query.row("select count(*) from homework_draft_fields") { try $0.next(Int.self) }
                }
                #expect(rows == 0)
            }
            #expect(try await world.read(homework, as: mesa.minor)["draft"]["answers"] == ["feelings": "mine"])
        }
    }
}

extension TestAnswer {
    /// The texts that are kept beside the present ones.
    var conflictingAnswers: [String] { self["conflicts"].entries.compactMap { $0["answer"]?.text } }
}

extension JSONValue? {
    subscript(_ name: String) -> JSONValue? { self?[name] }
}
