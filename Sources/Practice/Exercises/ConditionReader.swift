/// Reads a condition from JSON, strictly, beside the questions that it may be about.
///
/// ```json
/// {"key": "slip", "is": true}
/// {"key": "did", "anyOf": ["call", "walk"]}
/// {"key": "urge", "atLeast": 7}
/// {"key": "victory", "answered": true}
/// ```
struct ConditionReader {
    private(set) var faults: [FieldFault] = []
    private let pointer: String
    /// The questions that may be named.
    private let fields: [Field]

    init(_ fields: [Field], at pointer: String) {
        self.fields = fields
        self.pointer = pointer
    }

    /// The condition, or nil when it has faults.
    mutating func condition(_ json: JSONValue) -> Condition? {
        guard case .object(let members) = json, members.count == 2, let key = json["key"]?.text,
            let test = members.first(where: { $0.name != "key" })
        else {
            fault(
                "", "wrong_type", "This names a question by its key, and one of is, anyOf, atLeast, atMost, answered.")
            return nil
        }
        guard let field = fields.first(where: { $0.key == key }) else {
            fault("/key", "no_such_question", "There is no such question before this.")
            return nil
        }
        guard let test = read(test, of: field), faults.isEmpty else { return nil }
        return Condition(key: key, test: test)
    }

    private mutating func read(_ member: JSONMember, of field: Field) -> Condition.Test? {
        let value = member.value
        switch member.name {
        case "answered":
            if value == true { return .answered }
            fault("/answered", "wrong_type", "This can only be true.")
        case "is":
            if isPossible(value, "/is", of: field) { return .equals(value) }
        case "anyOf":
            guard case .array(let values) = value, (1...100).contains(values.count) else {
                fault("/anyOf", "wrong_type", "This must be a list of values that the question can have.")
                return nil
            }
            for (index, value) in values.enumerated() { _ = isPossible(value, "/anyOf/\(index)", of: field) }
            return .anyOf(values)
        case "atLeast", "atMost":
            guard isPossible(value, "/\(member.name)", of: field) else { return nil }
            guard field.isNumeric, case .number(let number) = value, let bound = number.double else {
                fault("/\(member.name)", "wrong_type", "Only a number or a scale can be compared.")
                return nil
            }
            return member.name == "atLeast" ? .atLeast(bound) : .atMost(bound)
        default:
            fault("", "unknown_member", "A condition has a key and one of is, anyOf, atLeast, atMost, answered.")
        }
        return nil
    }

    private mutating func isPossible(_ value: JSONValue, _ member: String, of field: Field) -> Bool {
        if field.canSay(value) { return true }
        fault(member, "not_possible", "The question that is named cannot have this answer, or cannot be compared.")
        return false
    }

    private mutating func fault(_ member: String, _ code: String, _ detail: String) {
        faults.append(FieldFault(pointer + member, code, detail))
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
