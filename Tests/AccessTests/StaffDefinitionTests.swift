import Foundation
import Postgres
import Practice
import TestSupport
import Testing

/// Staff is everybody who has any role but client and guardian. A role that nobody knows yet is tried in a transaction that
/// is rolled back.
@Suite struct StaffDefinitionTests {
    private struct RolledBack: Error {}

    /// What a statement gives, or the word with which it is refused, with a dietitian in the practice.
    private func withDietitian(
        _ world: World, _ body: @Sendable (Transaction, UUID, UUID) async throws -> Void
    ) async throws {
        let (account, hash) = (UUID(), Array(repeating: UInt8(3), count: 32))
        do {
            try await world.database.superuser.transaction { tx in
                for statement in [
                    "alter table accounts drop constraint accounts_roles",
                    """
                    create function pg_temp.said(statement text) returns text language plpgsql as $$
                    declare answer text;
                    begin
                        execute statement into answer;
                        return answer;
                    exception when others then return sqlerrm;
                    end $$
                    """,
                    scope(world, "worker", "seed.run", "practice"),
                    """
                    insert into accounts (practice_id, account_id, email, name, roles, created_at)
                    values (\(world.mesa.id), \(account), 'dee@example.com', 'Dee Dietitian', '{dietitian}', \(world.clock.now))
                    """,
                    """
                    insert into inquiry_reasons (practice_id, code, label, states)
                    values (\(world.mesa.id), 'other', 'Another reason', '{declined}')
                    """,
                    """
                    insert into risk_words (practice_id, words, changed_at)
                    values (\(world.mesa.id), '{danger}', \(world.clock.now))
                    """,
                    """
                    insert into invitations
                        (practice_id, invitation_id, account_id, token_hash, created_at, expires_at, roles)
                    values (\(world.mesa.id), \(account), \(account), \(hash), \(world.clock.now),
                            \(world.clock.now + .seconds(60)), '{dietitian}')
                    """,
                ] as [SQL] { _ = try await tx.pipeline(Query.run(statement)) }
                try await body(tx, account, world.mesa.client.accountID.uuid)
                throw RolledBack()
            }
        } catch is RolledBack {}
        #expect(
            try await world.database.superuser.pipeline(
                Query.row("select count(*) from accounts where name = 'Dee Dietitian'") { try $0.next(Int.self) }) == 0)
    }

    private func scope(_ world: World, _ role: String, _ action: String, _ bound: String) -> SQL {
        """
        select from access.set_scope(\(world.mesa.id), \(world.mesa.owner.accountID), null, \(role), 'any', \(action),
            '{all}', \(bound), '{}', '{}', '{}', '2026-01-05', false)
        """
    }

    private func said(_ statement: String, _ tx: Transaction) async throws -> String? {
        try await tx.pipeline(Query.row("select pg_temp.said(\(statement))") { try $0.next() })
    }

    /// As if somebody had accepted the invitation.
    private func givePassword(to account: UUID, as other: UUID) -> Query<Int> {
        .run(
            """
            update accounts set version = version + 1,
                password_hash = (select o.password_hash from accounts o where o.account_id = \(other))
            where account_id = \(account)
            """)
    }

    @Test func `a new role is one of staff wherever staff is spoken of`() async throws {
        try await withWorld { (world: World) async throws in
            let (practice, at) = ("'\(world.mesa.id)'", "'2026-01-05T16:00:00Z'")
            try await withDietitian(world) { tx, dee, adam in
                // Its second factor, and how long it stays signed in when idle.
                let accept = """
                    select access.accept_invitation(\(practice), decode(repeat('03', 32), 'hex'), 'x', null, null, '{}', null,
                        null, \(at), gen_random_uuid(), '\\x00')
                    """
                #expect(try await said(accept, tx) == "second_factor_is_required")
                let factor = "select factor from access.invitation(\(practice), decode(repeat('03', 32), 'hex'), \(at))"
                #expect(try await said(factor, tx) == "required")
                let open = """
                    select idle_minutes || ' ' || second_factor from access.open_sign_in(\(practice), '\(dee)',
                        gen_random_uuid(), sha256('dee'), null, null, \(at), gen_random_uuid(), '\\x00',
                        verified => (select password_hash from accounts where account_id = '\(dee)'))
                    """
                #expect(try await said(open, tx) == "not_signed_in", "nobody has set a password")
                _ = try await tx.pipeline(givePassword(to: dee, as: adam))
                #expect(try await said(open, tx) == "15 missing")
                #expect(
                    try await said(open.replacing("\(dee)", with: "\(adam)").replacing("'dee'", with: "'adam'"), tx)
                        == "30 not_required")

                // Who invites it, and who may know its address.
                for (role, may) in [("owner", "true"), ("admin", "true"), ("intake", "false"), ("counselor", "false")] {
                    _ = try await tx.pipeline(Query.run(scope(world, role, "inquiry.read", "practice")))
                    #expect(try await said("select access.may_invite('{client,dietitian}')", tx) == may, "\(role)")
                    #expect(try await said("select access.holder_is_shown('{client,dietitian}')", tx) == may, "\(role)")
                }
                _ = try await tx.pipeline(Query.run(scope(world, "intake", "client.change", "practice")))
                let send = """
                    select kind from access.send_key('\(dee)', gen_random_uuid(), sha256('key'), null, \(at),
                        gen_random_uuid(), '\\x00')
                    """
                #expect(try await said(send, tx) == "staff_not_yours_to_invite")

                // Which rows show it, and what shows to it.
                for (role, resource, table, sees) in [
                    ("counselor", "staff.read", "accounts where name = 'Dee Dietitian'", 1),
                    ("client", "client.read", "accounts where name = 'Dee Dietitian'", 1),
                    ("client", "client.read", "accounts where name = 'Adam Archer'", 0),
                    ("dietitian", "inquiry.read", "inquiry_reasons", 1),
                    ("client", "inquiry.read", "inquiry_reasons", 0),
                    ("public", "inquiry.submit", "inquiry_reasons", 0),
                    ("dietitian", "homework.read", "risk_words", 1), ("guardian", "homework.read", "risk_words", 0),
                ] as [(String, String, String, Int)] {
                    _ = try await tx.pipeline(
                        Query.run(scope(world, role, resource, "author")), Query.run("set local role cairn_server"))
                    let count = try await tx.pipeline(
                        Query.row("select count(*) from \(SQL(unsafe: table))") { try $0.next(Int.self) })
                    _ = try await tx.pipeline(Query.run("reset role"))
                    #expect(count == sees, "\(role) \(table)")
                }
            }
        }
    }

    @Test func `a new role opens no door`() async throws {
        try await withWorld { (world: World) async throws in
            try await withDietitian(world) { tx, dee, adam in
                _ = try await tx.pipeline(givePassword(to: dee, as: adam))
                let open = """
                    select second_factor from access.open_sign_in('\(world.mesa.id)', '\(dee)', gen_random_uuid(),
                        sha256('dee'), null, null, '2026-01-05T16:00:00Z', gen_random_uuid(), '\\x00',
                        verified => (select password_hash from accounts where account_id = '\(dee)'))
                    """
                #expect(try await said(open, tx) == "missing")
                let doors = try await tx.pipeline(
                    Query.rows(
                        """
                        select proname from pg_proc where pronamespace = 'access'::regnamespace and proname like '%.%'
                            and pronargs = 6 order by 1
                        """
                    ) { try $0.next(String.self) })
                #expect(doors.count > 100)
                for door in doors {
                    let knock = """
                        select access."\(door)"('\(world.mesa.id)', sha256('dee'), '\(dee)', '2026-01-05T16:00:00Z',
                            gen_random_uuid(), '\\x00')
                        """
                    #expect(try await said(knock, tx) == "role_can_never", "\(door)")
                }
            }
        }
    }

    @Test func `no list of the roles of staff stands beside the definition`() async throws {
        try await withWorld { (world: World) async throws in
            // Only a list of staff names auditors: what they may do themselves stands in the rules alone, of which the doors
            // and the judge are made.
            let lists = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select proname from pg_proc
                    where pronamespace = 'access'::regnamespace and proname not like '%.%' and proname <> 'judge'
                        and prosrc ~ 'auditor|in \\(''(client|guardian)'', ''(guardian|client)''\\)|\\{(client,guardian|guardian,client)\\}'
                        and proname <> 'is_staff'
                    union all
                    select tablename || ' ' || policyname from pg_policies
                    where concat(qual, with_check) ~ 'auditor|\\{client,guardian\\}|''client''::text, ''guardian''::text'
                        and concat(qual, with_check) !~ 'is_staff'
                    """
                ) { try $0.next(String.self) })
            #expect(lists == [])
            // The server's own word for it says the same of every role.
            for role in Role.allCases {
                let isStaff: Query<Bool> = .row("select access.is_staff(array[\(role.rawValue)])") { try $0.next() }
                #expect(try await world.database.superuser.pipeline(isStaff) == role.isStaff, "\(role)")
            }
        }
    }
}
