import Logging
import Postgres
import ServiceLifecycle

/// Runs a database client until everything that uses it has stopped.
struct DatabaseService: Service {
    let client: PostgresClient

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await client.run() }
    }
}

extension PostgresClient {
    /// Opens a client for as long as a command needs it.
    package static func with<Result: Sendable>(
        _ connection: String, applicationName: String = "cairn", logger: Logger,
        _ body: @Sendable (PostgresClient) async throws -> Result
    ) async throws -> Result {
        var configuration = PostgresConfiguration(connection: connection)
        configuration.applicationName = applicationName
        configuration.sharedConnections = 1
        configuration.exclusiveConnections = 2
        configuration.statementTime = .seconds(600)
        let client = try PostgresClient(configuration, logger: logger)
        return try await withThrowingTaskGroup { group in
            group.addTask { try await client.run() }
            defer { group.cancelAll() }
            return try await body(client)
        }
    }
}

extension PostgresConfiguration {
    /// The server's pool as the settings want it.
    init(connection: String, pool: Settings.Pool) {
        self.init(connection: connection)
        applicationName = "cairn serve"
        sharedConnections = pool.sharedConnections
        // Behind a process that the kernel does not run for a while, one request waits and not several (decision 0001).
        segmentsInFlight = 1
        exclusiveConnections = pool.exclusiveConnections
        waitTime = .seconds(pool.waitSeconds)
    }
}
