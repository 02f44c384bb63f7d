import Foundation
import Postgres

/// A database of a test's own: migrated, empty, and gone afterwards.
public struct TestDatabase: Sendable {
    /// As the server: everything is judged by the policies.
    public let server: PostgresClient
    /// As a superuser, past all policies: for what a test puts in or looks up behind the server's back.
    public let superuser: PostgresClient
    /// The connection string for a role: `cairn_server`, `cairn_worker`, `cairn_owner`; nil is the superuser.
    public let connection: @Sendable (_ user: String?) -> String
}

/// Gives a test a database of its own, a copy of the migrated template.
///
/// A few tests at a time have one; the others wait.
public func withDatabase<R: Sendable>(_ body: (TestDatabase) async throws -> R) async throws -> R {
    try await withDatabase(like: Template.schema(), body)
}

func withDatabase<R: Sendable>(
    like template: Template, _ body: (TestDatabase) async throws -> R
) async throws -> R {
    let cluster = try Cluster()
    return try await Gate.databases.pass {
        let name = try await cluster.createDatabase(like: template)
        let result: Result<R, any Error>
        do {
            result = .success(try await withClients(cluster, name, body))
        } catch {
            result = .failure(error)
        }
        try await cluster.dropDatabase(name)
        return try result.get()
    }
}

func withClients<R: Sendable>(
    _ cluster: Cluster, _ name: String, _ body: (TestDatabase) async throws -> R
) async throws -> R {
    try await withClient(cluster.connection(database: name)) { superuser in
        try await withClient(cluster.connection(database: name, user: "cairn_server"), shared: 2, exclusive: 4) {
            server in
            try await body(
                TestDatabase(server: server, superuser: superuser) { cluster.connection(database: name, user: $0) })
        }
    }
}
