import Practice
import TestSupport
import Testing

@testable import Features
@testable import Postgres
@testable import WebAPI

/// What the planner makes of the inquiry list, under the server's role and policies, in a plan for any values.
@Suite struct InquiryPlanTests {
    @Test func `the list reads a page from an index that gives its order, whatever the filter, and sorts nothing`()
        async throws
    {
        try await withWorld { world in
            try await fill(world)
            let after = (at: world.clock.now, id: ID<Inquiry>.nil)
            let counselor = world.mesa.newcomer.accountID
            let cases: [(Inquiry.Filter, (at: Instant, id: ID<Inquiry>)?, String)] = [
                (Inquiry.Filter(), nil, "inquiries_by_age"), (Inquiry.Filter(), after, "inquiries_by_age"),
                (Inquiry.Filter(state: .screening), nil, "inquiries_by_state"),
                (Inquiry.Filter(risk: true), nil, "inquiries_at_risk"),
                (Inquiry.Filter(assignedTo: counselor), nil, "inquiries_by_assignment"),
            ]
            for (filter, after, index) in cases {
                let plan = try await plan(of: filter, after: after, as: world.mesa.intake, world)
                let begun = Self.begun(plan)
                #expect(begun.count == 1 && begun[0].contains("Index Scan using \(index) "), "\(plan)")
                #expect(begun.first?.contains("rows=26 loops=1") == true, "\(plan)")
                #expect(plan.filter { $0.contains("->  Sort") || $0.contains("Seq Scan on inquiries") } == [])
            }
        }
    }

    @Test func `a counselor's list begins the other half alone`() async throws {
        try await withWorld { world in
            try await fill(world)
            let plan = try await plan(of: Inquiry.Filter(), after: nil, as: world.mesa.newcomer, world)
            let begun = Self.begun(plan)
            #expect(begun.count == 1 && begun[0].contains("rows=26 loops=1"), "\(plan)")
            #expect(plan.filter { $0.contains("Seq Scan on inquiries") } == [])
        }
    }

    /// The scans that begin, but for the one look into the small index of those that came again.
    private static func begun(_ plan: [String]) -> [String] {
        let begun = plan.filter { $0.contains(" on inquiries") && !$0.contains("never executed") }
        let others = begun.filter { !$0.contains("using inquiries_by_repeated ") }
        #expect(begun.count - others.count <= 1, "\(plan)")
        return others
    }

    private func plan(
        of filter: Inquiry.Filter, after: (at: Instant, id: ID<Inquiry>)?, as person: Person, _ world: World
    ) async throws -> [String] {
        let sql = Inquiry.Record.listStatement(filter, after: after, in: world.mesa.id, at: world.clock.now)
        let literals = sql.bindings.types.enumerated().map { index, type in
            type == .uuid
                ? "'\(uuid(filter, index, world))'"
                : type == .timestamptz ? "'2025-01-01'" : type == .text ? "'screening'" : "26"
        }
        return try await world.database.server.transaction { tx in
            _ = try await tx.pipeline(
                Query.run("set local plan_cache_mode = force_generic_plan"), world.enter(person, "inquiry.read"),
                Query.run(SQL(unsafe: "prepare examined as \(sql.text)")))
            let lines = try await tx.pipeline(
                Query.rows(
                    SQL(
                        unsafe:
                            "explain (analyze, costs off, timing off, summary off) execute examined (\(literals.joined(separator: ", ")))"
                    )
                ) { try $0.next(String.self) })
            _ = try await tx.pipeline(Query.run("deallocate examined"))
            return lines
        }
    }

    /// The practice comes first in each half; what else is an id is the counselor's, or none.
    private func uuid(_ filter: Inquiry.Filter, _ index: Int, _ world: World) -> String {
        guard let assignedTo = filter.assignedTo, index % 2 == 1 else { return "\(world.mesa.id)" }
        return "\(assignedTo)"
    }

    private func fill(_ world: World) async throws {
        let (practice, counselor) = (world.mesa.id, world.mesa.newcomer.accountID)
        try await world.run(
            """
            with _ as (select set_config('session_replication_role', 'replica', true))
            insert into inquiries
                (practice_id, inquiry_id, kind, contact_name, email, state, state_since, received_at, reason,
                 risk_raised_at, assigned_to)
            select \(practice), gen_random_uuid(), 'adult', 'Name ' || n, 'name@example.com',
                (array['received', 'screening', 'offered', 'waitlisted', 'declined'])[1 + n % 5],
                \(world.clock.now) - n * interval '1 minute', \(world.clock.now) - n * interval '1 minute', 'Full.',
                case when n % 50 = 0 then \(world.clock.now) end, case when n % 40 = 0 then \(counselor) end
            from generate_series(1, 20000) n, _
            """)
        try await world.run("analyze inquiries")
    }
}

extension Inquiry.Filter {
    fileprivate init(state: Inquiry.State? = nil, risk: Bool? = nil, assignedTo: ID<Account>? = nil) {
        self.init(state: state, risk: risk, overdue: nil, repeated: nil, assignedTo: assignedTo, page: Page())
    }
}
