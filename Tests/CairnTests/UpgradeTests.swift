import Cairn
import Logging
import Postgres
import TestSupport
import Testing

/// Migrations meet rows that were there before, and walls: the owner of the tables is bound by forced policies.
@Suite struct UpgradeTests {
    @Test func `a database with people in it comes from 0018 to the present, and nothing is passed over`() async throws
    {
        try await withDatabase(upTo: 18) { database, migrations in
            try await database.superuser.transaction { tx in try await tx.script(Self.people) }
            let quiet = Logger(label: "cairn.tests") { _ in SwiftLogNoOpLogHandler() }
            let applied = try await PostgresClient.patiently(database.connection("cairn_owner"), logger: quiet) {
                owner in
                try await Migrator(client: owner, directory: migrations).migrate()
            }
            #expect(applied.first == "0019_taken_back_and_ended.sql" && applied.last == "access")
            func found(_ query: SQL) async throws -> [String] {
                try await database.superuser.pipeline(Query.rows(query) { try $0.next(String.self) })
            }
            #expect(
                try await found(
                    "select concat_ws(' ', taken_back_at is not null, sources, detail is null) from risk_records")
                    == ["t {item,word} t"])
            #expect(
                try await found("select concat_ws(' ', seat, known_as) from couple_members order by during, seat")
                    == ["1 Adam Archer", "2 Beth Archer", "1", "2"])
            // What was told when it was made is told to nobody again.
            #expect(
                try await found(
                    "select concat_ws(' ', kind, carrier, roles, told_at = created_at) from invitations order by roles::text"
                )
                    == ["invitation link {client} t", "invitation link {owner} t"])
            #expect(try await found("select roles::text from calendar_feeds") == ["{counselor}"])
            #expect(
                try await found("select concat_ws(' ', phone_key, email_key) from client_contacts order by 1")
                    == ["7777555084 adam@example.com", "7777555084 beth@example.com"])
            #expect(
                try await found("select concat_ws(' ', source, system) from client_identifiers order by 1") == [
                    "cairn urn:cairn:client", "urn:old urn:cairn:import:patient", "urn:old urn:old",
                ])
            #expect(try await found("select kind from tasks") == ["renew_consents"])
            #expect(try await found("select concat_ws(' ', kind, state) from outbox") == ["invitation waiting"])
            // An answer that was kept before is given to nobody.
            #expect(
                try await found("select route from idempotency_keys where scope_digest is null") == ["POST /v1/clients"]
            )
            #expect(
                try await found("select recurrence from groups order by name")
                    == ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "FREQ=WEEKLY;BYDAY=SU"])
            // Whoever treats Adam has changed his chart: the address may be theirs.
            #expect(
                try await found("select concat_ws(' ', email_key, email_by_desk) from client_contacts order by 1")
                    == ["adam@example.com f", "beth@example.com t"])
            // Of which nothing is believed any more.
            #expect(
                try await found("select g.name from enrollments join groups g using (group_id) where was_mistake")
                    == ["Sunday"])
            try await Self.changeWhatWasOdd(database.superuser)
            let open = try await found(
                """
                select relname::text from pg_class
                where relnamespace in ('public'::regnamespace, 'process'::regnamespace) and relkind in ('r', 'p')
                    and relname <> 'cairn_migrations' and not (relrowsecurity and relforcerowsecurity)
                """)
            #expect(open == [], "a migration left these open")
        }
    }

    @Test
    func `a database of 0022 with its access rules comes to the present, and its odd rows are changed like any other`()
        async throws
    {
        try await withDatabase(upTo: 22) { database, migrations in
            let superuser = database.superuser
            try await superuser.transaction { tx in try await tx.script(Self.peopleOf22) }
            let quiet = Logger(label: "cairn.tests") { _ in SwiftLogNoOpLogHandler() }
            let applied = try await PostgresClient.patiently(database.connection("cairn_owner"), logger: quiet) {
                owner in
                try await Migrator(client: owner, directory: migrations).migrate()
            }
            #expect(applied.first == "0023_names_and_merges.sql" && applied.last == "access")
            try await Self.changeWhatWasOdd(superuser)
            for change in [
                "update guardianships set during = daterange(lower(during), '2026-01-01'), version = version + 1",
                "update care_team_memberships set during = daterange(lower(during), '2026-01-01')",
                "update meetings set cancelled = true, version = version + 1",
            ] as [SQL] {
                try await Self.write(change, superuser)
            }
            let kept = try await superuser.pipeline(
                Query.rows(
                    """
                    select lower(during)::text from guardianships
                    union all select lower(during)::text from care_team_memberships
                    union all select birth_date::text from clients where birth_date is not null order by 1
                    """
                ) { try $0.next(String.self) })
            #expect(kept == ["0014-01-01", "0015-01-01", "9912-01-01"])
        }
    }

    /// Days of another time, from when nobody judged them: they stay, and what else there is of their rows is changed.
    private static func changeWhatWasOdd(_ superuser: PostgresClient) async throws {
        for change in [
            "update groups set name = 'Endless', version = version + 1 where name = 'Sunday'",
            "update clients set language = 'es', version = version + 1 where given_name = 'Adam'",
            "update couples set during = daterange(lower(during), '2026-01-01'), version = version + 1",
            "update enrollment_spans set recorded = tstzrange(lower(recorded), now()) where upper_inf(recorded)",
        ] as [SQL] {
            try await write(change, superuser)
        }
        #expect(
            try await superuser.pipeline(
                Query.rows("select ends_on::text from groups where name = 'Endless'") { try $0.next(String.self) })
                == ["9999-12-31"])
        for worse in [
            "update groups set ends_on = '9998-12-31', version = version + 1 where name = 'Endless'",
            "update couples set during = daterange('0003-01-01', upper(during)), version = version + 1",
        ] as [SQL] {
            let error = await #expect(throws: PostgresError.self) {
                try await write(worse, superuser)
            }
            #expect(error?.refusal?.sqlState == "23514", "\(String(describing: error))")
        }
    }

    /// As `cairn seed` writes, past the policies and under every other rule.
    private static func write(_ change: SQL, _ superuser: PostgresClient) async throws {
        _ = try await superuser.pipeline(
            Query.run(
                """
                select from access.set_scope('00000000-0000-7000-8000-000000000001', null, null, 'worker', 'any', 'seed.run',
                    '{all}', 'practice', '{}', '{}', '{}', null, false)
                """), Query.run(change))
    }

    /// Rows of each table whose rows a migration since has changed. Nothing checks them: each of them is right.
    private static let people = """
        set local session_replication_role = replica;
        insert into practices (practice_id, slug, name, created_at)
        values ('00000000-0000-7000-8000-000000000001', 'mesa', 'Mesa', now());
        insert into clients (practice_id, client_id, given_name, family_name, created_at)
        select practice_id, c.id::uuid, c.name, 'Archer', now()
        from practices, (values ('00000000-0000-7000-8000-0000000000c1', 'Adam'),
                                ('00000000-0000-7000-8000-0000000000c2', 'Beth')) c (id, name);
        insert into client_identifiers (practice_id, client_id, system, value)
        select practice_id, client_id, s.system, '7'
        from clients, (values ('urn:old'), ('urn:cairn:import:patient'), ('urn:cairn:client')) s (system)
        where given_name = 'Adam';
        insert into client_contacts (practice_id, client_id, email, phone)
        select practice_id, client_id, given_name || '@Example.com',
            case given_name when 'Adam' then '(480) 555-7777 ext 3' else '+1 480 555 7777' end
        from clients;
        insert into audit_events (practice_id, at, request_id, proof, role, action, client_ids, outcome)
        select practice_id, now(), gen_random_uuid(), '\\x00', case given_name when 'Adam' then 'counselor' else 'intake' end,
            'client.change', array[client_id], 'allowed'
        from clients;
        insert into accounts (practice_id, account_id, email, name, password_hash, roles, client_id, created_at)
        select practice_id, a.id::uuid, lower(a.name) || '@example.com', a.name, 'x', a.roles::text[], a.client::uuid, now()
        from practices, (values
            ('00000000-0000-7000-8000-0000000000a1', 'Ruth', '{owner}', null),
            ('00000000-0000-7000-8000-0000000000a2', 'Carl', '{counselor}', null),
            ('00000000-0000-7000-8000-0000000000a3', 'Adam', '{client}', '00000000-0000-7000-8000-0000000000c1')
        ) a (id, name, roles, client);
        insert into invitations (practice_id, invitation_id, account_id, token_hash, created_at, expires_at)
        select practice_id, account_id, account_id, sha256(name::bytea), now(), now() + interval '1 day'
        from accounts where name <> 'Carl';
        insert into outbox (practice_id, letter_id, event, account_id, sealed, state_since, created_at, expires_at)
        select i.practice_id, invitation_id, 'invitation/' || invitation_id, account_id, '\\x00', i.created_at, i.created_at,
            i.expires_at
        from invitations i join accounts a using (practice_id, account_id) where a.name = 'Adam';
        insert into calendar_feeds (practice_id, feed_id, account_id, secret_hash, created_at)
        select practice_id, account_id, account_id, sha256('x'), now() from accounts where name = 'Carl';
        insert into idempotency_keys (practice_id, account_id, route, key_hash, body_hash, status, created_at)
        select practice_id, account_id, 'POST /v1/clients', '\\x00', '\\x00', 201, now() from accounts where name = 'Ruth';
        insert into tasks (practice_id, task_id, kind, client_id, due_on, opened_at)
        select practice_id, client_id, 'renew_consents', client_id, '2026-01-01', now() from clients where given_name = 'Adam';
        insert into couples (practice_id, couple_id, during, created_at)
        select practice_id, d.id::uuid, d.during::daterange, now()
        from practices, (values ('00000000-0000-7000-8000-0000000000d1', '[0020-01-01,2021-01-01)'),
                                ('00000000-0000-7000-8000-0000000000d2', '[2022-01-01,)')) d (id, during);
        insert into couple_members (practice_id, couple_id, seat, client_id, during)
        select practice_id, couple_id, row_number() over (partition by couple_id order by given_name), client_id, during
        from couples join clients using (practice_id);
        insert into groups (practice_id, group_id, program_id, name, capacity, starts_on, weekday, every_weeks, meets_at, time_zone, created_at)
        select practice_id, g.id::uuid, g.id::uuid, g.name, 3, '2026-01-01', g.weekday, g.weeks, '18:00', 'America/Phoenix', now()
        from practices, (values ('00000000-0000-7000-8000-0000000000e1', 'Fortnight', 2, 2),
                                ('00000000-0000-7000-8000-0000000000e2', 'Sunday', 7, 1)) g (id, name, weekday, weeks);
        update groups set ends_on = '9999-12-31' where name = 'Sunday';
        update clients set birth_date = '9912-01-01' where given_name = 'Adam';
        insert into enrollments (practice_id, enrollment_id, group_id, client_id, recorded_at)
        select practice_id, group_id, group_id, client_id, now() from groups join clients using (practice_id) where given_name = 'Adam';
        insert into enrollment_spans (practice_id, span_id, enrollment_id, group_id, client_id, status, during, recorded)
        select practice_id, enrollment_id, enrollment_id, group_id, client_id, 'active', '[2026-01-01,)',
            tstzrange(recorded_at, case name when 'Sunday' then recorded_at + interval '1 hour' end)
        from enrollments join groups using (practice_id, group_id);
        insert into homework_answers (practice_id, homework_id, number, client_id, exercise_version_id, answers, digest,
                                      saved_at, withdrawn_at)
        select practice_id, client_id, 1, client_id, client_id, '\\x00', sha256('x'), now(), now()
        from clients where given_name = 'Adam';
        insert into risk_records (practice_id, risk_id, homework_id, number, client_id, sources, detail, raised_at)
        select practice_id, homework_id, homework_id, 1, client_id, '{word,item/q1}', '\\x00', now() from homework_answers;
        """

    /// The same of 0022: rows with days of another time, as the access rules of then let them in.
    private static let peopleOf22 = """
        set local session_replication_role = replica;
        insert into practices (practice_id, slug, name, created_at)
        values ('00000000-0000-7000-8000-000000000001', 'mesa', 'Mesa', now());
        insert into clients (practice_id, client_id, given_name, family_name, birth_date, created_at)
        select practice_id, c.id::uuid, c.name, 'Archer', c.born::date, now()
        from practices, (values ('00000000-0000-7000-8000-0000000000c1', 'Adam', '9912-01-01'),
                                ('00000000-0000-7000-8000-0000000000c2', 'Beth', null)) c (id, name, born);
        insert into couples (practice_id, couple_id, during, created_at)
        select practice_id, '00000000-0000-7000-8000-0000000000d1', '[0020-01-01,)', now() from practices;
        insert into couple_members (practice_id, couple_id, seat, client_id, during)
        select practice_id, couple_id, row_number() over (order by given_name), client_id, during
        from couples join clients using (practice_id);
        insert into guardianships (practice_id, guardianship_id, guardian_id, client_id, scopes, during)
        select practice_id, client_id, client_id, client_id, '{}', '[0014-01-01,)' from clients where given_name = 'Beth';
        insert into care_team_memberships (practice_id, membership_id, client_id, account_id, during)
        select practice_id, client_id, client_id, client_id, '[0015-01-01,)' from clients where given_name = 'Beth';
        insert into groups (practice_id, group_id, program_id, name, capacity, starts_on, ends_on, weekday, every_weeks,
                            meets_at, time_zone, created_at)
        select practice_id, practice_id, practice_id, 'Sunday', 3, '2026-01-01', '9999-12-31', 7, 1, '18:00',
            'America/Phoenix', now()
        from practices;
        insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes)
        select practice_id, group_id, group_id, '0062-01-01Z', 90 from groups;
        insert into enrollments (practice_id, enrollment_id, group_id, client_id, recorded_at)
        select practice_id, group_id, group_id, client_id, now() from groups join clients using (practice_id)
        where given_name = 'Adam';
        insert into enrollment_spans (practice_id, span_id, enrollment_id, group_id, client_id, status, during, recorded)
        select practice_id, enrollment_id, enrollment_id, group_id, client_id, 'active', '[0016-01-01,)',
            tstzrange(recorded_at, null)
        from enrollments;
        """
}
