/// Reads one question, or one column of a table, from JSON, strictly, and collects what is wrong with it.
struct FieldReader {
    var faults: [FieldFault] = []
    let pointer: String
    let isColumn: Bool
    private let json: JSONValue
    private var unread: Set<String> = []

    init(_ json: JSONValue, at pointer: String, isColumn: Bool = false) {
        self.json = json
        self.pointer = pointer
        self.isColumn = isColumn
        if case .object(let members) = json { unread = Set(members.map(\.name)) }
    }

    /// The question, or nil when it has faults.
    ///
    /// - Parameter earlier: the questions that come before it; those without faults.
    mutating func field(after earlier: [Field]) -> Field? {
        guard case .object = json else {
            faults.append(FieldFault(pointer, "wrong_type", "A question is an object."))
            return nil
        }
        let key = key()
        let label = text("label", upTo: 500)
        let help = isColumn ? nil : optionalText("help", upTo: 2_000)
        let isRequired = bool("required") ?? false
        let condition = isColumn ? nil : condition(after: earlier)
        let kind = kind()
        // Documented defaults may be sent with every type.
        unread = unread.filter { name in !Self.usual.contains { $0.name == name && $0.number == json[name]?.integer } }
        if !unread.isEmpty {
            faults.append(FieldFault(pointer, "unknown_member", "A question of this type has no such member."))
        }
        guard faults.isEmpty, let key, let label, let kind else { return nil }
        return Field(key: key, label: label, help: help, isRequired: isRequired, condition: condition, kind: kind)
    }

    private static let usual: [(name: String, number: Int)] = [
        ("minimumRows", 0), ("maximumRows", 20), ("maximumFiles", 1),
    ]

    mutating func fault(_ member: String, _ code: String, _ detail: String) {
        faults.append(FieldFault("\(pointer)/\(member)", code, detail))
    }

    /// What came of type is not known, so nothing can be said of the other members.
    mutating func refuseType() {
        fault(
            "type", "not_a_choice", isColumn ? "A column cannot be of this type." : "There is no such type of question."
        )
        unread = []
    }

    private mutating func condition(after earlier: [Field]) -> Condition? {
        guard let value = take("when") else { return nil }
        var reader = ConditionReader(earlier, at: "\(pointer)/when")
        let condition = reader.condition(value)
        faults += reader.faults
        return condition
    }

    private mutating func key() -> String? {
        guard let key = text("key", upTo: 40) else { return nil }
        let isName = key.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
        }
        guard isName, let first = key.utf8.first, (0x61...0x7A).contains(first) else {
            fault("key", "wrong_format", "A key begins with a letter a–z and has letters, digits and _ only.")
            return nil
        }
        return key
    }

    mutating func take(_ name: String) -> JSONValue? {
        unread.remove(name)
        guard let value = json[name], value != .null else { return nil }
        return value
    }

    mutating func text(_ name: String, upTo limit: Int) -> String? {
        let count = faults.count
        let text = optionalText(name, upTo: limit)
        if text == nil, faults.count == count { fault(name, "required", "This is required.") }
        return text
    }

    mutating func optionalText(_ name: String, upTo limit: Int) -> String? {
        guard let value = take(name) else { return nil }
        guard let text = value.text else {
            fault(name, "wrong_type", "This must be text.")
            return nil
        }
        if value.isBlank { return nil }
        if text.unicodeScalars.count > limit { fault(name, "too_long", "This may have at most \(limit) characters.") }
        return text
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = take(name) else { return nil }
        if case .bool(let truth) = value { return truth }
        fault(name, "wrong_type", "This must be true or false.")
        return nil
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = take(name) else { return nil }
        if case .number(let number) = value, let integer = number.integer, range.contains(integer) { return integer }
        fault(name, "out_of_range", "This must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        return nil
    }

    mutating func double(_ name: String) -> Double? {
        guard let value = take(name) else { return nil }
        if case .number(let number) = value, let double = number.double { return double }
        fault(name, "wrong_type", "This must be a number.")
        return nil
    }

    mutating func day(_ name: String) -> Day? {
        guard let value = take(name) else { return nil }
        if let day = value.text.flatMap({ Day($0) }) { return day }
        fault(name, "wrong_type", "This must be a day as YYYY-MM-DD.")
        return nil
    }

    mutating func refuseRange(_ member: String) {
        fault(member, "out_of_range", "The upper limit must not lie below the lower one.")
    }
}

extension JSONValue {
    fileprivate var integer: Int? { if case .number(let number) = self { number.integer } else { nil } }
}
