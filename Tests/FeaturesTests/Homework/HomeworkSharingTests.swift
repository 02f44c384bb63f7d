import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// The two keys of a couple's homework.
@Suite struct HomeworkSharingTests {
    @Test func `partners open their answers to each other at the same moment, and not before`() async throws {
        try await withWorld { world in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            #expect(try await world.share(his, as: mesa.client, ifMatch: 1).code == "not_submitted")
            _ = try await world.submit(his, ["feelings": "ashamed"])
            _ = try await world.submit(hers, ["feelings": "hurt"], as: mesa.partner)
            let turned = try await world.share(his, as: mesa.client, ifMatch: 2)
            #expect(
                turned.text == """
                    {"withPartner":true,"agreedAt":"2026-01-05T16:00:00Z","partnerHomeworkId":null}
                    """)
            #expect(try await world.read(his, as: mesa.partner).status == 404)
            #expect(try await world.read(hers, as: mesa.client).status == 404)
            let own = try await world.read(hers, as: mesa.partner)
            #expect(own["sharing"]["withPartner"] == false && own["sharing"]["partnerHomeworkId"] == .null)

            let second = try await world.share(hers, as: mesa.partner, ifMatch: 2)
            #expect(second["partnerHomeworkId"] == .text(his.description))
            let seen = try await world.read(his, as: mesa.partner)
            #expect(seen.answers.map { $0["answers"] } == [["feelings": "ashamed"]])
            #expect(seen["status"] == .null)
            #expect(try await world.read(hers, as: mesa.client).answers.map { $0["answers"] } == [["feelings": "hurt"]])
            #expect(try await world.read(his)["sharing"]["partnerHomeworkId"] == .text(hers.description))
        }
    }

    @Test func `a key can be turned back until both are turned`() async throws {
        try await withWorld { world in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            _ = try await world.submit(his)
            _ = try await world.submit(hers, as: mesa.partner)
            #expect(try await world.share(his, as: mesa.client, ifMatch: 2).version == 3)
            #expect(try await world.share(his, as: mesa.client, ifMatch: 2).version == 3)
            #expect(try await world.share(his, false, as: mesa.client, ifMatch: 2).status == 412)
            #expect(try await world.share(his, false, as: mesa.client, ifMatch: 3)["agreedAt"] == .null)
            #expect(try await world.share(hers, as: mesa.partner, ifMatch: 2)["partnerHomeworkId"] == .null)
            #expect(try await world.read(his, as: mesa.partner).status == 404)
            #expect(try await world.share(his, as: mesa.client, ifMatch: 4).status == 200)
            #expect(try await world.share(his, false, as: mesa.client, ifMatch: 5).code == "already_opened")
            #expect(try await world.share(hers, false, as: mesa.partner, ifMatch: 3).code == "already_opened")
            let returned = try await world.review(his, "returned", comment: "Again, please.", ifMatch: 5)
            #expect(returned.code == "already_opened")
        }
    }

    @Test func `who hands in again has to agree again`() async throws {
        try await withWorld { world in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            _ = try await world.submit(his)
            _ = try await world.share(his, as: mesa.client, ifMatch: 2)
            _ = try await world.review(his, "returned", comment: "More.", ifMatch: 3)
            _ = try await world.submit(his, ["feelings": "more"])
            _ = try await world.submit(hers, as: mesa.partner)
            #expect(try await world.share(hers, as: mesa.partner, ifMatch: 2)["partnerHomeworkId"] == .null)
            #expect(try await world.read(his, as: mesa.partner).status == 404)
            #expect(try await world.read(his)["sharing"]["withPartner"] == false)
        }
    }

    @Test func `the partner is shown the last answers and not the counselor's comment`() async throws {
        try await withWorld { world in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            _ = try await world.submit(his, ["feelings": "first"])
            _ = try await world.review(his, "returned", comment: "Be honest.", ifMatch: 2)
            _ = try await world.submit(his, ["feelings": "second"])
            _ = try await world.submit(hers, as: mesa.partner)
            _ = try await world.share(his, as: mesa.client, ifMatch: 4)
            _ = try await world.share(hers, as: mesa.partner, ifMatch: 2)
            let seen = try await world.read(his, as: mesa.partner)
            #expect(seen.answers.map { $0["answers"] } == [["feelings": "second"]])
            #expect(!seen.text.contains("Be honest"))
            let reviews = try await world.asServer(mesa.partner, "homework.read", "homework", his) {
                Query.row("select count(*) from homework_reviews") { try $0.next(Int.self) }
            }
            #expect(reviews == 0)
            #expect(try await world.count("from homework_reviews where homework_id = \(his)") == 1)
            #expect(try await world.read(mesa.homework, as: mesa.partner).status == 404)
        }
    }

    @Test func `homework of one person has no second key`() async throws {
        try await withWorld { world in
            _ = try await world.submit(world.mesa.homework)
            let answer = try await world.share(world.mesa.homework, as: world.mesa.client, ifMatch: 2)
            #expect(answer.code == "not_couples_homework")
            #expect(try await world.share(world.mesa.homework, as: world.mesa.partner, ifMatch: 2).status == 404)
            #expect(try await world.share(world.mesa.homework, as: world.mesa.counselor, ifMatch: 2).status == 403)
        }
    }
}
