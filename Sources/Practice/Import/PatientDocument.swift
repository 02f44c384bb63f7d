import Foundation

/// One JSON document of a file — a Patient, a Bundle, or an array of these — taken apart into its patients.
public struct PatientDocument: Sendable {
    /// The largest Bundle that is read: 64 MiB. It is held in memory.
    public static let maximumLength = 64 * 1_048_576

    /// The patients, in their order.
    public private(set) var records: [Record] = []
    /// Whether it is JSON at all.
    public private(set) var isJSON = false
    /// Why a part of the document cannot be taken over.
    public private(set) var refusals: [(line: Int, entry: Int?, reason: String)] = []
    /// How many resources of other types a Bundle has, by type.
    public private(set) var others: [String: Int] = [:]
    /// Whether a Bundle says that there are further pages of it.
    public private(set) var hasFurtherPages = false

    /// A resource that should be a Patient, and where it lies.
    public struct Record: Sendable {
        /// The line of the file on which it begins.
        public let line: Int
        /// Which entry of a Bundle, or element of an array, it is, from 1 on.
        public let entry: Int?
        /// The resource.
        public let bytes: ArraySlice<UInt8>
        /// The entry of a Bundle.
        public let bundle: BundleEntry?
    }

    /// Takes a whole document apart that begins on a line of the file.
    public init(_ bytes: [UInt8], onLine line: Int) {
        var outline = JSONOutline(bytes)
        guard (try? outline.value()) != nil, outline.isAtEnd() else {
            refusals.append((line, nil, "the line is not JSON"))
            return
        }
        isJSON = true
        read(0..<bytes.count, of: bytes, Lines(first: line), entry: nil)
    }

    /// Where JSON begins and ends of which the first value of some text consists; nil when that is no JSON.
    public static func firstValue(of bytes: [UInt8], from start: Int = 0) -> Range<Int>? {
        var outline = JSONOutline(bytes, at: start)
        return try? outline.value()
    }

    /// Where some text ceases to be JSON that is no whole value.
    public static func end(ofJSONIn bytes: [UInt8], from start: Int = 0) -> Int {
        var outline = JSONOutline(bytes, at: start)
        _ = try? outline.value()
        return min(outline.position, bytes.count)
    }

    private mutating func read(_ range: Range<Int>, of bytes: [UInt8], _ lines: Lines, entry: Int?) {
        var (lines, outline) = (lines, JSONOutline(bytes, at: range.lowerBound))
        do throws(JSONOutline.Malformed) {
            let whole = try outline.value()
            let line = lines.line(of: whole.lowerBound, in: bytes)
            outline = JSONOutline(bytes, at: whole.lowerBound)
            if bytes[whole.lowerBound] == UInt8(ascii: "["), entry == nil {
                let elements = try outline.elements()
                if elements.isEmpty { refusals.append((line, nil, "the array is empty")) }
                for (index, element) in elements.enumerated() {
                    read(element, of: bytes, lines, entry: index + 1)
                }
                return
            }
            guard bytes[whole.lowerBound] == UInt8(ascii: "{") else {
                refusals.append((line, entry, "the line is not an object"))
                return
            }
            let type = Self.text(try outline.members().first { $0.name == "resourceType" }, bytes)
            guard type == "Bundle", entry == nil else {
                records.append(Record(line: line, entry: entry, bytes: bytes[range], bundle: nil))
                return
            }
            outline = JSONOutline(bytes, at: whole.lowerBound)
            try readBundle(try outline.members(), of: bytes, &lines, line)
        } catch {
            refusals.append((lines.line(of: range.lowerBound, in: bytes), entry, "the line is not JSON"))
        }
    }

    private mutating func readBundle(
        _ members: [JSONOutline.Member], of bytes: [UInt8], _ lines: inout Lines, _ line: Int
    ) throws(JSONOutline.Malformed) {
        if let reason = Self.objection(to: members, of: bytes) {
            refusals.append((line, nil, reason))
            return
        }
        if let links = members.first(where: { $0.name == "link" }) {
            var outline = JSONOutline(bytes, at: links.value.lowerBound)
            for link in try outline.elements() {
                var outline = JSONOutline(bytes, at: link.lowerBound)
                let relation = try outline.members().first { $0.name == "relation" }
                if Self.text(relation, bytes) == "next" { hasFurtherPages = true }
            }
        }
        guard let list = members.first(where: { $0.name == "entry" }) else { return }
        var outline = JSONOutline(bytes, at: list.value.lowerBound)
        var entries: [Entry] = []
        for (index, range) in try outline.elements().enumerated() {
            entries.append(try Entry(range, index + 1, lines.line(of: range.lowerBound, in: bytes), bytes))
        }
        let ids = entries.reduce(into: [String: String]()) { ids, entry in
            if entry.type == "Patient", let url = entry.fullURL, let id = entry.id { ids[url] = id }
        }
        for entry in entries { take(entry, ids, bytes) }
    }

    private mutating func take(_ entry: Entry, _ ids: [String: String], _ bytes: [UInt8]) {
        if let reason = entry.objection {
            refusals.append((entry.line, entry.number, reason))
        } else if entry.type == "Bundle" {
            refusals.append(
                (entry.line, entry.number, "a Bundle in a Bundle is not read: export one Bundle of Patients"))
        } else if entry.type == "Patient", let resource = entry.resource {
            records.append(
                Record(
                    line: entry.line, entry: entry.number, bytes: bytes[resource],
                    bundle: BundleEntry(fullURL: entry.fullURL, ids: ids)))
        } else {
            others[entry.type ?? "something else", default: 0] += 1
        }
    }

    /// What kind of Bundle is none from which people can be taken over.
    private static func objection(to members: [JSONOutline.Member], of bytes: [UInt8]) -> String? {
        guard Set(members.map(\.name)).count == members.count else { return "the Bundle has a member twice" }
        if members.contains(where: { $0.name == "implicitRules" || $0.name == "modifierExtension" }) {
            return "the Bundle has a modifier that is not known here, and must not be passed over"
        }
        switch text(members.first { $0.name == "type" }, bytes) {
        case "collection", "searchset", "batch", "transaction", "document": return nil
        case "history": return "a Bundle of type history has former versions of people: export them as they are now"
        case "message", "transaction-response", "batch-response":
            return "a Bundle of this type does not say who is to be taken over: export a collection or a searchset"
        default: return "the Bundle has no type that FHIR knows"
        }
    }

    /// The text of a short member that needs no escapes.
    fileprivate static func text(_ member: JSONOutline.Member?, _ bytes: [UInt8]) -> String? {
        guard let value = member?.value, bytes[value].first == UInt8(ascii: "\"") else { return nil }
        return try? JSONDecoder().decode(String.self, from: Data(bytes[value]))
    }

    /// Counts line feeds as it goes forward.
    private struct Lines {
        private var (line, position): (Int, Int)

        init(first line: Int) {
            (self.line, position) = (line, 0)
        }

        mutating func line(of byte: Int, in bytes: [UInt8]) -> Int {
            guard byte >= position else { return line }
            line += bytes[position..<byte].count { $0 == 0x0A }
            position = byte
            return line
        }
    }

    /// An entry of a Bundle.
    private struct Entry {
        let number: Int
        let line: Int
        var fullURL: String?
        var resource: Range<Int>?
        var type: String?
        var id: String?
        /// Why it cannot be taken over.
        var objection: String?

        init(_ range: Range<Int>, _ number: Int, _ line: Int, _ bytes: [UInt8]) throws(JSONOutline.Malformed) {
            (self.number, self.line) = (number, line)
            var outline = JSONOutline(bytes, at: range.lowerBound)
            let members = try outline.members()
            fullURL = PatientDocument.text(members.first { $0.name == "fullUrl" }, bytes)
            if let found = members.first(where: { $0.name == "resource" })?.value {
                outline = JSONOutline(bytes, at: found.lowerBound)
                let parts = try outline.members()
                resource = found
                type = PatientDocument.text(parts.first { $0.name == "resourceType" }, bytes)
                id = PatientDocument.text(parts.first { $0.name == "id" }, bytes)
            }
            var method: String?
            if let request = members.first(where: { $0.name == "request" })?.value {
                outline = JSONOutline(bytes, at: request.lowerBound)
                method = PatientDocument.text(try outline.members().first { $0.name == "method" }, bytes)
            }
            if let method, method != "POST", method != "PUT" {
                let isOfPatient = resource == nil || type == "Patient"
                if isOfPatient { objection = "the entry asks for something else than to take somebody over" }
            } else if resource == nil {
                objection = "the entry has no resource"
            } else if members.contains(where: { $0.name == "modifierExtension" }), type == "Patient" {
                objection = "modifierExtension of the entry is not known here, and must not be passed over"
            }
        }
    }
}
