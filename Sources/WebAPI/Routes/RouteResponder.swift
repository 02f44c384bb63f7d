import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import Postgres
import Practice

import struct Foundation.UUID

/// Answers the requests of one route: reads the body, calls the handler, turns what is thrown into a problem, writes
/// the refusal to the audit, counts and logs. All of it is here, and there is no middleware, so that a request costs
/// one call.
struct RouteResponder: HTTPResponder {
    typealias Context = CallContext

    private let route: Route
    private let server: WebServer
    private let shown: ShownThings
    private let fields: AnswerFields
    private let telemetry: RouteTelemetry

    init(_ route: Route, _ server: WebServer, _ shown: ShownThings) {
        self.route = route
        self.server = server
        self.shown = shown
        fields = AnswerFields(server.allowedOrigins)
        telemetry = server.telemetry.route(route.method.rawValue, route.template)
    }

    func respond(to request: Request, context: CallContext) async throws -> Response {
        let began = ContinuousClock.now
        let requestID = server.surroundings.newID()
        let now = server.surroundings.now()
        let limit = ShownLimit()
        var problemCode: String?
        var answer: Answer
        do {
            let call = try await self.call(request, context, limit, requestID: requestID, now: now)
            answer = try await self.answer(call)
            if request.method == .head { try await answer.stream?.discard() }
        } catch {
            problemCode = error.code
            answer = Answer(error, requestID: requestID)
        }
        limit.tell(in: &answer.headers)
        answer = answer.sent(
            to: request, by: route, mayCompress: !route.tellsSecrets && (route.method == .get || route.onlyReads))
        telemetry.answered(
            answer.status.code, problem: problemCode, after: .now - began, requestID: requestID, at: now)
        return fields.response(answer, requestID: requestID, origin: request.headers, logger: server.logger)
    }

    /// Reads what is sent: of who is not signed in, and of who takes nothing of what is offered, not even the body.
    private func call(
        _ request: Request, _ context: CallContext, _ limit: ShownLimit, requestID: UUID, now: Instant
    ) async throws(Problem) -> Call {
        // The router passes over empty parts; with an id left out of it a path must not become another one.
        let path = request.uri.path
        guard !path.contains("//"), !path.hasSuffix("/") || path == "/" else { throw .noSuchPath }
        var token: CallToken?
        if case .entering = route.access {
            token = CallToken(authorization: request.headers.value(.authorization))
            if token == nil { throw .unauthenticated }
        }
        try route.checkAccept(of: request.headers)
        if route.bodyLimit > 0 { try ContentCoding.check(request.headers) }
        let body = try await collectBody(of: request)
        return Call(
            request, context, route, server, requestID: requestID, now: now, token: token, body: body, limit: limit)
    }

    private func answer(_ call: Call) async throws(Problem) -> Answer {
        do {
            // Only what reads, or searches, has parameters; of the others the rule is here, and for these in `Call`.
            if route.method != .get, !route.onlyReads { try call.refuseUnreadQuery() }
            let answer: Answer
            if route.method == .post, let key = try IdempotencyKey(call) {
                answer = try await Idempotency(call: call, key: key, shown: shown).answer()
            } else if route.method == .patch, let unchanged = try await EmptyPatch(call, shown)?.answer() {
                answer = unchanged
            } else {
                answer = try await route.handler(call)
            }
            do {
                try call.refuseUnreadQuery()
                try call.refuseUnjudged()
            } catch {
                try await answer.stream?.discard()
                throw error
            }
            return answer
        } catch {
            let problem = call.problem(of: error)
            await call.recordRefusal(problem)
            throw problem
        }
    }

    private func collectBody(of request: Request) async throws(Problem) -> ByteBuffer? {
        guard route.bodyLimit > 0 else { return nil }
        if let length = request.headers.value(.contentLength).flatMap({ Int($0) }), length > route.bodyLimit {
            throw .bodyTooLarge(route.bodyLimit)
        }
        do {
            return try await request.body.collect(upTo: route.bodyLimit)
        } catch is NIOTooManyBytesError {
            throw .bodyTooLarge(route.bodyLimit)
        } catch {
            throw .abandoned
        }
    }
}

extension Call {
    /// What a caller is told of an error that a handler let through.
    func problem(of error: any Error) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as PostgresError: return Problem(error, in: self)
        case is CancellationError: return .abandoned
        case let faults as FieldFaults: return .invalid(faults.faults)
        case let fault as JSONFault: return Problem(fault)
        default:
            // Its type alone: its text may hold people's data.
            logger.error(
                "A handler failed.", metadata: ["error": "\(type(of: error))", "route": "\(route.template)"])
            return .unexpected
        }
    }

    /// A handler that reads an id and asks the database nothing after it has a fault, which its first test meets here. Days
    /// the tables judge as well.
    func refuseUnjudged() throws(Problem) {
        guard !references.unjudged.isEmpty else { return }
        logger.error("A handler has read an id that nobody judged.", metadata: ["route": "\(route.template)"])
        throw .unexpected
    }

    /// Writes a refusal to the audit, in a transaction of its own, after everything else was rolled back; keeps it for
    /// later where that cannot be done now.
    func recordRefusal(_ problem: Problem) async {
        guard let outcome = problem.outcome, let refusal = Refused(self, outcome) else { return }
        await server.refusals.record(refusal)
    }

    /// Writes to the audit that somebody who is not signed in was refused something of a practice, if there is such a
    /// practice; keeps it for later where that cannot be done now.
    ///
    /// - Parameters:
    ///   - account: whose password or invitation it was about, where that is known.
    ///   - action: a fixed word, like `sign_in.create`.
    ///   - kind: what kind of thing it was about, and the thing.
    ///   - outcome: a fixed word, like `wrong_credentials`.
    public func recordRefusal(
        of practice: ID<Practice>?, account: ID<Account>? = nil, _ action: Action, on kind: StaticString = "none",
        resource: ID<Void>? = nil, _ outcome: String
    ) async {
        await server.refusals.record(
            Refused(
                practiceID: practice ?? .nil, accountID: account, action: action.name, kind: "\(kind)",
                resourceID: resource, at: now, requestID: requestID, outcome: outcome))
    }
}

extension Answer {
    init(_ problem: Problem, requestID: UUID) {
        var headers = problem.headers
        headers[.contentType] = MediaTypes.problem
        self.init(status: problem.status, headers: headers, body: problem.json(requestID: requestID))
    }
}
