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

    /// Offers that nobody took in time end, and seats that are free are offered to who waits.
    static func tendWaitlists(_ database: PostgresClient, _ keys: ServerKeys, _ surroundings: Surroundings) -> Job {
        Job("tend_waitlists", every: .seconds(300)) {
            let (now, request) = (surroundings.now(), surroundings.newID())
            _ = try await database.pipeline(
                .run("select from access.tend_waitlists(\(now), \(request), \(keys.auditProof(of: request)))"))
        }
    }
}
