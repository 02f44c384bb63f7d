import Foundation
import TestSupport

/// A Swift file, as lines to be counted and texts to be looked into. It stands as `swift format` writes it, which the lint
/// holds: so what is indented like a declaration is not in it.
struct SwiftShape {
    let path: String
    let lines: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// All Swift files below folders of the repository.
    static func all(in folders: String...) throws -> [SwiftShape] {
        try folders.flatMap { folder in
            let root = Repository.file(folder)
            let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
            return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map { file in
                SwiftShape(
                    path: String(file.path.dropFirst(root.path.count - folder.count)),
                    text: try String(contentsOf: file, encoding: .utf8))
            }
        }
    }

    /// How many lines there are; the line feed at the end begins no other.
    var count: Int { lines.last == "" ? lines.count - 1 : lines.count }
}

extension SwiftShape {
    /// A function, an initializer or a computed property, from its first line to its brace.
    struct Function: Equatable {
        let name: String
        let count: Int
    }

    var functions: [Function] {
        lines.indices.compactMap { start in
            guard let name = Self.name(declaredIn: lines[start]), let opening = opening(from: start) else { return nil }
            // All of it is on one line.
            if lines[opening].hasSuffix("}") { return Function(name: name, count: opening - start + 1) }
            let brace = lines[start].prefix { $0 == " " } + "}"
            let end = lines[opening...].dropFirst().firstIndex { $0.hasPrefix(brace) }
            return end.map { Function(name: name, count: $0 - start + 1) }
        }
    }

    /// The declarations that name a type, once for each line that does: the function, the initializer or the computed property
    /// in which it is named, or else the type that is extended. What a comment says is not counted.
    func declarations(naming type: Substring) -> [String] {
        lines.indices.filter { index in
            !lines[index].drop { $0 == " " }.hasPrefix("//")
                && lines[index].split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains(type)
        }.compactMap { index in
            lines[...index].reversed().lazy.compactMap { line in
                line.hasPrefix("extension ")
                    ? String(line.dropFirst(10).prefix { $0 != " " && $0 != ":" }) : Self.name(declaredIn: line)
            }.first
        }
    }

    private static let modifiers: Set<Substring> = [
        "public", "package", "private", "fileprivate", "internal", "static", "class", "final", "override", "mutating",
        "consuming", "borrowing", "convenience", "nonisolated", "required",
    ]

    private static func name(declaredIn line: Substring) -> String? {
        var rest = line.drop { $0 == " " }
        while let space = rest.firstIndex(of: " ") {
            let word = rest[..<space].prefix { $0 != "(" }
            guard word.hasPrefix("@") || modifiers.contains(word) else { break }
            rest = rest[space...].dropFirst()
        }
        if rest.hasPrefix("func `") { return "\(rest.dropFirst(6).prefix { $0 != "`" })" }
        if rest.hasPrefix("func ") { return "\(rest.dropFirst(5).prefix { $0 != "(" && $0 != " " })" }
        if rest.hasPrefix("var ") {
            let head = rest.prefix { $0 != "{" && $0 != "=" }
            return head.endIndex < rest.endIndex && rest[head.endIndex] == "{"
                ? "\(rest.dropFirst(4).prefix { $0 != ":" })" : nil
        }
        let word = rest.prefix(while: \.isLetter)
        let isCalled = rest[word.endIndex...].first.map("(<? {".contains) ?? false
        return isCalled && ["init", "subscript", "deinit"].contains(word) ? String(word) : nil
    }

    /// The line on which the body of a declaration begins; nil where it has none, as in a protocol.
    private func opening(from start: Int) -> Int? {
        let margin = lines[start].prefix { $0 == " " }.count
        for index in lines.indices[start...] {
            let words = lines[index].drop { $0 == " " }
            let indent = lines[index].count - words.count
            let goesOn = [")", "->", ">", "{", "where "].contains { words.hasPrefix($0) }
            if index > start, indent < margin || (indent == margin && !goesOn) { return nil }
            // Braces among the parameters are those of closures.
            let isAmongParameters = index > start && indent > margin && !goesOn
            if !isAmongParameters, words.contains("{") { return index }
        }
        return nil
    }
}

extension SwiftShape {
    /// The texts of the file: what stands between quotes.
    var texts: [String] {
        var (texts, open): ([String], [Substring]?) = ([], nil)
        for line in lines {
            let words = line.drop { $0 == " " }
            if let lines = open {
                open = words.hasPrefix("\"\"\"") ? nil : lines + [line]
                if open == nil { texts.append(lines.joined(separator: "\n")) }
            } else if words.hasPrefix("//") {
                continue
            } else if line.hasSuffix("\"\"\"") {
                open = []
            } else {
                let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
                texts += parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
            }
        }
        return texts
    }

    /// The texts that are SQL: statements, parts of them that ask for rows, and calls of our functions.
    var statements: [String] { texts.filter(Self.isSQL) }

    static func isSQL(_ text: String) -> Bool {
        let words = text.split(whereSeparator: \.isWhitespace)
        let next = words.dropFirst().prefix(3)
        switch words.first {
        case "select": return true
        case "insert": if next.first == "into" { return true }
        case "delete": if next.first == "from" { return true }
        case "update": if next.dropFirst().contains("set") { return true }
        case "with": if next.first?.hasPrefix("\\(") == true || next.dropFirst().first == "as" { return true }
        case "set": if next.first == "local" { return true }
        case "create": if next.first == "database" || next.first == "table" { return true }
        case "lock": if next.first == "table" { return true }
        default: break
        }
        return words.indices.contains { index in
            let word = words[index]
            if word.hasSuffix("(select") { return true }
            if word == "select" { return index > 0 && words[index - 1].hasSuffix("(") }
            if word == "from" { return words[index...].dropFirst(3).first == "where" }
            return word.utf8.contains(UInt8(ascii: ".")) && word.contains(/\baccess\.\w+\(/)
        }
    }
}
