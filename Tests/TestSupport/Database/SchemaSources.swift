import Crypto
import Foundation

/// The files of the package that make a database.
struct SchemaSources {
    /// The text of `deploy/roles.sql`.
    let roles: String
    /// The directory of the migrations.
    let migrations: String
    /// Names this text of roles and migrations.
    let checksum: String

    init() throws {
        let root = URL(filePath: #filePath).appending(path: "../../../../").standardized
        let rolesFile = root.appending(path: "deploy/roles.sql")
        let directory = root.appending(path: "Migrations")
        roles = try String(contentsOf: rolesFile, encoding: .utf8)
        migrations = directory.path
        var hash = SHA256()
        hash.update(data: Data(roles.utf8))
        for path in try FileManager.default.subpathsOfDirectory(atPath: migrations).sorted()
        where path.hasSuffix(".sql") {
            hash.update(data: Data(path.utf8))
            hash.update(data: try Data(contentsOf: directory.appending(path: path)))
        }
        checksum = hash.finalize().prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
