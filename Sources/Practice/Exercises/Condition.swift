import JSON

/// What the answer to one question must be: for a later question to be asked (`when`), or for somebody to look at the
/// answers soon (`risks`).
public struct Condition: Sendable, Hashable {
    /// The question's key.
    public let key: String
    /// What its answer must be.
    public let test: Test

    /// What an answer must be. No test holds for a question without an answer.
    public enum Test: Sendable, Hashable {
        /// This value; among several choices, this one.
        case equals(JSONValue)
        /// One of these values; among several choices, at least one of these.
        case anyOf([JSONValue])
        /// This number or more.
        case atLeast(Double)
        /// This number or less.
        case atMost(Double)
        /// Anything that is not blank.
        case answered
    }

    /// Whether the answer to the question is what it must be.
    public func holds(for answer: JSONValue?) -> Bool {
        guard let answer, !answer.isBlank else { return false }
        return switch test {
        case .equals(let value): answer.says(value)
        case .anyOf(let values): values.contains { answer.says($0) }
        case .atLeast(let minimum): answer.double.map { $0 >= minimum } ?? false
        case .atMost(let maximum): answer.double.map { $0 <= maximum } ?? false
        case .answered: true
        }
    }
}

extension Condition {
    /// The condition as JSON.
    public var json: JSONValue {
        let test: JSONMember =
            switch test {
            case .equals(let value): JSONMember("is", value)
            case .anyOf(let values): JSONMember("anyOf", .array(values))
            case .atLeast(let minimum): JSONMember("atLeast", minimum.json)
            case .atMost(let maximum): JSONMember("atMost", maximum.json)
            case .answered: JSONMember("answered", true)
            }
        return .object([JSONMember("key", .text(key)), test])
    }
}

extension JSONValue {
    fileprivate var double: Double? { if case .number(let number) = self { number.double } else { nil } }

    /// Whether an answer is a value, or a list of choices with the value among them. 2 and 2.0 are one number.
    fileprivate func says(_ value: JSONValue) -> Bool {
        if case .array(let elements) = self { return elements.contains(value) }
        if let double { return double == value.double }
        return self == value
    }
}
