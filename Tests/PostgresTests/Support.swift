import Foundation
import Logging
import Postgres
import TestSupport
import Testing

/// Runs a client on a database of its own and ends it when the closure is done.
func withClient(
    _ change: (inout PostgresConfiguration) -> Void = { _ in },
    observe: @escaping @Sendable (PostgresObservation) -> Void = { _ in },
    _ body: @escaping @Sendable (PostgresClient) async throws -> Void
) async throws {
    let server = try testServer()
    let database = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
    try await withRunning(server) { _ = try await $0.pipeline(.run("create database \(.identifier(database))")) }
    // A busy machine is no failure; tests of waiting set their own limits.
    var configuration = PostgresConfiguration.patient(server)
    configuration.database = database
    change(&configuration)
    let outcome: Result<Void, any Error>
    do {
        try await withRunning(configuration, observe: observe) { client in
            // What a test counts from here on does not depend on how fast the connections came.
            try await until { client.statistics.idle == client.configuration.sharedConnections }
            try await body(client)
        }
        outcome = .success(())
    } catch {
        outcome = .failure(error)
    }
    try await withRunning(server) {
        _ = try await $0.pipeline(.run("drop database \(.identifier(database)) with (force)"))
    }
    try outcome.get()
}

/// Runs a client on the database that a connection string names.
func withRunning(_ connection: String, _ body: @escaping @Sendable (PostgresClient) async throws -> Void) async throws {
    var configuration = PostgresConfiguration.patient(connection)
    configuration.sharedConnections = 1
    try await withRunning(configuration, body)
}

func withRunning(
    _ configuration: PostgresConfiguration, observe: @escaping @Sendable (PostgresObservation) -> Void = { _ in },
    _ body: @escaping @Sendable (PostgresClient) async throws -> Void
) async throws {
    let client = try PostgresClient(configuration, logger: Logger(label: "test"), observe: observe)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        try await body(client)
        group.cancelAll()
    }
}

private func testServer() throws -> String {
    try #require(
        ProcessInfo.processInfo.environment["CAIRN_TEST_DATABASE_URL"],
        "These tests need a PostgreSQL: run deploy/test, or set CAIRN_TEST_DATABASE_URL to a superuser's connection string."
    )
}

/// Waits until something is so, which the caller knows must come; looks again as soon as others had their turn.
func until(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(2)) }
}

/// The error the closure throws.
func failure<R>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
) async -> PostgresError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

/// The code of the error the closure throws.
func code<R>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
) async -> PostgresError.Code? {
    await failure(isolation: isolation, body)?.code
}

extension Query where Answer == Int {
    /// One number.
    static func number(_ sql: SQL) -> Query<Int> {
        .row(sql) { try $0.next() }
    }
}

/// A lock others wait for, so that a test can hold a statement on the server for as long as it wants.
let gate = 4711

extension PostgresClient {
    /// Holds the gate while the closure runs.
    func holdingGate(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void
    ) async throws {
        try await transaction(isolation: isolation) { tx async throws in
            try await tx.pipeline(.run("select from pg_advisory_xact_lock(\(gate))"))
            try await body()
        }
    }

    /// Waits for the gate, then gives the number.
    func passGate(_ number: Int) async throws -> Int {
        let (_, number) = try await pipeline(
            Query.run("select from pg_advisory_xact_lock_shared(\(gate))"), Query.number("select \(number)"))
        return number
    }
}
