import Postgres
import Practice
import TestSupport
import Testing

@testable import Features

/// The roster: who is in a group, how old, since when, and how they are doing.
@Suite struct RosterTests {
    @Test func `a facilitator reads the roster, in order of names, with what this group was given`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await dueYesterday(house.groupHomework, submitted: 1, world)
            let roster = try await world.request(.get, path(house), as: house.facilitator)
            #expect(roster.status == 200)
            #expect(
                roster.text == """
                    {"group":{"id":"\(house.group)","name":"Tuesday","phase":"Education","track":null,\
                    "program":{"id":"\(house.program)","name":"SABR"},"capacity":12,"seatsTaken":2},\
                    "facilitators":[{"id":"\(house.facilitator.accountID)","name":"Fay Flores"}],\
                    "asOf":"2026-01-05","members":[\
                    {"clientId":"\(house.client.clientID)","enrollmentId":"\(house.enrollment)","givenName":"Adam",\
                    "preferredName":null,"familyName":"Archer","age":39,"status":"active","enrolledSince":"2025-12-06",\
                    "attendance":{"attended":1,"meetings":1},"homework":{"done":1,"due":1}},\
                    {"clientId":"\(house.loner.clientID)","enrollmentId":"\(house.lonerEnrollment)","givenName":"Dan",\
                    "preferredName":null,"familyName":"Dorsey","age":46,"status":"active","enrolledSince":"2025-12-06",\
                    "attendance":null,"homework":{"done":0,"due":1}}]}
                    """)
        }
    }

    @Test func `homework that is not due, withdrawn, or not of this group is not counted`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await dueYesterday([house.homework], submitted: 0, world)
            try await dueYesterday(house.groupHomework, submitted: 0, world)
            _ = try await world.database.superuser.pipeline(
                Query.run(
                    """
                    update homework set state = 'withdrawn', version = version + 1
                    where homework_id = \(house.groupHomework[1])
                    """))
            let members = try await world.request(.get, path(house), as: house.intake)["members"].asArray
            #expect(members.map { $0["homework"]?["due"] } == [1, 0])
        }
    }

    @Test func `a facilitator's roster has whoever holds a seat, from a later day too`() async throws {
        try await withWorld { world in
            let house = world.mesa
            _ = try await world.database.superuser.pipeline(
                Query.run(
                    """
                    update enrollment_spans set during = '[2026-02-01,)'
                    where enrollment_id = \(house.lonerEnrollment)
                    """))
            let (led, whole) = (
                try await world.request(.get, path(house), as: house.facilitator),
                try await world.request(.get, path(house), as: house.intake)
            )
            #expect(led["group"]["seatsTaken"] == 2)
            #expect(led["members"].asArray.map { $0["enrolledSince"] } == ["2025-12-06", "2026-02-01"])
            #expect(led.text == whole.text)
        }
    }

    @Test func `the roster as a table`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let answer = try await world.request(
                .get, path(house), as: house.facilitator, headers: ["Accept": "text/csv"])
            #expect(answer.headers["content-type"] == "text/csv; charset=utf-8; header=present")
            #expect(
                answer.text == """
                    Family name,Given name,Preferred name,Age,Status,Enrolled since,Meetings attended,Meetings,\
                    Homework done,Homework due,Client id\r
                    Archer,Adam,,39,active,2025-12-06,1,1,0,0,\(house.client.clientID)\r
                    Dorsey,Dan,,46,active,2025-12-06,,,0,0,\(house.loner.clientID)\r\n
                    """)
        }
    }

    @Test func `who does not lead or oversee the group sees no roster, and it is there`() async throws {
        try await withWorld { world in
            let house = world.mesa
            #expect(try await world.request(.get, path(house), as: house.admin).status == 200)
            for stranger in [house.newcomer, house.counselor, house.supervisor, world.tempe.facilitator] {
                let refused = try await world.request(.get, path(house), as: stranger)
                let missing = try await world.request(.get, "/v1/groups/nothing/roster", as: stranger)
                #expect(refused.status == 404)
                #expect(refused.withoutRequestID == missing.withoutRequestID)
            }
            for person in [house.client, house.partner, house.guardian, house.auditor] {
                #expect(try await world.request(.get, path(house), as: person).status == 403)
            }
            #expect(try await world.request(.get, path(house)).status == 401)
            #expect(try await world.request(.get, path(house) + "?limit=3", as: house.admin).status == 400)
        }
    }

    @Test func `both statements of the roster read indexes only, and homework and attendance once`() async throws {
        try await withWorld { world in
            let (house, now) = (world.mesa, world.clock.now)
            let (practice, group) = (house.id, house.group)
            try await fill(house, world)
            let plan = try await world.plan(
                of: Roster.membersStatement(of: group, in: practice, at: now),
                with: [practice, group, now, practice, group, practice, group], as: house.facilitator, reading: group)
            for index in ["enrollments_by_group", "homework_by_group", "attendance_by_group", "clients_pkey"] {
                #expect(plan.contains { $0.contains("using \(index)") }, "\(index)")
            }
            for index in ["homework_by_group", "attendance_by_group"] {
                #expect(plan.filter { $0.contains("using \(index)") && $0.contains("loops=1)") }.count == 1, "\(index)")
            }
            let above = try await world.plan(
                of: Roster.headingStatement(of: group, in: practice), with: [practice, group],
                as: house.facilitator, reading: group)
            #expect((plan + above).filter { $0.contains("Seq Scan") } == [])
        }
    }

    private func path(_ house: House) -> String { "/v1/groups/\(house.group)/roster" }

    /// Gives the planner a practice of a likely size: a hundred groups of twelve, with homework and attendance.
    private func fill(_ house: House, _ world: World) async throws {
        try await world.seed(house) { seed in
            seed.add("set local session_replication_role = replica")
            addGroups(of: house, to: &seed)
            addHistory(of: house, to: &seed)
            seed.add("analyze clients, groups, enrollments, homework, attendance")
        }
    }

    private func addGroups(of house: House, to seed: inout Seed) {
        let practice = house.id
        seed.add(
            """
            insert into groups (practice_id, group_id, program_id, name, capacity, starts_on, weekday, meets_at,
                                time_zone, created_at)
            select \(practice), gen_random_uuid(), \(house.program), 'Group ' || n, 12, '2025-12-01', 2, '18:00',
                   'America/Phoenix', '2025-12-01'
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
            insert into attendance (practice_id, meeting_id, client_id, group_id, mark, recorded_at, recorded_by)
            select e.practice_id, gen_random_uuid(), e.client_id, e.group_id, 'present', '2025-12-01',
                   \(house.facilitator.accountID)
            from enrollments e, generate_series(1, 6) where e.practice_id = \(practice)
            """)
    }

    /// Makes pieces of homework due the day before the test's clock starts, so many of them submitted.
    private func dueYesterday(_ homework: [ID<Homework>], submitted: Int, _ world: World) async throws {
        let yesterday = world.clock.now - .seconds(86_400)
        for (index, id) in homework.enumerated() {
            let isDone = index < submitted
            _ = try await world.database.superuser.pipeline(
                Query.run(
                    """
                    update homework set opens_at = \(yesterday - .seconds(86_400)), due_at = \(yesterday),
                        state = \(isDone ? "submitted" : "assigned"), submitted_at = \(isDone ? yesterday : nil),
                        version = version + 1
                    where homework_id = \(id)
                    """))
        }
    }
}

extension World {
    /// How PostgreSQL runs a statement for a person, under the server's role and its policies, with the plan that
    /// serves all values. Sequential scans are made dear, since in a test's small tables they would be the cheapest.
    fileprivate func plan(
        of sql: SQL, with values: [any CustomStringConvertible], as person: Person, reading group: ID<Group>
    ) async throws -> [String] {
        let literals = values.map { "'\($0)'" }.joined(separator: ", ")
        return try await database.server.transaction { tx in
            _ = try await tx.pipeline(
                Query.run("set local enable_seqscan = off"),
                Query.run("set local plan_cache_mode = force_generic_plan"),
                enter(person, "roster.read", "group", group.uuid),
                Query.run(SQL(unsafe: "prepare examined as \(sql.text)")))
            let plan = try await tx.pipeline(
                Query.rows(
                    SQL(unsafe: "explain (analyze, costs off, timing off, summary off) execute examined (\(literals))")
                ) { row in try row.next(String.self) })
            _ = try await tx.pipeline(Query.run("deallocate examined"))
            return plan
        }
    }
}
