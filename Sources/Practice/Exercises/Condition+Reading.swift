import JSON

extension JSONShape where Value == Condition {
    /// A condition, beside the questions that it may be about.
    ///
    /// ```json
    /// {"key": "slip", "is": true}
    /// {"key": "did", "anyOf": ["call", "walk"]}
    /// {"key": "urge", "atLeast": 7}
    /// {"key": "victory", "answered": true}
    /// ```
    static func condition(about fields: [Field]) -> Self {
        Self(placeholder: Condition(key: "", test: .answered)) { json, faults in
            guard case .object(let members) = json, members.count == 2, let key = json["key"]?.text,
                let test = members.first(where: { $0.name != "key" })
            else {
                return faults.refuse(
                    "wrong_type",
                    "This names a question by its key, and one of is, anyOf, atLeast, atMost, answered.")
            }
            guard let field = fields.first(where: { $0.key == key }) else {
                faults.record(member: "key", "no_such_question", "There is no such question before this.")
                return nil
            }
            return faults.test(test, of: field).map { Condition(key: key, test: $0) }
        }
    }
}

extension FaultSink {
    fileprivate mutating func test(_ member: JSONMember, of field: Field) -> Condition.Test? {
        guard ["answered", "is", "anyOf", "atLeast", "atMost"].contains(member.name) else {
            return refuse(
                "unknown_member", "A condition has a key and one of is, anyOf, atLeast, atMost, answered.")
        }
        path.enter(member: member.name)
        defer { path.leave() }
        let value = member.value
        switch member.name {
        case "answered":
            return value == true ? .answered : refuse("wrong_type", "This can only be true.")
        case "is":
            return isPossible(value, of: field) ? .equals(value) : nil
        case "anyOf":
            return anyOf(value, field)
        default:
            guard isPossible(value, of: field) else { return nil }
            guard field.isNumeric, case .number(let number) = value, let bound = number.double else {
                return refuse("wrong_type", "Only a number or a scale can be compared.")
            }
            return member.name == "atLeast" ? .atLeast(bound) : .atMost(bound)
        }
    }

    private mutating func anyOf(_ value: JSONValue, _ field: Field) -> Condition.Test? {
        guard case .array(let values) = value, (1...100).contains(values.count) else {
            return refuse("wrong_type", "This must be a list of values that the question can have.")
        }
        var arePossible = true
        for (index, value) in values.enumerated() {
            path.enter(element: index)
            if !isPossible(value, of: field) { arePossible = false }
            path.leave()
        }
        return arePossible ? .anyOf(values) : nil
    }

    private mutating func isPossible(_ value: JSONValue, of field: Field) -> Bool {
        if field.canSay(value) { return true }
        record("not_possible", "The question that is named cannot have this answer, or cannot be compared.")
        return false
    }
}

extension Field {
    fileprivate var isNumeric: Bool {
        switch kind {
        case .number, .scale: true
        default: false
        }
    }

    /// Whether an answer can be compared with a value. Texts, days, times, tables and attachments are answered or not.
    fileprivate func canSay(_ value: JSONValue) -> Bool {
        switch kind {
        case .number, .scale, .yesNo, .singleChoice: faults(of: value, for: .submission).isEmpty
        case .multipleChoice(let choices, _, _): choices.contains { .text($0.value) == value }
        case .shortText, .longText, .date, .time, .table, .file, .drawing: false
        }
    }
}
