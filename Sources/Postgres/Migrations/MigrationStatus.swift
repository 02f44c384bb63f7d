/// How a database stands against our migration files.
public struct MigrationStatus: Sendable, Hashable {
    /// In one word.
    public enum State: String, Sendable {
        /// The database is what the files say.
        case current
        /// Files are still to be applied.
        case behind
        /// The database has files that we do not know: it was migrated by a newer program.
        case ahead
        /// A file was changed after it had been applied.
        case changed
    }

    /// Files still to be applied, in order.
    public let pending: [String]
    /// Files the database has and we do not.
    public let unknown: [String]
    /// Files that are not what was applied.
    public let changed: [String]
    /// The access files are not what was applied.
    public let isAccessChanged: Bool

    init(ours: [Migration], recorded: [Migration]) {
        let recordedChecksums = Dictionary(recorded.map { ($0.name, $0.checksum) }) { first, _ in first }
        let numbered = ours.filter { $0.name != MigrationFiles.access }
        pending = numbered.filter { recordedChecksums[$0.name] == nil }.map(\.name)
        changed = numbered.filter { ours in
            guard let checksum = recordedChecksums[ours.name] else { return false }
            return checksum != ours.checksum
        }.map(\.name)
        let names = Set(ours.map(\.name))
        unknown = recorded.map(\.name).filter { !names.contains($0) && $0 != MigrationFiles.access }
        let access = ours.first { $0.name == MigrationFiles.access }
        isAccessChanged = access.map { recordedChecksums[$0.name] != $0.checksum } ?? false
    }

    /// In one word; the worst that holds.
    public var state: State {
        if !changed.isEmpty { return .changed }
        if !unknown.isEmpty { return .ahead }
        return pending.isEmpty && !isAccessChanged ? .current : .behind
    }
}

/// Why migrations were not applied.
public enum MigrationError: Error, Sendable, Hashable {
    /// The directory or one of its files cannot be read as UTF-8 text.
    case unreadable(String)
    /// A file's name is not `NNNN_name.sql` with the number that follows the one before, from 0001.
    case misnumbered(String)
    /// These were changed after they had been applied.
    case changed([String])
    /// The database has these and we do not.
    case unknown([String])
    /// The database refused this file.
    case failed(String, PostgresError)
}
