import Foundation
import Postgres

/// Finds whatever was changed, removed or inserted in the audit since the server wrote it.
///
/// - What a seal covers is whole: any changed, removed, added or exchanged row breaks it.
/// - What no seal covers yet is known by its proof alone: an inserted row has none, or contradicts the request whose
///   proof it borrowed; a row removed before its seal leaves no trace. So seal often.
/// - A chain that was cut at its end still fits together. Only a head that was remembered elsewhere shows it.
///
/// Reads one snapshot, row by row, in constant memory. The client signs in to the database as `cairn_worker`.
public struct AuditVerifier: Sendable {
    private let postgres: PostgresClient
    private let keys: ServerKeys

    /// A verifier for the database of the keys' server.
    public init(postgres: PostgresClient, keys: ServerKeys) {
        self.postgres = postgres
        self.keys = keys
    }

    /// The practices that have an audit.
    public func practices() async throws -> [ID<Practice>] {
        try await postgres.pipeline(AuditSealer.practices)
    }

    /// Goes through the whole audit of a practice and tells each finding as it is met.
    ///
    /// - Parameter remembered: a head that an earlier verification gave, to see that the chain still leads through it.
    public func verify(
        practice: ID<Practice>, remembered: AuditHead? = nil,
        found: @Sendable (AuditFinding) async throws -> Void = { _ in }
    ) async throws -> AuditSummary {
        let options = TransactionOptions(isolation: .repeatableRead, isReadOnly: true, statementTime: .zero)
        return try await postgres.transaction(options) { tx in
            var chain = AuditChain(practice, keys, remembered: remembered)
            for try await line in try await tx.stream(Self.lines(practice)) {
                for finding in chain.take(line) { try await found(finding) }
            }
            for finding in chain.finish() { try await found(finding) }
            var summary = chain.summary
            for try await finding in try await tx.stream(Self.contradictions(practice)) {
                summary.findings += 1
                try await found(finding)
            }
            return summary
        }
    }
}
