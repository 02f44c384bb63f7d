import Foundation
import JSON
import Practice
import Testing
import TestSupport
import Yams

/// What generators of clients stumble over, and what they make of names. `deploy/clients` runs some of them.
@Suite struct GeneratorTests {
    private let contract: Contract

    init() throws {
        contract = try Contract.current()
    }

    @Test func `YAML 1.1 reads the file as YAML 1.2 does`() throws {
        let text = try String(contentsOf: Repository.file("openapi.yaml"), encoding: .utf8)
        let node = try #require(try Yams.compose(yaml: text))
        var misread: [String] = []
        var count = 0
        func walk(_ node: Node) {
            switch node {
            case .scalar(let scalar):
                guard scalar.style == .plain else { return }
                count += 1
                if Self.isReadOtherwise(scalar.string) {
                    misread.append("\(scalar.string) in line \(scalar.mark?.line ?? 0)")
                }
            case .mapping(let mapping):
                for (key, value) in mapping {
                    walk(key)
                    walk(value)
                }
            case .sequence(let sequence): sequence.forEach(walk)
            case .alias: misread.append("an alias")
            }
        }
        walk(node)
        #expect(misread == [])
        #expect(count > 10_000)
    }

    /// Whether a word without quotes is a text, or a number, in one version of YAML and something else in the other: words
    /// for true and false; octal and binary numbers, underscores, base 60, days, instants, and a sign or point in front.
    private static func isReadOtherwise(_ word: String) -> Bool {
        let pattern = """
            ^(?i:y|n|yes|no|on|off|=|<<|[-+]?0[0-7_]+|[-+]?0b[01_]+|[-+]?[0-9][0-9_]*_[0-9_]*|\
            [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|0x[0-9a-f]+|0o[0-7]+|\
            \\+.*[0-9]|\\.[0-9].*)$
            """
        let isCapital = ["true", "false", "null"].contains(word.lowercased()) && word != word.lowercased()
        return isCapital || word.range(of: pattern, options: .regularExpression) != nil
    }

    @Test func `nothing is only null, and no constant stands where a choice would do`() {
        let faults = contract.everySchema.filter { place, schema in
            let isNullAlone = schema["type"] == "null" && !place.contains("/anyOf/")
            let isBoolean = schema["type"]?.words.contains("boolean") == true
            return isNullAlone || schema["const"] != nil || (isBoolean && schema["enum"] != nil)
        }
        #expect(faults.map(\.place) == [])
    }

    @Test func `members stand beside no choice of schemas`() {
        let faults = contract.everySchema.filter { _, schema in
            schema["properties"] != nil && ["oneOf", "anyOf", "allOf", "not"].contains { schema[$0] != nil }
        }
        #expect(faults.map(\.place) == [])
    }

    @Test func `every object has a name of its own`() {
        let nameless = contract.everySchema.filter { place, schema in
            place.contains("/") && schema["properties"] != nil
        }
        #expect(nameless.map(\.place) == [])
    }

    /// Generators name a choice of words by the schema and the member; those names, and those of schemas, are told apart
    /// without regard to case, and by more than a last `s`.
    @Test func `no two names are nearly one`() {
        var names: [String: [String]] = [:]
        for schema in contract.schemas {
            names[Self.plain(schema.name), default: []].append(schema.name)
            for (place, part) in contract.schemas(in: schema.schema, at: schema.name)
            where place.contains("/") && part["enum"] != nil {
                names[Self.plain(place.replacing("/items", with: "Item")), default: []].append(place)
            }
        }
        #expect(names.values.filter { Set($0).count > 1 } == [])
    }

    private static func plain(_ name: String) -> String {
        var plain = name.lowercased().filter(\.isLetter)
        if plain.hasSuffix("s") { plain.removeLast() }
        return plain
    }

    @Test func `no schema has the name of a type that languages have`() {
        let taken: Set = [
            "any", "array", "blob", "boolean", "character", "class", "data", "date", "dictionary", "double", "element",
            "enum", "error", "event", "exception", "file", "float", "function", "int", "integer", "list", "map",
            "model",
            "none", "null", "number", "object", "optional", "promise", "record", "request", "response", "result",
            "self",
            "set", "string", "symbol", "task", "type", "void",
        ]
        #expect(contract.schemas.map(\.name).filter { taken.contains($0.lowercased()) } == [])
    }

    @Test func `a list of pages is called a page, and nothing else is`() {
        for schema in contract.schemas {
            let isPage = ["items", "next"].allSatisfy { schema.schema["properties"]?[$0] != nil }
            #expect(schema.name.hasSuffix("Page") == isPage, "\(schema.name)")
        }
    }

    /// One verb for one thing: who knows some names knows all.
    @Test func `operations say by their verb what they do`() {
        let verbs: [String: Set<String>] = [
            "GET": ["get", "list"], "PATCH": ["update"],
            "POST": ["confirm", "create", "search", "send"],
            "DELETE": ["delete", "end", "unassign"],
            "PUT": [
                "set", "upload", "accept", "acknowledge", "assess", "assign", "complete", "confirm", "correct",
                "cosign",
                "create", "discuss", "end", "hand", "record", "remove", "retry", "reverse", "review", "revoke", "share",
                "sign", "submit", "transfer", "withdraw",
            ],
        ]
        for operation in contract.operations {
            let name = operation.description["operationId"]?.text ?? ""
            let verb = String(name.prefix { $0.isLowercase })
            #expect(verbs[operation.method]?.contains(verb) == true, "\(operation.method) \(operation.path) \(name)")
            let answer = operation.description["responses"]?["200"]?["content"]?["application/json"]?["schema"] ?? .null
            if operation.method == "GET" {
                let isPage =
                    contract.meant(answer)["properties"]?["next"] != nil
                    && contract.meant(answer)["properties"]?["items"] != nil
                #expect(isPage == (verb == "list") || name.hasSuffix("Report"), "\(name)")
            }
        }
    }
}
