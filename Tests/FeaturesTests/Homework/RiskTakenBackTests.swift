import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Features

/// What a risk record shows when the client takes back what raised it: that it was raised, and no more of what was said.
@Suite struct RiskTakenBackTests {
    @Test func `the words go with the answer, and what was raised and when stays`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(homework, hopeless)
            let risk = try await world.risk(of: homework)
            #expect(try await world.read(risk, as: mesa.counselor)["words"] == ["better off without me"])
            world.clock.advance(by: .seconds(60))
            #expect(try await world.takeBack(homework, ifMatch: 2).status == 200)
            for reader in [mesa.counselor, mesa.supervisor] {
                #expect(
                    try await world.read(risk, as: reader).text == """
                        {"id":"\(risk)","homeworkId":"\(homework)","number":1,"clientId":"\(mesa.client.clientID)",\
                        "coupleId":null,"groupId":null,"title":"Daily check-in","sources":["word"],\
                        "raisedAt":"2026-01-05T16:00:00Z","takenBackAt":"2026-01-05T16:01:00Z","assessedAt":null,\
                        "outcome":null,"words":[],"assessments":[]}
                        """)
            }
            let listed = try await world.risks(as: mesa.counselor, "?open=true")
            #expect(listed.map { $0["takenBackAt"] } == ["2026-01-05T16:01:00Z"])
            // Not even the database has them any more; the answer itself is its author's, as it was.
            #expect(try await world.count("from risk_records where detail is not null") == 0)
            #expect(try await world.read(homework)["draft"]["answers"] == hopeless)
            #expect(try await world.answersSeen(of: homework, by: mesa.counselor) == 0)
        }
    }

    @Test func `which question raised it goes too`() async throws {
        try await withWorld { world in
            let homework = try await world.seed(world.mesa) { seed in
                let exercise = try seed.exercise(
                    "Evening check-in", fields: [["key": "mood", "label": "Mood", "type": "scale"]],
                    risks: [["key": "mood", "atMost": 2]])
                let made = seed.homework(
                    exercise, title: "Evening", for: [world.mesa.client], assignedBy: world.mesa.counselor)
                return (id: made.homework[0], version: exercise.version)
            }
            _ = try await world.submit(homework.id, ["mood": 1], version: homework.version)
            let risk = try await world.risk(of: homework.id)
            #expect(try await world.read(risk, as: world.mesa.counselor)["sources"] == ["item/mood"])
            _ = try await world.takeBack(homework.id, ifMatch: 2)
            #expect(try await world.read(risk, as: world.mesa.counselor)["sources"] == ["item"])
        }
    }

    @Test func `what somebody had assessed stays with the assessment`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(homework, hopeless)
            let risk = try await world.risk(of: homework)
            #expect(try await world.assess(risk, ifMatch: 1).status == 200)
            world.clock.advance(by: .seconds(60))
            _ = try await world.takeBack(homework, ifMatch: 2)
            let kept = try await world.read(risk, as: mesa.counselor)
            #expect(kept["words"] == ["better off without me"] && kept["takenBackAt"] == "2026-01-05T16:01:00Z")
            #expect(kept["assessments"].entries.count == 1)
        }
    }

    @Test func `it can be assessed afterwards, without the words, by who has seen that it was taken back`() async throws
    {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(homework, hopeless)
            let risk = try await world.risk(of: homework)
            _ = try await world.takeBack(homework, ifMatch: 2)
            #expect(try await world.assess(risk, ifMatch: 1).status == 412)
            let version = try #require(try await world.read(risk, as: mesa.counselor).version)
            let assessed = try await world.assess(
                risk, ["outcome": "watch", "note": "Asked him about it."], ifMatch: version)
            #expect(assessed.status == 200 && assessed["words"] == [])
        }
    }

    @Test func `handing in again raises anew, with its own words`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(homework, hopeless)
            _ = try await world.takeBack(homework, ifMatch: 2)
            _ = try await world.submit(homework, ["feelings": "I want to die", "mood": 2])
            let records = try await world.risks(as: mesa.counselor)
            #expect(records.map { $0["number"] } == [1, 2])
            var words: [JSONValue] = []
            for record in records {
                let id = try #require(record["id"]?.text)
                words.append(try await world.request(.get, "/v1/risk-records/\(id)", as: mesa.counselor)["words"])
            }
            #expect(words == [[], ["want to die"]])
            #expect(try await world.request(.get, "/v1/homework-reviews", as: mesa.counselor).items.count == 1)
        }
    }

    @Test func `what the counselor withdraws or returns was not taken back`() async throws {
        try await withWorld { world in
            let (mesa, homework, other) = (world.mesa, world.mesa.homework, world.mesa.groupHomework[0])
            for piece in [homework, other] { _ = try await world.submit(piece, hopeless) }
            _ = try await world.review(homework, "returned", comment: "Call me.", ifMatch: 2)
            _ = try await world.request(
                .put, "/v1/homework/\(other)/withdrawal", as: mesa.counselor, json: [:], ifMatch: 2)
            for piece in [homework, other] {
                let record = try await world.read(try await world.risk(of: piece), as: mesa.counselor)
                #expect(record["words"] == ["better off without me"] && record["takenBackAt"] == .null)
            }
        }
    }

    @Test func `of who assesses and who takes back at once, the first decides what stays, in every order`() async throws
    {
        try await withWorld { world in
            let (mesa, now) = (world.mesa, world.clock.now)
            for order in orders(4, 3) {
                let homework = try await world.handedIn()
                let (risk, assessment) = (ID<RiskRecord>(homework.uuid), ID<RiskAssessment>(world.surroundings.newID()))
                let (outcomes, _, _) = try await interleave(
                    order,
                    [
                        [
                            world.enter(mesa.client, "homework.submit", "homework", homework.uuid).step(),
                            Homework.holdBoth(homework).step(),
                            Homework.takeBack(homework, of: mesa.id, ifVersion: 2, at: now).step(),
                        ],
                        [
                            world.enter(mesa.counselor, "homework.review", "risk", risk.uuid).step(),
                            RiskRecord.assess(
                                RiskAssessment.Sealed(id: assessment, outcome: .watch), risk, of: mesa.id, ifVersion: 1,
                                at: now
                            ).step(),
                        ],
                    ], in: world.database)
                #expect(outcomes == [.committed, .committed])
                let isAssessed = try await world.count("from risk_assessments where assessment_id = \(assessment)") == 1
                let hasWords = try await world.count("from risk_records where risk_id = \(risk) and detail is not null")
                #expect(hasWords == (isAssessed ? 1 : 0), "\(order)")
                #expect(
                    try await world.count("from risk_records where risk_id = \(risk) and taken_back_at is null") == 0)
            }
        }
    }
}

extension World {
    /// A piece of the client's that was handed in and raised a record, which has the piece's id.
    fileprivate func handedIn() async throws -> ID<Homework> {
        let homework: ID<Homework> = try await seed(mesa) { seed in
            seed.homework(
                (mesa.exercise, mesa.exerciseVersion), title: "Check-in", for: [mesa.client],
                assignedBy: mesa.counselor
            ).homework[0]
        }
        try await run(
            """
            update homework set state = 'submitted', submissions = 1, submitted_at = \(clock.now), version = 2
            where homework_id = \(homework)
            """)
        try await run(
            """
            insert into homework_answers
                (practice_id, homework_id, number, client_id, exercise_version_id, answers, digest, saved_at)
            values (\(mesa.id), \(homework), 1, \(mesa.client.clientID), \(mesa.exerciseVersion), '\\x00', sha256('\\x00'),
                    \(clock.now))
            """)
        try await run(
            """
            insert into risk_records (practice_id, risk_id, homework_id, number, client_id, sources, detail, raised_at)
            values (\(mesa.id), \(homework), \(homework), 1, \(mesa.client.clientID), '{word}', '\\x00', \(clock.now))
            """)
        return homework
    }
}
