import Logging

/// The database of a command, configured or embedded: a connection string for each role, and the master key.
package struct DatabaseAccess: Sendable {
    package let server: String
    package let worker: String
    /// Nil where the owner's connection is not configured, which only some commands need.
    package let owner: String?
    package let masterKey: MasterKey
    let embedded: EmbeddedPostgres?

    func requireOwner(for purpose: String) throws(Refusal) -> String {
        guard let owner else {
            throw Refusal("\(purpose) needs \(Setting.migrateDatabaseURL.rawValue), a connection as cairn_owner.")
        }
        return owner
    }

    /// Opens the database for as long as `body` runs. An embedded PostgreSQL is started if it does not run, and
    /// stopped by whoever started it, even when `body` fails.
    static func with<Result>(
        _ settings: Settings, joining: Bool = true, logger: Logger,
        _ body: (DatabaseAccess) async throws -> Result
    ) async throws -> Result {
        switch settings.database {
        case .external(let server, let worker, let owner):
            guard let key = settings.masterKey else { throw Refusal("CAIRN_MASTER_KEY is missing.") }
            return try await body(
                DatabaseAccess(
                    server: server, worker: worker, owner: owner, masterKey: key, embedded: nil))
        case .embedded:
            let postgres = try await EmbeddedPostgres.start(
                in: settings.dataDirectory, files: try ProductFiles.locate(), joining: joining,
                key: settings.masterKey, logger: logger, progress: Terminal.progress)
            let access = DatabaseAccess(
                server: postgres.connection(as: "cairn_server"), worker: postgres.connection(as: "cairn_worker"),
                owner: postgres.connection(as: "cairn_owner"), masterKey: postgres.masterKey, embedded: postgres)
            do {
                let result = try await body(access)
                try await postgres.stop()
                return result
            } catch {
                try await postgres.stop()
                throw error
            }
        }
    }
}
