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

/// Builds the server over a database. Opens nothing and starts nothing.
package func buildApplication(
    _ settings: Settings, database: PostgresClient, masterKey: MasterKey, surroundings: Surroundings = .live,
    passwords: Passwords? = nil, telemetry: Telemetry = Telemetry(), files: ProductFiles, logger: Logger
) throws -> App {
    let keys = try ServerKeys(master: masterKey.bytes)
    let server = WebServer(
        database: database, keys: keys, keyRing: KeyRing(keys: keys, postgres: database),
        surroundings: surroundings, logger: logger, telemetry: telemetry,
        allowedOrigins: Set(settings.corsOrigins))
    let passwords = passwords ?? Passwords(surroundings: surroundings, running: settings.passwordChecks)
    telemetry.watch(database)
    return App(
        settings: settings, server: server,
        routes: try routeGroups(passwords: passwords, files: files).flatMap(\.routes))
}

/// The table of contents.
private func routeGroups(passwords: Passwords, files: ProductFiles) throws -> [any RouteGroup] {
    [
        try OpenAPIRoutes(file: files.openAPI)
    ]
}

/// What the worker does beside the requests, and how often.
package func buildJobs(database: PostgresClient, keys: ServerKeys, surroundings: Surroundings) -> [Job] {
    [
        Job.expireIdempotencyKeys(database, surroundings),
        Job.expireRateLimits(database, surroundings),
    ]
}
