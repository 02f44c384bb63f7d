/// A JSON value (RFC 8259) that keeps the order of members and the digits of numbers.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// A number together with the text in which it was written: `1.10` stays `1.10`.
public struct JSONNumber: Sendable, Hashable {
    /// The nearest double, always finite.
    public let value: Double
    /// The text, in JSON's grammar.
    public let text: String

    /// A number as a parser read it: the parser answers for the text being JSON's.
    public init(value: Double, text: String) {
        self.value = value
        self.text = text
    }

    /// A whole number.
    public init(_ integer: Int) {
        value = Double(integer)
        text = String(integer)
    }

    /// The number as an integer, where it is one and a double holds it exactly.
    public var integer: Int? { value.magnitude <= 9_007_199_254_740_992 ? Int(exactly: value) : nil }
}

/// The members of a JSON object, in the order in which they were written.
public struct JSONObject: Sendable, Hashable {
    /// Name and value of each member. A parser refuses names that come twice.
    public var members: [Member]

    /// One member.
    public struct Member: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The value.
        public var value: JSONValue

        /// A member.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// An object of some members.
    public init(_ members: [Member] = []) {
        self.members = members
    }

    /// The value of a member, or nil where there is none of that name.
    public subscript(_ name: String) -> JSONValue? {
        members.first { $0.name == name }?.value
    }
}

extension JSONValue {
    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The text of a string.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The truth of a boolean.
    public var bool: Bool? { if case .bool(let truth) = self { truth } else { nil } }

    /// A number.
    public var number: JSONNumber? { if case .number(let number) = self { number } else { nil } }

    /// The elements of an array.
    public var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The members of an object.
    public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

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
        case .string(let text): Self.append(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
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
    public init(floatLiteral value: Double) { self = .number(JSONNumber(value: value, text: String(value))) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(JSONObject(members.map { JSONObject.Member($0, $1) }))
    }
}
