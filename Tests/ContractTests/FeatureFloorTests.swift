import Foundation
import Testing

/// Features do not call each other: what two of them need lies in `Common`, or lower.
@Suite struct FeatureFloorTests {
    /// A Swift file of a feature, without its comments and texts.
    private struct Source {
        let feature: String
        let path: String
        let code: String

        /// - Parameter path: below `Sources/Features`.
        init(path: String, text: String) {
            let parts = path.split(separator: "/").map(String.init)
            let isShared = shared.contains(parts[0]) || parts.count < 3
            let isRoom = parts[0] == "Homework" && rooms.contains(parts[1])
            feature = isShared || isRoom ? parts[0] : parts.prefix(2).joined(separator: "/")
            self.path = path
            code = text.replacing(/(?s)""".*?"""/, with: "").replacing(/"[^"\n]*"/, with: "")
                .replacing(/\/\/[^\n]*/, with: "")
        }
    }

    /// The folder of a feature is `Floor/Feature`; these are floors without rooms, or open to all.
    private static let shared: Set = ["Common", "Features.swift"]
    /// The rooms of one feature that is larger than a folder: homework, from its giving to its review.
    private static let rooms: Set = ["Giving", "Doing", "Reviewing", "Lists", "Planning"]

    @Test func `no feature names a type of another`() throws {
        let sources = try Self.sources()
        #expect(Set(sources.map(\.feature)).count > 25)
        #expect(Self.calls(among: sources) == [])
    }

    @Test func `a call from one feature to another is seen`() {
        let list = Source(path: "Groups/Attendance/Tally.swift", text: "struct AttendanceTally {\n}\n")
        let use = "    // Not AttendanceTally.\n    let tally = AttendanceTally()\n"
        let calls = [
            ("Care/Clients/Clients.swift", use), ("Groups/Attendance/Attendance.swift", use),
            ("Care/Merges/Merges.swift", "    let words = \"AttendanceTally\"\n"), ("Common/People/Region.swift", use),
        ].map { path, text in Source(path: path, text: "extension Client {\n\(text)}\n") }
        #expect(Self.calls(among: [list] + calls) == ["Care/Clients/Clients.swift: AttendanceTally"])
        let common = Source(path: "Common/People/Tally.swift", text: "struct AttendanceTally {\n}\n")
        #expect(Self.calls(among: [common] + calls) == [])
    }

    private static func calls(among sources: [Source]) -> [String] {
        var owners: [String: Set<String>] = [:]
        for source in sources {
            for declared in source.code.matches(
                of: /(?m)^(?:public |package |final )*(?:struct|enum|class|actor|protocol|typealias) (\w+)/)
            {
                owners[String(declared.1), default: []].insert(source.feature)
            }
        }
        var calls: [String] = []
        for source in sources where !shared.contains(source.feature) {
            let words = Set(source.code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
            for word in words {
                guard let homes = owners[word], !homes.contains(source.feature) else { continue }
                if homes.isDisjoint(with: shared) { calls.append("\(source.path): \(word)") }
            }
        }
        return calls.sorted()
    }

    private static func sources() throws -> [Source] {
        let root = URL(filePath: #filePath).appending(path: "../../../Sources/Features").standardized
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map { file in
            let path = file.path.dropFirst(root.path.count).split(separator: "/").joined(separator: "/")
            return Source(path: path, text: try String(contentsOf: file, encoding: .utf8))
        }
    }
}
