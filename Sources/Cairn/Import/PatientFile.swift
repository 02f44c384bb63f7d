import Foundation
import JSON
import Practice

/// A file of FHIR patients, read from its beginning to its end: one resource a line (NDJSON), in constant memory, or
/// JSON over several lines, which is held whole.
struct PatientFile {
    private var form: Form
    /// How far into the file what was given so far reaches.
    private(set) var bytesRead = 0
    /// How many resources of other types there are in Bundles, by type.
    private(set) var others: [String: Int] = [:]
    /// Whether a Bundle is one page of several.
    private(set) var hasFurtherPages = false
    /// Whether anything in the file was not blank, and whether anything was JSON.
    private(set) var (hasText, hasJSON) = (false, false)

    private enum Form {
        case lines(LineReader, next: Int)
        case document([UInt8], from: Int, line: Int)
    }

    /// What is in a file, one after the other.
    enum Piece {
        case record(PatientDocument.Record)
        case refusal(Place, String)
    }

    /// Where something lies in a file.
    struct Place: Sendable, Hashable, CustomStringConvertible {
        let line: Int
        /// Which entry of a Bundle, or element of an array.
        var entry: Int?

        var description: String { entry.map { "line \(line), entry \($0)" } ?? "line \(line)" }
    }

    /// - Throws: in one sentence, what the file is when it is none that can be read, and what to do.
    init(path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Refusal("There is no file \(path).")
        }
        guard !isFolder.boolValue else {
            throw Refusal("\(path) is a folder: name one file in it, and import its files one after the other.")
        }
        form = .lines(try LineReader(path: path, limit: PatientDocument.maximumLength), next: 1)
        // A pipe cannot be moved back in.
        guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() else {
            throw Refusal("The file \(path) cannot be read twice, which an import does: save it to a disk first.")
        }
        try file.seek(toOffset: 0)
        guard size > 0 else { throw Refusal("The file \(path) is empty.") }
        let head = [UInt8](try file.read(upToCount: 65_536) ?? Data())
        if let reason = Self.objection(to: head) { throw Refusal("The file \(path) \(reason)") }
        guard let first = Self.withoutMark(head[...]).first(where: { !Self.isBlank($0) }) else { return }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return }
        guard try !Self.beginsWithWholeLine(path) else { return }
        guard size <= PatientDocument.maximumLength else {
            if try Self.beginsWithWholeLine(path, skipping: 1) { return }
            throw Refusal(
                """
                The file \(path) is one JSON document of more than 64 MiB: export one Patient a line (NDJSON), or \
                several smaller Bundles.
                """)
        }
        try file.seek(toOffset: 0)
        let bytes = [UInt8](try file.readToEnd() ?? Data())
        let start = bytes.count - Self.withoutMark(bytes[...]).count
        // JSON over several lines that is broken is told once; one broken line of many harms no other.
        if try PatientDocument.firstValue(of: bytes, from: start) != nil || !Self.hasWholeLine(path) {
            form = .document(bytes, from: start, line: 1)
        }
    }

    /// The patients of the next line, or of the next piece of JSON; nil after the last.
    mutating func next() throws -> [Piece]? {
        switch form {
        case .lines(var reader, let number):
            guard let line = try reader.next() else { return nil }
            bytesRead = reader.bytesRead
            form = .lines(reader, next: number + 1)
            guard line.count <= PatientDocument.maximumLength else {
                return [.refusal(Place(line: number), "the line is longer than 64 MiB")]
            }
            let text = Self.withoutMark(line)
            return text.allSatisfy(Self.isBlank) ? [] : pieces(of: Array(text), onLine: number)
        case .document(let bytes, let start, let line):
            guard let first = bytes[start...].firstIndex(where: { !Self.isBlank($0) }) else { return nil }
            let number = line + bytes[start..<first].count { $0 == 0x0A }
            guard let value = PatientDocument.firstValue(of: bytes, from: first) else {
                let end = number + bytes[first..<PatientDocument.end(ofJSONIn: bytes, from: first)].count { $0 == 0x0A }
                form = .document(bytes, from: bytes.count, line: end)
                (hasText, hasJSON) = (true, true)
                return [.refusal(Place(line: end), "from here on the file is not JSON, or it is cut off")]
            }
            bytesRead = value.upperBound
            form = .document(
                bytes, from: value.upperBound, line: number + bytes[first..<value.upperBound].count { $0 == 0x0A })
            return pieces(of: Array(bytes[value]), onLine: number)
        }
    }

    private mutating func pieces(of bytes: [UInt8], onLine line: Int) -> [Piece] {
        let document = PatientDocument(bytes, onLine: line)
        others.merge(document.others, uniquingKeysWith: +)
        if document.hasFurtherPages { hasFurtherPages = true }
        hasText = true
        if document.isJSON { hasJSON = true }
        return document.refusals.map { .refusal(Place(line: $0.line, entry: $0.entry), $0.reason) }
            + document.records.map(Piece.record)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    /// Without the byte order mark with which some programs begin a file.
    private static func withoutMark(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    }

    /// Whether a line that is not blank, the first or a later one, is JSON by itself.
    private static func beginsWithWholeLine(_ path: String, skipping count: Int = 0) throws -> Bool {
        var reader = try LineReader(path: path, limit: PatientDocument.maximumLength)
        var skipped = 0
        while let line = try reader.next() {
            let text = withoutMark(line)
            if text.allSatisfy(isBlank) { continue }
            guard skipped == count else {
                skipped += 1
                continue
            }
            return isWhole(text)
        }
        return false
    }

    /// Whether any line is JSON by itself.
    private static func hasWholeLine(_ path: String) throws -> Bool {
        var reader = try LineReader(path: path, limit: PatientDocument.maximumLength)
        while let line = try reader.next() {
            if isWhole(withoutMark(line)) { return true }
        }
        return false
    }

    private static func isWhole(_ line: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(line)
        guard let value = PatientDocument.firstValue(of: bytes), bytes[value].first == UInt8(ascii: "{") else {
            return false
        }
        return bytes[value.upperBound...].allSatisfy(isBlank)
    }

    private static func objection(to head: [UInt8]) -> String? {
        let kinds: [([UInt8], String)] = [
            ([0x1F, 0x8B], "is compressed: unpack it first, with gunzip."),
            ([0x50, 0x4B, 0x03, 0x04], "is a ZIP archive: unpack it first, with unzip."),
            ([0xFF, 0xFE], "is UTF-16: make it UTF-8 first, with iconv -f UTF-16 -t UTF-8."),
            ([0xFE, 0xFF], "is UTF-16: make it UTF-8 first, with iconv -f UTF-16 -t UTF-8."),
            (Array("MSH|".utf8), "has HL7 version 2 messages: export FHIR R4 Patient resources as JSON."),
            (Array("%PDF".utf8), "is a PDF: export FHIR R4 Patient resources as JSON."),
        ]
        if let kind = kinds.first(where: { head.starts(with: $0.0) }) { return kind.1 }
        if head.prefix(2).contains(0), head.count > 1 {
            return "is UTF-16 or binary: it must be JSON in UTF-8."
        }
        let text = withoutMark(head[...]).drop(while: isBlank)
        return text.first == UInt8(ascii: "<") ? "is XML: export FHIR R4 Patient resources as JSON." : nil
    }
}
