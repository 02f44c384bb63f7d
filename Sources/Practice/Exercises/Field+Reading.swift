import JSON

extension JSONObjectReader {
    /// A question, or a column of a table; nil where it has faults.
    ///
    /// - Parameter earlier: the questions that come before it; those without faults.
    mutating func field(after earlier: [Field], isColumn: Bool) -> Field? {
        let before = faultCount
        let key = key()
        let label = words("label", upTo: 500)
        let help = isColumn ? nil : optionalWords("help", upTo: 2_000)
        let isRequired = optional("required", .bool) ?? false
        let condition = isColumn ? nil : optional("when", .condition(about: earlier))
        let kind = kind(isColumn: isColumn)
        // Documented defaults may be sent with every type.
        allowDefaults(["minimumRows": 0, "maximumRows": 20, "maximumFiles": 1])
        refuseRest("unknown_member", "A question of this type has no such member.")
        guard faultCount == before, let key, let label, let kind else { return nil }
        return Field(key: key, label: label, help: help, isRequired: isRequired, condition: condition, kind: kind)
    }

    private mutating func key() -> String? {
        guard let key = words("key", upTo: 40) else { return nil }
        let isName = key.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
        }
        guard isName, let first = key.utf8.first, (0x61...0x7A).contains(first) else {
            fault("key", "wrong_format", "A key begins with a letter a–z and has letters, digits and _ only.")
            return nil
        }
        return key
    }

    /// What answers look like, or nil when the type is not known.
    private mutating func kind(isColumn: Bool) -> Field.Kind? {
        guard let type = words("type", upTo: 40) else { return nil }
        switch type {
        case "shortText": return .shortText(maxLength: optional("maxLength", .whole(1...1_000)) ?? 500)
        case "number": return number()
        case "singleChoice": return .singleChoice(required("choices", .choices))
        case "yesNo": return .yesNo
        case "date": return date()
        case "time": return .time
        default: return isColumn ? unknownType("A column cannot be of this type.") : questionKind(type)
        }
    }

    /// What a column of a table cannot be.
    private mutating func questionKind(_ type: String) -> Field.Kind? {
        switch type {
        case "longText": return .longText(maxLength: optional("maxLength", .whole(1...20_000)) ?? 10_000)
        case "scale": return scale()
        case "multipleChoice": return multipleChoice()
        case "table": return table()
        case "file":
            return .file(
                maximumFiles: optional("maximumFiles", .whole(1...10)) ?? 1,
                accepts: optional("accepts", .media) ?? Set(Field.Media.allCases))
        case "drawing": return .drawing
        default: return unknownType("There is no such type of question.")
        }
    }

    /// What came of type is not known, so nothing can be said of the other members.
    private mutating func unknownType(_ detail: String) -> Field.Kind? {
        fault("type", "not_a_choice", detail)
        ignoreRest()
        return nil
    }

    private mutating func number() -> Field.Kind? {
        let (minimum, maximum) = (optional("minimum", .number), optional("maximum", .number))
        if let minimum, let maximum, minimum > maximum { refuseRange("maximum") }
        return .number(minimum: minimum, maximum: maximum, isWhole: optional("whole", .bool) ?? false)
    }

    private mutating func scale() -> Field.Kind? {
        let minimum = optional("minimum", .whole(-100...100)) ?? 1
        let maximum = optional("maximum", .whole(-100...100)) ?? 10
        if minimum >= maximum { refuseRange("maximum") }
        return .scale(
            minimum: minimum, maximum: maximum, minimumLabel: optionalWords("minimumLabel", upTo: 100),
            maximumLabel: optionalWords("maximumLabel", upTo: 100))
    }

    private mutating func multipleChoice() -> Field.Kind? {
        let choices = required("choices", .choices)
        let minimum = optional("minimum", .whole(0...max(0, choices.count))) ?? 0
        let maximum = optional("maximum", .whole(1...max(1, choices.count))) ?? max(1, choices.count)
        if minimum > maximum { refuseRange("maximum") }
        return .multipleChoice(choices, minimum: minimum, maximum: maximum)
    }

    private mutating func date() -> Field.Kind? {
        let (earliest, latest) = (optional("earliest", .plainDay), optional("latest", .plainDay))
        if let earliest, let latest, earliest > latest { refuseRange("latest") }
        return .date(earliest: earliest, latest: latest)
    }

    private mutating func table() -> Field.Kind? {
        let maximumRows = optional("maximumRows", .whole(1...100)) ?? 20
        let minimumRows = optional("minimumRows", .whole(0...100)) ?? 0
        if minimumRows > maximumRows { refuseRange("maximumRows") }
        return .table(columns: required("columns", .columns), minimumRows: minimumRows, maximumRows: maximumRows)
    }

    private mutating func words(_ name: String, upTo limit: Int) -> String? {
        let before = faultCount
        let words = optionalWords(name, upTo: limit)
        if words == nil, faultCount == before { fault(name, "required", "This is required.") }
        return words
    }

    /// A text; one that says nothing is none.
    private mutating func optionalWords(_ name: String, upTo limit: Int) -> String? {
        optional(name, .words(upTo: limit)) ?? nil
    }

    private mutating func refuseRange(_ member: String) {
        fault(member, "out_of_range", "The upper limit must not lie below the lower one.")
    }
}
