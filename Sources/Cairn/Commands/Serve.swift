import ArgumentParser
import Foundation
import HummingbirdCore
import Logging
import NIOPosix
import Postgres
import Practice
import ServiceLifecycle
import UnixSignals
import WebAPI

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer requests until told to stop (SIGINT or SIGTERM), finishing those in flight.")

    func run() async throws {
        let settings = try await Settings.read()
        let files = try ProductFiles.locate()
        try PortCheck.isFree(settings.listen, setting: .port)
        try PortCheck.isFree(settings.admin, setting: .adminPort)
        let sink = LogSink(descriptor: STDERR_FILENO)
        defer { sink.flush() }
        let logger = Logger.forServer(settings, sink: sink)
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: settings.logLevel, sink: sink) }
        try await DatabaseAccess.with(settings, joining: false, logger: logger) { database in
            if database.embedded != nil {
                // Nobody else looks after this one.
                _ = try await Migrate.migrate(database, files: files, logger: logger)
            }
            let serving = Serving(
                settings: settings, files: files, database: database, sink: sink, logger: logger)
            try await serving.run()
        }
    }
}

/// The server at work: its parts in the order in which they start; they stop in the opposite one.
private struct Serving {
    let settings: Settings
    let files: ProductFiles
    let database: DatabaseAccess
    let sink: LogSink
    let logger: Logger

    func run() async throws {
        let telemetry = Telemetry(accessLog: settings.logLevel <= .info ? sink : nil)
        let client = try PostgresClient(
            PostgresConfiguration(connection: database.server, pool: settings.pool), logger: logger,
            observe: telemetry.observe)
        let worker = try PostgresClient(.worker(database.worker), logger: logger)
        let keys = try ServerKeys(master: database.masterKey.bytes)
        let app = try buildApplication(
            settings, database: client, masterKey: database.masterKey, files: files, telemetry: telemetry,
            logger: logger, spool: .open(settings, writer: "server", logger))
        let check = DatabaseCheck(files: files, keys: keys)
        let newConnections = NewConnectionCheck(database.server, setting: .databaseURL, logger: logger)
        let admin = WebAPI.makeAdminApplication(
            address: .hostname(settings.admin.host, port: settings.admin.port), telemetry: telemetry, logger: logger,
            faults: {
                let faults = await check.faults(client, setting: Setting.databaseURL.rawValue)
                return faults.isEmpty ? await newConnections.faults() : faults
            })
        let gate = Gate(
            check: check, clients: [(client, Setting.databaseURL), (worker, Setting.workerDatabaseURL)])
        let application = app.application { _ in greet() }
        let background = Background(
            settings: settings, database: worker, keys: keys, telemetry: telemetry, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: (database.embedded.map { [$0] } ?? [])
                    + [
                        LogFlusher(sink), DatabaseService(client: client), DatabaseService(client: worker),
                    ] + [
                        gate.guarding(
                            [app.server.refusals] + background.services(working: settings.worksInServe)
                                + [admin, application])
                    ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    private func greet() {
        Terminal.say("Cairn answers on http://\(settings.listen) (administration: http://\(settings.admin)).")
        Terminal.say("Ctrl-C stops it.")
        logger.notice("serving", metadata: ["address": "\(settings.listen)", "version": "\(Version.number)"])
    }
}
