import Practice

extension Questionnaire {
    /// As it is kept, and shown.
    var json: JSONValue {
        .object([
            JSONMember("instructions", .text(instructions)), JSONMember("source", .text(source)),
            JSONMember(
                "items",
                .array(
                    items.map {
                        .object([
                            JSONMember("key", .text($0.key)), JSONMember("text", .text($0.text)),
                            JSONMember("raisesRisk", .bool($0.raisesRisk)),
                        ])
                    })),
            JSONMember("choices", .array(choices.map { Self.json("value", $0.value, "label", $0.label) })),
            JSONMember("bands", .array(bands.map { Self.json("from", $0.from, "name", $0.name) })),
        ])
    }

    /// Reads what ``json`` wrote; nil for anything else.
    init?(_ json: JSONValue) {
        guard let instructions = json["instructions"]?.text, let source = json["source"]?.text,
            let items = Self.read(json["items"], Item.init), !items.isEmpty,
            let choices = Self.read(json["choices"], { Self.pair($0, "value", "label").map(Choice.init) }),
            let bands = Self.read(json["bands"], { Self.pair($0, "from", "name").map(Band.init) })
        else { return nil }
        self.init(instructions: instructions, source: source, items: items, choices: choices, bands: bands)
    }

    private static func json(_ first: String, _ value: Int, _ second: String, _ text: String) -> JSONValue {
        .object([JSONMember(first, .number(JSONNumber(value))), JSONMember(second, .text(text))])
    }

    private static func pair(_ json: JSONValue, _ first: String, _ second: String) -> (Int, String)? {
        guard case .number(let number)? = json[first], let value = number.integer, let text = json[second]?.text
        else { return nil }
        return (value, text)
    }

    private static func read<Part>(_ json: JSONValue?, _ part: (JSONValue) -> Part?) -> [Part]? {
        guard case .array(let values)? = json else { return nil }
        let parts = values.compactMap(part)
        return parts.count == values.count ? parts : nil
    }
}

extension Questionnaire.Item {
    fileprivate init?(_ json: JSONValue) {
        guard let key = json["key"]?.text, let text = json["text"]?.text,
            case .bool(let raisesRisk)? = json["raisesRisk"]
        else { return nil }
        self.init(key: key, text: text, raisesRisk: raisesRisk)
    }
}
