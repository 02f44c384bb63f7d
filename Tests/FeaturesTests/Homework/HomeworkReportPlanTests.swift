import Practice
import TestSupport
import Testing

import struct Foundation.UUID

@testable import Features
@testable import Postgres
@testable import WebAPI

/// What the planner makes of the reports of homework, under the server's role and policies, in a plan for any values.
@Suite struct HomeworkReportPlanTests {
    @Test func `a client's progress reads the client's range of one index`() async throws {
        try await withWorld { world in
            try await world.fillReports()
            let house = world.mesa
            let scans = try await world.scans(
                of: ClientProgress.statement(.usual, of: house.client.clientID, in: house.id, at: world.clock.now),
                as: house.client, "homework.read", "client", house.client.clientID.uuid)
            #expect(scans == ["Index Scan using homework_by_client on homework h"])
        }
    }

    @Test func `a group's report reads the group's range of one index`() async throws {
        try await withWorld { world in
            try await world.fillReports()
            let house = world.mesa
            let scans = try await world.scans(
                of: GroupHomeworkReport.statement(.usual, of: house.group, in: house.id, at: world.clock.now),
                as: house.facilitator, "homework_report.read", "group", house.group.uuid)
            #expect(scans == ["Index Scan using homework_by_group on homework h"])
        }
    }

    @Test func `the report by group reads a range of one index for each group, and no row`() async throws {
        try await withWorld { world in
            try await world.fillReports()
            let house = world.mesa
            let scans = try await world.scans(
                of: HomeworkReport.statement(.usual, .group, in: house.id, at: world.clock.now),
                as: house.owner, "homework_report.read", "none", nil)
            #expect(scans == ["Index Only Scan using homework_by_group on homework h"])
        }
    }

    @Test func `what is overdue lies in the ranges of the clients in scope, what waits in an index of its own`()
        async throws
    {
        try await withWorld { world in
            try await world.fillReports()
            let house = world.mesa
            for (waiting, index) in [
                (HomeworkWaiting.overdue, "homework_by_client"), (.unreviewed(days: 7), "homework_to_review"),
            ] {
                let scans = try await world.scans(
                    of: waiting.piecesStatement(.all, in: house.id, at: world.clock.now), as: house.counselor,
                    "homework_report.read", "none", nil)
                #expect(scans == ["Index Scan using \(index) on homework h"])
            }
        }
    }
}

extension ReportQuestion {
    fileprivate static let usual = ReportQuestion(beginning: .quarter)
}

extension World {
    /// So much homework of other clients and groups that a plan which does not use an index would be the wrong one.
    fileprivate func fillReports() async throws {
        let house = mesa
        try await run(
            """
            with _ as (select set_config('session_replication_role', 'replica', true)),
            g as (select gen_random_uuid() as group_id from generate_series(1, 100))
            insert into homework
                (practice_id, homework_id, assignment_id, exercise_version_id, client_id, group_id, occurrence, title,
                 opens_at, due_at)
            select \(house.id), gen_random_uuid(), \(house.assignment), \(house.exerciseVersion), gen_random_uuid(),
                g.group_id, n, 'Check-in', \(clock.now) - n * interval '1 hour', \(clock.now) - n * interval '1 hour'
            from g, generate_series(1, 200) n, _
            """)
        try await run("vacuum analyze homework")
    }

    /// How the statement reaches homework.
    fileprivate func scans(
        of sql: SQL, as person: Person, _ action: String, _ kind: String, _ resource: UUID?
    ) async throws -> [String] {
        let names: [PostgresType: String] = [
            .uuid: "uuid", .timestamptz: "timestamptz", .int4: "int4", .int8: "int8", .text: "text", .date: "date",
        ]
        let types = sql.bindings.types.map { names[$0] ?? "unknown" }
        let nulls = types.map { _ in "null" }.joined(separator: ", ")
        let lines = try await database.server.transaction { tx in
            _ = try await tx.pipeline(
                enter(person, action, kind, resource), Query.run("set local plan_cache_mode = force_generic_plan"),
                Query.run(SQL(unsafe: "prepare report (\(types.joined(separator: ", "))) as \(sql.text)")))
            return try await tx.pipeline(
                Query.rows(SQL(unsafe: "explain (costs off) execute report (\(nulls))")) { try $0.next(String.self) },
                Query.run("deallocate report")
            ).0
        }
        return lines.filter { $0.contains(" on homework ") }.map {
            String($0.trimmingPrefix(/[\s\->]*/))
        }
    }
}
