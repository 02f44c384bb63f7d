import JSON
import Practice
import Testing
import TestSupport

@testable import Features

/// What was published stays, and what was begun stays on it.
@Suite struct ExerciseVersionTests {
    /// What the exercise of the default world asks.
    private let checkIn: JSONValue

    init() throws {
        checkIn = try Form(Seed.checkIn).json
    }

    @Test func `every version of an exercise can be read as it was published`() async throws {
        try await withWorld { world in
            let (mesa, path) = (world.mesa, "/v1/exercises/\(world.mesa.exercise)")
            let second = try await world.request(
                .post, "\(path)/versions", as: mesa.owner, json: Self.text(title: "Evening check-in", risks: Self.risks)
            )
            #expect(second.status == 201)
            #expect(second["risks"] == Self.risks)
            world.clock.advance(by: .seconds(60))
            let third = try await world.request(
                .post, "\(path)/versions", as: mesa.admin, json: Self.text(title: "Night check-in"))
            let all = try await world.request(.get, "\(path)/versions", as: mesa.intern)
            #expect(
                all.text == """
                    {"items":[{"exerciseVersionId":"\(third["exerciseVersionId"].text ?? "")","number":3,\
                    "title":"Night check-in","minutes":null,"publishedAt":"2026-01-05T16:01:00Z"},\
                    {"exerciseVersionId":"\(second["exerciseVersionId"].text ?? "")","number":2,\
                    "title":"Evening check-in","minutes":null,"publishedAt":"2026-01-05T16:00:00Z"},\
                    {"exerciseVersionId":"\(mesa.exerciseVersion)","number":1,"title":"Daily check-in","minutes":null,\
                    "publishedAt":"2026-01-05T16:00:00Z"}],"next":null}
                    """)
            let first = try await world.request(.get, "\(path)/versions/\(mesa.exerciseVersion)", as: mesa.counselor)
            #expect(first["number"] == 1 && first["exerciseId"] == .text(mesa.exercise.description))
            #expect(try Form(first["fields"]).json == checkIn)
            let read = try await world.request(
                .get, "\(path)/versions/\(second["exerciseVersionId"].text ?? "")", as: mesa.counselor)
            #expect(read["risks"] == Self.risks && read["instructions"] == "Look back.")
        }
    }

    @Test func `versions come in pages, the newest first`() async throws {
        try await withWorld { world in
            let (mesa, path) = (world.mesa, "/v1/exercises/\(world.mesa.exercise)/versions")
            for title in ["Two", "Three"] {
                _ = try await world.request(.post, path, as: mesa.owner, json: Self.text(title: title))
            }
            let first = try await world.request(.get, "\(path)?limit=2", as: mesa.owner)
            #expect(first.all("title") == ["Three", "Two"])
            let next = try #require(first["next"].text)
            let second = try await world.request(.get, "\(path)?limit=2&cursor=\(next)", as: mesa.owner)
            #expect(second.all("title") == ["Daily check-in"] && second["next"] == .null)
            #expect(try await world.request(.get, "\(path)?page=2", as: mesa.owner).status == 400)
        }
    }

    @Test func `versions are for professionals, and found in their own exercise alone`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let other = try await world.seed(mesa) { try $0.exercise("Another") }
            let path = "/v1/exercises/\(mesa.exercise)/versions"
            for place in [path, "\(path)/\(mesa.exerciseVersion)"] {
                for person in [mesa.client, mesa.guardian, mesa.intake, mesa.auditor] {
                    #expect(try await world.request(.get, place, as: person).status == 403)
                }
                let foreign = try await world.request(.get, place, as: world.tempe.counselor)
                let missing = try await world.request(
                    .get, place.replacing(mesa.exercise.description, with: ID<Exercise>.nil.description),
                    as: mesa.counselor)
                #expect(foreign.status == 404 && foreign.withoutRequestID == missing.withoutRequestID)
                #expect(try await world.request(.get, place).status == 401)
            }
            #expect(try await world.request(.get, "\(path)/\(other.version)", as: mesa.counselor).status == 404)
            let elsewhere = "/v1/exercises/\(other.exercise)/versions/\(mesa.exerciseVersion)"
            #expect(try await world.request(.get, elsewhere, as: mesa.counselor).status == 404)
        }
    }

    @Test func `work in progress stays on its version, and new homework asks the new questions`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            #expect(try await world.saveDraft(homework, ["feelings": "restless"]).status == 200)
            let published = try await world.request(
                .post, "/v1/exercises/\(mesa.exercise)/versions", as: mesa.owner,
                json: Self.text(title: "Evening check-in"))
            let open = try await world.read(homework)
            #expect(open["exerciseVersionId"] == .text(mesa.exerciseVersion.description))
            #expect(open["exercise"]["title"] == "Daily check-in")
            #expect(try Form(open["exercise"]["fields"] ?? .null).json == checkIn)
            #expect(open["draft"]["answers"] == ["feelings": "restless"])
            #expect(try await world.submit(homework).status == 200)

            let made = try await world.assign(
                to: "clients/\(mesa.client.clientID)",
                [
                    "repeats": "once", "startsOn": "2026-01-05", "dueOn": "2026-01-06", "dueTime": "20:00",
                    "timeZone": "America/Phoenix",
                ])
            #expect(made["exerciseVersionId"] == published["exerciseVersionId"])
        }
    }

    @Test func `item rules are about the questions that there are`() async throws {
        try await withWorld { world in
            let wrong: JSONValue = [["key": "moood", "atMost": 2], ["key": "mood", "atMost": 20]]
            let answer = try await world.request(
                .post, "/v1/exercises", as: world.mesa.owner, json: Self.text(title: "Check-in", risks: wrong))
            #expect(answer.faults == ["/risks/0/key no_such_question", "/risks/1/atMost not_possible"])
            let both = try await world.request(
                .post, "/v1/exercises", as: world.mesa.owner,
                json: [
                    "title": "Check-in", "risks": wrong,
                    "fields": [
                        ["key": "a", "label": "A", "type": "yesNo", "when": ["key": "b", "is": true]],
                        ["key": "t", "label": "T", "type": "table", "columns": []],
                    ],
                ])
            #expect(both.faults == ["/fields/0/when/key no_such_question", "/fields/1/columns required"])
        }
    }

    private static let risks: JSONValue = [["key": "mood", "atMost": 2]]

    private static func text(title: String, risks: JSONValue = []) -> JSONValue {
        [
            "title": .text(title), "instructions": "Look back.", "risks": risks,
            "fields": [
                ["key": "mood", "label": "How was the day?", "type": "scale", "minimum": 1, "maximum": 10],
                [
                    "key": "why", "label": "Why?", "type": "longText", "required": true,
                    "when": ["key": "mood", "atMost": 4],
                ],
            ],
        ]
    }
}
