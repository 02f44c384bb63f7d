import Practice
import Yams

extension JSONValue {
    /// Reads a YAML document, in the core schema of YAML 1.2 that JSON's types come from.
    init(yaml: String) throws {
        guard let node = try Yams.compose(yaml: yaml) else { throw TestSetupError("The YAML is empty.") }
        self = try Self.value(of: node)
    }

    private static func value(of node: Node) throws -> JSONValue {
        switch node {
        case .scalar(let scalar): return value(of: scalar)
        case .sequence(let sequence): return .array(try sequence.map(value))
        case .mapping(let mapping):
            return .object(
                try mapping.map { key, value in
                    guard case .scalar(let name) = key else { throw TestSetupError("A key of the YAML is no text.") }
                    return JSONMember(name.string, try Self.value(of: value))
                })
        case .alias: throw TestSetupError("The YAML has an alias that Yams did not resolve.")
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
