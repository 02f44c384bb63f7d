import JSON
import Practice
import Testing
import TestSupport

@testable import Features
@testable import Postgres
@testable import WebAPI

/// What the planner makes of the hot statements, under the server's role and policies, in a plan for any values.
@Suite struct HomeworkPlanTests {
    @Test func `a client's list reads the client's range of one index`() async throws {
        try await withWorld { world in
            try await world.fillWithHomework()
            let page = Page(limit: 25, after: PageKey("2026-01-05T16:00:00Z", ID<Homework>.nil))
            for page in [Page(), page] {
                let query = try Homework.list(.everyone, of: world.mesa.id, .none, page, at: world.clock.now)
                let plan = try await world.plan(of: query, as: world.mesa.client, "homework.read", nil)
                // Beside it stands the look for a name, in whichever index of so few clients.
                let scans = plan.scans.filter { !$0.hasSuffix(" on clients c") }
                #expect(scans == ["Index Scan using homework_by_client on homework h"], "\(plan.text)")
            }
        }
    }

    @Test func `the views of what is outstanding read the client's range of the index for it`() async throws {
        try await withWorld { world in
            try await world.fillWithHomework()
            for view in [Homework.View.today, .coming, .late] {
                var filter = Homework.Filter()
                filter.view = view
                let query = try Homework.list(.everyone, of: world.mesa.id, filter, Page(), at: world.clock.now)
                let plan = try await world.plan(of: query, as: world.mesa.client, "homework.read", nil)
                #expect(plan.scans.contains("Index Scan using homework_outstanding on homework h"), "\(plan.text)")
                #expect(!plan.text.contains("Seq Scan on homework"), "\(plan.text)")
                #expect(!plan.text.contains("homework_draft_fields"), "\(plan.text)")
            }
        }
    }

    @Test func `saving a draft finds the piece and its fields by their keys`() async throws {
        try await withWorld { world in
            try await world.fillWithHomework()
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            var save = Homework.DraftSave(version: mesa.exerciseVersion, base: 0)
            (save.keys, save.sealed, save.digests) = (["mood"], [[0]], [Array(repeating: 0, count: 32)])
            let query = Homework.saveDraft(save, of: homework, of: mesa.id, at: world.clock.now)
            let plan = try await world.plan(of: query, as: mesa.client, "homework.submit", homework)
            let tables = plan.scans.filter { !$0.contains("using homework_pkey") && $0.contains("homework ") }
            #expect(tables == [], "\(plan.text)")
        }
    }

    @Test func `the review queue reads what waits for its reviewer, and no index range of others`() async throws {
        try await withWorld { world in
            try await world.fillWithHomework()
            let page = Page(limit: 25, after: PageKey("2026-01-05T16:00:00Z", ID<Homework>.nil))
            for page in [Page(), page] {
                let query = try Homework.queue(
                    of: world.mesa.id, Homework.QueueFilter(), page, at: world.clock.now)
                let plan = try await world.plan(of: query, as: world.mesa.facilitator, "review_queue.read", nil)
                let own = [
                    "Index Scan using homework_pkey on homework h",
                    "Index Scan using homework_to_review_of_client on homework h_1",
                    "Index Scan using homework_to_review_of_group on homework h_2",
                ]
                #expect(plan.scans.filter { $0.contains(" on homework ") }.sorted() == own, "\(plan.text)")
                #expect(!plan.scans.contains { $0.hasPrefix("Seq Scan on risk") }, "\(plan.text)")
            }
            let totals = Homework.queueTotals(of: world.mesa.id, Homework.QueueFilter())
            let plan = try await world.plan(of: totals, as: world.mesa.facilitator, "review_queue.read", nil)
            #expect(plan.scans.allSatisfy { $0.contains("homework_to_review_of_") }, "\(plan.text)")
        }
    }

    @Test func `a submission finds its homework by its id`() async throws {
        try await withWorld { world in
            try await world.fillWithHomework()
            let filled = Homework.Filled(version: world.mesa.exerciseVersion, sealed: [0], digest: [0])
            let query = Homework.submit(
                filled, for: world.mesa.homework, of: world.mesa.id, ifVersion: nil, at: world.clock.now)
            let plan = try await world.plan(of: query, as: world.mesa.client, "homework.submit", world.mesa.homework)
            #expect(
                plan.scans.sorted() == [
                    "Index Scan using homework_pkey on homework h", "Index Scan using homework_pkey on homework h_1",
                ], "\(plan.text)")
        }
    }
}

private struct Plan {
    var lines: [String]

    var text: String { lines.joined(separator: "\n") }

    /// How tables are reached: every scan of one.
    var scans: [String] {
        lines.filter { $0.contains(" on ") && $0.contains("Scan") && !$0.contains("CTE Scan") }
            .filter { !$0.contains("Function Scan") }
            .compactMap { line in line.firstMatch(of: /(\w[\w ]*Scan[^(]*)\s\(/).map { $0.1.trimmed } }
    }
}

extension World {
    /// So much homework of other clients that a plan which does not use an index would be the wrong one.
    fileprivate func fillWithHomework() async throws {
        let (practice, assignment, version) = (mesa.id, mesa.assignment, mesa.exerciseVersion)
        try await run(
            """
            with _ as (select set_config('session_replication_role', 'replica', true))
            insert into homework
                (practice_id, homework_id, assignment_id, exercise_version_id, client_id, occurrence, title, opens_at, due_at,
                 state, submitted_at)
            select \(practice), gen_random_uuid(), \(assignment), \(version), gen_random_uuid(), n, 'Check-in', \(clock.now),
                \(clock.now) + n * interval '1 hour', case n % 5 when 0 then 'submitted' else 'assigned' end,
                case n % 5 when 0 then \(clock.now) + n * interval '1 hour' end
            from generate_series(1, 20000) n, _
            """)
        try await run("analyze homework")
    }

    fileprivate func plan<Value>(
        of query: Query<Value>, as person: Person, _ action: String, _ homework: ID<Homework>?
    ) async throws -> Plan {
        let names: [PostgresType: String] = [
            .uuid: "uuid", .timestamptz: "timestamptz", .int4: "int4", .int8: "int8", .text: "text", .bytea: "bytea",
            .bool: "bool", .textArray: "text[]", .byteaArray: "bytea[]",
        ]
        let types = query.sql.bindings.types.map { names[$0] ?? "unknown" }
        let nulls = types.map { _ in "null" }.joined(separator: ", ")
        let (kind, id) = (homework == nil ? "none" : "homework", homework?.uuid)
        let lines = try await database.server.transaction { tx in
            _ = try await tx.pipeline(
                enter(person, action, kind, id))
            _ = try await tx.pipeline(Query.run("set local plan_cache_mode = force_generic_plan"))
            _ = try await tx.pipeline(
                Query.run(SQL(unsafe: "prepare hot (\(types.joined(separator: ", "))) as \(query.sql.text)")))
            return try await tx.pipeline(
                Query.rows(SQL(unsafe: "explain execute hot (\(nulls))")) { try $0.next(String.self) },
                Query.run("deallocate hot")
            ).0
        }
        return Plan(lines: lines)
    }
}

extension Homework.Filter {
    fileprivate static let none = Homework.Filter()
}

extension Substring {
    fileprivate var trimmed: String { String(trimmingPrefix(/\s+/)).replacing(/\s+$/, with: "") }
}
