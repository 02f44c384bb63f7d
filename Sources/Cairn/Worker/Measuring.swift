import Postgres
import Practice
import WebAPI

extension Job {
    /// Shows in the metrics how far queued jobs are behind, and how many are dead. The server does this too where
    /// the work itself is done by others.
    static func measureQueue(
        _ database: PostgresClient, _ kinds: [String], _ telemetry: Telemetry, _ surroundings: Surroundings
    ) -> Job {
        Job("measure_queue", every: .seconds(10)) {
            let now = surroundings.now()
            let measured = try await database.pipeline(QueueMeasurement.query(at: now))
            for kind in kinds {
                let found = measured.first { $0.kind == kind }
                telemetry.jobLag(kind, found?.earliest.map { now - $0 } ?? .zero)
                telemetry.queuedJobs(kind, waiting: found?.waiting ?? 0, dead: found?.dead ?? 0)
            }
        }
    }
}
