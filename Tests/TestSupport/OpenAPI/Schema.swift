import Foundation
import JSON
import Practice

/// Holds values against JSON Schemas (2020-12): as much of it as an API needs. A keyword that is not understood is a
/// fault of the schema, so that nothing is passed over in silence.
struct SchemaValidator {
    /// Where `$ref` looks.
    let document: JSONValue
    private(set) var faults: [String] = []

    init(document: JSONValue) {
        self.document = document
    }

    /// Records what is wrong with a value, and answers the names of the members that the schema speaks of.
    @discardableResult
    mutating func check(_ value: JSONValue, _ schema: JSONValue, at pointer: String) -> Set<String> {
        guard case .object(let keywords) = schema else {
            if schema == .bool(false) { fault(pointer, "nothing is allowed here") }
            return []
        }
        var spoken: Set<String> = []
        for keyword in keywords {
            switch keyword.name {
            case "$ref": spoken.formUnion(checkReference(value, keyword.value, at: pointer))
            case "allOf":
                for part in keyword.value.elements { spoken.formUnion(check(value, part, at: pointer)) }
            case "anyOf", "oneOf": spoken.formUnion(checkChoice(value, keyword, at: pointer))
            case "not": if accepts(value, keyword.value) { fault(pointer, "matches what it must not") }
            case "type": checkType(value, keyword.value, at: pointer)
            case "enum":
                if !keyword.value.elements.contains(where: { $0.equals(value) }) {
                    fault(pointer, "is none of the enum")
                }
            case "const": if !keyword.value.equals(value) { fault(pointer, "is not the constant") }
            default: checkByType(value, keyword, schema, at: pointer)
            }
        }
        if case .object(let members) = value {
            spoken.formUnion(checkMembers(members, schema, spoken, at: pointer))
        }
        return spoken
    }

    /// Resolves `#/a/b` in the document.
    func resolve(_ reference: JSONValue) -> JSONValue? {
        guard let text = reference.text, text.hasPrefix("#/") else { return nil }
        return text.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) { value, step in
            value?[String(step).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
    }

    mutating func fault(_ pointer: String, _ text: String) {
        faults.append("\(pointer.isEmpty ? "/" : pointer): \(text)")
    }

    private mutating func checkReference(_ value: JSONValue, _ reference: JSONValue, at pointer: String) -> Set<String>
    {
        guard let target = resolve(reference) else {
            fault(pointer, "the schema refers to what is not there: \(reference.text ?? "")")
            return []
        }
        return check(value, target, at: pointer)
    }

    private mutating func checkChoice(_ value: JSONValue, _ keyword: JSONMember, at pointer: String) -> Set<String> {
        let trials = keyword.value.elements.map { schema in
            var trial = SchemaValidator(document: document)
            let spoken = trial.check(value, schema, at: pointer)
            return (spoken: spoken, faults: trial.faults)
        }
        let matching = trials.filter(\.faults.isEmpty)
        if matching.isEmpty {
            fault(
                pointer,
                "matches none of \(keyword.name): "
                    + trials.map { $0.faults.joined(separator: ", ") }.joined(separator: " | "))
        } else if keyword.name == "oneOf", matching.count > 1 {
            fault(pointer, "matches \(matching.count) of oneOf")
        }
        return matching.reduce(into: []) { $0.formUnion($1.spoken) }
    }

    private func accepts(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        var trial = SchemaValidator(document: document)
        trial.check(value, schema, at: "")
        return trial.faults.isEmpty
    }

    private mutating func checkType(_ value: JSONValue, _ type: JSONValue, at pointer: String) {
        let names = type.text.map { [$0] } ?? type.elements.compactMap(\.text)
        if !names.contains(where: value.isOfType) { fault(pointer, "is not \(names.joined(separator: " or "))") }
    }

    /// Members: required ones, those of `properties`, and what else there may be.
    private mutating func checkMembers(
        _ members: [JSONMember], _ schema: JSONValue, _ spoken: Set<String>, at pointer: String
    ) -> Set<String> {
        for name in schema["required"]?.elements.compactMap(\.text) ?? []
        where !members.contains(where: { $0.name == name }) {
            fault(pointer, "\(name) is missing")
        }
        var known: Set<String> = []
        for member in members {
            if let property = schema["properties"]?[member.name] {
                known.insert(member.name)
                check(member.value, property, at: "\(pointer)/\(member.name)")
            } else if let others = schema["additionalProperties"] {
                known.insert(member.name)
                checkOther(member, others, at: pointer)
            } else if let others = schema["unevaluatedProperties"], !spoken.contains(member.name) {
                known.insert(member.name)
                checkOther(member, others, at: pointer)
            }
        }
        return known
    }

    private mutating func checkOther(_ member: JSONMember, _ schema: JSONValue, at pointer: String) {
        if schema == .bool(false) {
            fault(pointer, "\(member.name) is not in the schema")
        } else {
            check(member.value, schema, at: "\(pointer)/\(member.name)")
        }
    }
}

extension JSONValue {
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var members: [JSONMember] { if case .object(let members) = self { members } else { [] } }
    var double: Double? { if case .number(let number) = self { number.double } else { nil } }
    var integer: Int? { if case .number(let number) = self { number.integer } else { nil } }

    /// Equality as JSON Schema has it: `1.0` is `1`, and the order of members does not matter.
    func equals(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)): left.double == right.double
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.equals($1) }
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { member in other[member.name]?.equals(member.value) == true }
        default: self == other
        }
    }

    fileprivate func isOfType(_ name: String) -> Bool {
        switch (name, self) {
        case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .text), ("array", .array),
            ("object", .object):
            true
        case ("integer", .number(let number)): number.double.map { $0 == $0.rounded() } ?? false
        default: false
        }
    }
}
