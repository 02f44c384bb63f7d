import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What a client keeps from everybody: private answers, and what was taken back.
@Suite struct HomeworkPrivacyTests {
    @Test func `private answers of a couple's homework are read by nobody but their author`() async throws {
        try await withWorld { world in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            let submitted = try await world.submit(his, ["feelings": "ashamed"], more: ["private": true])
            #expect(submitted["private"] == true)
            #expect(submitted["notice"].text?.hasPrefix("Nobody but you reads this.") == true)
            _ = try await world.submit(hers, ["feelings": "hurt"], as: mesa.partner)
            #expect(try await world.share(his, as: mesa.client, ifMatch: 2).code == "kept_private")
            #expect(try await world.share(hers, as: mesa.partner, ifMatch: 2)["partnerHomeworkId"] == .null)
            #expect(try await world.read(his, as: mesa.partner).status == 404)

            let seen = try await world.read(his, as: mesa.counselor)
            #expect((seen["status"], seen["private"]) == ("submitted", true))
            #expect(seen.answers == [])
            #expect(try await world.answersSeen(of: his, by: mesa.counselor) == 0)
            #expect(try await world.answersSeen(of: hers, by: mesa.intern) == 1)
            let own = try await world.read(his)
            #expect(own.answers.map { $0["answers"] } == [["feelings": "ashamed"]])
            #expect(own.answers.map { $0["private"] } == [true])
        }
    }

    @Test func `private is decided when it is handed in, and anew when it is handed in again`() async throws {
        try await withWorld { world in
            let (mesa, his) = (world.mesa, world.mesa.coupleHomework[0])
            _ = try await world.submit(his, more: ["private": true])
            #expect(try await world.submit(his, more: ["private": true])["number"] == 1)
            #expect(try await world.submit(his).code == "already_submitted")
            _ = try await world.takeBack(his, ifMatch: 2)
            #expect(try await world.read(his)["private"] == false)
            #expect(try await world.submit(his)["number"] == 2)
            #expect(try await world.read(his, as: mesa.counselor).answers.map { $0["number"] } == [2])
            #expect(try await world.share(his, as: mesa.client, ifMatch: 4).status == 200)
        }
    }

    @Test func `only a couple's homework is private`() async throws {
        try await withWorld { world in
            for homework in [world.mesa.homework, world.mesa.groupHomework[0]] {
                let answer = try await world.submit(homework, more: ["private": true])
                #expect(answer.code == "not_couples_homework")
                #expect(try await world.read(homework)["status"] == "open")
            }
        }
    }

    @Test func `what both have opened is not taken back, and what was taken back is shared no more`() async throws {
        try await withWorld { world in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            _ = try await world.submit(his, ["feelings": "first"])
            _ = try await world.submit(hers, as: mesa.partner)
            _ = try await world.share(his, as: mesa.client, ifMatch: 2)
            #expect(try await world.takeBack(his, ifMatch: 3).status == 200)
            #expect(try await world.share(hers, as: mesa.partner, ifMatch: 2)["partnerHomeworkId"] == .null)
            #expect(try await world.read(his, as: mesa.partner).status == 404)
            _ = try await world.submit(his, ["feelings": "second"])
            #expect(try await world.read(his, as: mesa.partner).status == 404)
            _ = try await world.share(his, as: mesa.client, ifMatch: 5)
            let seen = try await world.read(his, as: mesa.partner)
            #expect(seen.answers.map { $0["answers"] } == [["feelings": "second"]])
            #expect(try await world.answersSeen(of: his, by: mesa.partner) == 1)
            for member in ["status", "late", "lateAt", "private", "draft", "sharing", "submittedAt"] {
                #expect(seen[member] == .null, "\(member)")
            }
            #expect(try await world.takeBack(his, ifMatch: 6).code == "already_opened")
            #expect(try await world.takeBack(hers, as: mesa.partner, ifMatch: 3).code == "already_opened")
            #expect(try await world.read(his)["status"] == "submitted")
        }
    }

    @Test func `a draft over what both have opened is not shown to the partner`() async throws {
        try await withWorld { world in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            _ = try await world.submit(his, ["feelings": "opened"])
            _ = try await world.submit(hers, as: mesa.partner)
            _ = try await world.share(his, as: mesa.client, ifMatch: 2)
            _ = try await world.share(hers, as: mesa.partner, ifMatch: 2)
            #expect(try await world.saveDraft(his, ["feelings": "after hearing her"])["late"] == true)
            let seen = try await world.read(his, as: mesa.partner)
            #expect(!seen.text.contains("after hearing her"))
            let rows = try await world.asServer(mesa.partner, "homework.read", "homework", his) {
                Query.row("select count(*) from homework_draft_fields") { try $0.next(Int.self) }
            }
            #expect(rows == 0)
            #expect(try await world.count("from homework_draft_fields where homework_id = \(his)") == 1)
        }
    }
}
