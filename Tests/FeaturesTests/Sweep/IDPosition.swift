import JSON
import Practice
import TestSupport

/// One place of a request in which an id stands.
struct IDPosition: Sendable, Hashable, CustomStringConvertible {
    enum Place: Sendable, Hashable {
        case path(String)
        case query(String)
        case header(String)
        /// A JSON pointer, with `*` for the elements of an array.
        case body(String)
    }

    let method: String
    let path: String
    let operationID: String
    let place: Place

    var description: String {
        switch place {
        case .path(let name): "\(method) \(path) {\(name)}"
        case .query(let name): "\(method) \(path) ?\(name)"
        case .header(let name): "\(method) \(path) \(name):"
        case .body(let pointer): "\(method) \(path) \(pointer)"
        }
    }

    /// Where in a body the first of its ids stands; of places elsewhere one that no body has.
    var pointer: String {
        if case .body(let pointer) = place { pointer.replacing("*", with: "0") } else { "-" }
    }

    /// Every place in `openapi.yaml` of which the schema says that it is an id, and those places of free JSON that are
    /// known to hold one.
    static func all(in contract: Contract) -> [IDPosition] {
        contract.operations.flatMap { operation -> [IDPosition] in
            let reader = SchemaReader(document: contract.document)
            var places: [Place] = []
            for parameter in reader.parameters(of: operation) where reader.isID(parameter["schema"] ?? .null) {
                guard let name = parameter["name"]?.text else { continue }
                switch parameter["in"]?.text {
                case "path": places.append(.path(name))
                case "query": places.append(.query(name))
                default: places.append(.header(name))
                }
            }
            for media in reader.resolved(operation.description["requestBody"] ?? .null)["content"]?.all ?? [] {
                places += reader.pointers(in: media.value["schema"] ?? .null).sorted().map { .body($0) }
            }
            let operationID = operation.description["operationId"]?.text ?? ""
            // Answers to a question for files name attachments. (A draft keeps whatever is in it.)
            if operationID == "submitHomework" { places.append(.body("/answers/files/*")) }
            return places.map {
                IDPosition(
                    method: operation.method, path: operation.path, operationID: operationID, place: $0)
            }
        }
    }
}

/// Reads schemas of the contract as far as one kind of value goes: ids, unless it is said otherwise.
struct SchemaReader {
    let document: JSONValue
    var isMeant: @Sendable (JSONValue) -> Bool = { $0["format"] == "uuid" }

    func resolved(_ value: JSONValue) -> JSONValue {
        guard let reference = value["$ref"]?.text else { return value }
        let target = reference.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) { $0?[String($1)] }
        return resolved(target ?? .null)
    }

    func parameters(of operation: Contract.Operation) -> [JSONValue] {
        let shared = document["paths"]?[operation.path]?["parameters"]?.asArray ?? []
        return (shared + (operation.description["parameters"]?.asArray ?? [])).map(resolved)
    }

    func isID(_ schema: JSONValue) -> Bool { pointers(in: schema).contains("") }

    func pointers(in schema: JSONValue, depth: Int = 0) -> Set<String> {
        guard depth < 12 else { return [] }
        let schema = resolved(schema)
        var found: Set<String> = isMeant(schema) ? [""] : []
        for property in schema["properties"]?.all ?? [] {
            found.formUnion(pointers(in: property.value, depth: depth + 1).map { "/\(property.name)\($0)" })
        }
        for keyword in ["items", "additionalProperties", "unevaluatedProperties"] {
            guard let part = schema[keyword], part.all.isEmpty == false else { continue }
            found.formUnion(pointers(in: part, depth: depth + 1).map { "/*\($0)" })
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for part in schema[keyword]?.asArray ?? [] { found.formUnion(pointers(in: part, depth: depth + 1)) }
        }
        return found
    }
}

extension JSONValue {
    /// The members of an object.
    fileprivate var all: [JSONMember] { if case .object(let members) = self { members } else { [] } }
}
