/// A JSON value as it was sent (RFC 8259): the order of members and the digits of numbers are kept.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case text(String)
    case array([JSONValue])
    case object([JSONMember])

    /// The value of an object's member, or nil when this is not an object or has no such member.
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text, if this is text.
    public var text: String? { if case .text(let text) = self { text } else { nil } }

    /// Whether nothing was said: `null`, text of which nothing can be seen, or a collection of nothing but such values.
    public var isBlank: Bool {
        switch self {
        case .null: true
        case .bool, .number: false
        case .text(let text): text.unicodeScalars.allSatisfy(\.isInvisible)
        case .array(let values): values.allSatisfy(\.isBlank)
        case .object(let members): members.allSatisfy(\.value.isBlank)
        }
    }
}

extension Unicode.Scalar {
    /// White space, or something that shows nothing by itself, such as a zero-width space.
    fileprivate var isInvisible: Bool { properties.isWhitespace || properties.isDefaultIgnorableCodePoint }
}

/// A member of a JSON object.
public struct JSONMember: Sendable, Hashable {
    /// The member's name, unescaped.
    public let name: String
    /// The member's value.
    public let value: JSONValue

    /// Makes a member.
    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

/// A JSON number, kept as the text that was sent: `1.10` stays `1.10`, and nothing is rounded on its way.
public struct JSONNumber: Sendable, Hashable {
    /// The number as RFC 8259 writes it.
    public let text: String

    /// Takes the text from a parser, which answers for its grammar.
    package init(unchecked text: String) {
        self.text = text
    }

    /// A whole number.
    public init(_ value: Int) {
        text = String(value)
    }

    /// The number as an integer, however it is written: `7`, `7.0` and `70e-1` are one (JSON Schema 2020-12). Nil when it is
    /// not whole, or too large; nothing is rounded.
    public var integer: Int? { Int(text) ?? JSONDigits(text).integer }

    /// Whether the number is whole, be it too large for ``integer``.
    public var isWhole: Bool { Int(text) != nil || JSONDigits(text).isWhole }

    /// The number as a double, or nil when it is too large for one.
    public var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }
}

extension JSONValue {
    /// This value as compact JSON in UTF-8; equal values give equal bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Appends ``bytes``.
    public func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let truth): bytes.append(contentsOf: (truth ? "true" : "false").utf8)
        case .number(let number): bytes.append(contentsOf: number.text.utf8)
        case .text(let text): Self.append(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x00..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: [Hex.digit(byte >> 4), Hex.digit(byte)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    public init(floatLiteral value: Double) { self = .number(JSONNumber(unchecked: String(value))) }
    public init(stringLiteral value: String) { self = .text(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { JSONMember($0, $1) })
    }
}
