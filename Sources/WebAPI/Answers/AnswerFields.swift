import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Practice

import struct Foundation.UUID

/// The header fields that every answer has, and the way from an ``Answer`` to Hummingbird's response.
struct AnswerFields: Sendable {
    /// Nothing is stored, sniffed, framed, run or told to other sites (OWASP REST Security).
    private static let always: HTTPFields = [
        .cacheControl: "no-store",
        .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        .strictTransportSecurity: "max-age=63072000; includeSubDomains",
        .xContentTypeOptions: "nosniff",
        .referrerPolicy: "no-referrer",
        .crossOriginResourcePolicy: "same-origin",
    ]

    private let allowedOrigins: Set<String>

    init(_ allowedOrigins: Set<String>) {
        self.allowedOrigins = allowedOrigins
    }

    /// - Parameter logger: what is told when a body breaks off.
    func response(_ answer: Answer, requestID: UUID, origin request: HTTPFields, logger: Logger? = nil) -> Response {
        var headers = Self.always
        headers.append(HTTPField(name: .requestID, value: ID<Void>(requestID).description))
        for field in answer.headers {
            if field.name == .cacheControl || field.name == .contentSecurityPolicy {
                headers[field.name] = field.value
            } else {
                headers.append(field)
            }
        }
        if !allowedOrigins.isEmpty { allow(request.value(.origin), &headers) }
        if let vary = headers.value(.vary) { headers[.vary] = vary }
        if let stream = answer.stream {
            return Response(status: answer.status, headers: headers, body: stream.body(logger))
        }
        guard !answer.body.isEmpty else { return Response(status: answer.status, headers: headers) }
        return Response(
            status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// Cross-origin rules (Fetch, 3.2): exact origins, never `*`, no credentials besides the bearer's token.
    func allow(_ origin: String?, _ headers: inout HTTPFields) {
        headers.append(HTTPField(name: .vary, value: "Origin"))
        guard let origin, allowedOrigins.contains(origin) else { return }
        headers[.crossOriginResourcePolicy] = "cross-origin"
        headers[.accessControlAllowOrigin] = origin
        headers[.accessControlExposeHeaders] =
            """
            ETag, Location, Allow, Retry-After, X-Request-Id, Idempotency-Replayed, RateLimit, RateLimit-Policy, \
            Upload-Offset, Content-Disposition
            """
    }

    /// The answer to OPTIONS: what the path allows, and to a page of an allowed origin what it may send.
    func options(_ methods: String, requestID: UUID, origin request: HTTPFields) -> Response {
        var answer = Answer(status: .noContent, headers: [.allow: methods])
        if let origin = request.value(.origin), allowedOrigins.contains(origin) {
            answer.headers[.accessControlAllowMethods] = methods
            answer.headers[.accessControlAllowHeaders] =
                "Authorization, Content-Type, Content-Range, If-Match, If-None-Match, Idempotency-Key"
            answer.headers[.accessControlMaxAge] = "600"
        }
        return response(answer, requestID: requestID, origin: request)
    }
}

extension HTTPField.Name {
    static let crossOriginResourcePolicy = known("Cross-Origin-Resource-Policy")
    static let referrerPolicy = known("Referrer-Policy")
}
