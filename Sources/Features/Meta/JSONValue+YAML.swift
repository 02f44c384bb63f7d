import JSON
import Practice
import Yams

extension JSONValue {
    /// Reads a YAML document, in the core schema of YAML 1.2 that JSON's types come from.
    ///
    /// - Throws: a `YamlError`, or ``NotJSON`` where the document says what JSON cannot.
    package init(yaml: String) throws {
        guard let node = try Yams.compose(yaml: yaml) else { throw NotJSON(words: "The YAML is empty.") }
        self = try Self.value(of: node)
    }

    /// What a YAML document has and JSON has not.
    package struct NotJSON: Error {
        package let words: String
    }

    private static func value(of node: Node) throws -> JSONValue {
        switch node {
        case .scalar(let scalar): return value(of: scalar)
        case .sequence(let sequence): return .array(try sequence.map(value))
        case .mapping(let mapping):
            return .object(
                try mapping.map { key, value in
                    guard case .scalar(let name) = key else { throw NotJSON(words: "A key of the YAML is no text.") }
                    return JSONMember(name.string, try Self.value(of: value))
                })
        case .alias: throw NotJSON(words: "The YAML has an alias that Yams did not resolve.")
        }
    }

    private static func value(of scalar: Node.Scalar) -> JSONValue {
        guard scalar.style == .plain else { return .text(scalar.string) }
        switch scalar.string {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            let isNumber = scalar.string.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
            return isNumber ? .number(JSONNumber(unchecked: scalar.string)) : .text(scalar.string)
        }
    }
}
