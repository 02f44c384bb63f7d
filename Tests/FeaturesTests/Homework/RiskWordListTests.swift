import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// The words of a practice at which somebody should look at an answer.
@Suite struct RiskWordListTests {
    @Test func `a practice begins with the words that ship, and makes them its own`() async throws {
        try await withWorld { world in
            let (mesa, path) = (world.mesa, "/v1/risk-words")
            let shipped = try await world.request(.get, path, as: mesa.owner)
            #expect(shipped["words"] == .array(RiskWords.standard.map(JSONValue.text)))
            #expect(shipped["changedAt"] == .null && shipped.version == 0)
            let own = try await world.request(
                .put, path, as: mesa.admin, json: Self.words("Gun*", "better off"), ifMatch: 0)
            #expect(own.text == #"{"words":["Gun*","better off"],"changedAt":"2026-01-05T16:00:00Z"}"#)
            #expect(own.version == 1)
            #expect(try await world.request(.get, path, as: mesa.counselor).body == own.body)
            let none = try await world.request(.put, path, as: mesa.owner, json: Self.words(), ifMatch: 1)
            #expect(none["words"] == [] && none.version == 2)
            #expect(try await world.request(.get, path, as: world.tempe.owner).version == 0)
        }
    }

    @Test func `a list that somebody else has changed meanwhile is not overwritten`() async throws {
        try await withWorld { world in
            let (mesa, path) = (world.mesa, "/v1/risk-words")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await world.request(
                            .put, path, as: mesa.owner, json: Self.words("word\(number)"), ifMatch: 0
                        ).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 412, count: 7))
            #expect(try await world.request(.put, path, as: mesa.owner, json: Self.words("x")).status == 428)
            #expect(
                try await world.request(.put, path, as: mesa.owner, json: Self.words("x"), ifMatch: 2).status == 412)
            #expect(try await world.count("from risk_words where version = 1") == 1)
        }
    }

    @Test func `all that is wrong with a list is told at once`() async throws {
        try await withWorld { world in
            let (mesa, path) = (world.mesa, "/v1/risk-words")
            let wrong = try await world.request(
                .put, path, as: mesa.owner,
                json: ["words": ["ok", " ", "a*", "OK", "two\nlines"], "colour": "red"], ifMatch: 0)
            #expect(
                wrong.faults == [
                    "/words/1 blank", "/words/2 wrong_format", "/words/3 duplicate", "/words/4 wrong_format",
                    "/colour unknown_member",
                ])
            let types = try await world.request(.put, path, as: mesa.owner, json: ["words": ["ok", 7]], ifMatch: 0)
            #expect(types.faults == ["/words/1 wrong_type"])
            let text = try await world.request(.put, path, as: mesa.owner, json: ["words": "ok"], ifMatch: 0)
            #expect(text.faults == ["/words wrong_type"])
            #expect(
                try await world.request(.put, path, as: mesa.owner, json: [:], ifMatch: 0).faults == ["/words required"]
            )
            #expect(try await world.count("from risk_words") == 0)
        }
    }

    @Test func `only owner and admin change the words, and no client or guardian reads them`() async throws {
        try await withWorld { world in
            let (mesa, path) = (world.mesa, "/v1/risk-words")
            for person in mesa.everyone
            where person.accountID != mesa.owner.accountID && person.accountID != mesa.admin.accountID {
                let change = try await world.request(.put, path, as: person, json: Self.words("x"), ifMatch: 0)
                #expect(change.status == 403, "\(person.name)")
            }
            for person in [mesa.client, mesa.partner, mesa.minor, mesa.guardian] {
                #expect(try await world.request(.get, path, as: person).status == 404, "\(person.name)")
            }
            #expect(try await world.request(.get, path).status == 401)
        }
    }

    private static func words(_ words: String...) -> JSONValue { ["words": .array(words.map(JSONValue.text))] }
}
