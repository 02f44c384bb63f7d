import Foundation

/// PostgreSQL's programs as the system has them installed.
struct PostgresInstallation: Sendable, Equatable {
    /// The folder of `initdb`, `pg_ctl`, `postgres` and `psql`.
    let programs: String
    let majorVersion: Int
    /// As `postgres` says it: `15.18 (Debian 15.18-0+deb12u1)`.
    let version: String
    /// The folder of the libraries that a server loads, PostgreSQL's `$libdir`.
    let libraries: String

    static let oldest = 15

    func program(_ name: String) -> String { programs + "/" + name }

    /// Finds the newest version there is, or exactly `version` when data written by it are already there.
    static func find(version: Int? = nil) async throws(Refusal) -> PostgresInstallation {
        var found: [PostgresInstallation] = []
        for folder in await folders() {
            if let installation = await inspect(folder) { found.append(installation) }
        }
        found.sort { $0.majorVersion > $1.majorVersion }
        if let version {
            if let exact = found.first(where: { $0.majorVersion == version }) { return exact }
            throw Refusal(
                "The data were written by PostgreSQL \(version), which is not installed\(list(found)). Install it "
                    + "(apt-get install postgresql-\(version)), or move the data with pg_dump: README.md, Upgrades.")
        }
        guard let newest = found.first, newest.majorVersion >= oldest else {
            throw Refusal(
                "PostgreSQL \(oldest) or newer is not installed\(list(found)). Install it (apt-get install "
                    + "postgresql), or set CAIRN_DATABASE_URL to a database you have.")
        }
        return newest
    }

    private static func list(_ found: [PostgresInstallation]) -> String {
        found.isEmpty ? "" : " (found: \(found.map { String($0.majorVersion) }.joined(separator: ", ")))"
    }

    /// Debian's and Red Hat's places, PostgreSQL's own default, and wherever `pg_config` points.
    private static func folders() async -> [String] {
        var folders = ["/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin"]
        // Not Debian: the other places are looked at.
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        folders += versions.map { "/usr/lib/postgresql/\($0)/bin" }
        folders += (15...30).map { "/usr/pgsql-\($0)/bin" }
        for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
            let program = "\(folder)/pg_config"
            guard FileManager.default.isExecutableFile(atPath: program) else { continue }
            // What does not run points nowhere.
            let outcome = try? await Command(executable: program, arguments: ["--bindir"]).run()
            if let outcome, outcome.status == 0 {
                folders.append(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
        var seen: Set<String> = []
        return folders.filter { seen.insert($0).inserted }
    }

    /// What is installed in a folder of programs, or nil where something is missing or does not run.
    static func inspect(_ folder: String) async -> PostgresInstallation? {
        for name in ["initdb", "pg_ctl", "postgres", "psql", "createdb"] {
            guard FileManager.default.isExecutableFile(atPath: folder + "/" + name) else { return nil }
        }
        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
        // A program that does not run is no installation.
        let outcome = try? await Command(executable: folder + "/postgres", arguments: ["--version"]).run()
        guard let outcome, outcome.status == 0,
            let version = outcome.output.components(separatedBy: "(PostgreSQL) ").last,
            let major = Int(version.prefix { $0.isNumber })
        else { return nil }
        return PostgresInstallation(
            programs: folder, majorVersion: major, version: version.trimmingCharacters(in: .whitespacesAndNewlines),
            libraries: await libraries(of: folder))
    }

    /// Where `pg_config` says, or beside the programs, as Debian, Red Hat and PostgreSQL itself have them.
    private static func libraries(of folder: String) async -> String {
        let parent = (folder as NSString).deletingLastPathComponent
        var places = ["/lib", "/lib/postgresql", "/lib64/pgsql"].map { parent + $0 }
        let program = folder + "/pg_config"
        // One that does not run says nothing: the usual places are looked at.
        if FileManager.default.isExecutableFile(atPath: program),
            let outcome = try? await Command(executable: program, arguments: ["--pkglibdir"]).run(),
            outcome.status == 0
        {
            places.insert(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines), at: 0)
        }
        return places.first { FileManager.default.fileExists(atPath: $0 + "/plpgsql.so") } ?? places[0]
    }
}
