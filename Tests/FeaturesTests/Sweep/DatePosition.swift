import JSON
import Practice
import TestSupport

/// One place of a body in which a day or an instant stands.
struct DatePosition: Sendable, CustomStringConvertible {
    /// The operation and the place in its body.
    let position: IDPosition
    let isInstant: Bool
    /// Whether the description names the days between which it lies.
    let isRanged: Bool

    var description: String { position.description }

    /// Every such place in `openapi.yaml`.
    static func all(in contract: Contract) -> [DatePosition] {
        let document = contract.document
        let isDate: @Sendable (JSONValue) -> Bool = {
            ["date", "date-time"].contains($0["format"]?.text) || $0["pattern"]?.text == #"^\d{4}(-\d{2}(-\d{2})?)?$"#
        }
        let dates = SchemaReader(document: document, isMeant: isDate)
        let instants = SchemaReader(document: document) { $0["format"] == "date-time" }
        let ranged = SchemaReader(document: document) { schema in
            guard isDate(schema), let words = schema["description"]?.text else { return false }
            return words.hasPrefix("From ") || words.hasPrefix("On a day from ")
        }
        return contract.operations.flatMap { operation -> [DatePosition] in
            let body = dates.resolved(operation.description["requestBody"] ?? .null)
            let operationID = operation.description["operationId"]?.text ?? ""
            let media = ["application/json", "application/merge-patch+json"].compactMap { body["content"]?[$0] }
            return media.flatMap { media -> [DatePosition] in
                let schema = media["schema"] ?? .null
                let (instants, ranged) = (instants.pointers(in: schema), ranged.pointers(in: schema))
                return dates.pointers(in: schema).sorted().map { pointer in
                    DatePosition(
                        position: IDPosition(
                            method: operation.method, path: operation.path, operationID: operationID,
                            place: .body(pointer)), isInstant: instants.contains(pointer),
                        isRanged: ranged.contains(pointer))
                }
            }
        }
    }
}

extension JSONValue {
    /// The same with a value at a pointer, and what is lacking on the way to it; a `*` is the first element.
    func putting(_ value: JSONValue, at pointer: Substring) -> JSONValue {
        guard let step = pointer.split(separator: "/").first else { return value }
        let rest = pointer.dropFirst(step.count + 1)
        if step == "*" {
            let elements = asArray
            return .array([(elements.first ?? [:]).putting(value, at: rest)] + elements.dropFirst())
        }
        var members: [JSONMember] = []
        if case .object(let own) = self { members = own.filter { $0.name != step } }
        let member = (self[String(step)] ?? (rest.hasPrefix("/*") ? [] : [:])).putting(value, at: rest)
        return .object(members + [JSONMember(String(step), member)])
    }
}
