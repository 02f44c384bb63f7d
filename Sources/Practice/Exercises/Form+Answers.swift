extension Form {
    /// Checks answers, an object of the fields' keys, and tells all that is wrong with them at once.
    ///
    /// What comes back are the answers in the order of the fields, untouched, without what says nothing: null, white
    /// space and empty lists are no answers. Equal answers therefore give equal bytes.
    /// - Throws: faults whose pointers begin at the answers: `/mood`.
    public func check(_ answers: JSONValue, for stage: Stage) throws(FieldFaults) -> JSONValue {
        guard case .object(let given) = answers else {
            throw FieldFaults([FieldFault("", "wrong_type", "The answers must be an object.")])
        }
        var faults: [FieldFault] = []
        var kept: [JSONMember] = []
        for field in fields {
            if let answer = answers[field.key], !answer.isBlank {
                kept.append(JSONMember(field.key, answer))
                if let fault = field.fault(of: answer) { faults.append(fault) }
            } else if field.isRequired, stage == .submission {
                faults.append(FieldFault("/\(field.key)", "required", "This question needs an answer."))
            }
        }
        let keys = Set(fields.map(\.key))
        if given.contains(where: { !keys.contains($0.name) }) {
            faults.append(FieldFault("", "unknown_member", "There is an answer to a question that is not asked."))
        }
        if stage == .submission, kept.isEmpty, faults.isEmpty {
            faults.append(FieldFault("", "blank", "Nothing has been answered yet."))
        }
        guard faults.isEmpty else { throw FieldFaults(faults) }
        return .object(kept)
    }
}

extension Field {
    /// What is wrong with an answer that says something, or nil.
    func fault(of answer: JSONValue) -> FieldFault? {
        switch kind {
        case .shortText(let maxLength): faultOfText(answer, maxLength, isOneLine: true)
        case .longText(let maxLength): faultOfText(answer, maxLength, isOneLine: false)
        case .number(let minimum, let maximum, let isWhole): faultOfNumber(answer, minimum, maximum, isWhole)
        case .scale(let minimum, let maximum, _, _):
            faultOfNumber(answer, Double(minimum), Double(maximum), true)
        case .singleChoice(let choices): faultOfChoice(answer, choices)
        case .multipleChoice(let choices, let minimum, let maximum):
            faultOfChoices(answer, choices, minimum, maximum)
        case .yesNo: if case .bool = answer { nil } else { wrongType("true or false") }
        case .date(let earliest, let latest): faultOfDate(answer, earliest, latest)
        case .time: answer.text.flatMap { LocalTime($0) } == nil ? wrongType("a time as HH:MM") : nil
        }
    }

    private func faultOfText(_ answer: JSONValue, _ maxLength: Int, isOneLine: Bool) -> FieldFault? {
        guard let text = answer.text else { return wrongType("text") }
        if text.unicodeScalars.count > maxLength {
            return fault("too_long", "This may have at most \(maxLength) characters.")
        }
        if isOneLine, text.contains(where: \.isNewline) { return fault("line_break", "This must be one line.") }
        return nil
    }

    private func faultOfNumber(
        _ answer: JSONValue, _ minimum: Double?, _ maximum: Double?, _ isWhole: Bool
    ) -> FieldFault? {
        guard case .number(let number) = answer, let value = number.double else { return wrongType("a number") }
        if isWhole, number.integer == nil { return wrongType("a whole number") }
        if let minimum, value < minimum { return fault("out_of_range", "This must be \(minimum.plain) or more.") }
        if let maximum, value > maximum { return fault("out_of_range", "This must be \(maximum.plain) or less.") }
        return nil
    }

    private func faultOfChoice(_ answer: JSONValue, _ choices: [Choice]) -> FieldFault? {
        guard let text = answer.text else { return wrongType("one of the choices") }
        return choices.contains { $0.value == text } ? nil : fault("not_a_choice", "This is not one of the choices.")
    }

    private func faultOfChoices(
        _ answer: JSONValue, _ choices: [Choice], _ minimum: Int, _ maximum: Int
    ) -> FieldFault? {
        guard case .array(let elements) = answer else { return wrongType("a list of choices") }
        let chosen = elements.compactMap(\.text)
        guard chosen.count == elements.count else { return wrongType("a list of choices") }
        guard chosen.allSatisfy({ text in choices.contains { $0.value == text } }) else {
            return fault("not_a_choice", "One of these is not one of the choices.")
        }
        if Set(chosen).count < chosen.count { return fault("duplicate", "A choice is named twice.") }
        if chosen.count < minimum { return fault("too_few", "At least \(minimum) are to be chosen.") }
        if chosen.count > maximum { return fault("too_many", "At most \(maximum) are to be chosen.") }
        return nil
    }

    private func faultOfDate(_ answer: JSONValue, _ earliest: Day?, _ latest: Day?) -> FieldFault? {
        guard let day = answer.text.flatMap({ Day($0) }) else { return wrongType("a day as YYYY-MM-DD") }
        if let earliest, day < earliest { return fault("out_of_range", "This must be \(earliest) or later.") }
        if let latest, day > latest { return fault("out_of_range", "This must be \(latest) or earlier.") }
        return nil
    }

    private func wrongType(_ expected: String) -> FieldFault {
        fault("wrong_type", "This must be \(expected).")
    }

    private func fault(_ code: String, _ detail: String) -> FieldFault {
        FieldFault("/\(key)", code, detail)
    }
}

extension Double {
    /// Without `.0` where it is whole.
    fileprivate var plain: String { Int(exactly: self).map(String.init) ?? String(self) }
}
