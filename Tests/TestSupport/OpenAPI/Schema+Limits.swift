import Foundation
import JSON
import Practice

extension SchemaValidator {
    /// The keywords that concern texts, numbers or arrays alone, and those that say nothing about a value.
    mutating func checkByType(_ value: JSONValue, _ keyword: JSONMember, _ schema: JSONValue, at pointer: String) {
        switch (keyword.name, value) {
        case ("minLength", .text(let text)):
            limit(text.unicodeScalars.count >= keyword.value.integer ?? 0, keyword, at: pointer)
        case ("maxLength", .text(let text)):
            limit(text.unicodeScalars.count <= keyword.value.integer ?? 0, keyword, at: pointer)
        case ("pattern", .text(let text)): checkPattern(text, keyword.value, at: pointer)
        case ("format", .text(let text)): checkFormat(text, keyword.value, at: pointer)
        case ("minimum", .number(let number)):
            limit(number.double ?? .nan >= keyword.value.double ?? .nan, keyword, at: pointer)
        case ("maximum", .number(let number)):
            limit(number.double ?? .nan <= keyword.value.double ?? .nan, keyword, at: pointer)
        case ("exclusiveMinimum", .number(let number)):
            limit(number.double ?? .nan > keyword.value.double ?? .nan, keyword, at: pointer)
        case ("exclusiveMaximum", .number(let number)):
            limit(number.double ?? .nan < keyword.value.double ?? .nan, keyword, at: pointer)
        case ("minItems", .array(let elements)):
            limit(elements.count >= keyword.value.integer ?? 0, keyword, at: pointer)
        case ("maxItems", .array(let elements)):
            limit(elements.count <= keyword.value.integer ?? 0, keyword, at: pointer)
        case ("uniqueItems", .array(let elements)):
            limit(keyword.value == .bool(false) || Set(elements).count == elements.count, keyword, at: pointer)
        case ("items", .array(let elements)):
            for (index, element) in elements.enumerated() { check(element, keyword.value, at: "\(pointer)/\(index)") }
        case ("minProperties", .object(let members)):
            limit(members.count >= keyword.value.integer ?? 0, keyword, at: pointer)
        case ("maxProperties", .object(let members)):
            limit(members.count <= keyword.value.integer ?? 0, keyword, at: pointer)
        default:
            if !Self.understood.contains(keyword.name) {
                fault(pointer, "the schema has a keyword that is not understood: \(keyword.name)")
            }
        }
    }

    /// Keywords for another type than the value's, those of objects, which are checked together, and annotations.
    private static let understood: Set<String> = [
        "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "minItems", "maxItems", "uniqueItems", "items", "minProperties", "maxProperties", "properties", "required",
        "additionalProperties", "unevaluatedProperties", "title", "description", "default", "example", "examples",
        "deprecated", "readOnly", "writeOnly", "$comment", "contentMediaType", "contentEncoding", "discriminator",
    ]

    private mutating func limit(_ isKept: Bool, _ keyword: JSONMember, at pointer: String) {
        if !isKept { fault(pointer, "breaks \(keyword.name) \(String(decoding: keyword.value.bytes, as: UTF8.self))") }
    }

    private mutating func checkPattern(_ text: String, _ pattern: JSONValue, at pointer: String) {
        do {
            let expression = try NSRegularExpression(pattern: pattern.text ?? "")
            let range = NSRange(text.startIndex..., in: text)
            if expression.firstMatch(in: text, range: range) == nil {
                fault(pointer, "does not match \(pattern.text ?? "")")
            }
        } catch {
            fault(pointer, "the schema has a pattern that cannot be read: \(pattern.text ?? "")")
        }
    }

    private mutating func checkFormat(_ text: String, _ format: JSONValue, at pointer: String) {
        let isKept =
            switch format.text {
            case "uuid": ID<Void>(text) != nil
            case "date": Day(text) != nil
            case "date-time": Instant(text) != nil
            case "email": text.contains("@")
            case "uri", "uri-reference": URL(string: text) != nil
            default: true
            }
        if !isKept { fault(pointer, "is not in the format \(format.text ?? "")") }
    }
}
