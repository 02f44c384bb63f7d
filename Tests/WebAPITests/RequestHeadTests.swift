import Hummingbird
import HummingbirdTesting
import JSON
import Practice
import Testing

@testable import WebAPI

/// What is no request of HTTP/1.1 gets an answer like any other, and then the connection ends.
@Suite struct RequestHeadTests {
    private static let host = "Host: localhost\r\n"
    private static let long = String(repeating: "x", count: 9_000)

    @Test(
        arguments: [
            ("GET /\(long) HTTP/1.1\r\n\(host)\r\n", 414, "uri_too_long"),
            ("GET /open HTTP/1.1\r\n\(host)X: \(long)\r\n\r\n", 431, "fields_too_large"),
            (
                "GET /open HTTP/1.1\r\n\(host)\(String(repeating: "X-Y: z\r\n", count: 80))\r\n", 431,
                "fields_too_large"
            ),
            ("FOO /open HTTP/1.1\r\n\(host)\r\n", 501, "unknown_method"),
            ("GET /open HTTP/1.1\r\n\r\n", 400, "host_required"),
            ("GET /open HTTP/1.1\r\n\(host)\(host)\r\n", 400, "host_required"),
            ("GET /open HTTP/1.1\r\n\(host)no colon here\r\n\r\n", 400, "malformed_request"),
            ("\u{16}\u{3}\u{1} hello", 400, "malformed_request"),
            ("GET /open HTTP/9.9\r\n\(host)\r\n", 505, "unknown_version"),
            ("GET /open HTTP/1.1\n\(host)\r\n", 400, "malformed_request"),
            ("GET /open HTTP/1.1\r\nHost: x\n\r\n", 400, "malformed_request"),
            ("GET /open HTTP/1.1\r\n\(host)\n", 400, "malformed_request"),
            ("GET /open HTTP/1.1x\r\n\(host)\r\n", 400, "malformed_request"),
            ("GET /open HTTP/x.1\r\n\(host)\r\n", 400, "malformed_request"),
            ("GET /open HTTP/1.1\r\nHost:\r\n\r\n", 400, "host_required"),
            ("GET /open HTTP/1.1\r\nHost: \t \r\n\r\n", 400, "host_required"),
            ("GET /open HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "host_required"),
            ("GET /open HTTP/1.1\r\nHost: a:999999\r\n\r\n", 400, "host_required"),
            ("POST /open HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n", 501, "unknown_transfer_coding"),
            (
                "POST /open HTTP/1.1\r\n\(host)Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", 501,
                "unknown_transfer_coding"
            ),
            ("POST /open HTTP/1.0\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "malformed_request"),
            ("GET /open HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "host_required"),
            ("GET /open HTTP/1.0\r\nHost: a, b\r\n\r\n", 400, "host_required"),
        ] as [(String, Int, String)])
    func `what is no request gets a problem with a request id`(_ sent: String, _ status: Int, _ code: String)
        async throws
    {
        let telemetry = Telemetry()
        let text = try await answer(to: sent, telemetry)
        let (head, body) = try split(text)
        #expect(head.hasPrefix("HTTP/1.1 \(status) "))
        for field in [
            "Content-Type: application/problem+json", "X-Request-Id: \(RoutingTests.requestID)",
            "Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Connection: close",
        ] {
            #expect(head.lowercased().contains(field.lowercased()), "\(field)")
        }
        let json = try JSONValue(parsing: Array(body.utf8))
        #expect(json["code"]?.text == code && json["requestId"]?.text == RoutingTests.requestID)
        #expect(telemetry.registry.exposition().contains("cairn_refusals_total{code=\"\(code)\"} 1\n"))
    }

    @Test func `what comes before it is answered first`() async throws {
        let text = try await answer(
            to: "GET /open HTTP/1.1\r\n\(Self.host)\r\nGET /open HTTP/1.1\r\n\(Self.host)\r\nFOO / HTTP/1.1\r\n\r\n")
        #expect(text.ranges(of: #"{"hello":"world"}"#).count == 2)
        #expect(text.ranges(of: "HTTP/1.1 501").count == 1)
        #expect(text.hasSuffix("}"))
    }

    @Test(arguments: ["localhost", "127.0.0.1:8080", "[::1]:8080", "a.example", "a_b:"])
    func `a host is named as addresses name it`(_ host: String) async throws {
        let text = try await answer(to: "GET /open HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 200 "))
    }

    @Test(arguments: [
        "GET /open HTTP/1.1\r\n\(host)Connection: close\r\n\r\n",
        "GET /open HTTP/1.1\r\n\(host)Connection: Close\r\n\r\n",
        "GET /open HTTP/1.1\r\n\(host)Connection: keep-alive, close\r\n\r\n",
        "GET /open HTTP/1.0\r\n\r\n",
    ])
    func `nothing behind a request that ends its connection is answered`(_ last: String) async throws {
        let next = "GET /open HTTP/1.1\r\n\(Self.host)\r\n"
        for behind in [next, last, "FOO / HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}"] {
            let text = try await answer(to: next + last + behind)
            #expect(text.ranges(of: #"{"hello":"world"}"#).count == 2, "\(behind)")
            #expect(text.ranges(of: "HTTP/1.").count == 2 && text.lowercased().contains("connection: close"))
        }
    }

    @Test func `a body that is no chunk ends its request`() async throws {
        let text = try await answer(
            to: """
                POST /open HTTP/1.1\r\n\(Self.host)Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n
                """)
        #expect(text.hasPrefix("HTTP/1.1 400 ") && text.contains("malformed_request"))
    }

    @Test(arguments: ["", "Connection: keep-alive\r\n", "Host: localhost\r\n"])
    func `a request of HTTP 1.0 is answered without chunks, and its connection ends`(_ fields: String) async throws {
        let text = try await answer(to: "GET /open HTTP/1.0\r\n\(fields)\r\n")
        let (head, body) = try split(text)
        #expect(head.contains(" 200 ") && head.lowercased().contains("connection: close"))
        #expect(!head.lowercased().contains("chunked"))
        #expect(body == #"{"hello":"world"}"#)
    }

    /// All that comes until the server ends the connection.
    private func answer(to text: String, _ telemetry: Telemetry = Telemetry()) async throws -> String {
        let app = WebAPI.makeApplication(
            routes: RoutingTests.routes, server: try RoutingTests.server(telemetry: telemetry),
            address: .hostname("127.0.0.1", port: 0))
        return try await app.test(.live) { client in
            let connection = try TCPConnection(port: try #require(client.port))
            try connection.send(text)
            let bytes = await connection.receive()
            connection.close()
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private func split(_ text: String) throws -> (head: String, body: String) {
        let end = try #require(text.firstRange(of: "\r\n\r\n"))
        return (String(text[..<end.lowerBound]), String(text[end.upperBound...]))
    }
}
