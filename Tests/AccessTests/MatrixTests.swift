import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite(.onStage) struct MatrixTests {
    @Test func `the file and the table of rules say the same, both ways`() async throws {
        let stage = try #require(Stage.current)
        let rules = try await stage.world.database.superuser.pipeline(
            Query.rows("select action, role, relation from access.rules order by written") { row in
                "\(try row.next(String.self)),\(try row.next(String.self)),\(try row.next(String.self))"
            })
        let unwritten = Matrix.unwritten.map { "\($0.action),\($0.role),\($0.relation)" }
        let ofTheWorker =
            Matrix.workersActions.map { "\($0),worker,any" } + Matrix.jobs.keys.map { "\($0),worker,leased" }
        let extra = Set(unwritten + ofTheWorker)
        #expect(Set(rules).intersection(extra) == extra)
        #expect(rules.filter { !extra.contains($0) } == Matrix.cells.map { "\($0.action),\($0.role),\($0.relation)" })
        #expect(Matrix.cells.count > 250)
        #expect(Set(Matrix.cells.map(\.role)) == Set(Role.allCases.map(\.rawValue)).union(["public"]))
    }

    @Test func `there is a door where a route goes through one, and no other but for a reason`() async throws {
        let stage = try #require(Stage.current)
        let doors = try await stage.world.database.superuser.pipeline(
            Query.rows(
                """
                select action, array_agg(kind), bool_or(waits_for is not null) from access.targets group by action, waits_for
                """
            ) { (try $0.next(String.self), Set(try $0.next([String].self)), try $0.next(Bool.self)) })
        let waiting = doors.filter(\.2).map { ($0.0, $0.1) }
        #expect(Dictionary(doors.filter { !$0.2 }.map { ($0.0, $0.1) }) { $0.union($1) } == UsedDoors.kinds)
        #expect(Dictionary(waiting) { $0.union($1) } == Thing.waiting)
        let made = try await stage.world.database.superuser.pipeline(
            Query.rows(
                """
                select p.proname from pg_proc p where p.pronamespace = 'access'::regnamespace and p.proname ~ '[.]'
                  and p.proname not in (select access.door_name(action, kind) from access.targets)
                """
            ) { try $0.next(String.self) })
        #expect(made == [])
    }

    @Test func `the doors behind a change are counted too`() {
        let readings = UsedDoors.readings
        #expect(readings["client.read"] == ["client"] && readings["couple.read"] == ["couple"])
        for (action, kinds) in readings { #expect(UsedDoors.kinds[action]?.isSuperset(of: kinds) == true, "\(action)") }
    }

    @Test func `every route has a door of its own, which the server may use and nobody may replace`() async throws {
        let stage = try #require(Stage.current)
        let routes = stage.world.routes.filter { !$0.isPublic }
        let doors = try routes.map { try #require($0.door) } + routes.compactMap { $0.otherDoor?.door }
        #expect(doors.count > routes.count)
        for door in doors.map(\.text) {
            let facts = try await stage.world.database.superuser.pipeline(
                Query.optionalRow(
                    """
                    select has_function_privilege('cairn_server', oid, 'execute'),
                           has_function_privilege('cairn_worker', oid, 'execute'), prosecdef, proowner::regrole::text
                    from pg_proc where oid = to_regproc(\(door))
                    """
                ) { row in
                    (
                        try row.next(Bool.self), try row.next(Bool.self), try row.next(Bool.self),
                        try row.next(String.self)
                    )
                })
            let (server, worker, isDefiner, owner) = try #require(facts, "no \(door)")
            #expect(server && !worker && isDefiner && owner == "cairn_access", "\(door)")
        }
    }

    @Test func `the planner reads into the doors' statements what they are made of`() async throws {
        let stage = try #require(Stage.current)
        let explanations = try await stage.world.database.superuser.pipeline(
            Query.rows(
                """
                select format('explain select from access.%I(%s)', proname,
                              (select string_agg('null::' || t::regtype, ', ') from unnest(proargtypes) as t))
                from pg_proc
                where pronamespace = 'access'::regnamespace and proretset and not prosecdef
                  and (proname ~ '^(locate|reach|clients|groups)_'
                       or proname in (select split_part(relation, ':', 1) from access.rules))
                """
            ) { try $0.next(String.self) })
        #expect(explanations.count > 40)
        for explanation in explanations {
            let plan = try await stage.world.database.superuser.pipeline(
                Query.rows(SQL(unsafe: explanation)) { try $0.next(String.self) })
            #expect(!plan.contains { $0.contains("Function Scan") }, "\(explanation)")
        }
    }

    @Test func `everything on the stage is there`() async throws {
        let stage = try #require(Stage.current)
        let tables: [String: (table: SQL, column: SQL)] = [
            "client": ("clients", "client_id"), "couple": ("couples", "couple_id"), "group": ("groups", "group_id"),
            "group_history": ("groups", "group_id"),
            "enrollment": ("enrollments", "enrollment_id"), "meeting": ("meetings", "meeting_id"),
            "homework": ("homework", "homework_id"), "assignment": ("homework_assignments", "assignment_id"),
            "note": ("progress_notes", "note_id"), "process_note": ("process.notes", "process_note_id"),
            "inquiry": ("inquiries", "inquiry_id"), "exercise": ("exercises", "exercise_id"),
            "appointment": ("appointments", "appointment_id"), "staff": ("staff", "account_id"),
            "program": ("programs", "program_id"), "consent": ("consents", "consent_id"),
            "risk": ("risk_records", "risk_id"), "letter": ("outbox", "letter_id"), "job": ("jobs", "job_id"),
            "sign_in": ("sign_ins", "sign_in_id"),
        ]
        for thing in Thing.allCases {
            let (table, column) = try #require(tables[thing.kind])
            let ids = Set(stage.scenes.compactMap { $0.things[thing] })
            let found = try await stage.world.database.superuser.pipeline(
                Query.row(
                    """
                    select count(*) from \(table)
                    where practice_id = \(stage.world.mesa.id) and \(column) = any(\(Array(ids)))
                    """
                ) { try $0.next(Int.self) })
            #expect(found == ids.count && !ids.isEmpty, "\(thing)")
        }
    }

    /// What lets in to lists alone: no such request is about a thing that this relation says something about.
    private static let ofLists: Set = ["homework_report.read by treats", "homework_report.read by oversees"]

    @Test(arguments: Matrix.cells.filter { $0.role != "public" })
    func `each cell lets in by its relation, and nobody without`(cell: Matrix.Cell) async throws {
        // That the doors answer so is asked below, of all of them; here, that there is somebody whom this cell alone lets in.
        let stage = try #require(Stage.current)
        let role = try #require(Role(rawValue: cell.role))
        let expected = stage.scenes.filter { $0.role == role }.flatMap { scene in
            Thing.targets(of: cell.action).map { ($0, scene.expectation(cell.action, $0)) }
        }
        let alone = expected.filter { $1.admissions.map(\.relation) == [cell.relation] }
        #expect(!alone.isEmpty)
        let targets = Thing.targets(of: cell.action)
        let isOfLists = cell.relation == "any" || Self.ofLists.contains("\(cell.action) by \(cell.relation)")
        if targets.contains(nil), isOfLists || targets == [nil] {
            #expect(alone.contains { thing, _ in thing == nil })
        } else {
            #expect(alone.contains { thing, _ in thing != nil })
            #expect(cell.relation == "any" || expected.contains { if case .notFound = $1 { true } else { false } })
        }
    }

    @Test func `an action is open to whom the matrix names and closed to all others`() async throws {
        let stage = try #require(Stage.current)
        let complaints = try await stage.complaints(
            of: Matrix.allActions + Matrix.workersActions + Matrix.jobs.keys.sorted() + ["inquiry.submit"]
        ) {
            "asking.wrong_answers(asking.doors(\($0)), \($0), 20)"
        }
        #expect(complaints == [])
    }

    @Test
    func `every door is asked, by everybody on the stage, by strangers and by people who are not signed in any more`()
        async throws
    {
        let stage = try #require(Stage.current)
        let doors = try await stage.world.database.superuser.pipeline(
            Query.rows(
                """
                select p.proname, count(q.door), count(q.door) filter (where q.answers = '{not signed in}'),
                       count(q.door) filter (where q.answers[1] like 'allowed%')
                from pg_proc p left join asking.questions q on q.door = p.proname
                where p.pronamespace = 'access'::regnamespace and p.proname like '%.%' group by p.proname
                """
            ) { row in
                (
                    name: try row.next(String.self), asked: try row.next(Int.self), signedOut: try row.next(Int.self),
                    allowed: try row.next(Int.self)
                )
            })
        #expect(doors.count > 100)
        for door in doors {
            #expect(door.asked >= stage.scenes.count, "\(door.name)")
            // Nobody ever passes a door to a thing that the relations of its action say nothing about.
            #expect(door.signedOut == (door.allowed > 0 ? 4 : 3), "\(door.name)")
        }
    }

    @Test func `a token of one practice is none in the other`() async throws {
        let stage = try #require(Stage.current)
        let (mesa, tempe) = (stage.world.mesa, stage.world.tempe)
        let query: Query<[String?]> = .row(
            """
            select access."practice.read"(\(tempe.id), \(mesa.owner.token.hash), null, \(stage.world.clock.now),
                                          gen_random_uuid(), '\\x00')
            """
        ) { try $0.next() }
        let error = await #expect(throws: PostgresError.self) {
            try await stage.world.database.server.pipeline(query)
        }
        #expect(error?.sqlState == "28000")
    }

    @Test func `the public may only submit an inquiry`() async throws {
        let stage = try #require(Stage.current)
        for action in Matrix.actions + ["inquiry.submit"] {
            let query: Query<Int> = .run(
                """
                select from access.enter_public('mesa', \(action), \(stage.world.clock.now), gen_random_uuid(), '\\x00')
                """)
            if action == "inquiry.submit" {
                _ = try await stage.world.database.server.pipeline(query)
            } else {
                let error = await #expect(throws: PostgresError.self) {
                    try await stage.world.database.server.pipeline(query)
                }
                #expect(error?.sqlState == "28000", "\(action)")
            }
        }
    }
}
