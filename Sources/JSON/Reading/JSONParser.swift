/// A strict parser for one JSON document (RFC 8259), over bytes in memory.
///
/// What is not JSON at all ends it at once. What is JSON but cannot be meant — a member twice, NUL, half of a
/// surrogate pair, nesting deeper than ``maximumDepth`` — is recorded with its pointer, and reading goes on, so that
/// one answer names every fault.
package struct JSONParser {
    static let maximumDepth = 32
    static let maximumNumberLength = 40

    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    var depth = 0
    var sink = FaultSink()
    var scratch: [UInt8] = []

    package struct Parsed: Sendable {
        package var value: JSONValue
        package var faults: [FieldFault]
    }

    /// Reads a document, and gives what cannot be meant of it beside it.
    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Parsed, JSONFault> {
        guard String(validating: bytes, as: UTF8.self) != nil else { return .failure(.malformed("not UTF-8")) }
        var parser = JSONParser(bytes: bytes)
        do throws(Malformed) {
            let value = try parser.document()
            return .success(Parsed(value: value, faults: parser.sink.faults))
        } catch {
            return .failure(.malformed("not JSON: \(error.expectation) at byte \(error.position)"))
        }
    }

    private mutating func document() throws(Malformed) -> JSONValue {
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw malformed("nothing more was expected") }
        return value
    }

    mutating func value() throws(Malformed) -> JSONValue {
        guard position < bytes.count else { throw malformed("a value was expected") }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "{"): return try nested { parser throws(Malformed) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(Malformed) in try parser.array() }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw malformed("a value was expected")
        }
    }

    /// Deeper than the limit a value is skipped: recorded once, checked for its brackets only, and kept as null.
    private mutating func nested(
        _ read: (inout JSONParser) throws(Malformed) -> JSONValue
    ) throws(Malformed) -> JSONValue {
        guard depth < Self.maximumDepth else {
            sink.record("too_deep", "Values may be nested \(Self.maximumDepth) deep at most.")
            try skipNested()
            return .null
        }
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    private mutating func skipNested() throws(Malformed) {
        var open = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): open += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): open -= 1
            case UInt8(ascii: "\""):
                try skipText()
                continue
            default: break
            }
            position += 1
            if open == 0 { return }
        }
        throw malformed("the end of a nested value was expected")
    }

    private mutating func object() throws(Malformed) -> JSONValue {
        position += 1
        var members: [JSONMember] = []
        var names = NameSet()
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            guard peek() == UInt8(ascii: "\"") else { throw malformed("a member's name was expected") }
            let name = try text()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw malformed("a colon was expected") }
            skipSpace()
            sink.path.enter(member: name)
            let value = try value()
            if names.insert(name, among: members) {
                members.append(JSONMember(name, value))
            } else {
                sink.record("duplicate_member", "This member appears more than once.")
            }
            sink.path.leave()
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw malformed("a comma or the object's end was expected") }
            skipSpace()
        }
    }

    private mutating func array() throws(Malformed) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        while true {
            sink.path.enter(element: values.count)
            values.append(try value())
            sink.path.leave()
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { throw malformed("a comma or the array's end was expected") }
            skipSpace()
        }
    }

    private mutating func number() throws(Malformed) -> JSONNumber {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            try digits()
        }
        guard position - start <= Self.maximumNumberLength else {
            sink.record("too_long", "A number may have \(Self.maximumNumberLength) characters at most.")
            return JSONNumber(0)
        }
        return JSONNumber(unchecked: String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() throws(Malformed) {
        let start = position
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        if position == start { throw malformed("a digit was expected") }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Malformed) -> JSONValue {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[position...].starts(with: expected) else { throw malformed("a value was expected") }
        position += expected.count
        return value
    }

    func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    func malformed(_ expectation: String) -> Malformed { Malformed(expectation: expectation, position: position) }

    struct Malformed: Error {
        let expectation: String
        let position: Int
    }

    /// The names seen in an object: the members themselves while they are few, a set when they are many.
    private struct NameSet {
        private var set: Set<String> = []

        mutating func insert(_ name: String, among members: [JSONMember]) -> Bool {
            guard members.count >= 16 else { return !members.contains { $0.name == name } }
            if set.isEmpty { set.formUnion(members.map(\.name)) }
            return set.insert(name).inserted
        }
    }
}
