import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Taking a submission back, and handing in again.
@Suite struct HomeworkTakeBackTests {
    @Test func `who takes a submission back goes on with its text and hands in again`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(homework)
            let taken = try await world.takeBack(homework, ifMatch: 2)
            #expect(taken.text == "{\"homeworkId\":\"\(homework)\",\"number\":1,\"status\":\"draft\"}")
            #expect(taken.version == 3)
            let again = try await world.takeBack(homework, ifMatch: 2)
            #expect((again.status, again.body, again.version) == (200, taken.body, 3))

            let own = try await world.read(homework)
            #expect((own["status"], own["done"], own["submittedAt"]) == ("draft", false, .null))
            #expect(own["draft"]["answers"] == ["feelings": "calm", "mood": 7])
            #expect(own.answers.map { $0["withdrawnAt"] } == ["2026-01-05T16:00:00Z"])
            for reader in [mesa.counselor, mesa.supervisor] {
                #expect(try await world.read(homework, as: reader).answers == [])
                #expect(try await world.answersSeen(of: homework, by: reader) == 0)
            }
            #expect(try await world.review(homework, ifMatch: 3).code == "not_submitted")

            _ = try await world.saveDraft(homework, ["mood": 5])
            let second = try await world.submit(homework, ["feelings": "calm", "mood": 5], ifMatch: 3)
            #expect(second["number"] == 2)
            let seen = try await world.read(homework, as: mesa.counselor)
            #expect(seen.answers.map { $0["number"] } == [2])
            #expect(try await world.review(homework, ifMatch: 4).status == 200)
        }
    }

    @Test func `the same answers can be handed in again, as the next number`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.submit(homework)
            _ = try await world.takeBack(homework, ifMatch: 2)
            #expect(try await world.submit(homework)["number"] == 2)
            #expect(try await world.submit(homework)["number"] == 2)
        }
    }

    @Test func `what was answered, or closed, or never handed in, is not taken back`() async throws {
        try await withWorld { world in
            let (homework, other) = (world.mesa.homework, world.mesa.groupHomework[0])
            #expect(try await world.takeBack(homework, ifMatch: 1).code == "not_submitted")
            _ = try await world.saveDraft(homework, ["mood": 5])
            #expect(try await world.takeBack(homework, ifMatch: 2).code == "not_submitted")
            _ = try await world.submit(homework)
            #expect(try await world.takeBack(homework, ifMatch: 2).status == 412)
            #expect(try await world.takeBack(homework, ifMatch: nil).status == 428)
            _ = try await world.review(homework, "returned", comment: "More.", ifMatch: 3)
            #expect(try await world.takeBack(homework, ifMatch: 4).code == "already_returned")
            _ = try await world.submit(homework, ["feelings": "more"])
            _ = try await world.review(homework, ifMatch: 5)
            #expect(try await world.takeBack(homework, ifMatch: 6).code == "already_reviewed")
            _ = try await world.submit(other)
            try await world.run(
                "update homework set closes_at = due_at, version = version + 1 where homework_id = \(other)")
            try await world.advance(by: .seconds(8 * 86_400))
            #expect(try await world.takeBack(other, ifMatch: 3).code == "closed")
            #expect(try await world.count("from homework_answers where withdrawn_at is not null") == 0)
        }
    }

    @Test func `nobody but the client takes it back`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.minorHomework)
            _ = try await world.submit(homework, as: mesa.minor)
            let missing = try await world.takeBack(.nil, ifMatch: 2).withoutRequestID
            for stranger in [mesa.client, mesa.loner, world.tempe.client] {
                #expect(try await world.takeBack(homework, as: stranger, ifMatch: 2).withoutRequestID == missing)
            }
            for other in [mesa.counselor, mesa.guardian, mesa.owner] {
                #expect(try await world.takeBack(homework, as: other, ifMatch: 2).status == 403)
            }
            #expect(try await world.read(homework, as: mesa.minor)["status"] == "submitted")
        }
    }

    @Test func `its files go back with it`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(homework)
            let file = world.surroundings.newID()
            try await world.run(
                """
                with a as (
                    insert into attachments
                        (practice_id, attachment_id, homework_id, client_id, key, name, size, received, media_type,
                         created_at, completed_at, submission, handed_in_with)
                    values (\(mesa.id), \(file), \(homework), \(mesa.client.clientID), 'file', '\\x00', 1, 1, 'image/png',
                            \(world.clock.now), \(world.clock.now), 1, 1))
                insert into attachment_chunks
                    (practice_id, attachment_id, number, homework_id, client_id, length, digest, sealed, handed_in)
                values (\(mesa.id), \(file), 0, \(homework), \(mesa.client.clientID), 1, sha256('\\x00'), '\\x00', true)
                """)
            func seen(by person: Person) async throws -> Int {
                try await world.asServer(person, "homework.read", "homework", homework) {
                    Query.row("select (select count(*) from attachments) + (select count(*) from attachment_chunks)") {
                        try $0.next(Int.self)
                    }
                }
            }
            #expect(try await seen(by: mesa.counselor) == 2)
            #expect(try await world.takeBack(homework, ifMatch: 2).status == 200)
            #expect(try await seen(by: mesa.counselor) == 0)
            #expect(try await seen(by: mesa.client) == 2)
        }
    }

    @Test func `who takes back, hands in and reviews at once come one after the other`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.submit(homework)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await world.takeBack(homework, ifMatch: 2).status }
                    group.addTask { try await world.review(homework, ifMatch: 2).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            let isReviewed = try await world.read(homework)["status"] == "reviewed"
            // Taking back again is harmless; a second review is refused.
            #expect(statuses.count { $0 == 200 } == (isReviewed ? 1 : 8))
        }
    }
}

extension World {
    /// How many submissions the policies show somebody, whatever the statement.
    func answersSeen(of homework: ID<Homework>, by person: Person) async throws -> Int {
        try await asServer(person, "homework.read", "homework", homework) {
            Query.row("select count(*) from homework_answers") { try $0.next(Int.self) }
        }
    }
}
