import Cairn
import Crypto
import Foundation
import Postgres

/// A database of which tests get copies.
struct Template: Sendable {
    /// Names what it is made of: when that changes, so does the name.
    let name: String
    /// The template of which this one is a copy with something added.
    let base: (@Sendable () throws -> Template)?
    /// Makes what an empty database, or a copy of the base, lacks.
    let fill: @Sendable (_ cluster: Cluster, _ database: String) async throws -> Void

    /// The schema and the access rules, and no rows.
    static func schema() throws -> Template {
        let roles = Repository.file("deploy/roles.sql")
        let migrations = Repository.file("Migrations")
        let name = "cairn_schema_\(try Repository.checksum(of: [roles, migrations]))"
        return Template(name: name, base: nil) { cluster, database in
            let script = SQL(unsafe: try String(contentsOf: roles, encoding: .utf8))
            try await withClient(cluster.connection(database: database)) { superuser in
                try await superuser.run(script)
                // Only the owner of the database may hand out rights on its schema `public`.
                try await superuser.run("alter database \(.identifier(database)) owner to cairn_owner")
            }
            _ = try await withClient(cluster.connection(database: database, user: "cairn_owner")) { owner in
                try await Migrator(owner, migrations: migrations.path).migrate()
            }
            try await withClient(cluster.connection(database: database), isolateFromLoad)
        }
    }

    /// Takes out what depends on how busy the machine is. Functions that give way (decision 0025) wait longer than half a
    /// second, and still shorter than PostgreSQL waits before it looks for a deadlock in a copy. Autovacuum is off: whether
    /// it has run decides between plans.
    private static func isolateFromLoad(_ superuser: PostgresClient) async throws {
        try await setLockTimeout("'20s'", superuser)
        try await superuser.run(
            """
            do $$
            declare table_of_ours regclass;
            begin
                for table_of_ours in
                    select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
                loop
                    execute format('alter table %s set (autovacuum_enabled = off)', table_of_ours);
                end loop;
            end $$
            """)
    }

    /// What the product has for functions that give way (decision 0025); `SQLStyleTests` hold that all of them have it.
    static let halfASecond: SQL = "'500ms'"

    /// Sets how long functions that give way wait for a lock.
    static func setLockTimeout(_ time: SQL, _ superuser: PostgresClient) async throws {
        try await superuser.run(
            """
            do $$
            declare giving_way regprocedure;
            begin
                for giving_way in
                    select p.oid from pg_proc p, unnest(p.proconfig) setting where setting like 'lock_timeout=%'
                loop
                    execute format('alter function %s set lock_timeout = %L', giving_way, \(time));
                end loop;
            end $$
            """)
    }
}

/// The files of the repository that the tests are part of.
public enum Repository {
    /// A file or directory by its path in the repository.
    public static func file(_ path: String) -> URL {
        URL(filePath: #filePath).appending(path: "../../../../").appending(path: path).standardized
    }

    /// Names the text of files and of all files in directories.
    static func checksum(of files: [URL]) throws -> String {
        var hash = SHA256()
        for file in try files.flatMap(contents) {
            hash.update(data: Data(file.path.utf8))
            hash.update(data: try Data(contentsOf: file))
        }
        return hash.finalize().prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func contents(of file: URL) throws -> [URL] {
        guard try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true else { return [file] }
        return try FileManager.default.contentsOfDirectory(at: file, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .flatMap(contents)
    }
}
