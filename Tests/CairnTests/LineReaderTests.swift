import JSON
import Testing

@testable import Cairn

@Suite struct `Reading lines` {
    @Test(arguments: [
        ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb\r\nc", ["a", "", "b", "c"]), ("\n", [""]),
    ])
    func `lines end with a line feed or with the file`(_ content: String, _ lines: [String]) async throws {
        #expect(try await read(content, limit: 100).lines == lines)
    }

    @Test func `a line that is too long is cut and the next one is whole`() async throws {
        let long = String(repeating: "x", count: 300_000)
        let (lines, bytes) = try await read("first\n\(long)\nlast\n", limit: 70_000)
        #expect(lines.map(\.utf8.count) == [5, 70_001, 4])
        #expect(bytes == 300_012)
    }

    @Test func `lines that cross the pieces in which a file is read are whole`() async throws {
        let lines = (0..<20_000).map { "line number \($0)" }
        #expect(try await read(lines.joined(separator: "\n"), limit: 100).lines == lines)
    }

    private func read(_ content: String, limit: Int) async throws -> (lines: [String], bytes: Int) {
        try await withFile(content) { path in
            var reader = try LineReader(path: path, limit: limit)
            var lines: [String] = []
            while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
            return (lines, reader.bytesRead)
        }
    }
}
