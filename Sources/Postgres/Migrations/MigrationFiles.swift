import FoundationEssentials

/// The SQL files of a directory, read and put in order.
struct MigrationFiles: Sendable {
    /// Under which name the access files, all together, are recorded.
    static let access = "access"

    private let numbered: [File]
    private let repeatable: [File]

    struct File: Sendable {
        let name: String
        let text: String
    }

    init(directory: String) throws(MigrationError) {
        numbered = try Self.read(directory)
        let access = directory + "/" + Self.access
        repeatable = FileManager.default.fileExists(atPath: access) ? try Self.read(access) : []
        for (index, file) in numbered.enumerated() {
            let expected = String(String(10_000 + index + 1).dropFirst())
            guard file.name.hasPrefix(expected + "_") else { throw .misnumbered(file.name) }
        }
    }

    /// What is applied, in order; the access files are one thing, and the last.
    var names: [String] { numbered.map(\.name) + (repeatable.isEmpty ? [] : [Self.access]) }

    func texts(of name: String) -> [File] {
        name == Self.access ? repeatable : numbered.filter { $0.name == name }
    }

    private static func read(_ directory: String) throws(MigrationError) -> [File] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".sql") }
        } catch {
            throw .unreadable(directory)
        }
        var files: [File] = []
        for name in names.sorted() {
            guard let data = FileManager.default.contents(atPath: directory + "/" + name),
                let text = String(validating: data, as: UTF8.self), !text.utf8.contains(0)
            else { throw .unreadable(name) }
            files.append(File(name: name, text: text))
        }
        return files
    }
}
