import ArgumentParser
import Logging
import Postgres
import Practice

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration and the database, and tell everything that is wrong at once.")

    func run() async throws {
        let settings = try await Settings.read()
        let files = try ProductFiles.locate()
        let logger = Logger(label: "cairn") { _ in SwiftLogNoOpLogHandler() }
        let faults = try await DatabaseAccess.with(settings, logger: logger) { database in
            let check = DatabaseCheck(files: files, keys: try ServerKeys(master: database.masterKey.bytes))
            var faults: [String] = []
            for (setting, connection) in [
                (Setting.databaseURL.rawValue, database.server), (Setting.workerDatabaseURL.rawValue, database.worker),
            ] {
                faults += try await PostgresClient.with(connection, applicationName: "cairn check", logger: logger) {
                    await check.faults($0, setting: setting)
                }
            }
            if let embedded = database.embedded {
                Terminal.say("Database: embedded, in \(embedded.cluster.directory). To look into it:")
                Terminal.say("    psql \"\(embedded.connection(as: "cairn_owner"))\"")
            }
            return faults
        }
        var told: Set<String> = []
        let distinct = faults.filter { told.insert($0).inserted }
        guard distinct.isEmpty else { throw Refusal(distinct) }
        Terminal.say("Everything is in order. Requests: \(settings.listen), administration: \(settings.admin).")
    }
}
