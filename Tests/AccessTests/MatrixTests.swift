import Foundation
import Postgres
import Practice
import TestSupport
import Testing

@Suite(.onStage) struct MatrixTests {
    @Test func `the file and the table of rules say the same, both ways`() async throws {
        let stage = try #require(Stage.current)
        let rules = try await stage.world.database.superuser.pipeline(
            Query.rows("select action, role, relation from access.rules order by written") { row in
                "\(try row.next(String.self)),\(try row.next(String.self)),\(try row.next(String.self))"
            })
        let aboutOneself = Role.allCases.flatMap { role in
            ["me.read", "me.change", "sign_in.read", "sign_in.end"].map { "\($0),\(role.rawValue),own" }
        }
        let ofTheWorker =
            [
                "import.run", "seed.run", "staff.add", "staff.reset", "meeting.plan", "homework.plan",
                "homework.remind",
                "homework.digest",
            ].map {
                "\($0),worker,any"
            } + [
                "outbox.send,worker,leased", "outbox.forget,worker,leased",
            ]
        let theQueue = ["counselor", "supervisor", "intern"].map { "review_queue.read,\($0),reviews" }
        let extra = Set(aboutOneself + ofTheWorker + theQueue)
        #expect(Set(rules).intersection(extra) == extra)
        #expect(rules.filter { !extra.contains($0) } == Matrix.cells.map { "\($0.action),\($0.role),\($0.relation)" })
        #expect(Matrix.cells.count > 250)
        #expect(Set(Matrix.cells.map(\.role)) == Set(Role.allCases.map(\.rawValue)).union(["public"]))
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

    @Test(arguments: Matrix.cells.filter { $0.role != "public" })
    func `each cell lets in by its relation, and nobody without`(cell: Matrix.Cell) async throws {
        let stage = try #require(Stage.current)
        let role = try #require(Role(rawValue: cell.role))
        let others = Matrix.cells(cell.action, role).filter { $0.relation != cell.relation }
        var admitted = 0
        var refused = 0
        for scene in stage.scenes where scene.role == role {
            for thing in Thing.targets(of: cell.action).compactMap(\.self) {
                let holds = scene.tie.holds(cell.relation, thing, resource: cell.resource)
                if others.contains(where: { scene.tie.holds($0.relation, thing, resource: cell.resource) }) { continue }
                let answer = try await stage.enter(scene, cell.action, thing)
                if holds {
                    guard case .allowed(cell.role, cell.relation, _) = answer else {
                        Issue.record("\(scene.name) and \(thing): \(answer)")
                        continue
                    }
                    admitted += 1
                } else {
                    #expect(answer == .notFound, "\(scene.name) and \(thing)")
                    refused += 1
                }
            }
        }
        if cell.relation == "any" || Thing.targets(of: cell.action) == [nil] {
            let scene = try #require(stage.scenes.first { $0.role == role && $0.tie == .none })
            #expect(try await stage.enter(scene, cell.action, nil).isAllowed)
        } else {
            #expect(admitted > 0 && refused > 0)
        }
    }

    @Test(arguments: Matrix.actions)
    func `an action is open to whom the matrix names and closed to all others`(action: String) async throws {
        let stage = try #require(Stage.current)
        let resource = String(action.prefix { $0 != "." })
        let attempts = stage.scenes.flatMap { scene in Thing.targets(of: action).map { (scene, $0) } }
        let complaints = try await stage.complaints(attempts) { scene, thing in
            let cells = Matrix.cells(action, scene.role)
            let relations = cells.map(\.relation).filter { relation in
                thing.map { scene.tie.holds(relation, $0, resource: resource) } ?? Tie.reaches(relation)
            }
            let answer = try await stage.enter(scene, action, thing)
            let isRight =
                switch answer {
                case .allowed(let role, let relation, _): role == scene.role.rawValue && relations.contains(relation)
                case .notFound: !cells.isEmpty && relations.isEmpty
                case .never: cells.isEmpty
                default: false
                }
            return isRight ? nil : "\(scene.name) and \(thing?.rawValue ?? "the practice"): \(answer), not \(relations)"
        }
        #expect(complaints == [])
    }

    @Test(arguments: Matrix.actions)
    func `nobody of another practice finds anything`(action: String) async throws {
        let stage = try #require(Stage.current)
        let scene = try #require(stage.scenes.first { $0.tie == .treats && $0.role == .counselor })
        let things = Thing.targets(of: action).compactMap(\.self)
        let attempts = stage.world.tempe.everyone.flatMap { person in things.map { (person, $0) } }
        let complaints = try await stage.complaints(attempts) { person, thing in
            let answer = try await stage.enter(person, action, thing.kind, scene.things[thing])
            let isNamed = person.roles.contains { !Matrix.cells(action, $0).isEmpty }
            return answer == (isNamed ? .notFound : .never) ? nil : "\(person.name) and \(thing): \(answer)"
        }
        #expect(complaints == [])
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
