import Foundation

/// The files that a server of PostgreSQL is made of, as they are at one moment: its program, the folder of its libraries, and
/// those that we use. Installing another version, or the same one again, makes other files of them.
struct InstalledFiles: Sendable, Hashable {
    private let files: [File]

    private struct File: Sendable, Hashable {
        let path: String
        let number: Int
        let size: Int
        let changedAt: Date
    }

    /// Nil while the program is not there.
    init?(_ installation: PostgresInstallation) {
        guard let program = Self.file(installation.program("postgres")) else { return nil }
        let libraries = Cluster.libraries.map { "\(installation.libraries)/\($0).so" }
        files = [program] + ([installation.libraries] + libraries).compactMap(Self.file)
    }

    private static func file(_ path: String) -> File? {
        // A file that is not there just now is part of what is seen.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let number = attributes[.systemFileNumber] as? Int, let size = attributes[.size] as? Int,
            let changedAt = attributes[.modificationDate] as? Date
        else { return nil }
        return File(path: path, number: number, size: size, changedAt: changedAt)
    }
}

/// Decides when a server is to be restarted because its files are others than those it was started from. An update replaces
/// them one after the other: they are followed when they have been the same for a while, and each state of them once.
struct InstallationWatch: Sendable {
    /// How long the files must have been the same.
    static let quiet: Duration = .seconds(10)

    private var known: InstalledFiles?
    /// What was known before the files that were told last.
    private var before: InstalledFiles?
    private var pending: (files: InstalledFiles, since: ContinuousClock.Instant)?

    /// Nil where the files could not be read then: the first that are seen count as these.
    init(startedFrom files: InstalledFiles?) {
        known = files
    }

    /// Takes note of the files; true when they are to be followed now. What has been told once is not told again, unless
    /// it could not be followed.
    mutating func look(at files: InstalledFiles?, _ now: ContinuousClock.Instant) -> Bool {
        guard let files else {
            pending = nil
            return false
        }
        guard let known, files != known else {
            known = files
            pending = nil
            return false
        }
        guard let pending, pending.files == files else {
            pending = (files, now)
            return false
        }
        guard now - pending.since >= Self.quiet else { return false }
        before = known
        self.known = files
        self.pending = nil
        return true
    }

    /// What was told last could not be followed: it is told again after another while.
    mutating func failed() { known = before ?? known }
}
