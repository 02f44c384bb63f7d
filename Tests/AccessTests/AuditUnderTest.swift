import Foundation
import Logging
import Postgres
import Practice
import Synchronization
import TestSupport
import Testing

/// The audit of one practice, with rows that the door wrote, the worker that seals it, and a vandal.
struct AuditUnderTest: Sendable {
    let world: World
    let sealer: AuditSealer
    let verifier: AuditVerifier

    /// Has the counselor read a client so many times.
    func write(_ rows: Int) async throws {
        for _ in 0..<rows {
            _ = try await world.database.server.pipeline(
                world.enter(world.mesa.counselor, "client.read", "client", world.mesa.client.clientID.uuid))
        }
    }

    @discardableResult
    func seal(_ reach: AuditSealer.Reach = .recent) async throws -> Int {
        try await sealer.seal(practice: world.mesa.id, reach)
    }

    func verify(remembered: AuditHead? = nil) async throws -> (findings: [AuditFinding], summary: AuditSummary) {
        let findings = Mutex<[AuditFinding]>([])
        let summary = try await verifier.verify(practice: world.mesa.id, remembered: remembered) { finding in
            findings.withLock { $0.append(finding) }
        }
        #expect(findings.withLock { $0.count } == summary.findings)
        return (findings.withLock { $0 }, summary)
    }

    /// Changes what is there, past triggers and policies.
    func tamper(_ sql: SQL) async throws {
        _ = try await world.database.superuser.pipeline(
            Query.run("set local session_replication_role = replica"), Query.run(sql))
    }

    func insert(
        request: String, proof: String, action: String = "client.read", kind: String? = nil, seal: Int? = nil
    ) async throws {
        try await tamper(
            """
            insert into audit_events (practice_id, at, request_id, proof, account_id, action, kind, outcome,
                seal_number)
            values (\(world.mesa.id), \(world.clock.now), \(SQL(unsafe: request)), \(SQL(unsafe: proof)),
                    \(world.mesa.newcomer.accountID), \(action), \(kind), 'allowed', \(seal))
            """)
    }

    func value<T: PostgresDecodable>(_ sql: SQL, _: T.Type) async throws -> T {
        try await world.database.superuser.pipeline(Query.row(sql) { try $0.next() })
    }
}

func withAudit(rows: Int, _ body: @Sendable (AuditUnderTest) async throws -> Void) async throws {
    try await withWorld { world in
        var configuration = PostgresConfiguration.patient(world.database.connection("cairn_worker"))
        configuration.sharedConnections = 1
        let worker = try PostgresClient(configuration, logger: Logger(label: "cairn.tests"))
        try await withThrowingTaskGroup { group in
            group.addTask { try await worker.run() }
            let audit = AuditUnderTest(
                world: world,
                sealer: AuditSealer(postgres: worker, keys: world.keys, surroundings: world.surroundings, batchSize: 3),
                verifier: AuditVerifier(postgres: worker, keys: world.keys))
            try await audit.write(rows)
            try await body(audit)
            group.cancelAll()
        }
    }
}
