import Foundation
import Testing

/// The decision pages are numbered, say how they stand, and are listed.
@Suite struct DecisionTests {
    private static let folder = URL(filePath: #filePath).appending(
        path: "../../../Sources/Cairn/Documentation.docc/Decisions"
    ).standardized

    @Test func `each decision has its number, its status and its line in the list`() throws {
        let pages = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".md") && $0 != "README.md" }.sorted()
        #expect(pages.count > 40)
        var lines: [String] = []
        for page in pages {
            let text = try String(contentsOf: Self.folder.appending(path: page), encoding: .utf8)
            let title = text.split(separator: "\n").first ?? ""
            #expect(title.hasPrefix("# \(page.prefix(4)): "), "\(page)")
            #expect(text.contains("\nStatus: "), "\(page)")
            lines.append("- [\(title.dropFirst(2))](\(page))")
        }
        #expect(Set(pages.map { $0.prefix(4) }).count == pages.count, "no number twice")
        let list = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
        #expect(list.split(separator: "\n").filter { $0.hasPrefix("- ") }.map(String.init) == lines)
    }
}
