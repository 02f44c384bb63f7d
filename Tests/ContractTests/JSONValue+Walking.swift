import JSON
import Practice
import TestSupport

extension JSONValue {
    /// The members of an object.
    var fields: [JSONMember] { if case .object(let members) = self { members } else { [] } }
    /// The elements of an array.
    var list: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    /// The text of a text, or of each of an array.
    var words: [String] { text.map { [$0] } ?? list.compactMap(\.text) }
}

/// A named schema of `openapi.yaml`.
struct NamedSchema {
    let name: String
    let schema: JSONValue

    var properties: [JSONMember] { schema["properties"]?.fields ?? [] }
}

extension Contract {
    /// The schemas of the components, in the order of the file.
    var schemas: [NamedSchema] {
        (document["components"]?["schemas"]?.fields ?? []).map { NamedSchema(name: $0.name, schema: $0.value) }
    }

    /// A schema behind its references; of one that may be null, the other.
    func meant(_ schema: JSONValue) -> JSONValue {
        if let name = schema["$ref"]?.text?.split(separator: "/").last {
            return meant(document["components"]?["schemas"]?[String(name)] ?? .null)
        }
        let choices = schema["anyOf"]?.list.filter { $0["type"] != "null" } ?? []
        return choices.count == 1 ? meant(choices[0]) : schema
    }

    /// Each schema that stands in a schema, with its place; not what examples say.
    func schemas(in schema: JSONValue, at place: String) -> [(place: String, schema: JSONValue)] {
        var found = [(place, schema)]
        for member in schema["properties"]?.fields ?? [] {
            found += schemas(in: member.value, at: "\(place)/\(member.name)")
        }
        for keyword in ["items", "additionalProperties", "not"] {
            if let inner = schema[keyword], case .object = inner {
                found += schemas(in: inner, at: "\(place)/\(keyword)")
            }
        }
        for keyword in ["anyOf", "oneOf", "allOf"] {
            for (index, inner) in (schema[keyword]?.list ?? []).enumerated() {
                found += schemas(in: inner, at: "\(place)/\(keyword)/\(index)")
            }
        }
        return found
    }

    /// Every schema of the file: of the components, and of parameters, bodies and answers.
    var everySchema: [(place: String, schema: JSONValue)] {
        var found = schemas.flatMap { schemas(in: $0.schema, at: $0.name) }
        func collect(_ value: JSONValue, _ place: String) {
            for member in value.fields where !["example", "examples", "schemas"].contains(member.name) {
                if member.name == "schema" {
                    found += schemas(in: member.value, at: place)
                } else {
                    collect(member.value, "\(place)/\(member.name)")
                }
            }
            for (index, element) in value.list.enumerated() { collect(element, "\(place)/\(index)") }
        }
        collect(document["paths"] ?? .null, "")
        collect(document["components"] ?? .null, "")
        return found
    }
}
