import Foundation
import JSON
import Practice
import Testing
import TestSupport

@testable import Postgres

/// What a database of before knows of spans becomes what was said of them (schema/0020_what_was_said_of_spans.sql).
@Suite struct SpansSaidOnceTests {
    /// The span of a couple, its end of before as a closing tells it, and what was said: a death that stands, of two the
    /// one that lies before, one that cut an end that had been said, an ending that was corrected after the death, and one
    /// that no death has touched.
    @Test(
        arguments: [
            ("[2025-11-06,2026-01-03)", ["{\"was\": \"[2025-11-06,)\", \"day\": \"2026-01-03\"}"], nil),
            (
                "[2025-11-06,2026-01-01)",
                [
                    "{\"was\": \"[2025-11-06,)\", \"day\": \"2026-01-03\"}",
                    "{\"was\": \"[2025-11-06,2026-01-03)\", \"day\": \"2026-01-01\", \"hadEnded\": true}",
                ], nil
            ),
            (
                "[2025-11-06,2026-01-01)",
                ["{\"was\": \"[2025-11-06,2026-01-04)\", \"day\": \"2026-01-01\", \"hadEnded\": true}"], "2026-01-04"
            ),
            ("[2025-11-06,2025-12-01)", ["{\"was\": \"[2025-11-06,)\", \"day\": \"2026-01-03\"}"], "2025-12-01"),
            ("[2025-11-06,2025-12-01)", [], "2025-12-01"), ("[2025-11-06,)", [], nil),
        ] as [(String, [String], String?)])
    func `an end that a death left was not said, and any other was`(span: String, ends: [String], said: String?)
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let closings: [SQL] = ends.enumerated().map { place, end in
                """
                insert into chart_closings (practice_id, closing_id, client_id, cause, day, ended, closed_at)
                select \(house.id), gen_random_uuid(), \(place == 0 ? house.client.clientID : house.partner.clientID), 'died',
                    '2026-01-03', jsonb_build_array(\(end)::jsonb || jsonb_build_object('kind', 'couple', 'id',
                        \(house.couple)::uuid)), now()
                """
            }
            try await world.sayOnce(
                [
                    """
                    update couples set during = \(span)::daterange, ended_at = case when upper_inf(\(span)::daterange)
                        then null else now() end where couple_id = \(house.couple)
                    """
                ] + closings)
            let day = try await world.database.superuser.pipeline(
                Query.row("select said_until from couples where couple_id = \(house.couple)") {
                    try $0.next(Day?.self)
                })
            #expect(day == said.flatMap(Day.init))
            #expect(try await world.count("from chart_closings where ended::text like '%was%'") == 0)
        }
    }

    @Test func `what a merge that stands has cut was said to last as before`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let second = try await world.seed(house) { try $0.client("Cora Carter", born: "2012-04-05") }
            let made = try await world.request(
                .post, "/v1/clients/\(second.clientID)/guardians", as: house.intake,
                json: [
                    "guardianId": .text("\(house.guardian.guardianID)"), "scopes": ["schedule"], "from": "2025-01-01",
                    "until": "2030-01-01",
                ])
            let guardianship = try #require(made["id"].text, "\(made.text)")
            #expect(try await world.merge(second, into: house.minor).status == 201)
            try await world.sayOnce([])
            let day = try await world.database.superuser.pipeline(
                Query.row("select said_until from guardianships where guardianship_id = \(guardianship)::uuid") {
                    try $0.next(Day?.self)
                })
            #expect(day == Day("2030-01-01"))
        }
    }
}

extension World {
    /// Writes what a database of before has, and brings it to what this one is.
    fileprivate func sayOnce(_ before: [SQL]) async throws {
        let script = try String(
            contentsOf: Repository.file("Migrations/schema/0020_what_was_said_of_spans.sql"), encoding: .utf8)
        try await database.superuser.transaction { tx in
            try await tx.script("set local session_replication_role = replica")
            for statement in before { _ = try await tx.pipeline(Query.run(statement)) }
            try await tx.script("set local session_replication_role = origin")
            try await tx.script(
                "alter table couples drop said_until cascade; alter table guardianships drop said_until cascade")
            try await tx.script(script)
        }
    }
}
