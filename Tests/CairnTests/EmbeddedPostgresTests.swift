import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import Cairn

@Suite(.serialized) struct `The embedded PostgreSQL` {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `keeps data and key from one start to the next, and lets others join while it runs`() async throws {
        try await withFolder { folder in
            let key = try await run(in: folder) { first in
                try await make(first.connection(as: "cairn_owner"))
                let guest = try await start(in: folder, joining: true)
                #expect(!guest.isOwned && guest.masterKey == first.masterKey)
                await #expect(throws: Refusal.self) { try await start(in: folder) }
                try await guest.stop()
                let stones = try await count(first.connection(as: "cairn_owner"))
                #expect(stones == 1)
                return first.masterKey
            }
            try await run(in: folder) { second in
                #expect(second.masterKey == key)
                let stones = try await count(second.connection(as: "cairn_owner"))
                #expect(stones == 1)
            }
        }
    }

    @Test func `starts again after its processes were killed and their numbers given to others`() async throws {
        try await withFolder { folder in
            var cluster: Cluster?
            do {
                let postgres = try await start(in: folder)
                try await make(postgres.connection(as: "cairn_owner"))
                cluster = postgres.cluster
                let processID = try #require(postgres.cluster.runningServer())
                kill(processID, SIGKILL)
            }
            let data = try #require(cluster).data
            try await waitUntil { try #require(cluster).runningServer() == nil }
            try String(getpid()).appending("\n").write(
                toFile: data + "/postmaster.pid", atomically: false, encoding: .utf8)
            try await run(in: folder) { postgres in
                let stones = try await count(postgres.connection(as: "cairn_owner"))
                #expect(stones == 1)
            }
            #expect(try #require(cluster).runningServer() == nil)
        }
    }

    @Test func `stops when its processes do not come to their end, and loses nothing`() async throws {
        try await withFolder { folder in
            let postgres = try await start(in: folder)
            try await make(postgres.connection(as: "cairn_owner"))
            let server = try #require(postgres.cluster.runningServer())
            let children = try String(contentsOfFile: "/proc/\(server)/task/\(server)/children", encoding: .utf8)
            for child in children.split(separator: " ").compactMap({ pid_t($0) }) { kill(child, SIGSTOP) }
            try await postgres.cluster.stop(patience: 1)
            #expect(postgres.cluster.runningServer() == nil)
            try await postgres.cluster.start()
            let stones = try await count(postgres.connection(as: "cairn_owner"))
            #expect(stones == 1)
            try await postgres.stop()
        }
    }

    @Test func `does not start without the key that its data were made with`() async throws {
        try await withFolder { folder in
            try await run(in: folder) { _ in }
            try FileManager.default.removeItem(atPath: folder + "/master.key")
            let refusal = try await #require(throws: Refusal.self) { try await start(in: folder) }
            #expect(refusal.description.contains("put the key back from your backup"))
        }
    }

    @Test func `the path of its socket fits into what the kernel takes`() {
        let account = ServerAccount(name: "me", userID: 1000, groupID: 1000, caller: "me", stepsDown: false)
        let long = "/home/" + String(repeating: "x", count: 120)
        let short = SocketDirectory.choose(data: "/home/me/.cairn", account: account, runtimeDirectory: nil)
        #expect(short == "/home/me/.cairn/run")
        for runtime in [nil, "/run/user/1000", long] {
            let path = SocketDirectory.choose(data: long, account: account, runtimeDirectory: runtime)
            #expect((path + SocketDirectory.socketName).utf8.count <= SocketDirectory.longestPath)
        }
    }

    private func start(in folder: String, joining: Bool = false) async throws -> EmbeddedPostgres {
        try await EmbeddedPostgres.start(
            in: folder, files: try ProductFiles.locate(), joining: joining, logger: quiet)
    }

    /// Starts, works, stops, and gives the lock back.
    private func run<Result>(
        in folder: String, _ body: (EmbeddedPostgres) async throws -> Result
    ) async throws -> Result {
        let postgres = try await start(in: folder)
        do {
            let result = try await body(postgres)
            try await postgres.stop()
            return result
        } catch {
            try await postgres.stop()
            throw error
        }
    }

    private func make(_ connection: String) async throws {
        try await PostgresClient.patiently(connection, logger: quiet) { client in
            _ = try await client.pipeline(Query.run("create table stones (number int)"))
            _ = try await client.pipeline(Query.run("insert into stones values (1)"))
        }
    }

    private func count(_ connection: String) async throws -> Int {
        try await PostgresClient.patiently(connection, logger: quiet) { client in
            try await client.pipeline(Query.row("select count(*) from stones") { try $0.next(Int.self) })
        }
    }

    private func waitUntil(_ condition: () throws -> Bool) async throws {
        while try !condition() { try await Task.sleep(for: .milliseconds(20)) }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = "/tmp/cairn-test-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try await body(folder + "/data")
    }
}
