import Foundation

/// The account of the operating system that PostgreSQL runs as. It refuses to run as root, so root steps down.
struct ServerAccount: Sendable, Equatable {
    let name: String
    let userID: uid_t
    let groupID: gid_t
    /// The account `cairn` itself runs as.
    let caller: String
    /// Whether `cairn` runs as root and has to step down to this account.
    let stepsDown: Bool

    static func current() throws(Refusal) -> ServerAccount {
        let userID = geteuid()
        guard let caller = lookUp(userID) else {
            throw Refusal(
                "The user id \(userID) has no name in /etc/passwd, so PostgreSQL cannot tell who connects. Run cairn "
                    + "as a named user, or set CAIRN_DATABASE_URL.")
        }
        guard userID == 0 else {
            return ServerAccount(
                name: caller.name, userID: userID, groupID: caller.group, caller: caller.name, stepsDown: false)
        }
        for name in ["postgres", "nobody"] {
            guard let entry = getpwnam(name) else { continue }
            return ServerAccount(
                name: name, userID: entry.pointee.pw_uid, groupID: entry.pointee.pw_gid, caller: caller.name,
                stepsDown: true)
        }
        throw Refusal(
            "cairn runs as root, PostgreSQL must not, and neither user postgres nor nobody exists. Create one, or run "
                + "cairn as another user.")
    }

    /// The command as this account would run it, `$DATA` standing for the data directory.
    ///
    /// As root, a checkout may lie where the account cannot go (`/root` is closed to everyone else). So root opens the
    /// directory and hands it over as an open file: the kernel then leads to it without asking about the way there.
    func command(_ program: String, _ arguments: [String], data: String, input: String = "") throws(Refusal) -> Command
    {
        guard stepsDown else {
            let arguments = arguments.map { $0.replacingOccurrences(of: "$DATA", with: data) }
            return Command(
                executable: "/bin/sh", arguments: ["-c", #"cd /; exec "$@""#, "cairn", program] + arguments,
                input: input)
        }
        let handed = arguments.map { $0.replacingOccurrences(of: "$DATA", with: "/proc/self/fd/9") }
        let script = #"cd /; exec 9<"$1"; shift; exec "$@""#
        return Command(
            executable: "/bin/sh",
            arguments: ["-c", script, "cairn", data] + (try stepDown()) + [program] + handed, input: input)
    }

    private func stepDown() throws(Refusal) -> [String] {
        let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].first(where: FileManager.default.isExecutableFile)
        guard let setpriv else {
            throw Refusal(
                "cairn runs as root and needs setpriv (Debian package util-linux) to run PostgreSQL as \(name).")
        }
        return [
            setpriv, "--reuid=\(userID)", "--regid=\(groupID)", "--init-groups", "--inh-caps=-all",
            "--no-new-privs", "--",
        ]
    }

    private static func lookUp(_ userID: uid_t) -> (name: String, group: gid_t)? {
        guard let entry = getpwuid(userID), let name = entry.pointee.pw_name else { return nil }
        return (String(cString: name), entry.pointee.pw_gid)
    }
}
