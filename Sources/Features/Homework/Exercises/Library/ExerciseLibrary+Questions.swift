import JSON
import Practice

/// Questions, written shortly.
extension ExerciseLibrary {
    static func line(_ key: String, _ label: String, _ help: String? = nil, required: Bool = false) -> JSONValue {
        question(key, label, help, "shortText", required, [JSONMember("maxLength", 300)])
    }

    static func text(_ key: String, _ label: String, _ help: String? = nil, required: Bool = false) -> JSONValue {
        question(key, label, help, "longText", required, [JSONMember("maxLength", 5_000)])
    }

    static func letter(_ key: String, _ label: String, _ help: String? = nil) -> JSONValue {
        question(key, label, help, "longText", true, [JSONMember("maxLength", 20_000)])
    }

    static func scale(
        _ key: String, _ label: String, from low: String, to high: String, required: Bool = false
    ) -> JSONValue {
        question(
            key, label, nil, "scale", required,
            [
                JSONMember("minimum", 1), JSONMember("maximum", 10), JSONMember("minimumLabel", .text(low)),
                JSONMember("maximumLabel", .text(high)),
            ])
    }

    static func yesNo(_ key: String, _ label: String, _ help: String? = nil, required: Bool = false) -> JSONValue {
        question(key, label, help, "yesNo", required, [])
    }

    static func time(_ key: String, _ label: String) -> JSONValue {
        question(key, label, nil, "time", false, [])
    }

    static func date(_ key: String, _ label: String) -> JSONValue {
        question(key, label, nil, "date", false, [])
    }

    static func several(_ key: String, _ label: String, _ choices: KeyValuePairs<String, String>) -> JSONValue {
        question(key, label, "Choose as many as are true.", "multipleChoice", false, [self.choices(choices)])
    }

    static func one(
        _ key: String, _ label: String, _ choices: KeyValuePairs<String, String>, required: Bool = false
    ) -> JSONValue {
        question(key, label, nil, "singleChoice", required, [self.choices(choices)])
    }

    static func table(
        _ key: String, _ label: String, _ help: String? = nil, required: Bool = false, rows: ClosedRange<Int>,
        _ columns: [JSONValue]
    ) -> JSONValue {
        question(
            key, label, help, "table", required,
            [
                JSONMember("columns", .array(columns)), JSONMember("minimumRows", .number(JSONNumber(rows.lowerBound))),
                JSONMember("maximumRows", .number(JSONNumber(rows.upperBound))),
            ])
    }

    /// A line of text in a table.
    static func words(_ key: String, _ label: String, required: Bool = false) -> JSONValue {
        question(key, label, nil, "shortText", required, [JSONMember("maxLength", 300)])
    }

    /// A number from 0 to 10 in a table.
    static func outOfTen(_ key: String, _ label: String) -> JSONValue {
        question(
            key, label, nil, "number", false,
            [JSONMember("minimum", 0), JSONMember("maximum", 10), JSONMember("whole", true)])
    }

    static func drawing(_ key: String, _ label: String, _ help: String? = nil) -> JSONValue {
        question(key, label, help, "drawing", false, [])
    }

    private static func choices(_ choices: KeyValuePairs<String, String>) -> JSONMember {
        JSONMember(
            "choices",
            .array(
                choices.map { value, label in
                    .object([JSONMember("value", .text(value)), JSONMember("label", .text(label))])
                }))
    }

    static func question(
        _ key: String, _ label: String, _ help: String?, _ type: String, _ isRequired: Bool, _ limits: [JSONMember]
    ) -> JSONValue {
        var members = [JSONMember("key", .text(key)), JSONMember("label", .text(label))]
        if let help { members.append(JSONMember("help", .text(help))) }
        members += [JSONMember("type", .text(type)), JSONMember("required", .bool(isRequired))]
        return .object(members + limits)
    }
}

extension JSONValue {
    /// The same question, asked on a condition about an earlier one: `.when("urge", "atLeast", 4)`.
    func when(_ key: String, _ test: String, _ value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members + [JSONMember("when", Self.rule(key, test, value))])
    }

    /// A condition.
    static func rule(_ key: String, _ test: String, _ value: JSONValue) -> JSONValue {
        .object([JSONMember("key", .text(key)), JSONMember(test, value)])
    }
}
