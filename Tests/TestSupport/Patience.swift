import Logging
import Postgres

/// How long a test waits for what has to come. Nothing is measured by it: on a busy machine everything takes longer, and
/// whoever gives up earlier reports the machine, not the product.
public enum Patience {
    /// For one answer, statement or event.
    public static let long: Duration = .seconds(600)
    /// The same in seconds, for what counts so.
    public static let seconds = 600.0

    /// Asks again and again until the answer is yes; no after ``long``.
    public static func until(_ isSo: () async throws -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + long
        while ContinuousClock.now < end {
            if try await isSo() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}

extension PostgresConfiguration {
    /// A client of a test's own, that waits for connections and answers as tests do: the defaults give up after some
    /// seconds, as a server must.
    public static func patient(_ connection: String) -> PostgresConfiguration {
        var configuration = PostgresConfiguration(connection: connection)
        configuration.waitTime = Patience.long
        configuration.connectTime = Patience.long
        configuration.statementTime = Patience.long
        configuration.idleInTransactionTime = Patience.long
        return configuration
    }
}

extension PostgresClient {
    /// A client like that of a command (`PostgresClient.with`), as patient as tests are.
    public static func patiently<Result: Sendable>(
        _ connection: String, logger: Logger, _ body: @Sendable (PostgresClient) async throws -> Result
    ) async throws -> Result {
        var configuration = PostgresConfiguration.patient(connection)
        configuration.sharedConnections = 1
        configuration.exclusiveConnections = 2
        let client = try PostgresClient(configuration, logger: logger)
        return try await withThrowingTaskGroup { group in
            group.addTask { try await client.run() }
            defer { group.cancelAll() }
            return try await body(client)
        }
    }
}
