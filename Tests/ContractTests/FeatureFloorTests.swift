import Foundation
import Testing

/// Features do not call each other: what two of them need lies in `Common`, or lower.
@Suite struct FeatureFloorTests {
    /// A Swift file of a feature, without its comments and texts.
    private struct Source {
        let feature: String
        let path: String
        let code: String
    }

    /// The folder of a feature is `Floor/Feature`; these are floors without rooms, or open to all.
    private static let shared: Set = ["Common", "Features.swift"]
    /// The rooms of one feature that is larger than a folder: homework, from its giving to its review.
    private static let rooms: Set = ["Giving", "Doing", "Reviewing", "Lists", "Planning"]

    @Test func `no feature names a type of another`() throws {
        let sources = try Self.sources()
        #expect(Set(sources.map(\.feature)).count > 25)
        var owners: [String: Set<String>] = [:]
        for source in sources {
            for declared in source.code.matches(
                of: /(?m)^(?:public |package |final )*(?:struct|enum|class|actor|protocol|typealias) (\w+)/)
            {
                owners[String(declared.1), default: []].insert(source.feature)
            }
        }
        var calls: [String] = []
        for source in sources where !Self.shared.contains(source.feature) {
            let words = Set(source.code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
            for word in words {
                guard let homes = owners[word], !homes.contains(source.feature) else { continue }
                if homes.isDisjoint(with: Self.shared) { calls.append("\(source.path): \(word)") }
            }
        }
        #expect(calls.sorted() == [])
    }

    private static func sources() throws -> [Source] {
        let root = URL(filePath: #filePath).appending(path: "../../../Sources/Features").standardized
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
        return try (files ?? []).filter { $0.pathExtension == "swift" }.map { file in
            let parts = file.path.dropFirst(root.path.count).split(separator: "/").map(String.init)
            let isShared = shared.contains(parts[0]) || parts.count < 3
            let text = try String(contentsOf: file, encoding: .utf8)
                .replacing(/(?s)""".*?"""/, with: "").replacing(/"[^"\n]*"/, with: "").replacing(/\/\/[^\n]*/, with: "")
            let isRoom = parts[0] == "Homework" && rooms.contains(parts[1])
            return Source(
                feature: isShared || isRoom ? parts[0] : parts.prefix(2).joined(separator: "/"),
                path: parts.joined(separator: "/"), code: text)
        }
    }
}
