import ArgumentParser
import Foundation
import Logging
import Postgres
import Practice
import ServiceLifecycle
import UnixSignals
import WebAPI

struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Do the background work until told to stop (SIGINT or SIGTERM), finishing what is at work.",
        discussion: """
            cairn serve does it by itself unless CAIRN_SERVE_WORKER is off. Several of these may run beside each other, \
            on one machine or on many. It opens no port: how far jobs are behind stands in the metrics of cairn serve.
            """)

    func run() async throws {
        let settings = try await Settings.read()
        let files = try ProductFiles.locate()
        let sink = LogSink(descriptor: STDERR_FILENO)
        defer { sink.flush() }
        let logger = Logger.forServer(settings, sink: sink)
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: settings.logLevel, sink: sink) }
        try await DatabaseAccess.with(settings, logger: logger) { database in
            let client = try PostgresClient(.worker(database.worker), logger: logger)
            let keys = try ServerKeys(master: database.masterKey.bytes)
            let background = Background(
                settings: settings, database: client, keys: keys, telemetry: Telemetry(), logger: logger)
            let gate = Gate(
                check: DatabaseCheck(files: files, keys: keys), clients: [(client, Setting.workerDatabaseURL)])
            Terminal.say("Cairn works. Ctrl-C stops it.")
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: (database.embedded.map { [$0] } ?? [])
                        + [
                            LogFlusher(sink), DatabaseService(client: client),
                            gate.guarding(background.services(working: true)),
                        ],
                    gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
            try await group.run()
        }
    }
}
