import Foundation
import JSON
import Logging
import Postgres
import Testing
import TestSupport

@testable import Cairn

/// What becomes of the embedded PostgreSQL when its package is updated under it.
@Suite(.serialized) struct ReplacedProgramsTests {
    @Test func `who connects after an update works with what was loaded before it`() async throws {
        try await CopiedPrograms.with { programs in
            try await withEmbedded(programs) { postgres in
                let connection = postgres.connection(as: "postgres")
                try await run(connection, Self.extensions)
                try programs.replaceLibrariesByIncompatibleOnes()
                try programs.addIncompatibleLibrary("of_the_update")
                for statement in Self.usingLibraries { try await run(connection, [statement]) }
                // The proof that these libraries are such as the running server cannot load.
                let error = try await #require(throws: PostgresError.self) {
                    try await run(connection, ["load 'of_the_update'"])
                }
                #expect(error.sqlState == "58P01" || error.sqlState == "XX000", "\(error)")
            }
        }
    }

    @Test func `readiness says when new connections do not work, though those of the pool do`() async throws {
        try await CopiedPrograms.with { programs in
            try await withEmbedded(programs) { postgres in
                let database = DatabaseAccess(
                    server: postgres.connection(as: "cairn_server"), worker: postgres.connection(as: "cairn_worker"),
                    owner: postgres.connection(as: "cairn_owner"), masterKey: postgres.masterKey, embedded: nil)
                _ = try await Migrate.migrate(database, files: try ProductFiles.locate(), logger: quietLogger)
                // A server that has loaded nothing before, as one of the user's own would be.
                try await postgres.cluster.stop()
                let settings = URL(filePath: postgres.cluster.data + "/postgresql.conf")
                let file = try FileHandle(forWritingTo: settings)
                try file.seekToEnd()
                try file.write(contentsOf: Data("shared_preload_libraries = ''\n".utf8))
                try file.close()
                try await postgres.cluster.start()
                let check = NewConnectionCheck(
                    database.server, setting: .databaseURL, interval: .zero, patience: Patience.long,
                    logger: quietLogger
                )
                try await PostgresClient.patiently(database.server, logger: quietLogger) { client in
                    #expect(try await folded(client) == "archer")
                    #expect(await check.faults() == [])
                    try programs.replaceLibrariesByIncompatibleOnes()
                    #expect(try await folded(client) == "archer")
                    let faults = await check.faults()
                    #expect(faults.count == 1 && faults.first?.contains("SQLSTATE") == true, "\(faults)")
                }
            }
        }
    }

    @Test func `the server follows its replaced programs, and nothing that was acknowledged is lost`() async throws {
        try await CopiedPrograms.with { programs in
            let (logger, messages) = KeptLog.logger()
            try await withEmbedded(programs, logger: logger) { postgres in
                let connection = postgres.connection(as: "cairn_owner")
                try await run(connection, ["create table stones (number int primary key)"])
                let before = try #require(postgres.cluster.runningServer())
                try await PostgresClient.patiently(connection, logger: quietLogger) { client in
                    let written = Locked<[Int]>([])
                    let failures = Locked<[PostgresError]>([])
                    let isOver = Locked(false)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            var number = 0
                            while !isOver.value {
                                number += 1
                                let stone = number
                                do throws(PostgresError) {
                                    _ = try await client.pipeline(Query.run("insert into stones values (\(stone))"))
                                    written.change { $0.append(stone) }
                                } catch { failures.change { $0.append(error) } }
                            }
                        }
                        try await wait { written.value.count > 50 }
                        try programs.replaceAll()
                        let now = ContinuousClock.now
                        await postgres.lookAtPrograms(at: now)
                        #expect(postgres.cluster.runningServer() == before)
                        await postgres.lookAtPrograms(at: now + InstallationWatch.quiet)
                        let count = written.value.count
                        try await wait { written.value.count > count + 50 }
                        isOver.set(true)
                        try await group.waitForAll()
                    }
                    let there = try await client.pipeline(
                        Query.rows("select number from stones") { try $0.next(Int.self) })
                    #expect(Set(there).isSuperset(of: written.value))
                    #expect(failures.value.allSatisfy(Self.isTold503), "\(failures.value)")
                }
                let after = try #require(postgres.cluster.runningServer())
                #expect(after != before)
                await postgres.lookAtPrograms(at: .now + .seconds(60))
                await postgres.lookAtPrograms(at: .now + .seconds(120))
                #expect(postgres.cluster.runningServer() == after)
                #expect(
                    messages.value == [
                        "notice: The programs of the embedded PostgreSQL were replaced; restarting it.",
                        "notice: The embedded PostgreSQL runs again.",
                    ])
            }
        }
    }

    @Test func `a server that did not stop for its replaced programs is stopped the next time`() async throws {
        try await CopiedPrograms.with { programs in
            let (logger, messages) = KeptLog.logger()
            try await withEmbedded(programs, logger: logger) { postgres in
                let before = try #require(postgres.cluster.runningServer())
                let now = ContinuousClock.now
                try programs.replaceAll()
                try await programs.withControl("#!/bin/sh\nexit 1\n") {
                    await postgres.lookAtPrograms(at: now)
                    await postgres.lookAtPrograms(at: now + InstallationWatch.quiet)
                    #expect(postgres.cluster.runningServer() == before)
                }
                await postgres.lookAtPrograms(at: now + .seconds(20))
                #expect(postgres.cluster.runningServer() == before)
                await postgres.lookAtPrograms(at: now + .seconds(20) + InstallationWatch.quiet)
                let after = try #require(postgres.cluster.runningServer())
                #expect(after != before)
                #expect(messages.value.map { $0.prefix(6) } == ["notice", "error:", "notice", "notice"])
            }
        }
    }

    @Test func `programs that do not run are not followed, and said so once`() async throws {
        try await CopiedPrograms.with { programs in
            let (logger, messages) = KeptLog.logger()
            try await withEmbedded(programs, logger: logger) { postgres in
                let before = try #require(postgres.cluster.runningServer())
                try programs.replaceServer(with: Array("half a program".utf8))
                for seconds in stride(from: 0, through: 60, by: 15) {
                    await postgres.lookAtPrograms(at: .now + .seconds(seconds))
                }
                #expect(postgres.cluster.runningServer() == before)
                #expect(messages.value.count == 1 && messages.value.first?.hasPrefix("error:") == true)
                try await run(postgres.connection(as: "postgres"), ["select"])
            }
        }
    }

    @Test func `what is preloaded is every library that functions of the schema lie in`() async throws {
        try await withDatabase { database in
            let used = try await database.superuser.pipeline(
                Query.rows(
                    """
                    select distinct replace(p.probin, '$libdir/', '') from pg_proc p
                    where p.probin is not null and p.probin <> '$libdir/dict_snowball'
                        and not exists (select from pg_conversion c where c.conproc = p.oid)
                    """
                ) { try $0.next(String.self) })
            #expect(Set(used) == Set(Cluster.libraries))
        }
    }

    private static let extensions: [SQL] = [
        "create extension unaccent", "create extension pg_trgm", "create extension fuzzystrmatch",
        "create extension btree_gin", "create extension btree_gist",
    ]
    private static let usingLibraries: [SQL] = [
        "do $$ begin perform 1; end $$", "select from unaccent('é')", "select from similarity('ada', 'adam')",
        "select from levenshtein('ada', 'adam')", "create temporary table t (n int, exclude using gist (n with =))",
        "do $$ begin create temporary table t (n int); create index on t using gin (n); end $$",
    ]

    /// The errors that a request is told with 503, and that may be tried again.
    private static func isTold503(_ error: PostgresError) -> Bool {
        switch error.code {
        case .server(let refusal): ["57P01", "57P02", "57P03"].contains(refusal.sqlState)
        case .connectionLost, .connectionFailed, .poolTimeout, .poolFull: true
        default: false
        }
    }

    private func folded(_ client: PostgresClient) async throws -> String {
        try await client.pipeline(Query.row("select public.fold('Árcher')") { try $0.next(String.self) })
    }

    /// Each statement on a connection of its own.
    private func run(_ connection: String, _ statements: [SQL]) async throws {
        for statement in statements {
            try await PostgresClient.patiently(connection, logger: quietLogger) { client in
                _ = try await client.pipeline(Query.run(statement))
            }
        }
    }

    private func wait(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(20)) }
    }

    private func withEmbedded(
        _ programs: CopiedPrograms, logger: Logger = quietLogger, _ body: (EmbeddedPostgres) async throws -> Void
    ) async throws {
        let folder = "/tmp/cairn-test-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let postgres = try await EmbeddedPostgres.start(
            in: folder + "/data", files: try ProductFiles.locate(), joining: false, from: programs.installation,
            logger: logger)
        let result: Result<Void, any Error>
        do { result = .success(try await body(postgres)) } catch { result = .failure(error) }
        // Whatever the files are by now, the server is ended.
        if let server = postgres.cluster.runningServer() { kill(server, SIGINT) }
        try await wait { postgres.cluster.runningServer() == nil }
        try result.get()
    }
}
