import Postgres
import Practice

/// Everything that must hold of the database before a request may be served from it.
struct DatabaseCheck: Sendable {
    let files: ProductFiles
    let keys: ServerKeys

    /// All faults of one role's connection, in plain words.
    func faults(_ client: PostgresClient, setting: String) async -> [String] {
        let examination: DatabaseExamination
        do {
            examination = try await client.pipeline(DatabaseExamination.query)
        } catch {
            return [Self.unreachable(setting, error)]
        }
        do {
            let schema = try await schemaFaults(client)
            // Before the schema is there, its tables are neither owned nor unguarded.
            return examination.faults + (schema.isEmpty ? try await keyFaults(client) : schema)
        } catch {
            return examination.faults + ["The schema cannot be read through \(setting): \(error)."]
        }
    }

    func schemaFaults(_ client: PostgresClient) async throws -> [String] {
        let status = try await Migrator(client, migrations: files.migrations).status()
        switch status.state {
        case .current: return []
        case .behind:
            let lost = status.lost.isEmpty ? "" : " (gone or changed by hand: \(status.lost.joined(separator: ", ")))"
            return ["The database lacks \(status.toApply.joined(separator: ", "))\(lost). Run: cairn migrate"]
        case .unknown: return [MigrationError.unknown(status.unknown).sentence]
        case .changed:
            return [
                "Migrations that the database already has were changed afterwards: "
                    + "\(status.changed.joined(separator: ", ")). Install the files that belong to this version."
            ]
        }
    }

    /// A wrong master key would show only when the first note is opened, and new notes would be sealed in vain.
    private func keyFaults(_ client: PostgresClient) async throws -> [String] {
        let practice = try await client.pipeline(Self.anyPractice)
        guard let practice else { return [] }
        do {
            _ = try await KeyRing(keys: keys, postgres: client).vault(of: practice)
            return []
        } catch is KeyError {
            return [
                "The master key is not the one that the practices' keys in this database were sealed with. Nothing "
                    + "encrypted could be read: configure the right one."
            ]
        }
    }

    private static func unreachable(_ setting: String, _ error: any Error) -> String {
        if let error = error as? PostgresError, let state = error.sqlState {
            return "PostgreSQL refuses what \(setting) says (SQLSTATE \(state))."
        }
        return "PostgreSQL does not let us in through \(setting) within 5 seconds: is it running there, and are role, "
            + "password and database right? psql with the same connection string tells more."
    }
}
