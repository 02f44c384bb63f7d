extension Cluster {
    /// Answers 1 where the database is there; for psql.
    static let databaseExists = "select 1 from pg_database where datname = '\(database)'"

    /// For psql.
    static let createDatabase = "create database \(database) template template0"
}
