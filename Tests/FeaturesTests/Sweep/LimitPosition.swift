import JSON
import Practice
import TestSupport

/// One member of a body, and what its schema says of it.
struct LimitPosition: CustomStringConvertible {
    let position: IDPosition
    /// Behind references, and of what may be null the other.
    let schema: JSONValue
    let defaultValue: JSONValue?
    let isRequired: Bool

    var description: String { position.description }

    /// Values that break the schema.
    var refused: [JSONValue] {
        var values: [JSONValue] = isRequired ? [.null] : []
        let types = schema["type"]?.text.map { [$0] } ?? schema["type"]?.asArray.compactMap(\.text) ?? []
        if let limit = schema["maxLength"]?.whole { values.append(.text(String(repeating: "a", count: limit + 1))) }
        if let limit = schema["minLength"]?.whole, limit > 0 {
            values.append(.text(String(repeating: "a", count: limit - 1)))
        }
        if schema["pattern"] != nil || schema["format"] != nil || schema["enum"] != nil { values.append("Ünknown !") }
        if let limit = schema["maximum"]?.whole { values.append(.number(JSONNumber(unchecked: "\(limit + 1)"))) }
        if let limit = schema["minimum"]?.whole { values.append(.number(JSONNumber(unchecked: "\(limit - 1)"))) }
        if let limit = schema["maxItems"]?.whole { values.append(.array(Array(repeating: element, count: limit + 1))) }
        if let limit = schema["minItems"]?.whole, limit > 0 {
            values.append(.array(Array(repeating: element, count: limit - 1)))
        }
        if types.count == 1 || (types.count == 2 && types.contains("null")) {
            values.append(types.contains("boolean") ? "true" : true)
        }
        return values
    }

    /// Values at the very limits.
    var taken: [JSONValue] {
        var values: [JSONValue] = []
        if let limit = schema["maxLength"]?.whole, schema["pattern"] == nil {
            values.append(.text(String(repeating: "a", count: limit)))
        }
        for limit in [schema["maximum"]?.whole, schema["minimum"]?.whole].compactMap({ $0 }) {
            values.append(.number(JSONNumber(unchecked: "\(limit)")))
        }
        if let limit = schema["maxItems"]?.whole { values.append(.array(Array(repeating: element, count: limit))) }
        return values
    }

    private var element: JSONValue {
        schema["items"]?["examples"]?.asArray.first ?? schema["items"]?["enum"]?.asArray.first ?? "aa"
    }

    /// Every member of every body in `openapi.yaml`.
    static func all(in contract: Contract) -> [LimitPosition] {
        let reader = SchemaReader(document: contract.document)
        return contract.operations.flatMap { operation -> [LimitPosition] in
            let body = reader.resolved(operation.description["requestBody"] ?? .null)
            let operationID = operation.description["operationId"]?.text ?? ""
            let media = ["application/json", "application/merge-patch+json"].compactMap { body["content"]?[$0] }
            return media.flatMap { media in
                reader.limits(in: media["schema"] ?? .null).map { pointer, schema, usual, isRequired in
                    LimitPosition(
                        position: IDPosition(
                            method: operation.method, path: operation.path, operationID: operationID,
                            place: .body(pointer)),
                        schema: schema, defaultValue: usual, isRequired: isRequired)
                }
            }
        }
    }
}

extension SchemaReader {
    typealias Limit = (pointer: String, schema: JSONValue, usual: JSONValue?, isRequired: Bool)

    fileprivate func limits(in schema: JSONValue, at pointer: String = "", depth: Int = 0) -> [Limit] {
        guard depth < 8 else { return [] }
        let schema = meant(schema)
        let required = schema["required"]?.asArray.compactMap(\.text) ?? []
        var found: [Limit] = []
        if case .object(let members)? = schema["properties"] {
            for member in members {
                let place = "\(pointer)/\(member.name)"
                let kind = meant(member.value)
                let usual = member.value["default"] ?? kind["default"]
                found.append((place, kind, usual, required.contains(member.name)))
                found += limits(in: kind, at: place, depth: depth + 1)
            }
        }
        if let items = schema["items"] {
            let kind = meant(items)
            if kind["properties"] == nil { found.append((pointer + "/*", kind, nil, false)) }
            found += limits(in: kind, at: pointer + "/*", depth: depth + 1)
        }
        return found
    }

    /// A schema behind its references; of what may be null, the other.
    private func meant(_ schema: JSONValue) -> JSONValue {
        let schema = resolved(schema)
        let choices = schema["anyOf"]?.asArray.filter { $0["type"] != "null" } ?? []
        return choices.count == 1 ? meant(choices[0]) : schema
    }
}

extension JSONValue {
    /// The whole number that this is.
    var whole: Int? { if case .number(let number) = self { number.integer } else { nil } }
}
