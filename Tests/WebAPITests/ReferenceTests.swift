import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import Postgres
import Practice
import Testing
import TestSupport

@testable import WebAPI

/// Ids in bodies and queries, from the reader to the database.
@Suite struct ReferenceTests {
    private static func work() -> Query<Int> { .row("select 1") { try $0.next() } }

    private static let dutiful = Route.post("/dutiful", "client.search", of: .practice) { call in
        let client = try call.body { $0.required("clientId", .id(Client.self)) }
        _ = try await call.run(work())
        return .json { $0.member("clientId", client) }
    }

    @Test func `an id is judged behind the door, before the work of the handler`() async throws {
        try await serving([Self.dutiful]) { (served: Served) async throws in
            let house = served.world.mesa
            func send(_ id: String, as person: Person) async throws -> (Int, String) {
                let answer = try await served.send(.post, "/dutiful", as: person, [:], "{\"clientId\":\"\(id)\"}")
                return (answer.status.code, String(buffer: answer.body))
            }
            #expect(try await send("\(house.client.clientID)", as: house.counselor).0 == 200)
            let hidden = try await send("\(house.loner.clientID)", as: house.counselor)
            #expect(hidden.0 == 422 && hidden.1.contains(#""pointer":"/clientId","code":"no_such_client""#))
            #expect(try await send("\(house.loner.clientID)", as: house.facilitator).0 == 200, "she leads him")
            #expect(try await send("\(house.loner.clientID)", as: house.intake).0 == 200)
            #expect(try await send("\(house.loner.clientID)", as: house.client).0 == 403)
        }
    }

    @Test func `a handler that never asks the database answers nothing`() async throws {
        let careless = Route.post("/careless", "client.search", of: .practice) { call in
            let client = try call.body { $0.required("clientId", .id(Client.self)) }
            return .json { $0.member("clientId", client) }
        }
        let late = Route.post("/late", "client.search", of: .practice) { call in
            _ = try await call.run(Self.work())
            let client = try call.body { $0.required("clientId", .id(Client.self)) }
            return .json { $0.member("clientId", client) }
        }
        try await serving([careless, late]) { (served: Served) async throws in
            let house = served.world.mesa
            for path in ["/careless", "/late"] {
                let answer = try await served.send(
                    .post, path, as: house.intake, [:], "{\"clientId\":\"\(house.client.clientID)\"}")
                #expect(answer.status == .internalServerError)
                #expect(!String(buffer: answer.body).contains("\(house.client.clientID)"))
            }
        }
    }

    @Test func `one that asks twice is judged once, and in a transaction before its closure`() async throws {
        let twice = Route.post("/twice", "client.search", of: .practice) { call in
            _ = try call.body { $0.required("clientId", .id(Client.self)) }
            _ = try await call.run(Self.work())
            #expect(call.references.areJudged)
            _ = try await call.run(Self.work())
            return .noContent
        }
        let inside = Route.post("/inside", "client.search", of: .practice) { call in
            _ = try call.body { $0.required("clientId", .id(Client.self)) }
            try await call.transaction { _, _ in #expect(call.references.areJudged) }
            return .noContent
        }
        try await serving([twice, inside]) { (served: Served) async throws in
            let house = served.world.mesa
            for (path, key) in [("/twice", nil), ("/inside", nil), ("/twice", "a"), ("/inside", "b")]
                as [(
                    String, String?
                )]
            {
                var headers = HTTPFields()
                if let key { headers[.idempotencyKey] = key }
                for (client, status) in [(house.client, 204), (house.loner, 422)] {
                    headers[.idempotencyKey] = key.map { "\($0)\(status)" }
                    let answer = try await served.send(
                        .post, path, as: house.counselor, headers, "{\"clientId\":\"\(client.clientID)\"}")
                    #expect(answer.status.code == status, "\(path)")
                }
            }
        }
    }

    @Test func `an id in a query that is not there answers as one in the path`() async throws {
        let asking = Route.get("/asking", "client.search", of: .practice) { call in
            let client = try call.query { $0.optional("clientId", .id(Client.self)) }
            _ = try await call.run(Self.work())
            return .json { $0.member("clientId", client) }
        }
        try await serving([asking]) { (served: Served) async throws in
            let house = served.world.mesa
            let hidden = try await served.send(
                .get, "/asking?clientId=\(house.loner.clientID)", as: house.counselor)
            #expect(hidden.status == .notFound)
            #expect(String(buffer: hidden.body).contains("There is nothing here that you can see."))
            let seen = try await served.send(.get, "/asking?clientId=\(house.client.clientID)", as: house.counselor)
            #expect(seen.status == .ok)
            #expect(try await served.audit().suffix(2) == ["client.search not_found", "client.search allowed"])
        }
    }
}
