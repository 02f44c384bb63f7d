import JSON

/// What in an answer somebody should look at soon, and why.
public struct RiskFinding: Sendable, Hashable {
    /// Why, without what was written: `word`, or `item/` and a question's key. Never empty.
    public let sources: [String]
    /// The practice's entries that were found. They say what somebody wrote, and are kept sealed.
    public let words: [String]

    /// Looks at answers that were checked for a submission; nil where there is nothing to look at.
    public init?(in answers: JSONValue, of form: Form, _ words: RiskWords) {
        self.words = words.found(in: form.texts(in: answers))
        var sources = self.words.isEmpty ? [] : ["word"]
        for rule in form.risks where rule.holds(for: answers[rule.key]) {
            let source = "item/\(rule.key)"
            if !sources.contains(source) { sources.append(source) }
        }
        if sources.isEmpty { return nil }
        self.sources = sources
    }
}

extension Form {
    /// All that was written freely, also in tables.
    func texts(in answers: JSONValue) -> [String] {
        fields.flatMap { field -> [String] in
            switch field.kind {
            case .shortText, .longText: return [answers[field.key]?.text].compactMap(\.self)
            case .table(let columns, _, _):
                guard case .array(let rows) = answers[field.key] else { return [] }
                let keys = columns.filter(\.isShortText).map(\.key)
                return rows.flatMap { row in keys.compactMap { row[$0]?.text } }
            default: return []
            }
        }
    }
}

extension Field {
    fileprivate var isShortText: Bool { if case .shortText = kind { true } else { false } }
}
