import FoundationEssentials

/// The SQL files of a directory, read and put in order.
struct MigrationFiles: Sendable {
    /// Under which name the routines, all together, are recorded.
    static let routines = "routines"

    private let schema: [File]
    private let routines: [File]

    struct File: Sendable {
        let name: String
        let text: String
    }

    init(directory: String) throws(MigrationError) {
        let folder = directory + "/schema"
        schema = try Self.names(in: folder).sorted().map { name throws(MigrationError) in
            File(name: name, text: try Self.text(of: name, in: folder))
        }
        for (index, file) in schema.enumerated() {
            let expected = String(String(10_000 + index + 1).dropFirst())
            guard file.name.hasPrefix(expected + "_") else { throw .misnumbered(file.name) }
        }
        routines = try Self.routines(in: directory + "/" + Self.routines)
    }

    /// What is applied, in order; the routines are one thing, and the last.
    var names: [String] { schema.map(\.name) + (routines.isEmpty ? [] : [Self.routines]) }

    func texts(of name: String) -> [File] {
        name == Self.routines ? routines : schema.filter { $0.name == name }
    }

    /// The files that the manifest names, in its order. Each file of the folder is named there, once.
    private static func routines(in folder: String) throws(MigrationError) -> [File] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        let listed = try text(of: "manifest", in: folder).split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("#") }
        let found = try names(in: folder)
        let difference = Set(listed).symmetricDifference(found)
        if let name = difference.sorted().first { throw .unlisted(name) }
        guard Set(listed).count == listed.count else { throw .unlisted("manifest") }
        return try listed.map { name throws(MigrationError) in File(name: name, text: try text(of: name, in: folder)) }
    }

    /// The SQL files below a folder, by their paths from there.
    private static func names(in folder: String) throws(MigrationError) -> [String] {
        do {
            return try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }
        } catch {
            throw .unreadable(folder)
        }
    }

    private static func text(of name: String, in folder: String) throws(MigrationError) -> String {
        guard let data = FileManager.default.contents(atPath: folder + "/" + name),
            let text = String(validating: data, as: UTF8.self), !text.utf8.contains(0)
        else { throw .unreadable(name) }
        return text
    }
}
