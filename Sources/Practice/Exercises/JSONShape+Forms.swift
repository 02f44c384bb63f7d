import JSON

extension JSONShape where Value == Field? {
    /// A question, or a column of a table; nil where it has faults.
    ///
    /// - Parameter earlier: the questions that come before it; those without faults.
    static func field(after earlier: [Field] = [], isColumn: Bool = false) -> Self {
        .object { $0.field(after: earlier, isColumn: isColumn) }
    }
}

extension JSONShape where Value == String? {
    /// A text of so many characters at most; nil when it says nothing.
    static func words(upTo limit: Int) -> Self {
        Self(placeholder: nil) { json, faults in
            guard let text = json.text else { return faults.wrongType("text") }
            if json.isBlank { return .some(nil) }
            if text.unicodeScalars.count > limit {
                return faults.refuse("too_long", "This may have at most \(limit) characters.")
            }
            return text
        }
    }
}

extension JSONShape where Value == Int {
    /// A whole number in a range; what is no number is out of it too.
    static func whole(_ range: ClosedRange<Int>) -> Self {
        Self(placeholder: range.lowerBound) { json, faults in
            if case .number(let number) = json, let value = number.integer, range.contains(value) { return value }
            return faults.refuse(
                "out_of_range", "This must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
    }
}

extension JSONShape where Value == Double {
    static var number: Self {
        Self(placeholder: 0) { json, faults in
            if case .number(let number) = json, let value = number.double { return value }
            return faults.wrongType("a number")
        }
    }
}

extension JSONShape where Value == Day {
    /// A day of which one thing only can be wrong: that it is none.
    static var plainDay: Self {
        Self(placeholder: Day(daysSince1970: 0)) { json, faults in
            json.text.flatMap { Day($0) } ?? faults.wrongType("a day as YYYY-MM-DD")
        }
    }
}

extension JSONShape where Value == [Field] {
    /// The columns of a table.
    static var columns: Self {
        Self(placeholder: []) { json, faults in
            guard case .array(let elements) = json, (1...12).contains(elements.count) else {
                return faults.refuse(
                    "required", "A table has 1 to 12 columns, each with a key, a label and a type.")
            }
            var columns: [Field] = []
            for (index, element) in elements.enumerated() {
                faults.path.enter(element: index)
                defer { faults.path.leave() }
                let shape = JSONShape<Field?>.field(isColumn: true)
                guard let column = shape.read(element, &faults) ?? nil else { continue }
                if columns.contains(where: { $0.key == column.key }) {
                    faults.record(member: "key", "duplicate", "Another column has this key.")
                }
                columns.append(column)
            }
            return columns
        }
    }
}

extension JSONShape where Value == [Field.Choice] {
    static var choices: Self {
        Self(placeholder: []) { json, faults in
            guard case .array(let elements) = json, (2...100).contains(elements.count) else {
                return faults.refuse("required", "There are 2 to 100 choices, each with a value and a label.")
            }
            var choices: [Field.Choice] = []
            for (index, element) in elements.enumerated() {
                faults.path.enter(element: index)
                defer { faults.path.leave() }
                guard let choice = Field.Choice(element) else {
                    faults.record("wrong_type", "A choice has a value and a label, both short texts.")
                    continue
                }
                if choices.contains(where: { $0.value == choice.value }) {
                    faults.record(member: "value", "duplicate", "Another choice has this value.")
                }
                choices.append(choice)
            }
            return choices
        }
    }
}

extension Field.Choice {
    fileprivate init?(_ json: JSONValue) {
        guard case .object(let members) = json, members.count == 2,
            let value = json["value"]?.text, (1...100).contains(value.unicodeScalars.count),
            let label = json["label"]?.text, (1...500).contains(label.unicodeScalars.count),
            !JSONValue.text(value).isBlank, !JSONValue.text(label).isBlank
        else { return nil }
        self.init(value, label)
    }
}

extension JSONShape where Value == Set<Field.Media> {
    static var media: Self {
        Self(placeholder: []) { json, faults in
            guard case .array(let elements) = json, !elements.isEmpty else {
                return faults.wrongType("a list of image, pdf or audio")
            }
            let media = Set(elements.compactMap { $0.text.flatMap(Field.Media.init) })
            if media.count < elements.count {
                return faults.refuse("not_a_choice", "These must be image, pdf or audio, each once.")
            }
            return media
        }
    }
}
