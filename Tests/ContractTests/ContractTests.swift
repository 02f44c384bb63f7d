import Foundation
import JSON
import Practice
import Testing
import TestSupport

/// `openapi.yaml` is part of the product: it says all that the API does, and nothing else.
@Suite struct ContractTests {
    private let contract: Contract

    init() throws {
        contract = try Contract.current()
    }

    @Test func `every route is in the file, and every operation of the file has a route`() async throws {
        let operations = contract.operations.map { "\($0.method) \($0.path)" }
        try await withWorld { world in
            let routes = world.routes.map { "\($0.method) \($0.path)" }
            #expect(Set(routes).count == routes.count)
            #expect(routes.filter { !operations.contains($0) } == [])
            #expect(operations.filter { !routes.contains($0) } == [])
        }
    }

    @Test func `every reference leads somewhere`() {
        let references = contract.document.everything.compactMap { $0.value["$ref"]?.text }
        #expect(references.filter { contract.resolve($0) == nil } == [])
        #expect(!references.isEmpty)
    }

    @Test func `every component is used`() {
        let references = Set(contract.document.everything.compactMap { $0.value["$ref"]?.text })
        let components = (contract.document["components"]?.members ?? []).filter { $0.name != "securitySchemes" }
        let names = components.flatMap { kind in
            kind.value.members.map { "#/components/\(kind.name)/\($0.name)" }
        }
        #expect(names.filter { !references.contains($0) } == [])
    }

    @Test func `every example keeps its schema`() {
        var faults: [String] = []
        for (pointer, value) in contract.document.everything {
            guard let schema = value["schema"] else { continue }
            var examples = [value["example"]].compactMap { $0 }
            examples += value["examples"]?.members.compactMap { contract.resolved($0.value)?["value"] } ?? []
            for example in examples {
                faults += contract.faults(of: example, schema: schema).map { "\(pointer): \($0)" }
            }
        }
        #expect(faults == [])
    }

    @Test func `every operation has a name, a summary and a declared tag`() {
        let tags = contract.document["tags"]?.elements.compactMap { $0["name"]?.text } ?? []
        let names = contract.operations.compactMap { $0.description["operationId"]?.text }
        #expect(names.count == contract.operations.count)
        #expect(Set(names).count == names.count)
        for operation in contract.operations {
            #expect(operation.description["summary"]?.text?.isEmpty == false, "\(operation.method) \(operation.path)")
            let own = operation.description["tags"]?.elements.compactMap(\.text) ?? []
            #expect(!own.isEmpty && own.allSatisfy(tags.contains), "\(operation.method) \(operation.path)")
        }
    }

    @Test func `every parameter of a path is declared`() {
        for operation in contract.operations {
            let inPath = Set(operation.path.matches(of: /\{([^}]*)\}/).map { String($0.1) })
            let declared = contract.parameters(of: operation).filter { $0["in"] == "path" }.compactMap {
                $0["name"]?.text
            }
            #expect(inPath == Set(declared), "\(operation.method) \(operation.path)")
        }
    }

    @Test func `objects that are answered or taken are closed`() {
        let open = contract.document.everything.filter { _, value in
            value["type"] == "object" && value["properties"] != nil && value["additionalProperties"] == nil
                && value["unevaluatedProperties"] == nil
        }
        // A part of allOf is closed by what it is a part of.
        let parts = open.map(\.pointer).filter { !$0.contains("/allOf/") }
        #expect(parts == [])
    }

    @Test func `every error answer is declared where it can be met`() async throws {
        try await withWorld { world in
            for route in world.routes {
                let name = "\(route.method) \(route.path)"
                let operation = contract.operations.first { "\($0.method) \($0.path)" == name }
                guard let operation else { continue }
                let declared = Set(operation.description["responses"]?.members.map(\.name) ?? [])
                #expect(contract.expectedErrors(of: operation, route).subtracting(declared) == [], "\(name)")
            }
        }
    }

    @Test func `the server serves the file, and the same as JSON`() async throws {
        try await withWorld { world in
            let yaml = try await world.request(.get, "/openapi.yaml")
            #expect(yaml.headers["content-type"] == "application/yaml")
            #expect(yaml.text == (try String(contentsOf: Repository.file("openapi.yaml"), encoding: .utf8)))
            for _ in 1...2 {
                let json = try await world.request(.get, "/openapi.json")
                #expect(json.headers["content-type"] == "application/json")
                #expect(json.json == contract.document)
            }
        }
    }

    @Test func `a repeat's answer stands behind all others, so that generators do not take it for the usual one`() {
        for operation in contract.operations {
            for answer in operation.description["responses"]?.fields ?? [] {
                let isOfRepeats = answer.value["$ref"]?.text?.hasSuffix("/AsItIsNow") == true
                #expect(isOfRepeats == (answer.name == "2XX"), "\(operation.method) \(operation.path)")
            }
        }
    }

    @Test func `public operations say that they are, and no others`() async throws {
        try await withWorld { world in
            for route in world.routes {
                let operation = contract.operations.first {
                    $0.method == route.method && $0.path == route.path
                }
                let isPublic = operation?.description["security"] == .array([])
                #expect(isPublic == route.isPublic, "\(route.method) \(route.path)")
            }
        }
    }
}

extension Contract {
    fileprivate func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) { $0?[String($1)] }
    }

    fileprivate func resolved(_ value: JSONValue) -> JSONValue? {
        value["$ref"]?.text.map(resolve) ?? value
    }

    /// The parameters of an operation and of its path.
    fileprivate func parameters(of operation: Operation) -> [JSONValue] {
        let shared = document["paths"]?[operation.path]?["parameters"]?.elements ?? []
        let own = operation.description["parameters"]?.elements ?? []
        return (shared + own).compactMap(resolved)
    }

    /// The error statuses that the conventions promise for an operation.
    fileprivate func expectedErrors(of operation: Operation, _ route: DeclaredRoute) -> Set<String> {
        var expected: Set<String> = []
        if !route.isPublic { expected.formUnion(["401", "503"]) }
        if !route.isPublic, operation.path.contains("{") { expected.insert("404") }
        if operation.description["requestBody"] != nil { expected.formUnion(["400", "413", "415", "422"]) }
        let parameters = parameters(of: operation)
        if parameters.contains(where: { $0["in"] == "query" }) { expected.insert("400") }
        if parameters.contains(where: { $0["name"] == "If-Match" && $0["required"] == true }) {
            expected.formUnion(["412", "428"])
        }
        return expected
    }
}

extension JSONValue {
    fileprivate var members: [JSONMember] { if case .object(let members) = self { members } else { [] } }
    fileprivate var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

    /// Every object in this value with its place, but for examples, which are data.
    fileprivate var everything: [(pointer: String, value: JSONValue)] {
        var found: [(pointer: String, value: JSONValue)] = []
        collect("", &found)
        return found
    }

    private func collect(_ pointer: String, _ found: inout [(pointer: String, value: JSONValue)]) {
        if case .object = self { found.append((pointer, self)) }
        for member in members where member.name != "example" && member.name != "default" {
            member.value.collect("\(pointer)/\(member.name)", &found)
        }
        for (index, element) in elements.enumerated() { element.collect("\(pointer)/\(index)", &found) }
    }
}
