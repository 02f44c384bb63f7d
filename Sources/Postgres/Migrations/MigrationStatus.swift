/// How a database stands against our migration files.
public struct MigrationStatus: Sendable, Hashable {
    /// In one word.
    public enum State: String, Sendable {
        /// The database is what the files say.
        case current
        /// Files are still to be applied.
        case behind
        /// The database has files that we do not know: it was migrated by another program.
        case unknown
        /// A file was changed after it had been applied.
        case changed
    }

    /// Files of the schema still to be applied, in order.
    public let pending: [String]
    /// Files the database has and we do not.
    public let unknown: [String]
    /// Files of the schema that are not what was applied.
    public let changed: [String]
    /// The text of the routines is not what was applied.
    public let areRoutinesChanged: Bool
    /// Routines that were made and are not there any more, or not as they were made.
    public let lost: [String]

    init(ours: [Migration], recorded: [Migration], lost: [String]) {
        let recordedChecksums = Dictionary(recorded.map { ($0.name, $0.checksum) }) { first, _ in first }
        let schema = ours.filter { $0.name != MigrationFiles.routines }
        pending = schema.filter { recordedChecksums[$0.name] == nil }.map(\.name)
        changed = schema.filter { ours in
            guard let checksum = recordedChecksums[ours.name] else { return false }
            return checksum != ours.checksum
        }.map(\.name)
        let names = Set(ours.map(\.name))
        unknown = recorded.map(\.name).filter { !names.contains($0) && $0 != MigrationFiles.routines }
        let routines = ours.first { $0.name == MigrationFiles.routines }
        areRoutinesChanged = routines.map { recordedChecksums[$0.name] != $0.checksum } ?? false
        self.lost = routines == nil ? [] : lost
    }

    /// In one word; the worst that holds.
    public var state: State {
        if !changed.isEmpty { return .changed }
        if !unknown.isEmpty { return .unknown }
        return toApply.isEmpty ? .current : .behind
    }

    /// What a migration would apply, in order.
    public var toApply: [String] {
        pending + (areRoutinesChanged || !lost.isEmpty ? [MigrationFiles.routines] : [])
    }
}

/// Why migrations were not applied.
public enum MigrationError: Error, Sendable, Hashable {
    /// The directory or one of its files cannot be read as UTF-8 text.
    case unreadable(String)
    /// A file's name is not `NNNN_name.sql` with the number that follows the one before, from 0001.
    case misnumbered(String)
    /// A file of routines is not in the manifest, or the manifest names one that is not there, or one twice.
    case unlisted(String)
    /// These were changed after they had been applied.
    case changed([String])
    /// The database has these and we do not.
    case unknown([String])
    /// The database refused this file.
    case failed(String, PostgresError)
}
