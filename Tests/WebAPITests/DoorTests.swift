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
import TestSupport

@testable import WebAPI

/// A server over a world's database, with routes of a test's own.
struct Served: Sendable {
    let world: World
    /// Where a live server listens.
    let port: Int?
    let server: WebServer
    let answer: @Sendable (TestClient.Request) async throws -> ServedAnswer

    func send(
        _ method: HTTPRequest.Method, _ uri: String, as person: Person?, _ headers: HTTPFields = [:],
        _ body: String? = nil
    ) async throws -> ServedAnswer {
        var headers = headers
        if let person { headers[.authorization] = "Bearer \(person.token.text)" }
        if body != nil { headers[.contentType] = "application/json" }
        return try await answer(
            TestClient.Request(
                uri, method: method, authority: "localhost", headers: headers,
                body: body.map { ByteBuffer(string: $0) }))
    }

    /// What the audit says since the world was made, oldest first.
    func audit() async throws -> [String] {
        try await world.database.superuser.pipeline(
            .rows("select action, outcome from audit_events order by audit_event_id") { row in
                "\(try row.next(String.self)) \(try row.next(String.self))"
            })
    }
}

/// What a server of a test answers.
struct ServedAnswer: Sendable {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let body: ByteBuffer

    /// Asks the router, without a connection.
    init(_ client: any TestClientProtocol, _ request: TestClient.Request) async throws {
        let answer = try await client.executeRequest(
            uri: request.head.path ?? "/", method: request.head.method, headers: request.head.headerFields,
            body: request.body)
        (status, headers, body) = (answer.status, answer.headers, answer.body)
    }

    /// Asks a live server.
    init(_ client: TestClient, _ request: TestClient.Request) async throws {
        var request = request
        request.head.headerFields[.connection] = "keep-alive"
        let answer = try await client.execute(request)
        (status, headers, body) = (answer.head.status, answer.head.headerFields, answer.body ?? ByteBuffer())
    }
}

/// Gives a client of a live server that waits as long as tests do: the one that Hummingbird's tests bring along gives up
/// after 20 seconds, which a busy machine needs.
private func patiently(_ port: Int, _ body: (TestClient) async throws -> Void) async throws {
    let client = TestClient(host: "localhost", port: port, configuration: .init(timeout: Patience.long))
    client.connect()
    let result: Result<Void, any Error>
    do { result = .success(try await body(client)) } catch { result = .failure(error) }
    try await client.shutdown()
    try result.get()
}

func serving(
    _ routes: [Route], _ setup: TestingSetup = .router, spool: RefusalSpool? = nil, telemetry: Telemetry = Telemetry(),
    _ body: @Sendable @escaping (Served) async throws -> Void
) async throws {
    try await withWorld { world in
        let server = WebServer(
            database: world.database.server, keys: world.keys, keyRing: world.keyRing,
            surroundings: world.surroundings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            telemetry: telemetry, spool: spool)
        let app = WebAPI.makeApplication(routes: routes, server: server, address: .hostname("127.0.0.1", port: 0))
        try await app.test(setup) { client in
            guard let port = client.port else {
                return try await body(
                    Served(world: world, port: nil, server: server) { try await ServedAnswer(client, $0) })
            }
            try await patiently(port) { patient in
                try await body(
                    Served(world: world, port: port, server: server) { try await ServedAnswer(patient, $0) })
            }
        }
    }
}

/// Raises what a function of the database would.
private func raising(_ state: SQL, _ message: SQL, _ options: SQL = "") -> Query<Int> {
    .run("do $$ begin raise exception \(message) using errcode = \(state)\(options); end $$")
}

@Suite struct DoorTests {
    private static let client = Route.get("/clients/{clientId}", "client.read", of: .client("clientId")) { call in
        let id = call.id("clientId", of: Client.self)
        let (principal, name) = try await call.enter(
            Query<String>.row(
                "select given_name from clients where practice_id = \(call.practiceID) and client_id = \(id)"
            ) { try $0.next() })
        return .json { json in
            json.member("name", name)
            json.member("role", principal.role.rawValue)
            json.member("relation", principal.relation)
        }
    }

    @Test func `who may see a client sees the client, in one segment with the proof of who it was`() async throws {
        try await serving([Self.client]) { served in
            let house = served.world.mesa
            let answer = try await served.send(.get, "/clients/\(house.client.clientID)", as: house.counselor)
            #expect(answer.status == .ok)
            #expect(String(buffer: answer.body) == #"{"name":"Adam","role":"counselor","relation":"treats"}"#)
            #expect(try await served.audit() == ["client.read allowed"])
        }
    }

    @Test func `what may not be seen answers as what does not exist, and the audit knows`() async throws {
        try await serving([Self.client]) { served in
            let (house, other) = (served.world.mesa, served.world.tempe)
            var bodies: Set<String> = []
            let unseen = [
                "\(house.loner.clientID)", "\(other.client.clientID)",
                "\(ID<Client>(served.world.surroundings.newID()))", "x",
            ]
            for id in unseen {
                let answer = try await served.send(.get, "/clients/\(id)", as: house.newcomer)
                #expect(answer.status == .notFound)
                let requestID = try #require(answer.headers[.requestID])
                bodies.insert(String(buffer: answer.body).replacing(requestID, with: "…"))
            }
            #expect(bodies.count == 1)
            #expect(try await served.audit() == Array(repeating: "client.read not_found", count: 4))
        }
    }

    @Test func `an unknown or ended sign-in is 401, a role that can never is 403`() async throws {
        let never = Route.get("/audit", "audit.read", of: .practice) { call in
            _ = try await call.run(Query<Int>.row("select 1") { try $0.next() })
            return .noContent
        }
        try await serving([Self.client, never]) { served in
            let house = served.world.mesa
            #expect(try await served.send(.get, "/audit", as: house.client).status == .forbidden)
            _ = try await served.world.database.superuser.pipeline(
                .run("update sign_ins set ended_at = created_at where sign_in_id = \(house.client.signInID)"))
            let ended = try await served.send(.get, "/clients/\(house.client.clientID)", as: house.client)
            #expect(ended.status == .unauthorized)
            #expect(ended.headers[.wwwAuthenticate] == "Bearer")
            #expect(try await served.audit() == ["audit.read forbidden", "client.read unauthenticated"])
        }
    }

    @Test func `what the database raises becomes the problem it means, and everything is rolled back`() async throws {
        let raised: [(String, Query<Int>, Int, String)] = [
            ("404", raising("'PC404'", "'not_found'"), 404, "not_found"),
            ("409", raising("'PC409'", "'group_full'"), 409, "group_full"),
            ("412", raising("'PC412'", "'stale'"), 412, "stale"),
            ("422", raising("'PC422'", "'too_soon'", ", column = 'due_on'"), 422, "invalid"),
            ("fault", raising("'23505'", "'Jane'", ", constraint = 'accounts_email_is_taken'"), 422, "invalid"),
            ("unique", raising("'23505'", "'Jane'", ", constraint = 'clients_pkey'"), 409, "conflict"),
            ("500", raising("'22012'", "'Jane'"), 500, "internal_error"),
            ("503", raising("'57P01'", "'Jane'"), 503, "database_unavailable"),
        ]
        let routes = raised.map { path, query, _, _ in
            Route.put("/\(path)/{clientId}", "client.change", of: .client("clientId")) { call in
                _ = try await call.run(
                    query, faults: ["accounts_email_is_taken": FieldFault("/email", "taken", "This address is taken.")])
                return .noContent
            }
        }
        try await serving(routes) { served in
            let house = served.world.mesa
            for (path, _, status, code) in raised {
                let answer = try await served.send(.put, "/\(path)/\(house.client.clientID)", as: house.counselor)
                let json = try JSONValue(parsing: Array(answer.body.readableBytesView))
                #expect(answer.status.code == status)
                #expect(json["code"]?.text == code)
                #expect(!String(buffer: answer.body).contains("Jane"))
                if path == "422" {
                    #expect(String(buffer: answer.body).contains(#""pointer":"/dueOn","code":"too_soon""#))
                }
                if path == "fault" {
                    #expect(String(buffer: answer.body).contains(#""pointer":"/email","code":"taken""#))
                }
            }
            let outcomes = ["not_found", "conflict", "stale", "invalid", "invalid", "conflict"]
            #expect(try await served.audit() == outcomes.map { "client.change \($0)" })
        }
    }

    @Test func `a client that hangs up has its query cancelled`() async throws {
        let slow = Route.get("/slow/{clientId}", "client.read", of: .client("clientId")) { call in
            _ = try await call.run(Query<Bool>.row("select pg_sleep(3600) is not null") { try $0.next() })
            return .noContent
        }
        try await serving([slow], .live) { served in
            let house = served.world.mesa
            let port = try #require(served.port)
            let connection = try TCPConnection(port: port)
            try connection.send(
                """
                GET /slow/\(house.client.clientID) HTTP/1.1\r\nHost: x\r\n\
                Authorization: Bearer \(house.counselor.token.text)\r\n\r\n
                """)
            try await served.eventually(sleeping: 1)
            connection.close()
            try await served.eventually(sleeping: 0)
        }
    }
}

extension Served {
    /// Waits until so many queries sleep in the database.
    fileprivate func eventually(sleeping count: Int) async throws {
        let sleeping = Query<Int>.row(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and wait_event = 'PgSleep'
            """
        ) { try $0.next() }
        let isSo = try await Patience.until { try await world.database.superuser.pipeline(sleeping) == count }
        #expect(isSo, "never \(count) asleep")
    }
}
