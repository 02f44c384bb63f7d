import JSON

extension Form {
    /// Reads the questions of an exercise from an array of objects, strictly, and tells all that is wrong at once.
    ///
    /// ```json
    /// [{"key": "feelings", "label": "What do you feel?", "type": "shortText", "required": true, "maxLength": 200},
    ///  {"key": "mood", "label": "How are you?", "type": "scale", "minimum": 1, "maximum": 10},
    ///  {"key": "did", "label": "What did you do?", "type": "multipleChoice",
    ///   "choices": [{"value": "call", "label": "Called someone"}, {"value": "walk", "label": "Took a walk"}]},
    ///  {"key": "whom", "label": "Whom did you call?", "type": "shortText", "when": {"key": "did", "is": "call"}}]
    /// ```
    /// A question may be asked on a condition (`when`) about one that comes before it.
    /// - Throws: faults whose pointers begin at the array: `/0/label`.
    public init(_ json: JSONValue) throws(FieldFaults) {
        guard case .array(let elements) = json.cleaned, (1...100).contains(elements.count) else {
            throw FieldFaults([FieldFault("", "wrong_type", "An exercise has a list of 1 to 100 questions.")])
        }
        var faults = FaultSink()
        var fields: [Field] = []
        var keys: Set<String> = []
        for (index, element) in elements.enumerated() {
            faults.path.enter(element: index)
            defer { faults.path.leave() }
            guard let field = JSONShape<Field?>.field(after: fields).read(element, &faults) ?? nil else { continue }
            if !keys.insert(field.key).inserted {
                faults.record(member: "key", "duplicate", "Another question has this key.")
            }
            fields.append(field)
        }
        guard faults.faults.isEmpty else { throw FieldFaults(faults.faults) }
        self.init(fields: fields)
    }

    /// The same questions with item rules, an array of conditions: `[{"key": "mood", "atMost": 2}]`.
    ///
    /// - Throws: faults whose pointers begin at the array: `/0/key`.
    public func watched(by json: JSONValue) throws(FieldFaults) -> Form {
        guard case .array(let elements) = json.cleaned, elements.count <= 50 else {
            throw FieldFaults([FieldFault("", "wrong_type", "Item rules are a list of at most 50 conditions.")])
        }
        return Form(
            fields: fields,
            risks: try JSONShape<[Condition]>.array(0...50, of: .condition(about: fields)).value(of: .array(elements)))
    }

    /// The questions as JSON: what ``init(_:)`` reads.
    public var json: JSONValue { .array(fields.map(\.json)) }

    /// The item rules as JSON: what ``watched(by:)`` reads.
    public var risksJSON: JSONValue { .array(risks.map(\.json)) }
}

extension Field {
    /// The question as JSON.
    public var json: JSONValue {
        var members = [JSONMember("key", .text(key)), JSONMember("label", .text(label))]
        if let help { members.append(JSONMember("help", .text(help))) }
        members.append(JSONMember("type", .text(kind.name)))
        members.append(JSONMember("required", .bool(isRequired)))
        if let condition { members.append(JSONMember("when", condition.json)) }
        return .object(members + kind.limits)
    }
}

extension Field.Kind {
    /// The word of the API.
    public var name: String {
        switch self {
        case .shortText: "shortText"
        case .longText: "longText"
        case .number: "number"
        case .scale: "scale"
        case .singleChoice: "singleChoice"
        case .multipleChoice: "multipleChoice"
        case .yesNo: "yesNo"
        case .date: "date"
        case .time: "time"
        case .table: "table"
        case .file: "file"
        case .drawing: "drawing"
        }
    }

    fileprivate var limits: [JSONMember] {
        let members: [(String, JSONValue?)] =
            switch self {
            case .shortText(let maxLength), .longText(let maxLength): [("maxLength", .number(JSONNumber(maxLength)))]
            case .number(let minimum, let maximum, let isWhole):
                [("minimum", minimum.map(\.json)), ("maximum", maximum.map(\.json)), ("whole", .bool(isWhole))]
            case .scale(let minimum, let maximum, let minimumLabel, let maximumLabel):
                [
                    ("minimum", .number(JSONNumber(minimum))), ("maximum", .number(JSONNumber(maximum))),
                    ("minimumLabel", minimumLabel.map(JSONValue.text)),
                    ("maximumLabel", maximumLabel.map(JSONValue.text)),
                ]
            case .singleChoice(let choices): [("choices", .array(choices.map(\.json)))]
            case .multipleChoice(let choices, let minimum, let maximum):
                [
                    ("choices", .array(choices.map(\.json))), ("minimum", .number(JSONNumber(minimum))),
                    ("maximum", .number(JSONNumber(maximum))),
                ]
            case .date(let earliest, let latest):
                [
                    ("earliest", earliest.map { .text($0.description) }),
                    ("latest", latest.map { .text($0.description) }),
                ]
            case .table(let columns, let minimumRows, let maximumRows):
                [
                    ("columns", .array(columns.map(\.json))), ("minimumRows", .number(JSONNumber(minimumRows))),
                    ("maximumRows", .number(JSONNumber(maximumRows))),
                ]
            case .file(let maximumFiles, let accepts):
                [
                    ("maximumFiles", .number(JSONNumber(maximumFiles))),
                    ("accepts", .array(Field.Media.allCases.filter(accepts.contains).map { .text($0.rawValue) })),
                ]
            case .yesNo, .time, .drawing: []
            }
        return members.compactMap { name, value in value.map { JSONMember(name, $0) } }
    }
}

extension Field.Choice {
    fileprivate var json: JSONValue { ["value": .text(value), "label": .text(label)] }
}

extension Double {
    var json: JSONValue {
        .number(Int(exactly: self).map { JSONNumber($0) } ?? JSONNumber(unchecked: String(self)))
    }
}
