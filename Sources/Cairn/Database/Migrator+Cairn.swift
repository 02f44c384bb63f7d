import Postgres

extension Migrator {
    /// Brings a database to what Cairn's files say.
    package init(_ client: PostgresClient, migrations directory: String) throws(MigrationError) {
        try self.init(client: client, directory: directory, table: "cairn_migrations")
    }
}
