import Foundation

/// The files of the embedded PostgreSQL and the commands that make, start and stop it. It knows nothing of Cairn's
/// schema. Whoever calls the changing ones holds the directory's lock.
struct Cluster: Sendable {
    let directory: String
    let account: ServerAccount
    let installation: PostgresInstallation
    let socketDirectory: String

    var data: String { directory + "/postgres" }
    var log: String { data + "/log" }

    static func exists(in directory: String) -> Bool {
        FileManager.default.fileExists(atPath: directory + "/postgres/PG_VERSION")
    }

    static func version(in directory: String) -> Int? {
        // Nil where there is no cluster yet, or none of ours: whoever starts it is told by PostgreSQL.
        let text = try? String(contentsOfFile: directory + "/postgres/PG_VERSION", encoding: .utf8)
        return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Makes the files beside their final place and moves them there when they are whole.
    func create() async throws {
        let unfinished = data + ".new"
        // Mostly there is none; one that cannot be removed is told by the next line.
        try? FileManager.default.removeItem(atPath: unfinished)
        guard mkdir(unfinished, 0o700) == 0 else {
            throw Refusal("\(unfinished) cannot be made: \(String(cString: strerror(errno))).")
        }
        if account.stepsDown, chown(unfinished, account.userID, account.groupID) != 0 {
            throw Refusal("\(unfinished) cannot be given to \(account.name): \(String(cString: strerror(errno))).")
        }
        let arguments = [
            "-D", "$DATA", "-U", "postgres", "--auth-local=peer", "--auth-host=reject", "--encoding=UTF8",
            "--locale=C.UTF-8", "--data-checksums",
        ]
        try await run("initdb", arguments, in: unfinished, toDo: "be set up")
        guard rename(unfinished, data) == 0 else {
            throw Refusal("\(unfinished) cannot become \(data): \(String(cString: strerror(errno))).")
        }
    }

    /// Writes the configuration anew, so that it is that of this version of Cairn whatever wrote it before.
    func configure() async throws {
        let program = installation.program("postgres")
        let include = "include = 'cairn.conf'"
        let script = """
            umask 077; cd "$1"; cat > cairn.conf; grep -qxF "$2" postgresql.conf || echo "$2" >> postgresql.conf
            printf '%s\\n' 'local all all peer map=cairn' > pg_hba.conf; printf '%s\\n' "$3" > pg_ident.conf
            """
        let arguments = ["-euc", script, program, "$DATA", include, identities]
        try await run("/bin/sh", arguments, in: data, input: configuration, toDo: "be configured")
    }

    func start() async throws {
        let arguments = ["-D", "$DATA", "-w", "-t", "120", "-l", "$DATA/start.log", "-s", "start"]
        let outcome = try await account.command(installation.program("pg_ctl"), arguments, data: data).run()
        guard outcome.status == 0 else {
            throw Refusal("The embedded PostgreSQL does not start. Its log (\(log)) ends with:\n\(lastWords())")
        }
    }

    /// Ends open transactions, writes a checkpoint and waits until all is on disk. A server that does not come to its end, as
    /// one that is told to stop while it recovers from a crash, is stopped as it is: what was committed is in its log.
    ///
    /// - Parameter patience: how many seconds it has to come to its end.
    func stop(patience: Int = 120) async throws {
        let arguments = ["-D", "$DATA", "-w", "-t", "\(patience)", "-m", "fast", "-s", "stop"]
        let stopping = try await account.command(installation.program("pg_ctl"), arguments, data: data).run()
        if stopping.status == 0 || runningServer() == nil { return }
        let atOnce = ["-D", "$DATA", "-w", "-t", "60", "-m", "immediate", "-s", "stop"]
        try await run("pg_ctl", atOnce, in: data, toDo: "stop")
    }

    /// The process that serves these files, if there is one. A number left in `postmaster.pid` is believed only when
    /// that process works in our directory: after a crash it may by now be anybody's.
    func runningServer() -> pid_t? {
        // Without the file, or while it is being written, no server runs that could be spoken to.
        guard let text = try? String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8),
            let first = text.split(separator: "\n").first, let processID = pid_t(first), processID > 0
        else { return nil }
        return Self.worksHere(processID, data) ? processID : nil
    }

    /// Removes the lock files of a killed server, whose process number may have been given to somebody else: PostgreSQL
    /// could not tell, and would refuse to start. Waits for what the killed one left running. Safe only because the
    /// caller holds the directory's lock.
    func clearAfterCrash() async throws {
        guard runningServer() == nil else { return }
        var rounds = 0
        while let leftover = Self.processes(in: data).first {
            rounds += 1
            guard rounds < 100 else {
                throw Refusal("Process \(leftover) of a killed PostgreSQL still works on \(data). End it first.")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let socket = socketDirectory + SocketDirectory.socketName
        for path in [data + "/postmaster.pid", socket, socket + ".lock"] where unlink(path) != 0 && errno != ENOENT {
            throw Refusal("\(path) cannot be removed: \(String(cString: strerror(errno))).")
        }
    }

    private static func worksHere(_ processID: pid_t, _ data: String) -> Bool {
        // A process that has ended meanwhile, or is another user's, has no folder for us: it works elsewhere.
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(processID)/cwd")) == data
    }

    private static func processes(in data: String) -> [pid_t] {
        // Without /proc nothing is waited for, and PostgreSQL itself refuses to start beside another.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { worksHere($0, data) }
    }
}
