import HTTPTypes
import Hummingbird
import Logging
import NIOCore

extension WebAPI {
    /// The application of the admin listener, for an address that the world cannot reach: `/livez` (the process
    /// answers), `/readyz` (the database answers and its schema is the one expected) and `/metrics`.
    ///
    /// - Parameter faults: what keeps the server from being ready, in words; empty when it is.
    public static func makeAdminApplication(
        address: BindAddress, telemetry: Telemetry, logger: Logger,
        threads: EventLoopGroupProvider = .singleton, faults: @escaping @Sendable () async -> [String]
    ) -> Application<RouterResponder<BasicRequestContext>> {
        let router = Router(context: BasicRequestContext.self)
        router.get("/livez") { _, _ in text(.ok, "ok\n") }
        router.get("/readyz") { _, _ in
            let faults = await faults()
            if faults.isEmpty { return text(.ok, "ready\n") }
            return text(.serviceUnavailable, faults.map { $0 + "\n" }.joined())
        }
        router.get("/metrics") { _, _ in
            text(.ok, telemetry.registry.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        return Application(
            router: router, configuration: ApplicationConfiguration(address: address),
            eventLoopGroupProvider: threads, logger: logger)
    }

    private static func text(
        _ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
