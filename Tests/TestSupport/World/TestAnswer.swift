import JSON
import Practice
import Testing
import WebAPI

/// What the server answered.
public struct TestAnswer: Sendable {
    /// The status code.
    public let status: Int
    /// The header fields, names in lower case; of several with one name, the last.
    public let headers: [String: String]
    /// The body.
    public let body: [UInt8]

    /// An answer, as it came or as a test makes it up.
    public init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; null where it is none.
    public var json: JSONValue {
        do { return try JSONValue(parsing: body) } catch { return .null }
    }

    /// A table, behind the byte order mark with which it begins.
    public var table: String {
        body.starts(with: [0xEF, 0xBB, 0xBF]) ? String(decoding: body.dropFirst(3), as: UTF8.self) : "unmarked: \(text)"
    }

    /// A member of the JSON body.
    public subscript(_ name: String) -> JSONValue { json[name] ?? .null }

    /// The items of a list. An answer without items fails the test: a refusal is not a list that is empty.
    public var items: [JSONValue] {
        guard case .array(let items) = self["items"] else {
            Issue.record("\(status) \(code ?? ""): no list of items")
            return []
        }
        return items
    }

    /// The `code` of a problem.
    public var code: String? { self["code"].text }

    /// The faults of a problem: `/givenName required`.
    public var faults: [String] {
        guard case .array(let errors) = self["errors"] else { return [] }
        return errors.map { "\($0["pointer"]?.text ?? "") \($0["code"]?.text ?? "")" }
    }

    /// The version that the `ETag` names.
    public var version: Int? {
        headers["etag"]?.filter { $0 != "\"" }.split(separator: "-").first.flatMap { Int($0) }
    }

    /// The body, and what else must not tell two answers apart, without the request id.
    public var withoutRequestID: String {
        text.replacing(/"requestId":"[^"]*"/, with: "")
    }
}
