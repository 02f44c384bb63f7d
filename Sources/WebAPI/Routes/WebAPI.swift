import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Practice
import ServiceLifecycle

import struct Foundation.UUID

/// Builds Hummingbird applications from routes.
public enum WebAPI {
    /// The application that serves these routes.
    ///
    /// - Parameter threads: the event loops; `.singleton` unless the executable decides otherwise.
    public static func makeApplication(
        routes: [Route], server: WebServer, address: BindAddress, threads: EventLoopGroupProvider = .singleton,
        services: [any Service] = [],
        onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> Application<RouterResponder<CallContext>> {
        Application(
            router: makeRouter(routes: routes, server: server),
            server: HTTPServerBuilder {
                AttentiveHTTP1Channel(responder: $0, configuration: connection, refusal: server.refusalOfHeads)
            },
            configuration: ApplicationConfiguration(address: address, backlog: 1024),
            services: services, onServerRunning: onServerRunning, eventLoopGroupProvider: threads,
            logger: server.logger)
    }

    /// What a connection may send before anybody looks at it, and how long it may be idle.
    private static var connection: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            idleTimeout: .seconds(75),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: HeadFault.longestField, maxHeaderListSize: HeadFault.longestFields,
                maxHeaderFieldCount: HeadFault.mostFields))
    }

    /// Hummingbird's router over the routes. A path that is known answers every method: those that no route takes with
    /// 405, OPTIONS with what is allowed, HEAD as GET without its body.
    static func makeRouter(routes: [Route], server: WebServer) -> Router<CallContext> {
        let router = Router(context: CallContext.self, options: .autoGenerateHeadEndpoints)
        var methods: [String: Set<HTTPRequest.Method>] = [:]
        let shown = ShownThings(routes)
        for route in routes {
            router.on(
                RouterPath(route.template), method: route.method, responder: RouteResponder(route, server, shown))
            methods[route.template, default: []].insert(route.method)
        }
        for (template, taken) in methods {
            let allowed = AllowedMethods(taken)
            for method in AllowedMethods.all where !allowed.methods.contains(method) || method == .options {
                router.on(
                    RouterPath(template), method: method,
                    responder: OtherMethodResponder(allowed, template, method, server))
            }
        }
        // Added last: it wraps nothing but what the router answers itself, which is a path that no route has, or a method
        // that is none of the usual.
        router.add(middleware: UnknownPath(methods.mapValues(AllowedMethods.init), server))
        return router
    }
}

/// The methods that a path takes, in the order in which Allow names them.
struct AllowedMethods: Sendable {
    static let all: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
    ]

    let methods: [HTTPRequest.Method]

    init(_ taken: Set<HTTPRequest.Method>) {
        methods = Self.all.filter { taken.contains($0) || $0 == .options || ($0 == .head && taken.contains(.get)) }
    }

    /// Those that some path takes.
    static let used = AllowedMethods([.get, .post, .put, .patch, .delete])

    var text: String { methods.map(\.rawValue).joined(separator: ", ") }
}

extension Problem {
    /// 405. The path is known, and takes other methods.
    fileprivate static func methodNotAllowed(_ allowed: AllowedMethods) -> Problem {
        Problem(
            .methodNotAllowed, "method_not_allowed", "This path does not take that method.",
            headers: [.allow: allowed.text])
    }
}

/// Answers the methods of a known path that no route takes.
private struct OtherMethodResponder: HTTPResponder {
    private let allowed: AllowedMethods
    private let method: HTTPRequest.Method
    private let server: WebServer
    private let fields: AnswerFields
    private let telemetry: RouteTelemetry

    init(_ allowed: AllowedMethods, _ template: String, _ method: HTTPRequest.Method, _ server: WebServer) {
        self.allowed = allowed
        self.method = method
        self.server = server
        fields = AnswerFields(server.allowedOrigins)
        telemetry = server.telemetry.route(method.rawValue, template, isRoute: false)
    }

    func respond(to request: Request, context: CallContext) async throws -> Response {
        let requestID = server.surroundings.newID()
        let now = server.surroundings.now()
        if method == .options {
            telemetry.answered(204, problem: nil, after: .zero, requestID: requestID, at: now)
            return fields.options(allowed.text, requestID: requestID, origin: request.headers)
        }
        let problem = Problem.methodNotAllowed(allowed)
        telemetry.answered(405, problem: problem.code, after: .zero, requestID: requestID, at: now)
        return fields.response(Answer(problem, requestID: requestID), requestID: requestID, origin: request.headers)
    }
}

/// Answers a path that no route has, and methods that are none of the usual.
private struct UnknownPath: RouterMiddleware {
    typealias Context = CallContext

    private let allowed: [(parts: [Substring], methods: AllowedMethods)]
    private let server: WebServer
    private let fields: AnswerFields
    private let telemetry: RouteTelemetry

    init(_ allowed: [String: AllowedMethods], _ server: WebServer) {
        // What is written out goes before what stands for anything.
        self.allowed = allowed.sorted { $0.key.replacing("{", with: "~") < $1.key.replacing("{", with: "~") }
            .map { (ShownThings.parts($0.key), $0.value) }
        self.server = server
        fields = AnswerFields(server.allowedOrigins)
        telemetry = server.telemetry.route("*", "unknown", isRoute: false)
    }

    func handle(
        _ request: Request, context: CallContext, next: (Request, CallContext) async throws -> Response
    ) async throws -> Response {
        let requestID = server.surroundings.newID()
        if request.method == .options, request.head.path == "*" {
            return fields.options(AllowedMethods.used.text, requestID: requestID, origin: request.headers)
        }
        let problem = problem(of: request)
        telemetry.answered(
            problem.status.code, problem: problem.code, after: .zero, requestID: requestID,
            at: server.surroundings.now())
        return fields.response(Answer(problem, requestID: requestID), requestID: requestID, origin: request.headers)
    }

    private func problem(of request: Request) -> Problem {
        let parts = ShownThings.parts(request.uri.path)
        if let known = allowed.first(where: { ShownThings.fits(parts, $0.parts) }) {
            return .methodNotAllowed(known.methods)
        }
        guard AllowedMethods.all.contains(request.method) else { return .unknownMethod }
        return .noSuchPath
    }
}

extension WebServer {
    /// What is answered to bytes that are no request: a problem like any other, with what every answer has.
    var refusalOfHeads: RequestHeadHandler.Refusal {
        let fields = AnswerFields(allowedOrigins)
        let telemetry = telemetry.route("*", "malformed", isRoute: false)
        return { [surroundings] fault in
            let requestID = surroundings.newID()
            let problem = fault.problem
            telemetry.answered(
                problem.status.code, problem: problem.code, after: .zero, requestID: requestID,
                at: surroundings.now())
            let answer = Answer(problem, requestID: requestID)
            let response = fields.response(answer, requestID: requestID, origin: [:])
            var headers = HTTPHeaders(response.headers.map { ($0.name.canonicalName, $0.value) })
            headers.replaceOrAdd(name: "Content-Length", value: String(answer.body.count))
            headers.replaceOrAdd(name: "Connection", value: "close")
            let status = HTTPResponseStatus(
                statusCode: problem.status.code, reasonPhrase: problem.status.reasonPhrase)
            return (
                HTTPResponseHead(version: .http1_1, status: status, headers: headers), ByteBuffer(bytes: answer.body)
            )
        }
    }
}
