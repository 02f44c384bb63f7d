import Foundation

/// A program to run to its end: what it is given and what it answered.
///
/// Foundation's `Process` waits until everything that inherited its descriptors has ended; a daemon that `pg_ctl`
/// starts does not, so this spawns by itself. Input and output are unnamed files: nothing can block on a full pipe.
struct Command: Sendable {
    var executable: String
    var arguments: [String]
    var input: String = ""
    /// How long it may take; then it and what it started are killed. Nil: as long as it likes.
    var patience: Duration?

    struct Exit: Sendable {
        /// The exit status, or 128 and the signal.
        var status: Int32
        var output: String
        /// Whether a signal ended it, ours or another's.
        var isKilled = false
    }

    /// Runs the program without blocking the caller's thread. Standard error is part of the output.
    func run() async throws -> Exit {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try runBlocking() })
            }
        }
    }

    private func runBlocking() throws(Refusal) -> Exit {
        let (stdin, stdout) = (try UnnamedFile(content: input), try UnnamedFile(content: ""))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin.descriptor, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, stdout.descriptor, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, stdout.descriptor, STDERR_FILENO)
        closeTheRest(&actions)
        // A process group of its own: the terminal's Ctrl-C is for cairn, which stops PostgreSQL when it has drained.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var processID = pid_t()
        let failure = withCStrings([executable] + arguments) { arguments in
            withCStrings(environment) { posix_spawn(&processID, executable, &actions, &attributes, arguments, $0) }
        }
        guard failure == 0 else { throw Refusal("\(executable) cannot be run: \(String(cString: strerror(failure))).") }
        let status = end(of: processID)
        let exited = status & 0x7F == 0
        return Exit(
            status: exited ? (status >> 8) & 0xFF : 128 + (status & 0x7F), output: stdout.content(), isKilled: !exited)
    }

    /// The server's ports, connections and locks must not live on in what it starts, and libraries leave some of them open
    /// across `exec`. What another thread opens meanwhile takes the lowest free number, so a few more are closed;
    /// where the list cannot be had, all that a process usually may open.
    private func closeTheRest(_ actions: inout posix_spawn_file_actions_t) {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.compactMap(Int32.init)
        for descriptor in STDERR_FILENO + 1...(open?.max() ?? 960) + 64 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
    }

    private func end(of process: pid_t) -> Int32 {
        var status: Int32 = 0
        if let patience {
            let deadline = ContinuousClock.now + patience
            while ContinuousClock.now < deadline {
                if waitpid(process, &status, WNOHANG) == process { return status }
                usleep(20_000)
            }
            // Not waited for yet, so the number is still this program's, and its group's.
            kill(-process, SIGKILL)
        }
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// Neither libpq's own variables nor ours (they hold secrets) are any business of what we start.
    private var environment: [String] {
        let passed = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("PG") && !name.hasPrefix("CAIRN_") && !name.hasPrefix("LC_") && name != "LANG"
        }
        return passed.map { "\($0)=\($1)" } + ["LC_ALL=C.UTF-8"]
    }
}

private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return copies.withUnsafeBufferPointer { pointers in
        guard let base = pointers.baseAddress else { preconditionFailure("an array with a closing nil is never empty") }
        return body(base)
    }
}

/// A temporary file that has no name any more and goes with its last descriptor.
private final class UnnamedFile {
    let descriptor: Int32

    init(content: String) throws(Refusal) {
        var template = Array("/tmp/cairn-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
            throw Refusal("/tmp cannot be written: \(String(cString: strerror(errno))).")
        }
        unlink(template)
        let bytes = Array(content.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw Refusal("/tmp is full: \(String(cString: strerror(errno))).")
        }
    }

    deinit {
        close(descriptor)
    }

    func content() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        lseek(descriptor, 0, SEEK_SET)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[0..<count]
        }
    }
}
