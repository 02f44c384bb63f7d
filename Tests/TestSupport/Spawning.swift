import Foundation

/// Starts a program without our open files, in a folder, and with its output in a file there or nowhere. A socket that
/// one test closes would else live on in what another test has started, and who waits for its end would wait in vain:
/// NIO does not close its descriptors across `exec`.
///
/// - Throws: when the program cannot be started.
public func spawn(
    _ command: [String], in folder: String = "/", log: String = "/dev/null",
    environment: [String: String] = ProcessInfo.processInfo.environment
) throws(SpawnError) -> pid_t {
    // The shell closes them, after the fork: what is open by then is all that can be.
    let script = """
        cd "$0" && exec < /dev/null >> "$1" 2>&1 && shift || exit 127
        for file in /proc/$$/fd/*; do [ ${file##*/} -le 2 ] || eval "exec ${file##*/}>&-"; done
        exec "$@"
        """
    var arguments = (["/bin/bash", "-c", script, folder, log] + command).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var process = pid_t()
    let failure = posix_spawn(&process, "/bin/bash", nil, nil, &arguments, &variables)
    guard failure == 0 else { throw SpawnError(reason: String(cString: strerror(failure))) }
    return process
}

/// Why a program could not be started.
public struct SpawnError: Error, CustomStringConvertible {
    let reason: String

    public var description: String { "/bin/bash does not start: \(reason)" }
}
