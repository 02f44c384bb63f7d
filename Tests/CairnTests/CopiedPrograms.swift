import Foundation
import Logging

@testable import Cairn

/// A copy of the PostgreSQL that is installed, whose files a test replaces as an update would, while its server runs.
struct CopiedPrograms: Sendable {
    let folder: String
    let installation: PostgresInstallation

    static func with(_ body: (CopiedPrograms) async throws -> Void) async throws {
        let installed = try await PostgresInstallation.find()
        let folder = "/tmp/cairn-programs-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["bin", "lib"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
        }
        _ = chmod(folder, 0o755)
        for name in ["initdb", "pg_ctl", "postgres", "psql", "createdb", "pg_config"] {
            let program = installed.program(name)
            guard FileManager.default.fileExists(atPath: program) else { continue }
            try FileManager.default.copyItem(atPath: program, toPath: "\(folder)/bin/\(name)")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: installed.libraries)
        where name.hasSuffix(".so") && !name.hasPrefix("llvmjit") {
            try FileManager.default.copyItem(atPath: "\(installed.libraries)/\(name)", toPath: "\(folder)/lib/\(name)")
        }
        guard let copy = await PostgresInstallation.inspect(folder + "/bin") else {
            throw CrashTestError("the copy of PostgreSQL in \(folder) does not run")
        }
        try await body(CopiedPrograms(folder: folder, installation: copy))
    }

    /// Puts another file with the same content in the place of each, as installing the same version again would.
    func replaceAll() throws {
        for path in [installation.program("postgres")] + (try libraries()) {
            try replace(path, with: try bytes(of: path), permissions: path.hasSuffix(".so") ? 0o644 : 0o755)
        }
    }

    /// Puts libraries in the place of the others that want of the server what it does not have: those of an update.
    func replaceLibrariesByIncompatibleOnes() throws {
        for path in try libraries() { try replace(path, with: try incompatible(path), permissions: 0o644) }
    }

    /// A library under another name that the server cannot load.
    func addIncompatibleLibrary(_ name: String) throws {
        try replace(
            "\(folder)/lib/\(name).so", with: try incompatible("\(folder)/lib/plpgsql.so"), permissions: 0o644)
    }

    func replaceServer(with bytes: [UInt8]) throws {
        try replace(installation.program("postgres"), with: bytes, permissions: 0o755)
    }

    /// Puts another program in the place of the one that starts and stops the server, while something is done.
    func withControl(_ script: String, _ body: () async throws -> Void) async throws {
        let path = installation.program("pg_ctl")
        let own = try bytes(of: path)
        try replace(path, with: Array(script.utf8), permissions: 0o755)
        try await body()
        try replace(path, with: own, permissions: 0o755)
    }

    private func libraries() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/lib").map { "\(folder)/lib/\($0)" }
    }

    /// The library with a function of the server by a name that no server has.
    private func incompatible(_ path: String) throws -> [UInt8] {
        var bytes = try bytes(of: path)
        let name = Array("palloc\0".utf8)
        var index = 0
        while index + name.count <= bytes.count {
            if bytes[index] == name[0], bytes[index..<index + name.count].elementsEqual(name) {
                bytes[index + 5] = UInt8(ascii: "x")
            }
            index += 1
        }
        return bytes
    }

    private func bytes(of path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    /// As dpkg does: the new file is written beside the old one and takes its name.
    private func replace(_ path: String, with bytes: [UInt8], permissions: Int) throws {
        let new = path + ".dpkg-new"
        try Data(bytes).write(to: URL(filePath: new))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: new)
        guard rename(new, path) == 0 else { throw CrashTestError("\(path) cannot be replaced") }
    }
}

/// Keeps the messages of a log.
struct KeptLog: LogHandler {
    let messages: Locked<[String]>
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        messages.change { $0.append("\(event.level): \(event.message)") }
    }

    static func logger() -> (Logger, Locked<[String]>) {
        let messages = Locked<[String]>([])
        return (Logger(label: "test") { _ in KeptLog(messages: messages) }, messages)
    }
}
