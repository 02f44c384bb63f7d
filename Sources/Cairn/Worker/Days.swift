import Postgres
import Practice

/// What a day brings by itself. Rights and consents end at midnight of the practice, whether or not these run: they
/// record it, and open the tasks that follow.
extension Job {
    static func expireConsents(_ database: PostgresClient, _ keys: ServerKeys, _ surroundings: Surroundings) -> Job {
        Job("expire_consents", every: .seconds(900)) {
            let (now, request) = (surroundings.now(), surroundings.newID())
            _ = try await database.pipeline(
                .run("select from access.expire_consents(\(now), \(request), \(keys.auditProof(of: request)))"))
        }
    }

    static func openTasksOfAge(_ database: PostgresClient, _ keys: ServerKeys, _ surroundings: Surroundings) -> Job {
        Job("open_tasks_of_age", every: .seconds(900)) {
            let (now, request) = (surroundings.now(), surroundings.newID())
            _ = try await database.pipeline(
                .run("select from access.open_tasks_of_age(\(now), \(request), \(keys.auditProof(of: request)))"))
        }
    }
}
