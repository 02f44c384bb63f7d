/// The outline of JSON text (RFC 8259): where its values begin and end, and what members are called. Its grammar is
/// checked, and nothing is made of it, so that a large file can be taken apart piece by piece.
struct JSONOutline {
    static let maximumDepth = 64

    let bytes: [UInt8]
    private(set) var position: Int

    /// Begins at a byte of UTF-8 text.
    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// That the bytes are not JSON.
    struct Malformed: Error {}

    /// A member of an object.
    struct Member: Sendable {
        let name: String
        let value: Range<Int>
    }

    /// Whether nothing but white space is left.
    mutating func isAtEnd() -> Bool {
        skipSpace()
        return position == bytes.count
    }

    /// Passes one value, and tells where it lies.
    mutating func value(depth: Int = 0) throws(Malformed) -> Range<Int> {
        skipSpace()
        let start = position
        guard depth < Self.maximumDepth, let byte = peek() else { throw Malformed() }
        switch byte {
        case UInt8(ascii: "{"): _ = try members(depth: depth)
        case UInt8(ascii: "["): _ = try elements(depth: depth)
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): number()
        default:
            guard Self.words.contains(where: { bytes[position...].starts(with: $0) }) else { throw Malformed() }
            position += byte == UInt8(ascii: "f") ? 5 : 4
        }
        return start..<position
    }

    /// The members of the object that begins here.
    mutating func members(depth: Int = 0) throws(Malformed) -> [Member] {
        guard take(UInt8(ascii: "{")) else { throw Malformed() }
        var members: [Member] = []
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            skipSpace()
            let name = try text()
            guard take(UInt8(ascii: ":")) else { throw Malformed() }
            members.append(Member(name: name, value: try value(depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw Malformed() }
        return members
    }

    /// The elements of the array that begins here.
    mutating func elements(depth: Int = 0) throws(Malformed) -> [Range<Int>] {
        guard take(UInt8(ascii: "[")) else { throw Malformed() }
        var elements: [Range<Int>] = []
        if take(UInt8(ascii: "]")) { return elements }
        repeat { elements.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw Malformed() }
        return elements
    }

    private static let words = ["true", "false", "null"].map { Array($0.utf8) }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func number() {
        while let byte = peek(), "+-.eE0123456789".utf8.contains(byte) { position += 1 }
    }

    /// The text of a string; escapes are undone only of what could be the name of a member.
    private mutating func text() throws(Malformed) -> String {
        guard peek() == UInt8(ascii: "\"") else { throw Malformed() }
        position += 1
        let start = position
        var isEscaped = false
        while let byte = peek(), byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw Malformed() }
            if byte == UInt8(ascii: "\\") { isEscaped = true }
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard peek() != nil else { throw Malformed() }
        position += 1
        let length = position - 1 - start
        guard length <= 200 else { return "" }
        let text = bytes[start..<start + length]
        return isEscaped ? Self.unescaped(text) : String(decoding: text, as: UTF8.self)
    }

    /// Undoes `\u0000` and the short escapes; halves of surrogate pairs become what cannot be a member's name.
    private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
        var (scalars, rest) = (String.UnicodeScalarView(), String(decoding: text, as: UTF8.self).unicodeScalars[...])
        while let scalar = rest.popFirst() {
            guard scalar == "\\", let escape = rest.popFirst() else {
                scalars.append(scalar)
                continue
            }
            guard escape == "u" else {
                scalars.append(escape)
                continue
            }
            let digits = String(String.UnicodeScalarView(rest.prefix(4)))
            rest = rest.dropFirst(4)
            scalars.append(UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}")
        }
        return String(scalars)
    }
}

extension JSONOutline {
    /// What of a resource says that it must not be read like others: members that appear twice, and FHIR's modifiers
    /// that are not known here. They are told by their place; what the resource says is never repeated.
    static func objections(to bytes: [UInt8]) throws(Malformed) -> [String] {
        var outline = JSONOutline(bytes)
        let whole = try outline.value()
        guard outline.isAtEnd() else { throw Malformed() }
        var objections: [String] = []
        try outline.examine(whole, "", &objections)
        return objections
    }

    private mutating func examine(
        _ value: Range<Int>, _ place: String, _ objections: inout [String]
    ) throws(Malformed) {
        position = value.lowerBound
        switch peek() {
        case UInt8(ascii: "{"):
            var names: Set<String> = []
            for member in try members() {
                let here = place + (place.isEmpty ? "" : ".") + Self.plain(member.name)
                if !names.insert(member.name).inserted { objections.append("\(here) is there more than once") }
                let isEmpty = try isNothing(member.value)
                if member.name == "modifierExtension", !isEmpty {
                    objections.append("\(here) is not known here, and must not be passed over")
                } else if place.isEmpty, member.name == "implicitRules", !isEmpty {
                    objections.append("implicitRules names rules that are not known here, and must not be passed over")
                } else if !(place.isEmpty && member.name == "contained") {
                    try examine(member.value, here, &objections)
                }
            }
        case UInt8(ascii: "["):
            for (index, element) in try elements().enumerated() {
                try examine(element, "\(place)[\(index)]", &objections)
            }
        default: break
        }
    }

    /// Null, or an array without elements.
    private func isNothing(_ value: Range<Int>) throws(Malformed) -> Bool {
        if bytes[value].elementsEqual("null".utf8) { return true }
        var outline = JSONOutline(bytes, at: value.lowerBound)
        return bytes[value].first == UInt8(ascii: "[") ? try outline.elements().isEmpty : false
    }

    /// The names of FHIR's members are short and plain; what is neither could be anything.
    private static func plain(_ name: String) -> String {
        name.utf8.count <= 40
            && name.utf8.allSatisfy { $0 == 0x5F || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
            ? name : "a member"
    }
}
