import JSON

extension Form {
    /// Checks answers, an object of the fields' keys, and tells all that is wrong with them at once.
    ///
    /// What comes back are the answers in the order of the fields, untouched, without what says nothing: null, white
    /// space and empty lists are no answers. Equal answers therefore give equal bytes. A question whose condition does
    /// not hold is not asked: a submission goes without its answer, a draft keeps it.
    /// - Throws: faults whose pointers begin at the answers: `/mood`.
    public func check(_ answers: JSONValue, for stage: Stage) throws(FieldFaults) -> JSONValue {
        guard case .object(let given) = answers else {
            throw FieldFaults([FieldFault("", "wrong_type", "The answers must be an object.")])
        }
        var faults: [FieldFault] = []
        var taken: [JSONMember] = []
        for field in stage == .draft ? fields : asked(in: answers) {
            if let answer = answers[field.key], !answer.isBlank {
                taken.append(JSONMember(field.key, field.tidied(answer, for: stage)))
                faults += field.faults(of: answer, for: stage)
            } else if field.isRequired, stage == .submission {
                faults.append(FieldFault("/\(field.key)", "required", "This question needs an answer."))
            }
        }
        let keys = Set(fields.map(\.key))
        if given.contains(where: { !keys.contains($0.name) }) {
            faults.append(FieldFault("", "unknown_member", "There is an answer to a question that is not asked."))
        }
        if stage == .submission, taken.isEmpty, faults.isEmpty {
            faults.append(FieldFault("", "blank", "Nothing has been answered yet."))
        }
        guard faults.isEmpty else { throw FieldFaults(faults) }
        return .object(taken)
    }

    /// Checks one answer of a draft, and gives the answer to store: null for a blank one.
    ///
    /// - Throws: faults whose pointers begin at the answers: `/mood`.
    public func check(field key: String, answer: JSONValue) throws(FieldFaults) -> JSONValue {
        guard let field = fields.first(where: { $0.key == key }) else {
            throw FieldFaults([
                FieldFault("", "unknown_member", "There is an answer to a question that is not asked.")
            ])
        }
        if answer.isBlank { return .null }
        let faults = field.faults(of: answer, for: .draft)
        guard faults.isEmpty else { throw FieldFaults(faults) }
        return field.tidied(answer, for: .draft)
    }

    /// The questions that are asked of somebody who has given these answers.
    ///
    /// An answer to a question that is not asked counts for nothing: what hangs on it is not asked either.
    public func asked(in answers: JSONValue) -> [Field] {
        var asked: [Field] = []
        var keys: Set<String> = []
        for field in fields {
            if let condition = field.condition {
                let isSeen = keys.contains(condition.key)
                guard condition.holds(for: isSeen ? answers[condition.key] : nil) else { continue }
            }
            keys.insert(field.key)
            asked.append(field)
        }
        return asked
    }

    /// The attachments that answers name, in the order of the questions. Whether they are there, only the database knows.
    public func attachments(in answers: JSONValue) -> [(key: String, id: ID<Attachment>)] {
        fields.flatMap { field -> [(key: String, id: ID<Attachment>)] in
            switch field.kind {
            case .file, .drawing:
                guard case .array(let elements) = answers[field.key] else { return [] }
                return elements.compactMap { $0.text.flatMap { ID($0) } }.map { (field.key, $0) }
            default: return []
            }
        }
    }
}
