import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import NIOCore
import Postgres
import Practice
import Synchronization
import Testing

@testable import WebAPI

/// What is answered before the database is asked.
@Suite struct RoutingTests {
    static let requestID = "0190b3a0-0000-7000-8000-000000000001"

    static func server(origins: Set<String> = [], telemetry: Telemetry = Telemetry()) throws -> WebServer {
        let keys = try ServerKeys(master: [UInt8](repeating: 7, count: 32))
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let id = try #require(ID<Void>(requestID)).uuid
        let surroundings = Surroundings(
            now: { Instant(secondsSince1970: 1_795_000_000) }, newID: { id },
            randomBytes: { [UInt8](repeating: 1, count: $0) })
        return WebServer(
            database: try PostgresClient(PostgresConfiguration(connection: ""), logger: quiet), keys: keys,
            keyRing: KeyRing(keys: keys) { _ in [] }, surroundings: surroundings, logger: quiet, telemetry: telemetry,
            allowedOrigins: origins)
    }

    static let routes: [Route] = [
        .publicGet("/open") { _ in .json { $0.member("hello", "world") } },
        .publicPost("/open", bodyLimit: 40) { call in
            let name = try call.body { $0.required("name", .line(1...10)) }
            return .created(at: "/open/1", etag: 1, name)
        },
        .publicGet("/open/{clientId}") { call in .json(etag: 3, call.id("clientId", of: Client.self)) },
        .publicGet("/long") { _ in .list(Array(repeating: "the same again", count: 100)) },
        .publicPost("/long", bodyLimit: 40) { _ in
            .json(.created) { $0.array("items", Array(repeating: "the same again", count: 100)) }
        },
        .publicGet("/table") { _ in
            var table = CSV(columns: ["Name"])
            table.row(cells: ["Noël"])
            return .csv(table, named: "names.csv")
        }.offering(.csv),
        .publicGet("/broken") { _ in throw CSVError.secret("Jane Doe") },
        .publicGet("/list") { call in
            let page = try call.query { $0.page() }
            let after = try page.after?.integer(0) ?? 0
            return call.page(page, Array((after..<30).prefix(page.fetch)).map { $0 + 1 }) { PageKey($0) }
        },
        .get("/closed", "client.read", of: .practice) { _ in .noContent },
        .patch("/closed", "client.change", of: .practice) { call in
            let version = try call.ifMatch()
            _ = try call.patch { $0.change("name", .line(1...10)) }
            return .json(etag: version + 1, "changed")
        },
    ]

    private enum CSVError: Error { case secret(String) }

    static func test(
        _ uri: String, _ method: HTTPRequest.Method = .get, _ headers: HTTPFields = [:], _ body: String? = nil,
        origins: Set<String> = [], telemetry: Telemetry = Telemetry()
    ) async throws -> TestResponse {
        let app = WebAPI.makeApplication(
            routes: routes, server: try server(origins: origins, telemetry: telemetry),
            address: .hostname("127.0.0.1", port: 0))
        return try await app.test(.router) { client in
            try await client.executeRequest(
                uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        }
    }

    @Test func `an answer carries its request id and what browsers must be told`() async throws {
        let answer = try await Self.test("/open")
        #expect(String(buffer: answer.body) == #"{"hello":"world"}"#)
        #expect(answer.headers[.contentType] == "application/json")
        #expect(answer.headers[.requestID] == Self.requestID)
        #expect(answer.headers[.cacheControl] == "no-store")
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(answer.headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
    }

    @Test func `an unknown path is a problem`() async throws {
        let answer = try await Self.test("/nowhere")
        #expect(answer.status == .notFound)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(
            String(buffer: answer.body) == """
                {"type":"urn:cairn:problem:no_such_path","title":"Not Found","status":404,"code":"no_such_path",\
                "detail":"There is no such path.","requestId":"\(Self.requestID)"}
                """)
    }

    @Test func `a method that a path does not take is 405, and says which it takes`() async throws {
        let answer = try await Self.test("/open", .delete)
        #expect(answer.status == .methodNotAllowed)
        #expect(answer.headers[.allow] == "GET, HEAD, POST, OPTIONS")
    }

    @Test func `a method that is none of the usual is 405 on a path that is known, and 501 on none`() async throws {
        let find = try #require(HTTPRequest.Method("PROPFIND"))
        for path in ["/open", "/open/x"] {
            let answer = try await Self.test(path, find)
            #expect(answer.status == .methodNotAllowed)
            #expect(answer.headers[.allow] == (path == "/open" ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS"))
        }
        #expect(try await Self.test("/nowhere", find).status == .notImplemented)
        #expect(try await Self.test("/nowhere", .delete).status == .notFound)
        #expect(try await Self.test("*", .options).headers[.allow] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
    }

    @Test func `a parameter that nobody reads is refused, on every route`() async throws {
        for (path, method) in [
            ("/open", HTTPRequest.Method.get), ("/open/x", .head), ("/open", .post), ("/list", .get),
        ] {
            let fields: HTTPFields = method == .post ? [.contentType: "application/json"] : [:]
            let answer = try await Self.test(path + "?lmit=5", method, fields, method == .post ? #"{"name":"x"}"# : nil)
            #expect(answer.status == .badRequest, "\(method) \(path)")
            #expect(
                try await Self.test(path + "?", method, fields, method == .post ? #"{"name":"x"}"# : nil).status.code
                    < 300)
        }
    }

    @Test func `HEAD is GET without its body, OPTIONS says what is allowed`() async throws {
        let head = try await Self.test("/open", .head)
        #expect(head.status == .ok)
        #expect(head.headers[.contentLength] == "17")
        #expect(head.body.readableBytes == 0)
        let options = try await Self.test("/open", .options)
        #expect(options.status == .noContent)
        #expect(options.headers[.allow] == "GET, HEAD, POST, OPTIONS")
    }

    @Test func `pages of other origins are told nothing unless they are configured`() async throws {
        let origin: HTTPFields = [.origin: "https://app.example.org"]
        #expect(try await Self.test("/open", .options, origin).headers[.accessControlAllowOrigin] == nil)
        let allowed: Set = ["https://app.example.org"]
        let preflight = try await Self.test("/open", .options, origin, origins: allowed)
        #expect(preflight.headers[.accessControlAllowOrigin] == "https://app.example.org")
        #expect(preflight.headers[.accessControlAllowMethods] == "GET, HEAD, POST, OPTIONS")
        let sent = preflight.headers[.accessControlAllowHeaders]?.split(separator: ", ") ?? []
        #expect(Set(sent).isSuperset(of: ["If-Match", "If-None-Match", "Idempotency-Key", "Authorization"]))
        let told = preflight.headers[.accessControlExposeHeaders]?.split(separator: ", ") ?? []
        #expect(
            Set(told).isSuperset(of: ["ETag", "Location", "Allow", "Retry-After", "RateLimit", "RateLimit-Policy"]))
        let other = try await Self.test("/open", .get, [.origin: "https://evil.example.org"], origins: allowed)
        #expect(other.headers[.accessControlAllowOrigin] == nil)
        #expect(other.headers[.vary] == "Accept-Encoding, Origin")
    }

    @Test(arguments: [nil, "Bearer x", "Basic eA=="])
    func `without a bearer's token a closed route is 401`(authorization: String?) async throws {
        let answer = try await Self.test("/closed", .get, authorization.map { [.authorization: $0] } ?? [:])
        #expect(answer.status == .unauthorized)
        #expect(answer.headers[.wwwAuthenticate] == "Bearer")
    }

    @Test(
        arguments: [
            ("application/json", #"{"name":"Ada"}"#, 201, nil),
            ("text/plain", #"{"name":"Ada"}"#, 415, "unsupported_media_type"),
            (nil, #"{"name":"Ada"}"#, 415, "unsupported_media_type"), ("application/json", "", 400, "malformed_json"),
            ("application/json", "{\"name\":", 400, "malformed_json"),
            ("application/json", #"{"nam":"Ada"}"#, 422, "invalid"),
            ("application/json", "{\"name\":\"\(String(repeating: "x", count: 40))\"}", 413, "body_too_large"),
        ] as [(String?, String, Int, String?)])
    func `a body is taken or refused`(type: String?, body: String, status: Int, code: String?) async throws {
        let answer = try await Self.test("/open", .post, type.map { [.contentType: $0] } ?? [:], body)
        #expect(answer.status.code == status)
        let json = try JSONValue(parsing: Array(answer.body.readableBytesView))
        #expect(json["code"]?.text == code)
        if status == 201 {
            #expect(answer.headers[.eTag]?.hasPrefix("\"1-") == true)
            #expect(answer.headers[.location] == "/open/1")
        }
    }

    @Test func `a patch needs its media type and the version it changes`() async throws {
        let token = Token(practiceID: .nil, in: .live)
        var headers: HTTPFields = [
            .authorization: "Bearer \(token.text)", .contentType: "application/merge-patch+json",
        ]
        #expect(try await Self.test("/closed", .patch, headers, "{}").status == .preconditionRequired)
        headers[.ifMatch] = "*"
        #expect(try await Self.test("/closed", .patch, headers, "{}").status == .badRequest)
        headers[.ifMatch] = "\"4\""
        let answer = try await Self.test("/closed", .patch, headers, #"{"name":"Ada"}"#)
        #expect(answer.headers[.eTag]?.hasPrefix("\"5") == true)
        headers[.contentType] = "application/json"
        #expect(try await Self.test("/closed", .patch, headers, "{}").status == .unsupportedMediaType)
    }

    @Test func `a malformed id in a path is the id that nothing has`() async throws {
        #expect(String(buffer: try await Self.test("/open/x").body) == #""\#(ID<Client>.nil)""#)
        #expect(String(buffer: try await Self.test("/open/\(Self.requestID)").body) == #""\#(Self.requestID)""#)
    }

    @Test func `an error nobody foresaw is 500 and tells nothing`() async throws {
        let answer = try await Self.test("/broken")
        #expect(answer.status == .internalServerError)
        #expect(!String(buffer: answer.body).contains("Jane"))
        #expect(String(buffer: answer.body).contains(#""code":"internal_error""#))
    }

    @Test func `pages follow each other to the end`() async throws {
        let first = try JSONValue(parsing: Array(try await Self.test("/list?limit=20").body.readableBytesView))
        let cursor = try #require(first["next"]?.text)
        let second = try JSONValue(
            parsing: Array(try await Self.test("/list?limit=20&cursor=\(cursor)").body.readableBytesView))
        #expect(second["items"] == .array((21...30).map { .number(JSONNumber($0)) }))
        #expect(second["next"] == .null)
        let foreign = try await Self.test("/list?cursor=\(cursor)x")
        #expect(foreign.status == .badRequest)
        #expect(try await Self.test("/list?ofset=3").status == .badRequest)
    }

    @Test func `what was answered is counted by route and status, and logged without the path`() async throws {
        let pipe = try TemporaryFile()
        let telemetry = Telemetry(accessLog: LogSink(descriptor: pipe.descriptor, buffering: 0))
        _ = try await Self.test("/open/secret-name", telemetry: telemetry)
        _ = try await Self.test("/open", .delete, telemetry: telemetry)
        let text = telemetry.registry.exposition()
        for line in [
            "cairn_requests_total{method=\"GET\",route=\"/open/{clientId}\",status=\"2xx\"} 1",
            "cairn_request_duration_seconds_count{method=\"GET\",status=\"2xx\"} 1",
            "cairn_requests_total{method=\"*\",route=\"*\",status=\"4xx\"} 1",
            "cairn_refusals_total{code=\"method_not_allowed\"} 1",
            "# HELP cairn_requests_total Requests answered, by method, route and class of status.",
        ] {
            #expect(text.contains(line + "\n"))
        }
        #expect(!text.contains("route=\"/open\""), "what did not happen has no series")
        let log = try pipe.read()
        #expect(log.contains(#""route":"/open/{clientId}","status":200"#))
        #expect(log.contains(#""requestId":"\#(Self.requestID)""#))
        #expect(!log.contains("secret"))
    }
}
