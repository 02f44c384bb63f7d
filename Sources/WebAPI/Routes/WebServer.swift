import Crypto
import Logging
import Postgres
import Practice

import struct Foundation.UUID

/// What every call needs of the server around it. Made once.
public final class WebServer: Sendable {
    /// The database.
    public let database: PostgresClient
    /// The server's own keys.
    public let keys: ServerKeys
    /// The practices' keys.
    public let keyRing: KeyRing
    /// The clock, new ids and chance.
    public let surroundings: Surroundings
    /// Where the log goes.
    public let logger: Logger
    /// What is counted.
    public let telemetry: Telemetry
    /// What was refused, on its way to the audit.
    public let refusals: Refusals
    /// The origins whose pages may call the API; none unless configured.
    public let allowedOrigins: Set<String>
    let cursorKey: SymmetricKey

    /// Puts a server together.
    ///
    /// - Parameter spool: where refusals that cannot be written now outlive the process; without it they do not.
    public init(
        database: PostgresClient, keys: ServerKeys, keyRing: KeyRing, surroundings: Surroundings = .live,
        logger: Logger, telemetry: Telemetry = Telemetry(), allowedOrigins: Set<String> = [],
        spool: RefusalSpool? = nil
    ) {
        self.database = database
        self.keys = keys
        self.keyRing = keyRing
        self.surroundings = surroundings
        self.logger = logger
        self.telemetry = telemetry
        self.allowedOrigins = allowedOrigins
        cursorKey = SymmetricKey(data: keys.cursor.bytes)
        refusals = Refusals(spool: spool, telemetry: telemetry, logger: logger) { refusal, again in
            _ = try await database.pipeline(refusal.written(with: keys, again: again))
        }
    }

    /// What shows the auditor that a request came through this server: 16 bytes of HMAC-SHA256 over its id.
    public func proof(of requestID: UUID) -> [UInt8] {
        let code = withUnsafeBytes(of: requestID.uuid) { keys.auditProof.code(for: Array($0)) }
        return Array(code.prefix(16))
    }
}
