/// Reads one question from JSON, strictly, and collects what is wrong with it.
struct FieldReader {
    private(set) var faults: [FieldFault] = []
    private let json: JSONValue
    private let pointer: String
    private var unread: Set<String> = []

    init(_ json: JSONValue, at pointer: String) {
        self.json = json
        self.pointer = pointer
        if case .object(let members) = json { unread = Set(members.map(\.name)) }
    }

    /// The question, or nil when it has faults.
    mutating func field() -> Field? {
        guard case .object = json else {
            faults.append(FieldFault(pointer, "wrong_type", "A question is an object."))
            return nil
        }
        let key = key()
        let label = text("label", upTo: 500)
        let help = optionalText("help", upTo: 2_000)
        let isRequired = bool("required") ?? false
        let kind = kind()
        if !unread.isEmpty {
            faults.append(FieldFault(pointer, "unknown_member", "A question of this type has no such member."))
        }
        guard faults.isEmpty, let key, let label, let kind else { return nil }
        return Field(key: key, label: label, help: help, isRequired: isRequired, kind: kind)
    }

    mutating func fault(_ member: String, _ code: String, _ detail: String) {
        faults.append(FieldFault("\(pointer)/\(member)", code, detail))
    }

    private mutating func kind() -> Field.Kind? {
        switch text("type", upTo: 40) {
        case "shortText": return .shortText(maxLength: integer("maxLength", in: 1...1_000) ?? 500)
        case "longText": return .longText(maxLength: integer("maxLength", in: 1...20_000) ?? 10_000)
        case "number": return number()
        case "scale": return scale()
        case "singleChoice": return .singleChoice(choices())
        case "multipleChoice": return multipleChoice()
        case "yesNo": return .yesNo
        case "date": return date()
        case "time": return .time
        case nil: return nil
        default:
            fault("type", "not_a_choice", "There is no such type of question.")
            unread = []
            return nil
        }
    }

    private mutating func number() -> Field.Kind? {
        let (minimum, maximum) = (double("minimum"), double("maximum"))
        if let minimum, let maximum, minimum > maximum { refuseRange("maximum") }
        return .number(minimum: minimum, maximum: maximum, isWhole: bool("whole") ?? false)
    }

    private mutating func scale() -> Field.Kind? {
        let minimum = integer("minimum", in: -100...100) ?? 1
        let maximum = integer("maximum", in: -100...100) ?? 10
        if minimum >= maximum { refuseRange("maximum") }
        return .scale(
            minimum: minimum, maximum: maximum, minimumLabel: optionalText("minimumLabel", upTo: 100),
            maximumLabel: optionalText("maximumLabel", upTo: 100))
    }

    private mutating func multipleChoice() -> Field.Kind? {
        let choices = choices()
        let minimum = integer("minimum", in: 0...max(0, choices.count)) ?? 0
        let maximum = integer("maximum", in: 1...max(1, choices.count)) ?? max(1, choices.count)
        if minimum > maximum { refuseRange("maximum") }
        return .multipleChoice(choices, minimum: minimum, maximum: maximum)
    }

    private mutating func date() -> Field.Kind? {
        let (earliest, latest) = (day("earliest"), day("latest"))
        if let earliest, let latest, earliest > latest { refuseRange("latest") }
        return .date(earliest: earliest, latest: latest)
    }

    private mutating func choices() -> [Field.Choice] {
        guard case .array(let elements) = take("choices"), (2...100).contains(elements.count) else {
            fault("choices", "required", "There are 2 to 100 choices, each with a value and a label.")
            return []
        }
        var choices: [Field.Choice] = []
        for (index, element) in elements.enumerated() {
            guard case .object(let members) = element, members.count == 2,
                let value = element["value"]?.text, (1...100).contains(value.unicodeScalars.count),
                let label = element["label"]?.text, (1...500).contains(label.unicodeScalars.count),
                !JSONValue.text(value).isBlank, !JSONValue.text(label).isBlank
            else {
                fault("choices/\(index)", "wrong_type", "A choice has a value and a label, both short texts.")
                continue
            }
            if choices.contains(where: { $0.value == value }) {
                fault("choices/\(index)/value", "duplicate", "Another choice has this value.")
            }
            choices.append(Field.Choice(value, label))
        }
        return choices
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

    private mutating func take(_ name: String) -> JSONValue? {
        unread.remove(name)
        guard let value = json[name], value != .null else { return nil }
        return value
    }

    private mutating func text(_ name: String, upTo limit: Int) -> String? {
        let count = faults.count
        let text = optionalText(name, upTo: limit)
        if text == nil, faults.count == count { fault(name, "required", "This is required.") }
        return text
    }

    private mutating func optionalText(_ name: String, upTo limit: Int) -> String? {
        guard let value = take(name) else { return nil }
        guard let text = value.text else {
            fault(name, "wrong_type", "This must be text.")
            return nil
        }
        if value.isBlank { return nil }
        if text.unicodeScalars.count > limit { fault(name, "too_long", "This may have at most \(limit) characters.") }
        return text
    }

    private mutating func bool(_ name: String) -> Bool? {
        guard let value = take(name) else { return nil }
        if case .bool(let truth) = value { return truth }
        fault(name, "wrong_type", "This must be true or false.")
        return nil
    }

    private mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = take(name) else { return nil }
        if case .number(let number) = value, let integer = number.integer, range.contains(integer) { return integer }
        fault(name, "out_of_range", "This must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        return nil
    }

    private mutating func double(_ name: String) -> Double? {
        guard let value = take(name) else { return nil }
        if case .number(let number) = value, let double = number.double { return double }
        fault(name, "wrong_type", "This must be a number.")
        return nil
    }

    private mutating func day(_ name: String) -> Day? {
        guard let value = take(name) else { return nil }
        if let day = value.text.flatMap({ Day($0) }) { return day }
        fault(name, "wrong_type", "This must be a day as YYYY-MM-DD.")
        return nil
    }

    private mutating func refuseRange(_ member: String) {
        fault(member, "out_of_range", "The upper limit must not lie below the lower one.")
    }
}
