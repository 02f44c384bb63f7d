import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// A PostgreSQL of Cairn's own under the data directory, for when no other is configured: made on the first start,
/// reachable through a Unix socket only, stopped by whoever started it.
///
/// One process holds the directory's lock and with it the server. Another one that comes later (an import beside a
/// running `serve`) uses the server and leaves it running.
package final class EmbeddedPostgres: Service {
    let cluster: Cluster
    package let masterKey: MasterKey
    private let lock: DirectoryLock?
    private let logger: Logger
    private let watch: Mutex<InstallationWatch>

    private init(
        cluster: Cluster, masterKey: MasterKey, lock: DirectoryLock?, startedFrom files: InstalledFiles? = nil,
        logger: Logger
    ) {
        self.cluster = cluster
        self.masterKey = masterKey
        self.lock = lock
        self.logger = logger
        watch = Mutex(InstallationWatch(startedFrom: files))
    }

    package var isOwned: Bool { lock != nil }

    package func connection(as role: String) -> String { cluster.connection(as: role) }

    /// Starts the server, or joins one that another cairn runs where `joining` allows it.
    package static func start(
        in directory: String, files: ProductFiles, joining: Bool, key configured: MasterKey? = nil, logger: Logger,
        progress: (String) -> Void = { _ in }
    ) async throws -> EmbeddedPostgres {
        try await start(
            in: directory, files: files, joining: joining, key: configured, from: nil, logger: logger,
            progress: progress)
    }

    /// The same with the programs of one installation, or those that are found.
    static func start(
        in directory: String, files: ProductFiles, joining: Bool, key configured: MasterKey? = nil,
        from installation: PostgresInstallation?, logger: Logger, progress: (String) -> Void = { _ in }
    ) async throws -> EmbeddedPostgres {
        let directory = try prepare(directory)
        let account = try ServerAccount.current()
        let lock = try DirectoryLock(directory: directory)
        let found: PostgresInstallation
        if let installation {
            found = installation
        } else {
            found = try await PostgresInstallation.find(version: Cluster.version(in: directory))
        }
        let cluster = Cluster(
            directory: directory, account: account, installation: found,
            socketDirectory: SocketDirectory.choose(
                data: directory, account: account,
                runtimeDirectory: ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"]))
        guard lock != nil else {
            guard joining else {
                throw Refusal("Another cairn is running with the data in \(directory). Stop it first.")
            }
            try await waitUntilRunning(cluster)
            return EmbeddedPostgres(
                cluster: cluster, masterKey: try configured ?? MasterKeyFile.read(in: directory), lock: nil,
                logger: logger)
        }
        let masterKey = try await create(cluster, key: configured, progress: progress)
        let installed = InstalledFiles(cluster.installation)
        try await bringUp(cluster, files: files, progress: progress)
        return EmbeddedPostgres(
            cluster: cluster, masterKey: masterKey, lock: lock, startedFrom: installed, logger: logger)
    }

    /// Stops the server if it is ours to stop.
    package func stop() async throws {
        guard isOwned, cluster.runningServer() != nil else { return }
        try await cluster.stop()
        // Empty now, and made again at the next start.
        rmdir(cluster.socketDirectory)
    }

    /// Watches the server until shutdown: starts it again should it have gone, and stops and starts it when its programs were
    /// replaced by those of an update.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await Task.sleep(for: .seconds(1)) } catch { break }
                guard self.isOwned else { continue }
                if self.cluster.runningServer() == nil {
                    self.logger.error("The embedded PostgreSQL has gone; starting it again.")
                    await self.startAgain()
                } else {
                    await self.lookAtPrograms()
                }
            }
        }
    }

    /// Looks once whether the programs were replaced, and follows when they are whole again.
    func lookAtPrograms(at now: ContinuousClock.Instant = .now) async {
        let seen = InstalledFiles(cluster.installation)
        guard watch.withLock({ $0.look(at: seen, now) }) else { return }
        guard let installed = await PostgresInstallation.inspect(cluster.installation.programs),
            installed.majorVersion == cluster.installation.majorVersion
        else {
            logger.error(
                "The programs of the embedded PostgreSQL were replaced by others that do not run its data; it goes on.",
                metadata: ["programs": "\(cluster.installation.programs)"])
            return
        }
        logger.notice(
            "The programs of the embedded PostgreSQL were replaced; restarting it.",
            metadata: ["was": "\(cluster.installation.version)", "version": "\(installed.version)"])
        do {
            try await cluster.stop()
        } catch {
            logger.error(
                "The embedded PostgreSQL does not stop; that is tried again.", metadata: ["error": "\(error)"])
            watch.withLock { $0.failed() }
        }
        await startAgain()
    }

    private func startAgain() async {
        guard cluster.runningServer() == nil else { return }
        let files = InstalledFiles(cluster.installation)
        do {
            try await cluster.clearAfterCrash()
            try await cluster.configure()
            try await cluster.start()
            watch.withLock { $0 = InstallationWatch(startedFrom: files) }
            logger.notice("The embedded PostgreSQL runs again.")
        } catch {
            logger.error("The embedded PostgreSQL does not start.", metadata: ["error": "\(error)"])
        }
    }

    private static func prepare(_ directory: String) throws(Refusal) -> String {
        if mkdir(directory, 0o700) != 0, errno != EEXIST {
            throw Refusal("The data directory \(directory) cannot be made: \(String(cString: strerror(errno))).")
        }
        guard let real = realpath(directory, nil) else {
            throw Refusal("The data directory \(directory) cannot be reached: \(String(cString: strerror(errno))).")
        }
        defer { free(real) }
        let path = String(cString: real)
        guard !path.contains(where: { "'\"\\\n".contains($0) }) else {
            throw Refusal("The path of the data directory \(path) must not contain quotes or backslashes.")
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw Refusal("The data directory \(path) belongs to somebody else: run cairn as the same user as before.")
        }
        return path
    }

    private static func create(
        _ cluster: Cluster, key configured: MasterKey?, progress: (String) -> Void
    ) async throws -> MasterKey {
        if Cluster.exists(in: cluster.directory) {
            return try configured ?? MasterKeyFile.read(in: cluster.directory)
        }
        progress("Setting up PostgreSQL \(cluster.installation.majorVersion) in \(cluster.directory) …")
        let hasKey = FileManager.default.fileExists(atPath: MasterKeyFile.path(in: cluster.directory))
        let key: MasterKey
        if let configured {
            key = configured
        } else if hasKey {
            key = try MasterKeyFile.read(in: cluster.directory)
        } else {
            key = try MasterKeyFile.create(in: cluster.directory)
        }
        try await cluster.create()
        return key
    }

    /// A server that a killed cairn left behind is restarted: nothing of the dead process may linger in it.
    private static func bringUp(_ cluster: Cluster, files: ProductFiles, progress: (String) -> Void) async throws {
        try SocketDirectory.prepare(cluster.socketDirectory, account: cluster.account)
        if cluster.runningServer() != nil {
            progress("Restarting the PostgreSQL that a killed cairn left running …")
            try await cluster.stop(patience: 20)
        }
        try await cluster.clearAfterCrash()
        try await cluster.configure()
        try await cluster.start()
        do {
            try await cluster.prepareDatabase(rolesFile: files.roles)
        } catch {
            try await cluster.stop()
            throw error
        }
    }

    private static func waitUntilRunning(_ cluster: Cluster) async throws {
        for _ in 0..<150 {
            let socket = cluster.socketDirectory + SocketDirectory.socketName
            if cluster.runningServer() != nil, FileManager.default.fileExists(atPath: socket) { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw Refusal("Another cairn holds the data in \(cluster.directory), but its PostgreSQL does not run.")
    }
}
