extension FieldReader {
    /// What answers look like, or nil when the type is not known.
    mutating func kind() -> Field.Kind? {
        guard let type = text("type", upTo: 40) else { return nil }
        switch type {
        case "shortText": return .shortText(maxLength: integer("maxLength", in: 1...1_000) ?? 500)
        case "number": return number()
        case "singleChoice": return .singleChoice(choices())
        case "yesNo": return .yesNo
        case "date": return date()
        case "time": return .time
        default: return isColumn ? refusedType() : questionKind(type)
        }
    }

    /// What a column of a table cannot be.
    private mutating func questionKind(_ type: String) -> Field.Kind? {
        switch type {
        case "longText": return .longText(maxLength: integer("maxLength", in: 1...20_000) ?? 10_000)
        case "scale": return scale()
        case "multipleChoice": return multipleChoice()
        case "table": return table()
        case "file": return .file(maximumFiles: integer("maximumFiles", in: 1...10) ?? 1, accepts: media())
        case "drawing": return .drawing
        default: return refusedType()
        }
    }

    private mutating func refusedType() -> Field.Kind? {
        refuseType()
        return nil
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

    private mutating func table() -> Field.Kind? {
        let maximumRows = integer("maximumRows", in: 1...100) ?? 20
        let minimumRows = integer("minimumRows", in: 0...100) ?? 0
        if minimumRows > maximumRows { refuseRange("maximumRows") }
        guard case .array(let elements) = take("columns"), (1...12).contains(elements.count) else {
            fault("columns", "required", "A table has 1 to 12 columns, each with a key, a label and a type.")
            return nil
        }
        var columns: [Field] = []
        for (index, element) in elements.enumerated() {
            var reader = FieldReader(element, at: "\(pointer)/columns/\(index)", isColumn: true)
            let column = reader.field(after: [])
            if let column, columns.contains(where: { $0.key == column.key }) {
                reader.fault("key", "duplicate", "Another column has this key.")
            }
            faults += reader.faults
            if let column { columns.append(column) }
        }
        return .table(columns: columns, minimumRows: minimumRows, maximumRows: maximumRows)
    }

    private mutating func media() -> Set<Field.Media> {
        guard let value = take("accepts") else { return Set(Field.Media.allCases) }
        guard case .array(let elements) = value, !elements.isEmpty else {
            fault("accepts", "wrong_type", "This must be a list of image, pdf or audio.")
            return []
        }
        let media = Set(elements.compactMap { $0.text.flatMap(Field.Media.init) })
        if media.count < elements.count {
            fault("accepts", "not_a_choice", "These must be image, pdf or audio, each once.")
        }
        return media
    }
}
