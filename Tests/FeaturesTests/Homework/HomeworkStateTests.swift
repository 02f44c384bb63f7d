import Postgres
import Practice
import TestSupport
import Testing

/// What the database itself holds of a piece of homework, whoever writes it.
@Suite struct HomeworkStateTests {
    private static let states = ["assigned", "draft", "submitted", "returned", "reviewed", "withdrawn"]
    private static let drawn: [String: Set<String>] = [
        "assigned": ["draft", "submitted", "withdrawn"], "draft": ["submitted", "withdrawn"],
        "returned": ["submitted", "withdrawn"], "submitted": ["draft", "reviewed", "returned", "withdrawn"],
        "reviewed": [], "withdrawn": [],
    ]

    @Test func `a piece takes the steps that are drawn, and no other`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            for (number, state) in Self.states.enumerated() {
                for (other, next) in Self.states.enumerated() where state != next {
                    let piece = try await world.seed(mesa) { seed in
                        let assignment = seed.assignment(in: mesa, by: mesa.counselor, client: mesa.client)
                        return seed.add(
                            Piece(mesa.client, assignment, "Step").due(1 + 10 * number + other, "2026-01-12")
                                .handedIn("2026-01-05T08:00").standing(state), in: mesa)
                    }
                    let refusal = await world.refusal(
                        "update homework set state = \(next), version = version + 1 where homework_id = \(piece)")
                    let isDrawn = Self.drawn[state]?.contains(next) == true
                    #expect(refusal == (isDrawn ? nil : "homework_state_does_not_follow"), "\(state) to \(next)")
                }
            }
        }
    }

    @Test func `what was withdrawn is due when it was`() async throws {
        try await withWorld { world in
            let which: SQL = "version = version + 1 where homework_id = \(world.mesa.homework)"
            for (change, code) in [
                ("due_at = due_at + interval '1 day'", nil), ("state = 'withdrawn'", nil),
                ("due_at = due_at + interval '1 day'", "homework_state_does_not_follow"),
                ("opens_at = opens_at - interval '1 day'", "homework_state_does_not_follow"),
                ("closes_at = due_at + interval '1 day'", "homework_state_does_not_follow"),
            ] as [(SQL, String?)] {
                #expect(await world.refusal("update homework set \(change), \(which)") == code)
            }
        }
    }

    @Test func `the word for where a piece stands follows the clock to the instant`() async throws {
        try await withWorld { world in
            let (opens, closes) = ("2026-01-05T00:00:00Z", "2026-01-10T00:00:00Z")
            for (state, at, word) in [
                ("assigned", "2026-01-04T23:59:59Z", "scheduled"), ("assigned", opens, "open"),
                ("assigned", "2026-01-09T23:59:59Z", "open"), ("assigned", closes, "missed"),
                ("draft", "2026-01-09T23:59:59Z", "draft"), ("draft", closes, "missed"),
                ("returned", closes, "returned"), ("submitted", closes, "submitted"), ("reviewed", closes, "reviewed"),
                ("withdrawn", closes, "withdrawn"),
            ] {
                let told = try await world.database.superuser.pipeline(
                    Query<String>.row(
                        """
                        select homework_status(\(state), \(opens)::text::timestamptz, \(closes)::text::timestamptz,
                                               \(at)::text::timestamptz)
                        """
                    ) { try $0.next() })
                #expect(told == word, "\(state) at \(at)")
            }
        }
    }

    @Test func `nobody changes or takes out what was answered and said, the owner of the tables included`() async throws
    {
        try await withWorld { world in
            let homework = world.mesa.homework
            _ = try await world.submit(homework)
            _ = try await world.review(homework, "returned", comment: "More.", ifMatch: 2)
            for (table, change) in [
                ("homework_reviews", "outcome = 'reviewed'"), ("homework_reviews", "comment = null"),
                ("exercise_versions", "title = 'Another'"),
            ] as [(SQL, SQL)] {
                #expect(try await world.count("from \(table)") > 0)
                #expect(await world.refusal("update \(table) set \(change)") == "never_changes")
                #expect(await world.refusal("delete from \(table)") == "never_changes")
            }
        }
    }
}

extension World {
    /// Why the database refuses a statement of its owner's; nil where it does not.
    fileprivate func refusal(_ statement: SQL) async -> String? {
        do {
            _ = try await database.superuser.pipeline(Query.run(statement))
            return nil
        } catch { return error.refusal?.raisedCode ?? "\(error)" }
    }
}
