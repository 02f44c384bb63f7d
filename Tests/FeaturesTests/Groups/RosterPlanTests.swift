import Postgres
import Practice
import TestSupport
import Testing

@testable import Features

/// How PostgreSQL runs the roster of one group.
@Suite struct RosterPlanTests {
    @Test func `both statements of the roster read indexes only, and homework and attendance once`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await fill(house, world)
            for (view, kind) in [
                (Roster.View(asOf: nil, knownAt: nil, now: world.clock.now), "group"),
                (Roster.View(asOf: Day("2026-01-04"), knownAt: world.clock.now, now: world.clock.now), "group_history"),
            ] {
                let members = Roster.membersStatement(.group(house.group), in: house.id, view)
                let plan = try await world.plan(of: members, house, view, through: kind)
                let spans = view.isOfToday ? "enrollment_spans_by_group" : "enrollment_spans_ever"
                for index in [spans, "homework_by_group", "attendance_by_group", "meetings_", "clients_pkey"] {
                    #expect(
                        plan.contains { $0.contains("using \(index)") },
                        "\(kind) \(index): \(plan.filter { $0.contains(" using ") })")
                }
                for index in [spans, "homework_by_group", "attendance_by_group"] {
                    let scans = plan.filter { $0.contains("using \(index)") && $0.contains("loops=1)") }
                    #expect(scans.count == 1, "\(kind) \(index)")
                }
                let heading = Roster.headingStatement(of: house.group, in: house.id, view)
                let above = try await world.plan(of: heading, house, view, through: kind)
                #expect((plan + above).filter { $0.contains("Seq Scan") } == [])
            }
        }
    }

    /// Gives the planner a practice of a likely size: a hundred groups of twelve, with homework and attendance.
    private func fill(_ house: House, _ world: World) async throws {
        try await world.seed(house) { seed in
            seed.add("set local session_replication_role = replica")
            addGroups(of: house, to: &seed)
            addHistory(of: house, to: &seed)
            seed.add("analyze clients, groups, enrollments, enrollment_spans, homework, attendance, meetings")
        }
    }

    private func addGroups(of house: House, to seed: inout Seed) {
        let practice = house.id
        seed.add(
            """
            insert into groups (practice_id, group_id, program_id, name, capacity, starts_on, recurrence, meets_at,
                                time_zone, created_at)
            select \(practice), gen_random_uuid(), \(house.program), 'Group ' || n, 12, '2025-12-01', 'FREQ=WEEKLY;BYDAY=TU',
                   '18:00', 'America/Phoenix', '2025-12-01'
            from generate_series(1, 100) n
            """)
        seed.add(
            """
            insert into clients (practice_id, client_id, given_name, family_name, birth_date, created_at)
            select \(practice), gen_random_uuid(), 'Given ' || n, 'Family ' || n, '1980-01-01', '2025-12-01'
            from generate_series(1, 1200) n
            """)
        seed.add(
            """
            insert into enrollments (practice_id, enrollment_id, group_id, client_id, recorded_at)
            select \(practice), gen_random_uuid(), g.group_id, c.client_id, '2025-12-01'
            from (select client_id, row_number() over () as n from clients where family_name like 'Family %') c
                join (select group_id, row_number() over () as n from groups where name like 'Group %') g
                    on g.n = 1 + c.n % 100
            """)
        seed.add(
            """
            insert into enrollment_spans
                (practice_id, span_id, enrollment_id, group_id, client_id, status, during, recorded)
            select practice_id, gen_random_uuid(), enrollment_id, group_id, client_id, 'active', '[2025-12-01,)',
                   '[2025-12-01,)'
            from enrollments where practice_id = \(practice) and isempty(during)
            """)
    }

    private func addHistory(of house: House, to seed: inout Seed) {
        let practice = house.id
        seed.add(
            """
            insert into homework (practice_id, homework_id, assignment_id, exercise_version_id, client_id, group_id,
                                  occurrence, title, opens_at, due_at)
            select e.practice_id, gen_random_uuid(), \(house.assignment), \(house.exerciseVersion), e.client_id,
                   e.group_id, o, 'Check-in', '2025-12-01', '2026-01-10'
            from enrollments e, generate_series(11, 16) o where e.practice_id = \(practice)
            """)
        seed.add(
            """
            insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes)
            select practice_id, gen_random_uuid(), group_id, timestamptz '2025-12-01' + n * interval '7 days', 90
            from groups, generate_series(1, 6) n where practice_id = \(practice)
            """)
        seed.add(
            """
            insert into attendance (practice_id, meeting_id, client_id, group_id, mark, recorded_at, recorded_by)
            select e.practice_id, m.meeting_id, e.client_id, e.group_id, 'present', '2025-12-01',
                   \(house.facilitator.accountID)
            from enrollments e join meetings m using (practice_id, group_id) where e.practice_id = \(practice)
            on conflict do nothing
            """)
    }
}

extension World {
    /// How PostgreSQL runs a statement for the facilitator, under the server's role and its policies, with the plan that
    /// serves all values. Sequential scans are made dear, since in a test's small tables they would be the cheapest.
    fileprivate func plan(
        of sql: SQL, _ house: House, _ view: Roster.View, through kind: String
    ) async throws -> [String] {
        let literals = values(of: sql.text, house, view).joined(separator: ", ")
        return try await database.server.transaction { tx in
            _ = try await tx.pipeline(
                Query.run("set local enable_seqscan = off"),
                Query.run("set local plan_cache_mode = force_generic_plan"),
                enter(house.facilitator, "roster.read", kind, house.group.uuid),
                Query.run(SQL(unsafe: "prepare examined as \(sql.text)")))
            let plan = try await tx.pipeline(
                Query.rows(
                    SQL(unsafe: "explain (analyze, costs off, timing off, summary off) execute examined (\(literals))")
                ) { row in try row.next(String.self) })
            _ = try await tx.pipeline(Query.run("deallocate examined"))
            return plan
        }
    }

    /// What is bound at each placeholder, told by what it is compared with.
    private func values(of text: String, _ house: House, _ view: Roster.View) -> [String] {
        text.matches(of: /(?<before>practice_id = |group_id = |d\.day, )?\$\d+(?<after>::date)?/).map { match in
            switch match.before {
            case "practice_id = "?: "'\(house.id)'"
            case "group_id = "?: "'\(house.group)'"
            case "d.day, "?: view.knownAt.map { "'\($0)'" } ?? "null"
            default: match.after == nil ? "'\(view.knownAt ?? view.now)'" : "'\(view.asOf ?? .first)'"
            }
        }
    }
}
