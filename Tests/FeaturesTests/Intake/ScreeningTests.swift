import JSON
import Practice
import Testing
import TestSupport

@testable import Features
@testable import Postgres

/// Questionnaires, and what was answered to them before there is a chart.
@Suite struct ScreeningTests {
    @Test func `the questionnaires that ship are scored as their authors say`() throws {
        let phq9 = QuestionnaireLibrary.phq9.questionnaire
        #expect(phq9.items.count == 9 && phq9.items.map(\.raisesRisk) == Array(repeating: false, count: 8) + [true])
        let bands: [(Int, String)] = [
            (0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
            (15, "moderately_severe"), (19, "moderately_severe"), (20, "severe"), (27, "severe"),
        ]
        for (score, band) in bands {
            let outcome = try phq9.outcome(of: answers(phq9, adding: score))
            #expect(outcome.score == score && outcome.band == band)
            #expect(outcome.raisesRisk == (score > 24), "only the last item raises a risk")
        }
        let gad7 = QuestionnaireLibrary.gad7.questionnaire
        #expect(gad7.items.count == 7 && !gad7.items.contains { $0.raisesRisk })
        for (score, band) in [
            (0, "minimal"), (5, "mild"), (10, "moderate"), (14, "moderate"), (15, "severe"), (21, "severe"),
        ] {
            let outcome = try gad7.outcome(of: answers(gad7, adding: score))
            #expect(outcome.score == score && outcome.band == band)
        }
        for entry in QuestionnaireLibrary.all {
            #expect(try Questionnaire(stored: entry.questionnaire.json) == entry.questionnaire)
        }
    }

    @Test func `answers are kept encrypted, scored by the server, and added when they are taken again`() async throws {
        try await withScreening { world, path, version in
            let phq9 = QuestionnaireLibrary.phq9.questionnaire
            let (intake, first) = (world.mesa.intake, answers(phq9, adding: 11))
            let body: JSONValue = ["questionnaireVersionId": version, "answers": first]
            let taken = try await world.request(.put, path, as: intake, json: body)
            #expect(taken.status == 200 && taken["score"] == 11 && taken["band"] == "moderate")
            #expect(taken["raisesRisk"] == false && taken["answers"] == first && taken["number"] == 1)
            let again = try await world.request(.put, path, as: intake, json: body)
            #expect(again.text == taken.text)
            world.clock.advance(by: .seconds(60))
            let better = try await world.request(
                .put, path, as: intake,
                json: ["questionnaireVersionId": version, "answers": answers(phq9, adding: 4)])
            #expect(better["score"] == 4)
            let page = try await world.request(
                .get, "/v1/inquiries/\(world.mesa.inquiry)/screenings?limit=1", as: intake)
            #expect(page.items.map { $0["score"] } == [4])
            let cursor = try #require(page["next"].text)
            let rest = try await world.request(
                .get, "/v1/inquiries/\(world.mesa.inquiry)/screenings?limit=1&cursor=\(cursor)", as: intake)
            #expect(rest.items.map { $0["score"] } == [11] && rest["next"] == .null)
            #expect(
                try await world.count("from inquiry_screenings where position('interest'::bytea in answers) > 0") == 0)
            #expect(try await world.count("from inquiry_screenings") == 2)
            let unchanged = try await world.request(.get, "/v1/inquiries/\(world.mesa.inquiry)", as: intake)
            #expect(unchanged["risk"] == .null && unchanged.version == 1)
        }
    }

    @Test func `what is missing, unknown or no choice is refused by name, and nothing is kept`() async throws {
        try await withScreening { world, path, version in
            let wrong: JSONValue = [
                "questionnaireVersionId": version,
                "answers": [
                    "interest": 4, "mood": "2", "sleep": 1.5, "energy": .null, "appetite": 0, "worth": 0,
                    "concentration": 0, "weather": 3,
                ],
            ]
            let refused = try await world.request(.put, path, as: world.mesa.intake, json: wrong)
            #expect(
                refused.faults == [
                    "/answers/interest not_a_choice", "/answers/mood not_a_choice", "/answers/sleep not_a_choice",
                    "/answers/energy required", "/answers/movement required", "/answers/self_harm required",
                    "/answers unknown_member",
                ])
            let shapeless: JSONValue = ["questionnaireVersionId": version, "answers": [1, 2]]
            #expect(
                try await world.request(.put, path, as: world.mesa.intake, json: shapeless).faults
                    == ["/answers wrong_type"])
            let other: JSONValue = [
                "questionnaireVersionId": .text("\(world.mesa.exerciseVersion)"),
                "answers": answers(QuestionnaireLibrary.phq9.questionnaire, adding: 0),
            ]
            #expect(
                try await world.request(.put, path, as: world.mesa.intake, json: other).faults
                    == ["/questionnaireVersionId no_such_version"])
            let unknown = path.replacing("phq-9", with: "phq-8")
            #expect(try await world.request(.put, unknown, as: world.mesa.intake, json: other).status == 404)
            #expect(try await world.count("from inquiry_screenings") == 0)
        }
    }

    @Test func `an answer above none to the last item raises a flag that somebody takes note of`() async throws {
        try await withScreening { world, path, version in
            let (intake, inquiry) = (world.mesa.intake, "/v1/inquiries/\(world.mesa.inquiry)")
            let body = risky(version)
            #expect(
                try await world.request(.put, inquiry + "/risk-acknowledgement", as: intake, ifMatch: 1).code
                    == "no_risk_raised")
            #expect(try await world.request(.get, "/v1/inquiries?risk=true", as: intake).items == [])
            let taken = try await world.request(.put, path, as: intake, json: body)
            #expect(taken["score"] == 1 && taken["raisesRisk"] == true)
            let flagged = try await world.request(.get, "/v1/inquiries?risk=true", as: intake)
            #expect(flagged.items.map { $0["id"] } == [.text("\(world.mesa.inquiry)")])
            #expect(try await world.request(.get, "/v1/inquiries?risk=false", as: intake).items == [])
            #expect(flagged.items[0]["risk"]?["acknowledgedAt"] == .null)
            let blind = try await world.request(.put, inquiry + "/risk-acknowledgement", as: intake, ifMatch: 1)
            #expect(blind.status == 412)
            world.clock.advance(by: .seconds(60))
            let noted = try await world.request(.put, inquiry + "/risk-acknowledgement", as: intake, ifMatch: 2)
            #expect(
                noted["risk"] == [
                    "raisedAt": "2026-01-05T16:00:00Z", "acknowledgedAt": "2026-01-05T16:01:00Z",
                    "acknowledgedBy": .text("\(intake.accountID)"),
                ])
            world.clock.advance(by: .seconds(60))
            let owner = try await world.request(
                .put, inquiry + "/risk-acknowledgement", as: world.mesa.owner, ifMatch: 3)
            #expect(owner["risk"] == noted["risk"])
            let worse: JSONValue = [
                "questionnaireVersionId": version,
                "answers": answers(QuestionnaireLibrary.phq9.questionnaire, adding: 27),
            ]
            #expect(try await world.request(.put, path, as: intake, json: worse)["score"] == 27)
            let raised = try await world.request(.get, inquiry, as: intake)
            #expect(raised["risk"]["acknowledgedBy"] == .null && raised["risk"]["raisedAt"] == "2026-01-05T16:02:00Z")
        }
    }

    @Test func `the same answers sent twice at once are taken once, and raise one flag`() async throws {
        try await withScreening { world, path, version in
            let body = risky(version)
            async let first = world.request(.put, path, as: world.mesa.intake, json: body)
            async let second = world.request(.put, path, as: world.mesa.intake, json: body)
            let answers = try await [first, second]
            #expect(answers.allSatisfy { $0.status == 200 } && answers[0].text == answers[1].text)
            #expect(try await world.count("from inquiry_screenings") == 1)
            #expect(try await world.count("from inquiries where risk_raised_at is not null and version = 2") == 1)
        }
    }

    @Test func `a closed inquiry takes no answers, and says when they are taken`() async throws {
        try await withScreening { world, path, version in
            let closed = try await world.request(
                .patch, "/v1/inquiries/\(world.mesa.inquiry)", as: world.mesa.intake,
                json: ["state": "withdrawn", "reasonCode": "not_now"], ifMatch: 1)
            #expect(closed.status == 200)
            let late = try await world.request(.put, path, as: world.mesa.intake, json: risky(version))
            #expect(late.status == 409 && late.code == "inquiry_is_closed")
            #expect(late["detail"].text?.contains("received, screening, offered or waitlisted") == true)
            #expect(try await world.count("from inquiry_screenings") == 0)
        }
    }

    @Test func `whom it is assigned to screens, an intern reads only, and nobody else finds it`() async throws {
        try await withScreening { world, path, version in
            let (carl, ian, list) = (
                world.mesa.counselor, world.mesa.intern, "/v1/inquiries/\(world.mesa.inquiry)/screenings"
            )
            for person in [carl, ian, world.mesa.newcomer, world.tempe.intake] {
                #expect(try await world.request(.get, list, as: person).status == 404)
            }
            try await assign(to: carl, ifMatch: 1, world)
            #expect(try await world.request(.put, path, as: carl, json: risky(version)).status == 200)
            #expect(try await world.request(.get, list, as: carl).items.count == 1)
            #expect(try await world.request(.get, "/v1/inquiries?risk=true", as: carl).items.count == 1)
            let noted = try await world.request(
                .put, "/v1/inquiries/\(world.mesa.inquiry)/risk-acknowledgement", as: carl, ifMatch: 3)
            #expect(noted["risk"]["acknowledgedBy"] == .text("\(carl.accountID)"))
            try await assign(to: ian, ifMatch: 4, world)
            #expect(try await world.request(.get, list, as: ian).items.count == 1)
            #expect(try await world.request(.put, path, as: ian, json: risky(version)).status == 403)
            #expect(try await world.request(.get, list, as: carl).status == 404)
            for person in [world.mesa.client, world.mesa.auditor] {
                #expect(try await world.request(.get, list, as: person).status == 403)
                #expect(try await world.request(.get, "/v1/questionnaires", as: person).status == 403)
            }
            #expect(try await world.request(.get, "/v1/questionnaires", as: carl).all("code") == ["gad-7", "phq-9"])
        }
    }

    private func assign(to person: Person, ifMatch version: Int, _ world: World) async throws {
        let answer = try await world.request(
            .put, "/v1/inquiries/\(world.mesa.inquiry)/assignment", as: world.mesa.intake,
            json: ["counselorId": .text("\(person.accountID)")], ifMatch: version)
        #expect(answer.status == 200)
    }

    private func risky(_ version: JSONValue) -> JSONValue {
        let keys = QuestionnaireLibrary.phq9.questionnaire.items.map(\.key)
        return [
            "questionnaireVersionId": version,
            "answers": .object(keys.map { JSONMember($0, $0 == "self_harm" ? 1 : 0) }),
        ]
    }

    /// Complete answers of a sum, the first items as high as they go.
    private func answers(_ questionnaire: Questionnaire, adding score: Int) -> JSONValue {
        var rest = score
        return .object(
            questionnaire.items.map { item in
                let value = min(rest, 3)
                rest -= value
                return JSONMember(item.key, .number(JSONNumber(value)))
            })
    }

    /// A world in which mesa has the questionnaires; the path is that of its inquiry's PHQ-9.
    private func withScreening(
        _ body: @escaping @Sendable (World, String, JSONValue) async throws -> Void
    ) async throws {
        try await withWorld { world in
            try await world.addIntakeLibrary()
            let list = try await world.request(.get, "/v1/questionnaires", as: world.mesa.intake)
            let version = try #require(list.items.last?["questionnaireVersionId"])
            try await body(world, "/v1/inquiries/\(world.mesa.inquiry)/screenings/phq-9", version)
        }
    }
}

extension World {
    /// What a new practice begins with for intake.
    func addIntakeLibrary() async throws {
        let queries =
            QuestionnaireLibrary.insert(into: mesa.id, at: clock.now, surroundings)
            + InquiryReasonLibrary.insert(into: mesa.id)
        try await seed(mesa) { seed in
            for query in queries { seed.add(query.sql) }
        }
    }
}
