import ArgumentParser
import Logging
import Postgres

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database to the schema of this version.")

    func run() async throws {
        let settings = try await Settings.read()
        let files = try ProductFiles.locate()
        let logger = Logger.forCommands(settings)
        try await DatabaseAccess.with(settings, logger: logger) { database in
            let applied = try await Self.migrate(database, files: files, logger: logger)
            for name in applied { Terminal.say("applied \(name)") }
            Terminal.say("The database has the schema of cairn \(Version.number).")
        }
    }

    /// Applies what is missing, as the owner, and gives the names of what was applied.
    static func migrate(_ database: DatabaseAccess, files: ProductFiles, logger: Logger) async throws -> [String] {
        let owner = try database.requireOwner(for: "cairn migrate")
        do {
            return try await PostgresClient.with(owner, applicationName: "cairn migrate", logger: logger) { client in
                try await Migrator(client, migrations: files.migrations).migrate()
            }
        } catch let error as MigrationError {
            throw Refusal(error.sentence)
        }
    }
}

extension MigrationError {
    var sentence: String {
        switch self {
        case .unreadable(let name): "The migration \(name) cannot be read."
        case .misnumbered(let name): "The migration \(name) has not the number that follows the one before it."
        case .unlisted(let name):
            "Migrations/routines/manifest does not name \(name) as it should: each file there once, and no other."
        case .changed(let names):
            "Migrations that the database already has were changed afterwards: \(names.joined(separator: ", ")). "
                + "Nothing was applied. Install the files that belong to this version."
        case .unknown(let names):
            "The database has migrations that this cairn does not know (\(names.joined(separator: ", "))): it was made by a "
                + "newer cairn, or by one from before the schema was written anew. Use the cairn that made it, or an "
                + "empty database. Nothing was applied."
        case .failed(let name, let error): "\(name) failed and was undone: \(error)"
        }
    }
}
