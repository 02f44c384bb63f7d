import JSON

extension Field {
    /// All that is wrong with an answer that says something. A draft may be less than what is asked for, not other.
    func faults(of answer: JSONValue, for stage: Form.Stage) -> [FieldFault] {
        switch kind {
        case .table(let columns, let minimumRows, let maximumRows):
            faultsOfTable(answer, columns, stage == .draft ? 0 : minimumRows, maximumRows, stage)
        default: fault(of: answer, for: stage).map { [$0] } ?? []
        }
    }

    private func fault(of answer: JSONValue, for stage: Form.Stage) -> FieldFault? {
        switch kind {
        case .shortText(let maxLength): faultOfText(answer, maxLength, isOneLine: true)
        case .longText(let maxLength): faultOfText(answer, maxLength, isOneLine: false)
        case .number(let minimum, let maximum, let isWhole): faultOfNumber(answer, minimum, maximum, isWhole)
        case .scale(let minimum, let maximum, _, _):
            faultOfNumber(answer, Double(minimum), Double(maximum), true)
        case .singleChoice(let choices): faultOfChoice(answer, choices)
        case .multipleChoice(let choices, let minimum, let maximum):
            faultOfChoices(answer, choices, stage == .draft ? 0 : minimum, maximum)
        case .yesNo: if case .bool = answer { nil } else { wrongType("true or false") }
        case .date(let earliest, let latest): faultOfDate(answer, earliest, latest)
        case .time: answer.text.flatMap { LocalTime($0) } == nil ? wrongType("a time as HH:MM") : nil
        case .file(let maximumFiles, _): faultOfFiles(answer, maximumFiles)
        case .drawing: faultOfFiles(answer, 1)
        case .table: nil
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
        guard case .number(let number) = answer else { return wrongType("a number") }
        guard let value = number.double else { return fault("out_of_range", "This number is too large.") }
        if isWhole, !number.isWhole { return wrongType("a whole number") }
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

    private func faultOfFiles(_ answer: JSONValue, _ maximum: Int) -> FieldFault? {
        guard case .array(let elements) = answer else { return wrongType("a list of ids of attachments") }
        let ids = elements.compactMap { $0.text.flatMap { ID<Attachment>($0) } }
        guard ids.count == elements.count else { return wrongType("a list of ids of attachments") }
        if Set(ids).count < ids.count { return fault("duplicate", "An attachment is named twice.") }
        if ids.count > maximum { return fault("too_many", "At most \(maximum) can be attached.") }
        return nil
    }

    func wrongType(_ expected: String) -> FieldFault {
        fault("wrong_type", "This must be \(expected).")
    }

    func fault(_ code: String, _ detail: String) -> FieldFault {
        FieldFault("/\(key)", code, detail)
    }
}

extension Double {
    /// Without `.0` where it is whole.
    fileprivate var plain: String { Int(exactly: self).map(String.init) ?? String(self) }
}
