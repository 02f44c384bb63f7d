import Foundation
import JSON
import Logging
import Postgres
import Synchronization

/// The PostgreSQL server of the tests, reached as a superuser, with a migrated template of which each test gets a copy.
struct Cluster: Sendable {
    private let connection: String

    init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        guard let connection = environment["CAIRN_TEST_DATABASE_URL"], !connection.isEmpty else {
            throw TestSetupError(
                """
                CAIRN_TEST_DATABASE_URL is not set. Run deploy/test, which starts a PostgreSQL for the tests, or point \
                it at any PostgreSQL ≥ 15 as a superuser: postgresql:///postgres?host=/tmp/pg&user=postgres
                """)
        }
        self.connection = connection
    }

    /// The connection string for another database and role of the same server: what libpq reads last wins.
    func connection(database: String? = nil, user: String? = nil) -> String {
        let settings = [("dbname", database), ("user", user)].compactMap { name, value in value.map { (name, $0) } }
        guard connection.hasPrefix("postgres://") || connection.hasPrefix("postgresql://") else {
            return connection + settings.map { " \($0.0)='\($0.1)'" }.joined()
        }
        let separator = connection.contains("?") ? "&" : "?"
        return settings.isEmpty
            ? connection : connection + separator + settings.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// Creates a database for one test, a copy of a template.
    func createDatabase(like template: Template) async throws -> String {
        try await prepare(template)
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "cairn_test_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
        try await administer { try await copy(template.name, to: name, $0) }
        return name
    }

    /// Drops the database of a test, whoever is still connected.
    func dropDatabase(_ name: String) async throws {
        try await administer { try await $0.run("drop database if exists \(.identifier(name)) with (force)") }
    }

    /// Makes sure that a template is there. The first who asks makes it; it is used again as long as what it is made of
    /// does not change.
    private func prepare(_ template: Template) async throws {
        if Self.prepared.withLock({ $0.contains(template.name) }) { return }
        if let base = template.base { try await prepare(base()) }
        try await administer { admin in
            // Held until the template is complete, however long that takes: other processes wait here and find it. Nobody
            // gives up, since a suite without its template would be one that nobody has tried.
            try await admin.transaction(TransactionOptions(statementTime: .zero)) { tx in
                _ = try await tx.pipeline(Query.run("set local idle_in_transaction_session_timeout = 0"))
                _ = try await tx.pipeline(Query.run("select from pg_advisory_xact_lock(7160290472)"))
                let exists = try await tx.pipeline(
                    Query.row("select exists (select from pg_database where datname = \(template.name))") {
                        try $0.next(Bool.self)
                    })
                if !exists { try await make(template, admin) }
            }
        }
        Self.prepared.withLock { _ = $0.insert(template.name) }
    }

    /// Fills a draft and renames it when all is well, so that a template is always complete.
    private func make(_ template: Template, _ admin: PostgresClient) async throws {
        let draft = template.name + "_draft"
        try await admin.run("drop database if exists \(.identifier(draft)) with (force)")
        if let base = template.base {
            try await copy(base().name, to: draft, admin)
        } else {
            try await admin.run("create database \(.identifier(draft))")
        }
        try await template.fill(self, draft)
        try await admin.run("alter database \(.identifier(draft)) rename to \(.identifier(template.name))")
    }

    private func copy(_ template: String, to name: String, _ admin: PostgresClient) async throws {
        try await admin.run(
            """
            create database \(.identifier(name)) owner cairn_owner template \(.identifier(template))
            strategy file_copy
            """)
        // A copy has the rights within the database, but not those on it.
        _ = try await admin.pipeline(
            Query.run("alter database \(.identifier(name)) set deadlock_timeout = '60s'"),
            Query.run("revoke all on database \(.identifier(name)) from public"),
            Query.run("grant connect on database \(.identifier(name)) to cairn_server, cairn_worker"))
    }

    private func administer<R: Sendable>(_ body: (PostgresClient) async throws -> R) async throws -> R {
        try await withClient(connection(), body)
    }

    private static let prepared = Mutex<Set<String>>([])
    private static let counter = Atomic(0)
}

/// What stands in the way of running tests at all.
public struct TestSetupError: Error, CustomStringConvertible {
    /// What to do about it.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Runs a client as long as a closure needs it.
func withClient<R: Sendable>(
    _ connection: String, shared: Int = 1, exclusive: Int = 2, _ body: (PostgresClient) async throws -> R
) async throws -> R {
    var configuration = PostgresConfiguration.patient(connection)
    configuration.applicationName = "cairn-tests"
    configuration.sharedConnections = shared
    configuration.exclusiveConnections = exclusive
    let client = try PostgresClient(configuration, logger: Logger(label: "cairn.tests"))
    return try await withThrowingTaskGroup { group in
        group.addTask { try await client.run() }
        let result = try await body(client)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

extension PostgresClient {
    /// Runs one statement by itself.
    func run(_ sql: SQL) async throws {
        _ = try await pipeline(Query.run(sql))
    }
}
