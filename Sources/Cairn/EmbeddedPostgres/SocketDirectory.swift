import Foundation

/// Where the Unix socket lies: reachable by the account of PostgreSQL and root only, and short enough for the kernel.
enum SocketDirectory {
    /// `sun_path` holds 108 bytes with the closing zero.
    static let longestPath = 107
    static let socketName = "/.s.PGSQL.5432"

    /// Beside the data where that is possible, otherwise under /run or /tmp with a name made from the data's path.
    static func choose(data directory: String, account: ServerAccount, runtimeDirectory: String?) -> String {
        let suffix = fingerprint(directory)
        if account.stepsDown { return "/run/cairn-\(suffix)" }
        var candidates = [directory + "/run"]
        if let runtimeDirectory, !runtimeDirectory.isEmpty { candidates.append("\(runtimeDirectory)/cairn-\(suffix)") }
        let fits = candidates.first { ($0 + socketName).utf8.count <= longestPath }
        return fits ?? "/tmp/cairn-\(account.userID)-\(suffix)"
    }

    /// Makes the directory, or makes sure that the one there is ours and nobody else can enter it.
    static func prepare(_ path: String, account: ServerAccount) throws(Refusal) {
        if mkdir(path, 0o700) == 0 {
            guard !account.stepsDown || chown(path, account.userID, account.groupID) == 0 else {
                throw Refusal("\(path) cannot be given to \(account.name): \(String(cString: strerror(errno))).")
            }
            return
        }
        // What is there and cannot be looked at is refused like what cannot be made.
        guard errno == EEXIST, let found = try? FileManager.default.attributesOfItem(atPath: path) else {
            throw Refusal("\(path) for the socket of PostgreSQL cannot be made: \(String(cString: strerror(errno))).")
        }
        let isOurs = found[.ownerAccountID] as? Int == Int(account.userID)
        let isClosed = (found[.posixPermissions] as? Int).map { $0 & 0o077 == 0 } ?? false
        guard found[.type] as? FileAttributeType == .typeDirectory, isOurs, isClosed else {
            throw Refusal(
                "\(path), where the socket of PostgreSQL would lie, is not a directory that only \(account.name) can "
                    + "enter. Somebody else made it: remove it.")
        }
    }

    /// FNV-1a: the same path gives the same name on every start.
    private static func fingerprint(_ path: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }
}
