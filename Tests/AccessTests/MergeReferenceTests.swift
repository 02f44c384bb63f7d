import Postgres
import Practice
import TestSupport
import Testing

/// What refers to a client is known to the merge of two charts: all of it, whatever is added.
@Suite struct MergeReferenceTests {
    /// Columns that name a client and that a merge leaves alone, and why.
    private let exceptions = [
        "public.client_merges.survivor_id": "what was, not what is",
        "public.client_merges.duplicate_id": "what was, not what is",
        "public.client_merge_requests.survivor_id": "what somebody asked for: looked up when it is confirmed",
        "public.client_merge_requests.duplicate_id": "what somebody asked for: looked up when it is confirmed",
    ]

    /// Every column with a foreign key to clients, and every one that is called like one.
    private func unknown(_ superuser: PostgresClient) async throws -> [String] {
        try await superuser.pipeline(
            Query.rows(
                """
                select n.nspname || '.' || c.relname || '.' || a.attname
                from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('public', 'process') and c.relkind in ('r', 'p') and a.attnum > 0
                    and not a.attisdropped and c.oid <> 'clients'::regclass
                    and (a.attname in ('client_id', 'survivor_id', 'duplicate_id') or exists (
                        select from pg_constraint f
                        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid = 'clients'::regclass
                            and a.attnum = any (f.conkey) and a.attname <> 'practice_id'))
                    and not exists (
                        select from access.client_references r
                        where r.refers = n.nspname || '.' || c.relname and r.client_column = a.attname)
                order by 1
                """
            ) { try $0.next(String.self) })
    }

    @Test func `a merge knows every column that refers to a client, or there is a reason`() async throws {
        try await withWorld { world in
            let unknown = try await unknown(world.database.superuser)
            #expect(unknown.filter { exceptions[$0] == nil } == [])
            #expect(Set(unknown) == Set(exceptions.keys))
        }
    }

    @Test func `a table that is new is noticed, by its foreign key and by its column`() async throws {
        try await withWorld { world in
            let superuser = world.database.superuser
            for table in [
                """
                create table cards (practice_id uuid, card_id uuid, holder uuid,
                                    foreign key (practice_id, holder) references clients)
                """, "create table process.drafts (practice_id uuid, client_id uuid)",
            ] as [SQL] { _ = try await superuser.pipeline(Query.run(table)) }
            let unknown = try await unknown(superuser).filter { exceptions[$0] == nil }
            #expect(unknown == ["process.drafts.client_id", "public.cards.holder"])
        }
    }

    @Test func `what is said of a reference is true: its table, column and what it hangs on are there`() async throws {
        try await withWorld { world in
            let broken = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select r.refers || '.' || r.client_column from access.client_references r
                    where not exists (
                            select from pg_attribute a
                            where a.attrelid = to_regclass(r.refers) and a.attname = r.client_column)
                        or (r.way = 'one each') <> (access.key_columns(r.refers, r.client_column) is null)
                            and r.way in ('moves', 'spans', 'one each')
                        or r.way = 'spans' and (
                            select count(*) from pg_attribute a
                            where a.attrelid = to_regclass(r.refers) and a.attname in ('during', 'ended_at', r.beside)) <> 3
                        or r.way = 'follows' and exists (
                            select from unnest(access.key_columns(r.beside, 'client_id')) as k
                            where not exists (
                                select from pg_attribute a
                                where a.attrelid = to_regclass(r.refers) and a.attname = k))
                    """
                ) { try $0.next(String.self) })
            #expect(broken == [])
        }
    }

    @Test func `no row leaves its chart but by a merge, whoever tries`() async throws {
        try await withWorld { world in
            let (note, other) = (world.mesa.signedNote, world.mesa.loner.clientID)
            for (role, statement) in [
                (
                    "cairn_owner",
                    "update progress_notes set client_id = \(other), version = version + 1 where note_id = \(note)"
                ),
                (
                    "cairn_access",
                    "update progress_notes set client_id = \(other), version = version + 1 where note_id = \(note)"
                ),
                (
                    "cairn_access",
                    "update homework set client_id = \(other), version = version + 1 where homework_id = \(world.mesa.homework)"
                ),
                (
                    "cairn_access",
                    "update enrollments set client_id = \(other), version = version + 1 where enrollment_id = \(world.mesa.minorEnrollment)"
                ),
            ] as [(String, SQL)] {
                // The owner is judged by the policies, and finds no row to change.
                do {
                    let changed = try await world.database.superuser.transaction { tx in
                        _ = try await tx.pipeline(Query.run("set local role \(.identifier(role))"))
                        return try await tx.pipeline(Query.run(statement))
                    }
                    #expect(role == "cairn_owner" && changed == 0)
                } catch let error as PostgresError {
                    #expect(error.refusal?.raisedCode == "never_changes" || error.sqlState == "42501", "\(error)")
                }
            }
        }
    }
}
