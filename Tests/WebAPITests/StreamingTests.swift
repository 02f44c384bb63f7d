import Crypto
import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import Postgres
import Practice
import Testing
import TestSupport

@testable import WebAPI

/// Answers whose body is written while rows come.
@Suite struct StreamingTests {
    @Test func `a body comes in pieces, with the hash of what was asked and of its bytes behind it`() async throws {
        try await serving([Self.numbers(200_000)], .live) { served in
            let text = try await served.raw("/numbers")
            #expect(text.contains("\r\nTrailer: ETag\r\n") && text.contains("\r\ntransfer-encoding: chunked\r\n"))
            let answer = try await served.send(.get, "/numbers", as: served.world.mesa.counselor)
            let bytes = Array(answer.body.readableBytesView)
            #expect(bytes.count == 1_288_895)
            let asked = "text/csv\nof=numbers\n\n"
            let hash = SHA256.hash(data: Array(asked.utf8) + bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            #expect(text.hasSuffix("\r\n0\r\nETag: \"\(hash.joined())\"\r\n\r\n"))
            #expect(try await served.audit() == ["practice.read allowed", "practice.read allowed"])
        }
    }

    @Test func `who may not is refused before anything is written`() async throws {
        try await serving([Self.numbers(10, "audit.read")]) { served in
            let answer = try await served.send(.get, "/numbers", as: served.world.mesa.client)
            #expect(answer.status == .forbidden)
            #expect(try await served.audit() == ["audit.read forbidden"])
            try await served.eventually(inTransaction: 0)
        }
    }

    @Test func `HEAD writes nothing, keeps its audit row and gives the connection back`() async throws {
        try await serving([Self.numbers(100_000)], .live) { served in
            for _ in 0..<20 {
                let answer = try await served.send(.head, "/numbers", as: served.world.mesa.counselor)
                #expect(answer.status == .ok && answer.body.readableBytes == 0)
            }
            #expect(try await served.audit().count == 20)
            try await served.eventually(inTransaction: 0)
        }
    }

    @Test func `an error in the middle ends the connection, not the body, and the next request is answered`()
        async throws
    {
        try await serving([Self.failing], .live) { served in
            for _ in 0..<12 {
                let text = try await served.raw("/failing")
                #expect(text.contains("HTTP/1.1 200 OK") && text.contains("\n9999\n"))
                #expect(!text.hasSuffix("0\r\n\r\n") && !text.contains("\r\n0\r\n") && !text.contains("\n50001\n"))
            }
            try await served.eventually(inTransaction: 0)
            // What failed was rolled back, its audit row with it; but some of it had been sent.
            #expect(try await served.audit() == Array(repeating: "practice.read broken_off", count: 12))
        }
    }

    @Test func `an error in the middle is a reset for who speaks HTTP 1.0, and the end of the whole is none`()
        async throws
    {
        try await serving([Self.failing, Self.numbers(1_000)], .live) { served in
            for (path, isBroken) in [("/failing", true), ("/numbers", false)] {
                let connection = try TCPConnection(port: try #require(served.port))
                let token = served.world.mesa.counselor.token.text
                try connection.send("GET \(path) HTTP/1.0\r\nAuthorization: Bearer \(token)\r\n\r\n")
                #expect(await connection.isReset() == isBroken, "\(path)")
                connection.close()
            }
            try await served.eventually(inTransaction: 0)
        }
    }

    @Test func `a client that goes away ends its query, and the connection serves others`() async throws {
        try await serving([Self.numbers(100_000_000)], .live) { served in
            for _ in 0..<12 {
                let connection = try served.connect("/numbers")
                let beginning = await connection.receive(upTo: 100_000)
                #expect(beginning.count == 100_000)
                connection.close()
            }
            try await served.eventually(inTransaction: 0)
            #expect(try await served.audit(of: 12) == Array(repeating: "practice.read broken_off", count: 12))
        }
    }

    @Test func `a client that does not read stops the query, and holds up nobody else`() async throws {
        try await serving([Self.numbers(50_000_000), Self.numbers(50_000, at: "/few")], .live) { served in
            let slow = try served.connect("/numbers")
            let beginning = await slow.receive(upTo: 1_000)
            #expect(beginning.count == 1_000)
            try await served.eventually(inTransaction: 1)
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await served.send(.get, "/few", as: served.world.mesa.counselor).body.readableBytes
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers == [288_894, 288_894, 288_894, 288_894])
            slow.close()
            try await served.eventually(inTransaction: 0)
        }
    }

    private static func numbers(_ count: Int, _ action: Action = "practice.read", at path: String = "/numbers") -> Route
    {
        .get(path, action, of: .practice) { call in
            let (open) = try await call.open()
            return open.answer([.contentType: "text/plain"], hash: QueryHash(.csv, ["of": "numbers"])) {
                body, transaction in
                let numbers = Query<[Int]>.rows("select generate_series(1, \(count)::bigint)") {
                    try $0.next()
                }
                for try await number in try await transaction.stream(numbers) {
                    try await body.write(Array("\(number)\n".utf8))
                }
            }
        }
    }

    private static let failing = Route.get("/failing", "practice.read", of: .practice) { call in
        let open = try await call.open()
        return open.answer([:], hash: QueryHash(.csv, [:])) { body, transaction in
            let numbers = Query<[Int]>.rows(
                "select 100000 / (50000 - n) * 0 + n from (select generate_series(1, 100000)::bigint as n) t"
            ) {
                try $0.next()
            }
            for try await number in try await transaction.stream(numbers) {
                try await body.write(Array("\(number)\n".utf8))
            }
        }
    }
}

extension Served {
    func connect(_ path: String) throws -> TCPConnection {
        let connection = try TCPConnection(port: try #require(port))
        try connection.send(
            """
            GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
            Authorization: Bearer \(world.mesa.counselor.token.text)\r\n\r\n
            """)
        return connection
    }

    /// All that comes for a request, as it comes.
    fileprivate func raw(_ path: String) async throws -> String {
        let connection = try connect(path)
        defer { connection.close() }
        return String(decoding: await connection.receive(), as: UTF8.self)
    }

    /// The audit, once it has so many rows: a client that has gone is not told when its row is written.
    func audit(of count: Int) async throws -> [String] {
        _ = try await Patience.until { try await audit().count >= count }
        return try await audit()
    }

    /// Waits until so many connections of the server are in a transaction.
    func eventually(inTransaction count: Int) async throws {
        let busy = Query<Int>.row(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and usename = 'cairn_server' and xact_start is not null
            """
        ) { try $0.next() }
        let isSo = try await Patience.until { try await world.database.superuser.pipeline(busy) == count }
        #expect(isSo, "never \(count) in a transaction")
    }
}
