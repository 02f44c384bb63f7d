import Logging

/// Brings a database's schema to what a directory of SQL files says.
///
/// `schema/NNNN_name.sql` run once, in order, each in its own transaction, and never change afterwards. `routines/` are
/// functions, triggers, policies and grants: they are applied again, all in one transaction and in the order of their
/// manifest, whenever their text has changed or one of them is missing, so that what holds can always be read in one
/// place. An advisory lock lets only one runner work at a time; others wait and find it done.
public struct Migrator: Sendable {
    private let client: PostgresClient
    private let files: MigrationFiles
    /// The table's name, with that of its schema.
    private let table: String
    private let made: MadeRoutines

    /// Reads the files.
    ///
    /// - Parameter table: where it is written which of the files the database has; made in `public` if it is not there.
    /// - Throws: `MigrationError` if the directory cannot be read, its files are not numbered as they should be, or the
    ///   manifest does not name each file of routines once.
    public init(client: PostgresClient, directory: String, table: String) throws(MigrationError) {
        self.client = client
        self.table = "public." + SQL.identifier(table).text
        made = MadeRoutines(table: self.table)
        files = try MigrationFiles(directory: directory)
    }

    /// Applies what is missing.
    ///
    /// - Returns: the names of what was applied, in order; `routines` for all of those.
    /// - Throws: `MigrationError` if an applied file was changed or is not among ours; nothing is applied then. If a
    ///   file fails, those before it stay applied.
    @discardableResult
    public func migrate() async throws -> [String] {
        var applied: [String] = []
        while let name = try await applyNext() { applied.append(name) }
        return applied
    }

    /// How the database stands against the files. Needs no right but to read the table.
    public func status() async throws -> MigrationStatus {
        let ours = try await checksums()
        let isThere = try await client.pipeline(
            Query.row("select to_regclass(\(table)) is not null") { try $0.next(Bool.self) })
        guard isThere else { return MigrationStatus(ours: ours, recorded: [], lost: []) }
        return try await client.transaction { tx in try await status(ours, tx) }
    }

    private func status(_ ours: [Migration], _ tx: Transaction) async throws -> MigrationStatus {
        try await tx.script(MadeRoutines.searchPath)
        let (recorded, lost) = try await tx.pipeline(
            recorded, Query.rows(made.lost) { try $0.next(String.self) })
        return MigrationStatus(ours: ours, recorded: recorded, lost: lost)
    }

    /// Applies one file of the schema, or all routines, in a transaction of its own; nil when nothing is left to do.
    private func applyNext() async throws -> String? {
        let ours = try await checksums()
        return try await client.transaction(TransactionOptions(statementTime: .zero)) { tx -> String? in
            try await tx.pipeline(Query.run("select from pg_advisory_xact_lock(hashtextextended(\(table), 0))"))
            try await tx.script(makeTable)
            let status = try await status(ours, tx)
            guard status.changed.isEmpty else { throw MigrationError.changed(status.changed) }
            guard status.unknown.isEmpty else { throw MigrationError.unknown(status.unknown) }
            guard let next = status.toApply.first else { return nil }
            try await tx.script("reset search_path")
            try await apply(next, tx)
            guard let checksum = ours.first(where: { $0.name == next })?.checksum else { return nil }
            try await tx.pipeline(
                Query.run(
                    """
                    insert into \(SQL(unsafe: table)) (name, checksum) values (\(next), \(checksum))
                    on conflict (name) do update set checksum = excluded.checksum, applied_at = clock_timestamp()
                    """))
            return next
        }
    }

    private func apply(_ name: String, _ tx: Transaction) async throws {
        for file in files.texts(of: name) {
            do throws(PostgresError) {
                try await tx.script(file.text)
            } catch {
                throw MigrationError.failed(file.name, error)
            }
        }
        // A file may have set these for its own purposes; what follows in the transaction is ours again.
        try await tx.script("reset search_path; reset role; set local statement_timeout = 0")
        if name == MigrationFiles.routines { try await tx.script(made.record) }
    }

    /// The checksums of our files, computed by the database, which has SHA-256 at hand.
    private func checksums() async throws -> [Migration] {
        let names = files.names
        let contents = names.map { Array(files.texts(of: $0).map(\.text).joined(separator: "\n").utf8) }
        return try await client.pipeline(
            Query.rows(
                """
                select name, encode(sha256(content), 'hex')
                from unnest(\(names), \(contents)) with ordinality as file (name, content, position)
                order by position
                """
            ) { Migration(name: try $0.next(), checksum: try $0.next()) })
    }

    private var recorded: Query<[Migration]> {
        Query.rows(
            "select name, checksum from \(SQL(unsafe: table)) where name not like 'routine %' order by name"
        ) { Migration(name: try $0.next(), checksum: try $0.next()) }
    }

    private var makeTable: String {
        """
        create table if not exists \(table) (
            name text primary key,
            checksum text not null,
            applied_at timestamptz not null default clock_timestamp()
        );
        comment on table \(table) is
            'Which migration files this database has, and what its routines made, each with its SHA-256.';
        grant select on \(table) to public;
        """
    }
}

/// A file's name and the SHA-256 of its text.
struct Migration: Hashable, Sendable {
    let name: String
    let checksum: String
}
