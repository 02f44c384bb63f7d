import ArgumentParser
import Logging
import ServiceLifecycle
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Answer requests until told to stop.")

    func run() async throws {
        let settings = try await Settings.read()
        let logger = Logger(label: "cairn")
        try await DatabaseAccess.with(settings, joining: false, logger: logger) { database in
            let group = ServiceGroup(
                services: database.embedded.map { [$0] } ?? [], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger)
            try await group.run()
        }
    }
}
