import Foundation
import JSON
import WebAPI

/// A request as it is sent.
public struct TestRequest: Sendable {
    /// In capitals.
    public let method: String
    /// The path, and what is asked behind `?`.
    public let uri: String
    public let contentType: String?
    public let body: [UInt8]?

    /// A request.
    public init(_ method: String, _ uri: String, contentType: String? = nil, body: [UInt8]? = nil) {
        (self.method, self.uri, self.contentType, self.body) = (method, uri, contentType, body)
    }

    /// Without what is asked behind `?`.
    var path: String { String(uri.prefix { $0 != "?" }) }

    fileprivate var queryItems: [URLQueryItem] {
        URLComponents(string: uri.replacing("+", with: "%20"))?.queryItems ?? []
    }
}

extension Contract {
    /// What is wrong with a request that the server took, in words; empty when it is as described. Of one that is refused
    /// nothing is wrong: tests send what must be refused.
    public func faults(ofTaken request: TestRequest) -> [String] {
        let method = request.method == "HEAD" ? "GET" : request.method
        guard let operation = operation(method, request.path) else { return [] }
        return parameterFaults(request, operation) + bodyFaults(request, operation)
    }

    private func parameterFaults(_ request: TestRequest, _ operation: Operation) -> [String] {
        let shared = document["paths"]?[operation.path]?["parameters"]?.elements ?? []
        let parameters = (shared + (operation.description["parameters"]?.elements ?? [])).compactMap(resolve)
        func declared(_ name: String, in place: String) -> JSONValue? {
            parameters.first { $0["name"] == .text(name) && $0["in"] == .text(place) }
        }
        let asked = request.queryItems
        var faults: [String] = []
        for item in asked {
            guard let parameter = declared(item.name, in: "query") else {
                faults.append("the parameter \(item.name) is not declared")
                continue
            }
            faults += self.faults(of: item.value ?? "", parameter)
        }
        for parameter in parameters where parameter["in"] == "query" && parameter["required"] == .bool(true) {
            let name = parameter["name"]?.text ?? ""
            if !asked.contains(where: { $0.name == name }) { faults.append("the parameter \(name) is missing") }
        }
        for (name, value) in zip(operation.path.split(separator: "/"), request.path.split(separator: "/"))
        where name.hasPrefix("{") && name.hasSuffix("}") {
            guard let parameter = declared(String(name.dropFirst().dropLast()), in: "path") else {
                faults.append("\(name) is not declared")
                continue
            }
            faults += self.faults(of: value.removingPercentEncoding ?? String(value), parameter)
        }
        return faults
    }

    /// A parameter is text; what its schema calls a number or a truth value is read as one.
    private func faults(of text: String, _ parameter: JSONValue) -> [String] {
        guard let schema = parameter["schema"] else { return [] }
        let value: JSONValue =
            switch resolve(schema)?["type"] {
            case "integer", "number": .number(JSONNumber(unchecked: text))
            case "boolean": text == "true" ? .bool(true) : text == "false" ? .bool(false) : .text(text)
            default: .text(text)
            }
        return faults(of: value, schema: schema).map { "the parameter \(parameter["name"]?.text ?? "")\($0)" }
    }

    private func bodyFaults(_ request: TestRequest, _ operation: Operation) -> [String] {
        let declared = resolve(operation.description["requestBody"])
        guard let body = request.body, !body.isEmpty else {
            return declared?["required"] == .bool(true) ? ["the body is missing"] : []
        }
        guard let content = declared?["content"] else { return ["a body of the request is not declared"] }
        let type = request.contentType?.split(separator: ";").first.map(String.init) ?? ""
        guard let media = content[type] else { return ["the content type “\(type)” of the request is not declared"] }
        guard let schema = media["schema"], type.hasSuffix("json") else { return [] }
        guard let value = try? JSONValue(parsing: body) else { return ["the body of the request is not JSON"] }
        return faults(of: value, schema: schema).map { "of the request, \($0)" }
    }
}
