import Features
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Postgres
import Practice
import ServiceLifecycle
import WebAPI

/// Everything the server is made of, put together in one place, for `cairn serve` and for the tests alike.
package struct App: Sendable {
    package let settings: Settings
    package let server: WebServer
    package let routes: [Route]

    /// The application to run; tests give the port 0 and learn theirs from `onServerRunning`.
    package func application(
        services: [any Service] = [], onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> Application<RouterResponder<CallContext>> {
        WebAPI.makeApplication(
            routes: routes, server: server,
            address: .hostname(settings.listen.host, port: settings.listen.port), services: services,
            onServerRunning: onServerRunning)
    }
}

/// Builds the server over a database. Opens nothing and starts nothing. The features are listed in `Features.routes`.
package func buildApplication(
    _ settings: Settings, database: PostgresClient, masterKey: MasterKey, files: ProductFiles,
    surroundings: Surroundings = .live, passwords: Passwords? = nil, limits: Limits = .standard,
    telemetry: Telemetry = Telemetry(), logger: Logger, spool: RefusalSpool? = nil
) throws -> App {
    let keys = try ServerKeys(master: masterKey.bytes)
    let server = WebServer(
        database: database, keys: keys, keyRing: KeyRing(keys: keys, postgres: database),
        surroundings: surroundings, logger: logger, telemetry: telemetry,
        allowedOrigins: Set(settings.corsOrigins), spool: spool)
    telemetry.watch(database)
    telemetry.watchProcess()
    let features = FeatureSettings(
        openAPI: try files.readOpenAPI(),
        passwords: passwords ?? Passwords(surroundings: surroundings, running: settings.passwordChecks),
        limits: limits, trustedProxies: Set(settings.trustedProxies), publicURL: settings.publicURL)
    return App(settings: settings, server: server, routes: Features.routes(features))
}

/// What the worker does beside the requests, and how often.
package func buildJobs(
    database: PostgresClient, keys: ServerKeys, surroundings: Surroundings, refusals: Refusals? = nil
) -> [Job] {
    let refusals =
        refusals ?? .ofWorker(database, keys, spool: nil, Telemetry(), Logger(label: "cairn worker"))
    let access = WorkerAccess(database: database, keys: keys, surroundings: surroundings, refusals: refusals)
    return [
        Job.sealAudit(AuditSealer(postgres: database, keys: keys, surroundings: surroundings)),
        Job.expireIdempotencyKeys(access),
        Job.expireRateLimits(access),
        Job.expireConsents(access),
        Job.openTasksOfAge(access),
        Job.tendWaitlists(access),
        Job.planMeetings(access),
        Job.planHomework(access),
        Job.remindOfHomework(access),
        Job.postDigests(access),
        Job.expireQueuedJobs(access),
        Job.removeUnfinishedAttachments(access),
    ]
}

/// The work that comes out of the table `jobs`, one kind a line.
package func buildQueue(
    _ settings: Settings, database: PostgresClient, keys: ServerKeys, surroundings: Surroundings,
    retries: Retries = Retries(), refusals: Refusals? = nil, logger: Logger
) -> JobQueue {
    let access = WorkerAccess(
        database: database, keys: keys, surroundings: surroundings,
        refusals: refusals ?? .ofWorker(database, keys, spool: nil, Telemetry(), logger))
    let letters = LetterSending(
        access: access, keyRing: KeyRing(keys: keys, postgres: database), mailer: settings.mailer)
    return JobQueue([letters.work, letters.forgetting], access, retries: retries, logger: logger)
}
