import Foundation
import FoundationNetworking
import JSON
import Logging
import Postgres
import Practice
import TestSupport

@testable import Cairn

/// The real `cairn serve`, built by this test run, with a PostgreSQL of its own and a folder of its own. It is killed
/// and started again as a test likes.
final class RunningCairn: Sendable {
    let port: Int
    private let directory: String
    private let program: String
    private let settings: [String: String]
    /// The server's process; nil before it started and once its end was seen, when its number may be another's.
    private let process = Locked<pid_t?>(nil)

    init(settings: [String: String] = [:]) throws {
        self.settings = settings
        directory = "/tmp/cairn-crash-\(UUID().uuidString.prefix(8))"
        port = try FreePorts.pair()
        let candidates = [
            (try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") as NSString)
                .deletingLastPathComponent + "/cairn",
            URL(filePath: #filePath).appending(path: "../../../.build/debug/cairn").standardized.path,
        ]
        guard let program = candidates.first(where: FileManager.default.isExecutableFile) else {
            throw CrashTestError("the program cairn was not found: \(candidates)")
        }
        self.program = program
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        _ = chmod(directory, 0o755)
    }

    /// Runs a command of cairn to its end.
    func run(_ arguments: String...) async throws {
        let process = try spawn(arguments)
        let status = try await Self.end(of: process)
        guard status == 0 else { throw CrashTestError("cairn \(arguments) ended with \(status): \(lastWords)") }
    }

    /// Starts the server and waits until it answers.
    func start() async throws {
        let server = try spawn(["serve"])
        process.set(server)
        var status: Int32 = 0
        let settled = try await Patience.until {
            if waitpid(server, &status, WNOHANG) == server {
                process.set(nil)
                return true
            }
            return await answers()
        }
        guard settled, process.value != nil else { throw CrashTestError("cairn does not answer: \(lastWords)") }
    }

    /// Starts a worker beside the server.
    func startWorker() throws -> pid_t { try spawn(["work"]) }

    /// Kills a worker, and waits until it is gone.
    func kill(_ worker: pid_t, _ signal: Int32) async throws -> Int32 {
        _ = Foundation.kill(worker, signal)
        return try await Self.end(of: worker)
    }

    /// Sends a signal to the server.
    func signal(_ signal: Int32) {
        if let process = process.value { _ = Foundation.kill(process, signal) }
    }

    /// Waits for the server to end: its exit status, or 128 and the signal.
    func end() async throws -> Int32 {
        guard let running = process.value else { throw CrashTestError("cairn does not run") }
        let status = try await Self.end(of: running)
        process.set(nil)
        return status
    }

    /// Stops PostgreSQL at once, as pulling the plug would: no checkpoint, connections cut.
    func stopPostgresAtOnce() throws {
        let file = try String(contentsOfFile: directory + "/data/postgres/postmaster.pid", encoding: .utf8)
        guard let first = file.split(separator: "\n").first, let postmaster = pid_t(first) else {
            throw CrashTestError("PostgreSQL does not run")
        }
        _ = Foundation.kill(postmaster, SIGQUIT)
    }

    /// The database, past all policies.
    func withDatabase<R: Sendable>(_ body: (PostgresClient) async throws -> R) async throws -> R {
        let embedded = try await EmbeddedPostgres.start(
            in: directory + "/data", files: try ProductFiles.locate(), joining: true, logger: Logger(label: "crash"))
        return try await withDatabase(of: embedded, body)
    }

    private func withDatabase<R: Sendable>(
        of embedded: EmbeddedPostgres, _ body: (PostgresClient) async throws -> R
    ) async throws -> R {
        let client = try PostgresClient(
            .patient(embedded.connection(as: "postgres")), logger: Logger(label: "crash"))
        return try await withThrowingTaskGroup { group in
            group.addTask { try await client.run() }
            let result = try await body(client)
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }

    /// Before the server starts: nobody wants a digest, so that no letter goes by the clock beside those of a test.
    func wantNoDigests() async throws {
        let logger = Logger(label: "crash")
        let embedded = try await EmbeddedPostgres.start(
            in: directory + "/data", files: try ProductFiles.locate(), joining: false, logger: logger)
        try await withDatabase(of: embedded) { database in
            _ = try await database.pipeline(Query.run("update staff set homework_digest = false"))
        }
        try await embedded.stop()
    }

    func remove() async throws {
        if process.value != nil {
            signal(SIGTERM)
            _ = try await end()
        }
        try FileManager.default.removeItem(atPath: directory)
    }

    private func answers() async -> Bool {
        do {
            return try await HTTP.send("GET", "http://127.0.0.1:\(port)/openapi.yaml").status == 200
        } catch {
            return false
        }
    }

    private var lastWords: String {
        do {
            return String(try String(contentsOfFile: directory + "/log", encoding: .utf8).suffix(2_000))
        } catch { return "" }
    }

    private func spawn(_ arguments: [String]) throws -> pid_t {
        var environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": directory,
            "CAIRN_DATA_DIRECTORY": "\(directory)/data", "CAIRN_PORT": "\(port)", "CAIRN_ADMIN_PORT": "\(port + 1)",
        ]
        environment.merge(settings) { $1 }
        return try TestSupport.spawn(
            [program] + arguments, in: directory, log: directory + "/log", environment: environment)
    }

    private static func end(of process: pid_t) async throws -> Int32 {
        var status: Int32 = 0
        guard try await Patience.until({ waitpid(process, &status, WNOHANG) != 0 }) else {
            throw CrashTestError("cairn does not end")
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}

/// Runs cairn with its demo for a test, and leaves nothing behind.
func withCairn(settings: [String: String] = [:], _ body: (RunningCairn) async throws -> Void) async throws {
    let cairn = try RunningCairn(settings: settings)
    try await cairn.run("migrate")
    try await cairn.run("seed", "demo")
    try await cairn.wantNoDigests()
    try await cairn.start()
    let result: Result<Void, any Error>
    do { result = .success(try await body(cairn)) } catch { result = .failure(error) }
    try await cairn.remove()
    try result.get()
}

struct CrashTestError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
