import Logging
import Postgres
import Practice
import WebAPI

import struct Foundation.UUID

extension Refusals {
    /// What the worker's doors refuse, written as the worker.
    static func ofWorker(
        _ database: PostgresClient, _ keys: ServerKeys, spool: RefusalSpool?, _ telemetry: Telemetry, _ logger: Logger
    ) -> Refusals {
        Refusals(writer: "worker", spool: spool, telemetry: telemetry, logger: logger) { refusal, again in
            _ = try await database.pipeline(refusal.writtenByWorker(with: keys, again: again))
        }
    }
}

extension Refused {
    /// The refusal of work that enters by `access.enter_work`; nil for an error that is none.
    init?(ofWork action: String, in practice: ID<Practice>, at now: Instant, _ request: UUID, _ error: any Error) {
        guard (error as? PostgresError)?.sqlState == "42501" else { return nil }
        self.init(
            practiceID: practice, action: action, kind: "none", at: now, requestID: request, outcome: "forbidden")
    }
}

extension RefusalSpool {
    /// Under the data directory; nil, and a warning, where nothing can be written there.
    static func open(_ settings: Settings, writer: String, _ logger: Logger) -> RefusalSpool? {
        do {
            return try RefusalSpool(directory: settings.dataDirectory + "/refusals", writer: writer)
        } catch {
            logger.warning(
                "Refusals that cannot be written to the audit are kept in memory only.",
                metadata: ["error": "\(error)", "setting": "\(Setting.dataDirectory.rawValue)"])
            return nil
        }
    }
}
