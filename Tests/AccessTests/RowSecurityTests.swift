import Foundation
import Postgres
import Practice
import TestSupport
import Testing

@Suite(.onStage) struct RowSecurityTests {
    /// Tables that hold nobody's data, or are guarded in another way, and why.
    private let exceptions = [
        "cairn_migrations": "names and checksums of files",
        "practice_keys": "wrapped by the master key; the server needs them before it knows the caller",
        "rate_limits": "keyed hashes and counts; without a policy for the server, which draws through access.draw",
        "known_devices": "hashes; out of the server's reach, which signs in through access.open_sign_in",
        "idempotency_keys": "out of the server's reach, which claims and keeps through access.claim_answer",
    ]

    @Test func `every table has forced row-level security and policies, or a reason`() async throws {
        let stage = try #require(Stage.current)
        let rows = try await stage.world.database.superuser.pipeline(
            Query.rows(
                """
                select c.oid::regclass::text, c.relrowsecurity and c.relforcerowsecurity,
                       (select count(*) from pg_policy p where p.polrelid = c.oid and
                           (p.polroles = '{0}' or 'cairn_server'::regrole = any (p.polroles)))
                from pg_class c
                where c.relnamespace in ('public'::regnamespace, 'process'::regnamespace, 'access'::regnamespace)
                  and c.relkind in ('r', 'p') order by 1
                """
            ) { row in
                (name: try row.next(String.self), isForced: try row.next(Bool.self), policies: try row.next(Int.self))
            })
        for row in rows where row.name != "cairn_migrations" {
            #expect(row.isForced, "\(row.name)")
            #expect(
                row.policies > 0
                    || [
                        "rate_limits", "access.rules", "access.targets", "access.judged", "access.client_references",
                        "access.given_names",
                    ]
                    .contains(row.name),
                "\(row.name)")
        }
        #expect(rows.count >= 40)
    }

    @Test func `without the door no table shows a row`() async throws {
        let stage = try #require(Stage.current)
        for table in try await stage.tables() where exceptions[table.name] == nil {
            let count: Query<Int> = .row("select count(*) from \(table.sql)") { try $0.next() }
            #expect(try await stage.world.database.superuser.pipeline(count) > 0, "\(table.fullName) is empty")
            do {
                #expect(try await stage.world.database.server.pipeline(count) == 0, "\(table.fullName)")
            } catch {
                #expect(error.sqlState == "42501", "\(table.fullName)")
            }
        }
    }

    @Test func `no request sees a row of another practice`() async throws {
        let stage = try #require(Stage.current)
        let tables = try await stage.tables().filter {
            exceptions[$0.name] == nil && $0.columns.contains("practice_id")
        }
        let mesa = stage.world.mesa.id
        let counts = SQL.joined(
            tables.map { "select count(*) from \($0.sql) where practice_id <> \(mesa)" }, separator: " union all ")
        for scene in stage.scenes where scene.tie == .none || scene.tie == .treats {
            for action in Matrix.actions {
                let answer = try await stage.enter(scene, action, nil)
                guard answer.isAllowed else { continue }
                let (_, seen) = try await stage.world.database.server.pipeline(
                    stage.world.enter(scene.caller, action),
                    Query.rows(counts) { try $0.next(Int.self) })
                #expect(seen.allSatisfy { $0 == 0 }, "\(scene.name), \(action)")
            }
        }
    }

    @Test func `the server owns nothing, passes nothing and can make nothing`() async throws {
        let stage = try #require(Stage.current)
        for role in ["cairn_server", "cairn_worker"] {
            let facts = try await stage.world.database.superuser.pipeline(
                Query.row(
                    """
                    select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication,
                           exists (select from pg_shdepend where refobjid = r.oid and deptype = 'o'),
                           exists (select from pg_auth_members where member = r.oid),
                           has_database_privilege(r.oid, current_database(), 'temporary, create'),
                           has_schema_privilege(r.oid, 'public', 'create') or has_schema_privilege(r.oid, 'access', 'create')
                               or has_schema_privilege(r.oid, 'process', 'create')
                    from pg_roles r where rolname = \(role)
                    """
                ) { row in
                    [
                        try row.next(Bool.self), try row.next(Bool.self), try row.next(Bool.self),
                        try row.next(Bool.self),
                        try row.next(Bool.self),
                    ]
                })
            #expect(facts == [false, false, false, false, false], "\(role)")
        }
        let deletable = try await stage.world.database.superuser.pipeline(
            Query.rows(
                """
                select c.oid::regclass::text from pg_class c
                where c.relnamespace in ('public'::regnamespace, 'process'::regnamespace, 'access'::regnamespace)
                  and c.relkind in ('r', 'p') and has_table_privilege('cairn_server', c.oid, 'delete, truncate')
                """
            ) { try $0.next(String.self) })
        // A facilitator of less than a day has led nothing: the span goes. A day may be open after all, and a phase ask for
        // less than it did.
        // A draft is its author's to change.
        #expect(
            Set(deletable) == [
                "attachment_chunks", "attachments", "closures", "exercise_tags", "group_facilitators",
                "homework_draft_fields", "homework_exceptions", "phase_prerequisites", "staff_licenses",
            ])
    }

    @Test(arguments: [
        "create temporary table t (n int)", "create table t (n int)", "delete from homework_answers",
        "truncate progress_notes", "select password_hash from accounts", "select token_hash from sign_ins",
        "select token_hash from invitations", "alter table clients disable row level security",
        "set session authorization postgres", "set role cairn_owner", "set role cairn_access",
        "alter table progress_notes disable trigger final", "drop policy sees on clients",
        "select set_config('cairn.caller', 'x', true)", "select set_config('role', 'cairn_owner', false)",
        "update client_merges set reversed_at = null", "delete from possible_duplicates",
        "delete from meetings", "delete from attendance_history",
        "select access.put_back('public.clients', '{}')", "select access.merge_accounts(null)",
        "update audit_events set outcome = 'refused'", "insert into audit_events (practice_id) values (null)",
        "select count(*) from idempotency_keys", "update idempotency_keys set body = null",
        "insert into idempotency_keys default values",
        "select access.write_refusal(null, null, null, 'owner', '', '', null, now(), null, null, '', false)",
        "select access.refused_work(null, '', '', null, now(), null, null, '', false)",
        "select * from access.rules", "update progress_notes set body = body", "set session_replication_role = replica",
        "select access.set_scope(null, null, null, '', '', '', '{}', '', '{}', '{}', '{}', null, true)",
        "select access.enter_work(null, 'seed.run', now(), null, null)",
        "select access.expire_consents(now(), null, null)", "update consents set state = 'signed'",
        "select access.tend_waitlists(now(), null, null)", "insert into enrollments default values",
        "insert into enrollment_spans default values", "update enrollment_spans set recorded = recorded",
        "update enrollments set version = version + 1", "insert into placement_conflicts default values",
        "select access.believe(null, null, now())", "select access.rewrite(null, null, null, null, now())",
        "select access.placement_conflict(null, null, null, null, now())",
        "select access.most_taken(null, null, null, now())",
        "insert into consent_signatures default values", "insert into tasks default values",
        "select sealed from outbox", "insert into outbox default values", "insert into invitations default values",
        "update invitations set expires_at = now()", "insert into accounts default values",
        "update accounts set email = 'x@example.com'", "update accounts set client_id = null",
        "select access.put_key(null, null, null, null, null, true, now(), null, null)",
        "select access.put_account(null, 'x@example.com', null, 'X', '{client}', null, now())",
        "select access.take_second_factor(null, now())",
        "select from access.reset_by_operator(null, 'x', null, null, true, now(), null, null)",
        "select pg_read_file('/etc/passwd')", "copy clients to program 'cat'",
    ])
    func `the server is refused what no request needs`(statement: String) async throws {
        let stage = try #require(Stage.current)
        let scene = try #require(stage.scenes.first { $0.tie == .treats && $0.role == .counselor })
        let error = await #expect(throws: PostgresError.self) {
            try await stage.world.database.server.transaction { tx in
                _ = try await tx.pipeline(
                    stage.world.enter(scene.caller, "client.read", "client", scene.client.clientID.uuid))
                _ = try await tx.pipeline(Query.run(SQL(unsafe: statement)))
                throw PostgresError(.closed)
            }
        }
        let isHarmless = statement.hasPrefix("update progress_notes") && error?.code == .closed
        #expect(error?.sqlState == "42501" || isHarmless, "\(String(describing: error))")
    }

    @Test(arguments: [nil, "cairn_owner"] as [String?])
    func `a signed note is changed and deleted by nobody, the owner of the tables included`(role: String?) async throws
    {
        try await withWorld { world in
            let note = world.mesa.signedNote
            let find: Query<[UInt8]> = .row(
                "select body || convert_to(state, 'UTF8') from progress_notes where note_id = \(note)"
            ) { try $0.next() }
            let before = try await world.database.superuser.pipeline(find)
            for statement in [
                "update progress_notes set body = '\\x00', version = version + 1 where note_id = \(note)",
                "update progress_notes set state = 'draft', signed_at = null, signer_name = null, version = version + 1 where note_id = \(note)",
                "update progress_notes set needs_cosignature = true, version = version + 1 where note_id = \(note)",
                "delete from progress_notes where note_id = \(note)",
            ] as [SQL] {
                do {
                    let changed = try await world.database.superuser.transaction { tx in
                        if let role {
                            _ = try await tx.pipeline(Query.run("set local role \(.identifier(role))"))
                        }
                        return try await tx.pipeline(Query.run(statement))
                    }
                    #expect(changed == 0)
                } catch let error as PostgresError {
                    #expect(
                        error.refusal?.raisedCode == "note_is_signed"
                            || error.refusal?.raisedCode == "note_cannot_be_deleted")
                }
            }
            #expect(try await world.database.superuser.pipeline(find) == before)
        }
    }
}
