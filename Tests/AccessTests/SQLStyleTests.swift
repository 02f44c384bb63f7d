import Foundation
import TestSupport
import Testing

/// What `Migrations/STANDARDS.md` promises of the SQL files, where a program can see it.
@Suite struct SQLStyleTests {
    private struct File: Sendable, CustomTestStringConvertible {
        let path: String
        let lines: [Substring]

        var testDescription: String { path }
    }

    private static func files() throws -> [File] {
        let root = Repository.file("Migrations")
        let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
        return try found.compactMap { $0 as? URL }.filter { $0.pathExtension == "sql" }.map { url in
            let text = try String(contentsOf: url, encoding: .utf8)
            return File(
                path: String(url.path.dropFirst(root.path.count + 1)),
                lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    @Test func `there is a file for each domain, and no line is longer than 120 columns`() throws {
        let files = try Self.files()
        #expect(files.count > 80)
        #expect(files.flatMap(Self.longLines) == [])
    }

    @Test func `a long line and a long file are seen`() {
        let line = Substring(repeating: "x", count: 120)
        #expect(Self.longLines(of: File(path: "a.sql", lines: [line, line + "x", ""])) == ["a.sql:2"])
        let lines = Array(repeating: line, count: 300)
        #expect(!Self.isLong(File(path: "a.sql", lines: lines + [""])))
        #expect(Self.isLong(File(path: "a.sql", lines: lines + [line, ""])))
    }

    private static func longLines(of file: File) -> [String] {
        file.lines.enumerated().filter { $0.element.count > 120 }.map { "\(file.path):\($0.offset + 1)" }
    }

    /// The line feed at the end begins no line.
    private static func isLong(_ file: File) -> Bool { file.lines.count > 301 }

    @Test func `a file has no more than 300 lines`() throws {
        #expect(try Self.files().filter(Self.isLong).map(\.path) == [])
    }

    @Test func `policies come from the template`() throws {
        // Of tables that belong to no practice's people: keys, limits, answers that are kept, and the worker's own.
        let known = ["routines/access/policies.sql", "routines/audit/policies.sql"]
        let found = try Self.files().filter { $0.lines.contains { $0.contains("create policy") } }.map(\.path).sorted()
        #expect(found == known)
    }

    @Test func `whoever gives way waits for half a second`() throws {
        let lines = try Self.files().filter { $0.path.hasPrefix("routines/") }.flatMap(\.lines)
        let waits = lines.filter { $0.contains("lock_timeout") }
        #expect(waits.count == 8)
        let halfASecond = "'500ms'"
        #expect(waits.allSatisfy { $0.contains("set lock_timeout = \(halfASecond)") })
    }

    @Test func `tables stand in the schema, and routines nowhere else than in theirs`() throws {
        func holds(_ file: File, _ word: String) -> Bool { file.lines.contains { $0.hasPrefix(word) } }
        let files = try Self.files()
        let tables = files.filter { holds($0, "create table") && !$0.path.hasPrefix("schema/") }.map(\.path).sorted()
        // What the access rules themselves are made of goes and comes with them.
        #expect(
            tables == [
                "routines/access/matrix.sql", "routines/access/policies.sql", "routines/access/references.sql",
                "routines/access/targets.sql", "routines/people/merges.sql", "routines/people/names.sql",
            ])
        // What a file of the schema makes for itself in pg_temp goes with it.
        let functions = files.filter { file in
            file.path.hasPrefix("schema/")
                && file.lines.contains { $0.hasPrefix("create function") && !$0.hasPrefix("create function pg_temp.") }
        }.map(\.path)
        #expect(functions == ["schema/0001_words.sql"], "what columns are made of")
        let triggers = files.filter { holds($0, "create trigger") && $0.path.hasPrefix("schema/") }.map(\.path)
        #expect(triggers == [])
    }
}
