import JSON
import Practice
import Testing
import TestSupport

/// The header fields of who was just signed in.
func bearer(_ answer: TestAnswer) throws -> [String: String] {
    ["Authorization": "Bearer \(try #require(answer["token"].text))"]
}

extension JSONValue {
    /// The elements of an array; none of anything else.
    var list: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}
