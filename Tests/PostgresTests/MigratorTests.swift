import Foundation
import Postgres
import Testing

@Suite struct MigratorTests {
    @Test func `files of the schema are applied once, in order, and routines whenever they change`() async throws {
        try await withMigrations([
            "schema/0001_words.sql": "create table words (word text); insert into words values ('one');",
            "schema/0002_more.sql": "insert into words select word || ' two' from words;",
            "routines/words/view.sql": "create or replace view loud as select upper(word) as word from words;",
            "routines/a_grant.sql": "grant select on loud to public;",
            "routines/manifest": "# what is used comes first\nwords/view.sql\na_grant.sql\n",
        ]) { client, directory async throws in
            let migrator = try Migrator(client: client, directory: directory.path, table: "applied_files")
            #expect(try await migrator.status().state == .behind)
            #expect(try await migrator.migrate() == ["0001_words.sql", "0002_more.sql", "routines"])
            #expect(try await migrator.migrate() == [])
            #expect(try await migrator.status().state == .current)

            try directory.write(
                "routines/words/view.sql", "create or replace view loud as select lower(word) as word from words;")
            let changed = try Migrator(client: client, directory: directory.path, table: "applied_files")
            #expect(try await changed.status().areRoutinesChanged)
            #expect(try await changed.migrate() == ["routines"])
            let words = try await client.pipeline(
                Query.rows("select word from loud order by 1") { try $0.next(String.self) })
            #expect(words == ["one", "one two"])
        }
    }

    @Test func `a file changed after it was applied is noticed and nothing is applied`() async throws {
        try await withMigrations(["schema/0001_words.sql": "create table words (word text);"]) {
            client, directory async throws in
            try await Migrator(client: client, directory: directory.path, table: "applied_files").migrate()
            try directory.write("schema/0001_words.sql", "create table words (word text, other text);")
            try directory.write("schema/0002_more.sql", "create table more ();")
            let migrator = try Migrator(client: client, directory: directory.path, table: "applied_files")
            #expect(try await migrator.status().state == .changed)
            await #expect(throws: MigrationError.changed(["0001_words.sql"])) { try await migrator.migrate() }
            #expect(
                try await client.pipeline(Query.number("select count(*) from pg_tables where tablename = 'more'")) == 0)
        }
    }

    @Test func `a database that is ahead of the files is noticed`() async throws {
        try await withMigrations(["schema/0001_a.sql": "select 1;", "schema/0002_b.sql": "select 2;"]) {
            client, directory async throws in
            try await Migrator(client: client, directory: directory.path, table: "applied_files").migrate()
            try directory.remove("schema/0002_b.sql")
            let migrator = try Migrator(client: client, directory: directory.path, table: "applied_files")
            #expect(try await migrator.status().unknown == ["0002_b.sql"])
            #expect(try await migrator.status().state == .unknown)
            await #expect(throws: MigrationError.unknown(["0002_b.sql"])) { try await migrator.migrate() }
        }
    }

    @Test(arguments: [
        "drop schema loud cascade", "drop function loud.louder(text)", "drop trigger shouts on words",
        "create or replace function loud.loud(t text) returns text language sql return lower(t)",
        "drop policy all_shout on words",
    ])
    func `a routine that was dropped or replaced by hand is noticed, and made again`(damage: String) async throws {
        try await withMigrations([
            "schema/0001_words.sql": "create table words (word text); create schema loud;",
            "routines/manifest": "loud.sql\n",
            "routines/loud.sql": """
            drop schema if exists loud cascade;
            create schema loud;
            create function loud.louder(t text) returns text language sql return upper(t) || '!';
            create function loud.loud(t text) returns text language sql return upper(t);
            create function loud.shout() returns trigger language plpgsql as $$
            begin
                new.word := loud.loud(new.word);
                return new;
            end $$;
            create trigger shouts before insert on words for each row execute function loud.shout();
            drop policy if exists all_shout on words;
            create policy all_shout on words using (word = loud.loud(word));
            """,
        ]) { client, directory async throws in
            let migrator = try Migrator(client: client, directory: directory.path, table: "applied_files")
            try await migrator.migrate()
            // What others make is none of ours.
            try await client.pipeline(Query.run("create schema quiet"))
            try await client.pipeline(
                Query.run("create function quiet.quiet(t text) returns text language sql return lower(t)"))
            #expect(try await migrator.status().state == .current)
            try await client.pipeline(Query.run(SQL(unsafe: damage)))
            #expect(try await migrator.status().state == .behind)
            #expect(try await !migrator.status().lost.isEmpty)
            #expect(try await migrator.migrate() == ["routines"])
            #expect(try await migrator.status().state == .current)
            #expect(try await migrator.migrate() == [])
        }
    }

    @Test(arguments: [
        ["routines/manifest": "a.sql\n"], ["routines/manifest": "b.sql\nc/d.sql\n", "routines/b.sql": ""],
        ["routines/manifest": "a.sql\nb.sql\n", "routines/b.sql": "", "routines/c/d.sql": ""],
        ["routines/manifest": "b.sql\nb.sql\n", "routines/b.sql": ""],
    ])
    func `a manifest names each file of routines once`(files: [String: String]) async throws {
        try await withMigrations(files.merging(["schema/0001_a.sql": "select 1;"]) { $1 }) {
            client, directory async throws in
            let error = #expect(throws: MigrationError.self) {
                try Migrator(client: client, directory: directory.path, table: "applied_files")
            }
            guard case .unlisted = error else { return #expect(error == nil) }
        }
    }

    @Test func `a file that fails leaves nothing of itself, and those before it stay`() async throws {
        try await withMigrations([
            "schema/0001_words.sql": "create table words (word text);",
            "schema/0002_broken.sql": "insert into words values ('half'); insert into nothing values (1);",
        ]) { client, directory async throws in
            let error = await #expect(throws: MigrationError.self) {
                try await Migrator(client: client, directory: directory.path, table: "applied_files").migrate()
            }
            guard case .failed("0002_broken.sql", let cause) = error else { return #expect(error == nil) }
            #expect(cause.sqlState == "42P01")
            #expect(try await client.pipeline(Query.number("select count(*) from words")) == 0)
        }
    }

    @Test func `runners at the same time apply each file once`() async throws {
        let files = Dictionary(
            uniqueKeysWithValues: (1...6).map {
                ("schema/000\($0)_step.sql", "create table step_\($0) (); select pg_sleep(0.01);")
            })
        try await withMigrations(files) { client, directory async throws in
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 1...5 {
                    group.addTask {
                        try await Migrator(client: client, directory: directory.path, table: "applied_files").migrate()
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == files.keys.map { String($0.dropFirst("schema/".count)) }.sorted())
        }
    }

    @Test func `misnumbered and unreadable files are refused`() async throws {
        try await withMigrations(["schema/0001_a.sql": "select 1;", "schema/0003_c.sql": "select 3;"]) {
            client, directory async throws in
            #expect(throws: MigrationError.misnumbered("0003_c.sql")) {
                try Migrator(client: client, directory: directory.path, table: "applied_files")
            }
            #expect(throws: MigrationError.unreadable("/nonexistent/schema")) {
                try Migrator(client: client, directory: "/nonexistent", table: "applied_files")
            }
        }
    }
}

private func withMigrations(
    _ files: [String: String], _ body: @escaping @Sendable (PostgresClient, Directory) async throws -> Void
) async throws {
    let directory = try Directory()
    for (name, text) in files { try directory.write(name, text) }
    try await withClient { try await body($0, directory) }
    try directory.removeAll()
}

/// A directory of a test's own.
private struct Directory: Sendable {
    let path = NSTemporaryDirectory() + "migrations-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ name: String, _ text: String) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path + "/" + name)
    }

    func removeAll() throws {
        try FileManager.default.removeItem(atPath: path)
    }
}
