import Features
import Foundation
import JSON
import Practice
import Synchronization
import WebAPI

/// What `openapi.yaml` promises, to hold answers against.
public struct Contract: Sendable {
    /// The whole file.
    public let document: JSONValue
    /// All operations, in the order of the file.
    public let operations: [Operation]

    /// One method of one path.
    public struct Operation: Sendable {
        /// In capitals.
        public let method: String
        /// With parameters in braces.
        public let path: String
        /// The operation object.
        public let description: JSONValue
    }

    /// The file in the repository, read once.
    public static func current() throws -> Contract {
        try cached.withLock { cached in
            if let cached { return cached }
            let contract = Contract(
                document: try JSONValue(yaml: String(contentsOf: Repository.file("openapi.yaml"), encoding: .utf8)))
            cached = contract
            return contract
        }
    }

    /// A contract of a document.
    public init(document: JSONValue) {
        self.document = document
        let methods: Set = ["get", "put", "post", "delete", "patch", "head", "options"]
        operations = (document["paths"]?.members ?? []).flatMap { path in
            path.value.members.filter { methods.contains($0.name) }.map {
                Operation(method: $0.name.uppercased(), path: path.name, description: $0.value)
            }
        }
    }

    /// What is wrong with an answer, in words; empty when it is as promised.
    public func faults(of answer: TestAnswer, to method: String, _ path: String) -> [String] {
        // HEAD answers as GET does, without a body.
        let isHead = method == "HEAD"
        if isHead, !answer.body.isEmpty { return ["HEAD has a body"] }
        guard let operation = operation(isHead ? "GET" : method, path) else {
            // What no path has, or no method, is answered without a promise: with 404, 405 or to OPTIONS.
            return [204, 404, 405].contains(answer.status) ? [] : ["\(method) is not declared"]
        }
        let responses = operation.description["responses"]
        let range = responses?["\(answer.status / 100)XX"]
        guard let response = resolve(responses?[String(answer.status)] ?? range) else {
            return ["status \(answer.status) is not declared"]
        }
        return headerFaults(of: answer, response) + (isHead ? [] : bodyFaults(of: answer, response))
    }

    /// What is wrong with a value, held against a schema of the document.
    public func faults(of value: JSONValue, schema: JSONValue) -> [String] {
        var validator = SchemaValidator(document: document)
        validator.check(value, schema, at: "")
        return validator.faults
    }

    private func headerFaults(of answer: TestAnswer, _ response: JSONValue) -> [String] {
        (response["headers"]?.members ?? []).flatMap { header -> [String] in
            let description = resolve(header.value)
            guard let value = answer.headers[header.name.lowercased()] else {
                return description?["required"] == .bool(true) ? ["the header \(header.name) is missing"] : []
            }
            guard let schema = description?["schema"] else { return [] }
            let read = schema["type"] == "integer" ? JSONValue.number(JSONNumber(unchecked: value)) : .text(value)
            return faults(of: read, schema: schema).map { "the header \(header.name): \($0)" }
        }
    }

    private func bodyFaults(of answer: TestAnswer, _ response: JSONValue) -> [String] {
        guard let content = response["content"] else {
            return answer.body.isEmpty ? [] : ["a body is not declared"]
        }
        let type = answer.headers["content-type"]?.split(separator: ";").first.map(String.init) ?? ""
        guard let media = content[type] else { return ["the content type “\(type)” is not declared"] }
        guard let schema = media["schema"], type.hasSuffix("json") else { return [] }
        do {
            return faults(of: try JSONValue(parsing: answer.body), schema: schema)
        } catch {
            return ["the body is not JSON"]
        }
    }

    /// Of a path in words and one with a parameter in the same place, the words.
    func operation(_ method: String, _ path: String) -> Operation? {
        operations.filter { $0.method == method && Self.matches($0.path, path) }
            .min { $0.path.count { $0 == "{" } < $1.path.count { $0 == "{" } }
    }

    func resolve(_ value: JSONValue?) -> JSONValue? {
        guard let reference = value?["$ref"] else { return value }
        return SchemaValidator(document: document).resolve(reference)
    }

    private static func matches(_ template: String, _ path: String) -> Bool {
        let (left, right) = (template.split(separator: "/"), path.split(separator: "/"))
        return left.count == right.count && zip(left, right).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }

    private static let cached = Mutex<Contract?>(nil)
}

/// An answer that the contract does not promise, or a request that it does not describe and the server took.
public struct ContractViolation: Error, CustomStringConvertible {
    /// The request and what is wrong with it or with its answer.
    public let description: String
}
