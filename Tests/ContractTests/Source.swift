import Foundation
import TestSupport

/// A source file, as text to look for words in.
struct Source {
    let path: String
    let text: String

    static func all(in folder: String, ending: String) throws -> [Source] {
        let root = Repository.file(folder)
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
        return try files.compactMap { $0 as? URL }.filter { $0.path.hasSuffix(ending) }.map { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            let code = text.replacing(/(?m)^[ \t]*\/\/.*\n/, with: "")
            return Source(path: String(file.path.dropFirst(root.path.count - folder.count)), text: code)
        }
    }

    /// The words of this file's enums of texts.
    var enumWords: [String] {
        text.matches(
            of: /enum \w+: String[^{]*\{(?<cases>[\s\S]*?)\n\s*\n|enum \w+: String[^{]*\{(?<rest>[\s\S]*?)\n    \}/
        )
        .flatMap { match -> [String] in
            let cases = String(match.cases ?? match.rest ?? "")
            return cases.matches(of: /(?m)^\s*case (?<names>[^\n(:]*)$/).flatMap { line in
                line.names.split(separator: ",").map { name in
                    let parts = name.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
                    return parts.count == 2 ? parts[1].trimmingCharacters(in: ["\""]) : parts[0]
                }
            }
        }
    }

    /// Words in quotes that stand at a place among the arguments of calls: the name of the function, the place, and how many
    /// arguments such a call has at least. A name that ends in `:` is that of a label.
    func literals(in calls: [(name: String, place: Int, least: Int)]) -> [String] {
        let bytes = Array(text.utf8)
        return calls.flatMap { call -> [String] in
            if call.name.hasSuffix(":"), !call.name.contains("(") {
                return text.matches(of: /\bor: [^\n]*?code:\s*"([a-z][a-z0-9_]*)"/).map { String($0.1) }
            }
            let opening = call.name.contains("(") ? call.name : call.name + "("
            return Self.starts(of: opening, in: bytes).flatMap { start -> [String] in
                let parenthesis =
                    start
                    + (opening.utf8.firstIndex(of: UInt8(ascii: "(")).map {
                        opening.utf8.distance(from: opening.utf8.startIndex, to: $0)
                    } ?? 0)
                let arguments = Self.arguments(in: bytes, from: parenthesis)
                guard arguments.count >= call.least, arguments.indices.contains(call.place) else { return [] }
                let isLabelled = arguments[0].hasPrefix("member:")
                // A list is one of members, not a code.
                if call.name == "record" && isLabelled || arguments[call.place].hasPrefix("[") { return [] }
                return arguments[call.place].matches(of: /"([a-z][a-z0-9_]*)"/).map { String($0.1) }
            }
        }
    }

    /// Where a call begins: not in the middle of a longer name, and not where the function is declared.
    private static func starts(of opening: String, in bytes: [UInt8]) -> [Int] {
        let wanted = Array(opening.utf8)
        let function = Array("func ".utf8)
        return bytes.indices.filter { index in
            guard bytes[index] == wanted[0], bytes[index...].starts(with: wanted) else { return false }
            let before = index > 0 ? bytes[index - 1] : 0x20
            let isName = (0x30...0x39).contains(before) || (0x61...0x7A).contains(before | 0x20) || before == 0x5F
            return !isName && !bytes[..<index].suffix(function.count).elementsEqual(function)
        }
    }

    /// The arguments of a call whose parenthesis opens at a place.
    private static func arguments(in bytes: [UInt8], from opening: Int) -> [String] {
        var (arguments, current, depth, index) = ([String](), [UInt8](), 0, opening)
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                let end = endOfText(in: bytes, from: index)
                current += bytes[index..<end]
                index = end
                continue
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                if depth > 0 { current.append(byte) }
                depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return (arguments + [text(current)]).filter { !$0.isEmpty } }
                current.append(byte)
            case UInt8(ascii: ",") where depth == 1:
                arguments.append(text(current))
                current = []
            default: current.append(byte)
            }
            index += 1
        }
        return []
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func endOfText(in bytes: [UInt8], from start: Int) -> Int {
        let quote = UInt8(ascii: "\"")
        let isLong = bytes[start...].starts(with: [quote, quote, quote])
        var index = start + (isLong ? 3 : 1)
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\") {
                index += 2
            } else if bytes[index] == quote, !isLong || bytes[index...].starts(with: [quote, quote, quote]) {
                return index + (isLong ? 3 : 1)
            } else {
                index += 1
            }
        }
        return index
    }
}
