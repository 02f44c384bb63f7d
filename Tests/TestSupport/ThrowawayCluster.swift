import Dispatch
import Foundation
import JSON

/// A PostgreSQL of a test's own, for tests that stop it, kill it or start it again under load.
///
/// Lives under the temporary directory, listens on a Unix socket only, trusts everybody there, and runs as the
/// unprivileged user `postgres` when the tests run as root, since PostgreSQL refuses root.
public struct ThrowawayCluster: Sendable {
    /// How PostgreSQL is told to stop.
    public enum Stop: String, Sendable {
        /// Ends connections and shuts down cleanly.
        case fast
        /// Ends at once, as after a power cut; recovery follows at the next start.
        case immediate
    }

    private let directory: String
    private let binaries: String

    /// Reaches the cluster as its superuser.
    public var connection: String { "postgresql:///postgres?host=\(directory)&user=postgres" }

    /// Makes and starts a cluster, hands it to the closure, and removes it afterwards.
    public static func with<R>(
        isolation: isolated (any Actor)? = #isolation, _ body: (ThrowawayCluster) async throws -> R
    ) async throws -> R {
        let cluster = try ThrowawayCluster()
        do {
            try await cluster.create()
            try await cluster.start()
            let value = try await body(cluster)
            try await cluster.remove()
            return value
        } catch {
            try await cluster.remove()
            throw error
        }
    }

    private init() throws {
        directory = NSTemporaryDirectory() + "cairn-" + UUID().uuidString.prefix(8).lowercased()
        binaries = try Self.findBinaries()
    }

    /// Starts the cluster and returns when it accepts connections.
    public func start() async throws {
        try await run("pg_ctl", "-D", "\(directory)/data", "-w", "-l", "\(directory)/log", "start")
    }

    /// Stops the cluster and returns when it is down.
    public func stop(_ mode: Stop) async throws {
        try await run("pg_ctl", "-D", "\(directory)/data", "-w", "-m", mode.rawValue, "stop")
    }

    private func create() async throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        if getuid() == 0 { try await Self.execute("/bin/chown", ["postgres", directory]) }
        try await run("initdb", "-D", "\(directory)/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        let settings = """
            listen_addresses = ''
            unix_socket_directories = '\(directory)'
            shared_buffers = 32MB
            max_connections = 60

            """
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(directory)/data/postgresql.conf"))
        defer { file.closeFile() }
        file.seekToEndOfFile()
        file.write(Data(settings.utf8))
    }

    private func remove() async throws {
        if FileManager.default.fileExists(atPath: "\(directory)/data/postmaster.pid") { try await stop(.immediate) }
        try FileManager.default.removeItem(atPath: directory)
    }

    private func run(_ program: String, _ arguments: String...) async throws {
        if getuid() == 0 {
            try await Self.execute("/sbin/runuser", ["-u", "postgres", "--", "\(binaries)/\(program)"] + arguments)
        } else {
            try await Self.execute("\(binaries)/\(program)", arguments)
        }
    }

    /// Runs a program to its end. Foundation's `Process` would wait for the server too, which outlives `pg_ctl` and would
    /// inherit from it what `Process` watches.
    private static func execute(_ path: String, _ arguments: [String]) async throws {
        let command = [path] + arguments
        let status = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try run(command) }) }
        }
        guard status == 0 else { throw ClusterError.failed(command.joined(separator: " "), status) }
    }

    private static func run(_ command: [String]) throws -> Int32 {
        let process = try spawn(command)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// Debian keeps each version's programs apart; elsewhere they are on the path.
    private static func findBinaries() throws -> String {
        let versions = "/usr/lib/postgresql"
        let installed = (try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? []
        let candidates =
            installed.sorted { $0.compare($1, options: .numeric) == .orderedDescending }.map { "\(versions)/\($0)/bin" }
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for candidate in candidates where FileManager.default.isExecutableFile(atPath: candidate + "/initdb") {
            return candidate
        }
        throw ClusterError.notInstalled
    }
}

/// Why there is no cluster for a test.
public enum ClusterError: Error, CustomStringConvertible {
    case notInstalled
    case failed(String, Int32)

    public var description: String {
        switch self {
        case .notInstalled: "PostgreSQL's server programs were not found; deploy/test installs them"
        case .failed(let command, let status): "\(command) ended with status \(status)"
        }
    }
}
