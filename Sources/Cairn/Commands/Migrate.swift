import ArgumentParser
import Logging

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database to the schema of this version.")

    func run() async throws {
        let settings = try await Settings.read()
        try await DatabaseAccess.with(settings, logger: Logger(label: "cairn")) { database in
            _ = try database.requireOwner(for: "cairn migrate")
        }
    }
}
