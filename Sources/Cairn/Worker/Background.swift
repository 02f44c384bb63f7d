import Logging
import Postgres
import Practice
import ServiceLifecycle
import WebAPI

/// What goes on beside the requests: in `cairn serve`, or in `cairn work`, in as many processes as one likes.
struct Background: Sendable {
    let settings: Settings
    let database: PostgresClient
    let keys: ServerKeys
    let telemetry: Telemetry
    let logger: Logger

    /// The services; where others do the work, only what the metrics show of it.
    func services(working: Bool) -> [any Service] {
        let refusals = Refusals.ofWorker(
            database, keys, spool: working ? .open(settings, writer: "worker", logger) : nil, telemetry, logger)
        let queue = buildQueue(
            settings, database: database, keys: keys, surroundings: .live, refusals: refusals, logger: logger)
        let measuring = Job.measureQueue(database, Array(queue.kinds.keys), telemetry, .live)
        guard working else { return [Worker([measuring], telemetry: telemetry, logger: logger)] }
        let jobs = buildJobs(database: database, keys: keys, surroundings: .live, refusals: refusals) + [measuring]
        return [refusals, Worker(jobs, telemetry: telemetry, logger: logger), queue]
    }
}

extension PostgresConfiguration {
    /// The pool of the background work.
    static func worker(_ connection: String) -> PostgresConfiguration {
        var configuration = PostgresConfiguration(connection: connection)
        configuration.applicationName = "cairn worker"
        configuration.sharedConnections = 1
        configuration.exclusiveConnections = 3
        return configuration
    }
}
