import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import Postgres
import Practice
import WebAPI

import struct Foundation.UUID

extension World {
    /// Sends a request to the real application and holds its answer against `openapi.yaml`; and itself, where it is taken.
    ///
    /// - Parameters:
    ///   - person: whose token it carries; nobody's when nil.
    ///   - json: the body, sent as a merge patch where the method is PATCH.
    ///   - body: a body as it is, in place of `json`.
    /// - Throws: ``ContractViolation`` where the answer is not as promised, or what was taken is not as described.
    public func request(
        _ method: Method, _ uri: String, as person: Person? = nil, json: JSONValue? = nil,
        body: [UInt8]? = nil, ifMatch version: Int? = nil, idempotencyKey: String? = nil,
        headers extra: [String: String] = [:]
    ) async throws -> TestAnswer {
        var headers = HTTPFields()
        if let person { headers[.authorization] = "Bearer \(person.token.text)" }
        if let version { headers[.ifMatch] = "\"\(version)\"" }
        let bytes = body ?? json?.bytes
        if bytes != nil {
            headers[.contentType] = method == .patch ? "application/merge-patch+json" : "application/json"
        }
        if let idempotencyKey { Self.set("Idempotency-Key", idempotencyKey, &headers) }
        for (name, value) in extra { Self.set(name, value, &headers) }
        let answer = try await client.execute(
            uri: uri, method: method.http, headers: headers, body: bytes.map { ByteBuffer(bytes: $0) }
        ) { TestAnswer($0) }
        let request = TestRequest(
            method.http.rawValue, uri, contentType: headers[.contentType], body: bytes)
        let contract = try Contract.current()
        var faults = contract.faults(of: answer, to: request.method, request.path)
        if (200..<400).contains(answer.status) { faults += contract.faults(ofTaken: request) }
        guard faults.isEmpty else {
            throw ContractViolation(
                description: """
                    \(method.http.rawValue) \(uri) → \(answer.status): \(faults.joined(separator: "; "))
                    \(answer.text)
                    """)
        }
        return answer
    }

    /// The methods of HTTP that tests use.
    public enum Method: String, Sendable {
        case get, post, put, patch, delete, head, options

        fileprivate var http: HTTPRequest.Method { HTTPRequest.Method(rawValue: rawValue.uppercased()) ?? .get }
    }

    private static func set(_ name: String, _ value: String, _ headers: inout HTTPFields) {
        guard let name = HTTPField.Name(name) else { return }
        headers[name] = value
    }
}

extension TestAnswer {
    fileprivate init(_ response: TestResponse) {
        let fields = response.headers.map { ($0.name.canonicalName, $0.value) }
        self.init(
            status: response.status.code, headers: Dictionary(fields) { $1 },
            body: Array(response.body.readableBytesView))
    }
}

extension World {
    /// The first statement of a request of somebody: through the door of an action to a thing of a kind.
    public func enter(
        _ person: Person, _ action: String, _ kind: String = "none", _ resource: UUID? = nil
    ) -> Query<[String?]> {
        let request = surroundings.newID()
        return .row(
            """
            select \(.door(of: action, to: kind))(\(person.practiceID), \(person.token.hash), \(resource),
                \(clock.now), \(request), \(keys.auditProof(of: request)))
            """
        ) { try $0.next() }
    }
}
