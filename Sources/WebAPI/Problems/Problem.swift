import HTTPTypes
import JSON
import Practice

import struct Foundation.UUID

/// An answer that says no: RFC 9457, with a stable `code`, and never an echo of what was sent.
public struct Problem: Error, Sendable {
    /// The HTTP status.
    public var status: HTTPResponse.Status
    /// A stable word for programs, like `group_full`.
    public var code: String
    /// One or two sentences in plain words.
    public var detail: String
    /// What is wrong with the input, and where.
    public var errors: [FieldFault]
    /// Header fields that go with the answer, like `Retry-After`.
    public var headers: HTTPFields
    /// The constraint that refused, where nothing had checked before: for the handler to put into words, and told to nobody.
    public internal(set) var constraint: String?
    /// The word under which the audit keeps the refusal; nil when nobody's record was reached for.
    var outcome: String?

    /// Makes a problem.
    public init(
        _ status: HTTPResponse.Status, _ code: String, _ detail: String, errors: [FieldFault] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    private init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, outcome: String) {
        self.init(status, code, detail)
        self.outcome = outcome
    }
}

extension Problem {
    /// 404. A thing that is not there, and a thing that the caller may not see: one answer for both.
    public static let notFound = Problem(
        .notFound, "not_found", "There is nothing here that you can see.", outcome: "not_found")

    /// 401. No sign-in, or one that has ended.
    public static let unauthenticated = Problem(
        .unauthorized, "unauthenticated", "Sign in first, or again.", headers: [.wwwAuthenticate: "Bearer"])

    /// 403. The caller's role can never do this.
    public static let forbidden = Problem(
        .forbidden, "forbidden", "Your role does not allow this.", outcome: "forbidden")

    /// 500. Our fault; the log has the request id.
    public static let unexpected = Problem(
        .internalServerError, "internal_error", "Something went wrong on our side.")

    /// 409. The thing is in a state that does not allow this.
    public static func conflict(_ code: String, _ detail: String) -> Problem {
        Problem(.conflict, code, detail, outcome: "conflict")
    }

    /// 412. The thing has changed since the caller read it.
    public static let stale = Problem(
        .preconditionFailed, "stale", "This has changed since you read it. Read it again and repeat the change.",
        outcome: "stale")

    /// 422. What was sent is understood and cannot be taken, for all these reasons.
    public static func invalid(_ errors: [FieldFault]) -> Problem {
        Problem(.unprocessableContent, "invalid", "Some of what was sent cannot be taken.", errors: errors)
    }

    /// 400. Parameters of the query that are unknown, repeated or wrong.
    public static func invalidQuery(_ errors: [FieldFault]) -> Problem {
        Problem(.badRequest, "invalid_query", "Some of the query's parameters cannot be taken.", errors: errors)
    }

    /// 400. The body is not JSON.
    public static func malformedJSON(_ detail: String) -> Problem { Problem(.badRequest, "malformed_json", detail) }

    /// 400. The cursor is of another list, another query, another sign-in, or nobody's.
    public static let invalidCursor = Problem(
        .badRequest, "invalid_cursor", "This cursor does not belong to this list. Begin again without a cursor.")

    /// 404. No route has this path.
    static let noSuchPath = Problem(.notFound, "no_such_path", "There is no such path.")

    /// 413. The body is larger than the route takes.
    public static func bodyTooLarge(_ limit: Int) -> Problem {
        Problem(.contentTooLarge, "body_too_large", "The body may have \(limit) bytes at most.")
    }

    /// 415. The body is of another media type than the route takes.
    public static func unsupportedMediaType(_ expected: String) -> Problem {
        Problem(.unsupportedMediaType, "unsupported_media_type", "The body's Content-Type must be \(expected).")
    }

    /// 415. The body is compressed, or coded in another way; the field `Accept-Encoding` names what is taken (RFC 9110, 15.5.16).
    static let unsupportedCoding: Problem = {
        var problem = Problem(
            .unsupportedMediaType, "unsupported_content_encoding",
            "Send the body as it is, without Content-Encoding or with `identity`: coded bodies are not read.")
        problem.headers[.acceptEncoding] = "identity"
        return problem
    }()

    /// 409. An upload goes on at another place than the one that came; the field `Upload-Offset` names it.
    public static func wrongOffset(expected offset: Int) -> Problem {
        var problem = conflict("wrong_offset", "The next piece begins at byte \(offset).")
        problem.headers[.uploadOffset] = String(offset)
        return problem
    }

    /// 429. Too many tries; the next one makes sense after so many seconds.
    public static func tooManyRequests(retryAfter seconds: Int) -> Problem {
        let wait = max(1, seconds)
        let headers: HTTPFields = [.retryAfter: String(wait), .rateLimit: "\"default\";r=0;t=\(wait)"]
        return Problem(.tooManyRequests, "too_many_requests", "Too many tries. Wait and try again.", headers: headers)
    }

    /// 503. The server has more to do than it can do now; nothing happened.
    public static let overloaded = Problem(
        .serviceUnavailable, "overloaded", "The server is busy. Nothing was changed; try again shortly.",
        headers: [.retryAfter: "1"])

    /// 503. The database cannot be reached; nothing happened.
    public static let databaseUnavailable = Problem(
        .serviceUnavailable, "database_unavailable",
        "The database cannot be reached. Nothing was changed; try again shortly.", headers: [.retryAfter: "2"])

    /// 503. The request took longer than it may; nothing happened.
    public static let timedOut = Problem(
        .serviceUnavailable, "timed_out", "This took too long and was stopped. Nothing was changed.",
        headers: [.retryAfter: "5"])

    /// 503. The connection to the database was lost while the change was being kept: it may have happened or not.
    public static let outcomeUnknown = Problem(
        .serviceUnavailable, "outcome_unknown",
        "The change may or may not have been kept. Read it again, or repeat it with the same Idempotency-Key.",
        headers: [.retryAfter: "2"])
}

extension Problem {
    /// The problem as `application/problem+json`.
    func json(requestID: UUID) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 320)
        json.object { json in
            json.member("type", "urn:cairn:problem:" + code)
            json.member("title", status.reasonPhrase)
            json.member("status", status.code)
            json.member("code", code)
            json.member("detail", detail)
            json.member("requestId", requestID)
            if !errors.isEmpty { json.array("errors", errors) }
        }
        return json.bytes
    }
}

extension FieldFault: JSONWritable {
    /// Writes `{"pointer", "code", "detail"}`.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("pointer", pointer)
            json.member("code", code)
            json.member("detail", detail)
        }
    }
}
