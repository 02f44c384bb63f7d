import JSON
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

    /// Reads what ``json`` wrote.
    ///
    /// - Throws: all faults of anything else.
    init(stored json: JSONValue) throws(FieldFaults) {
        self = try JSONShape.object(Self.init).value(of: json)
    }

    private init(_ body: inout JSONObjectReader) {
        self.init(
            instructions: body.required("instructions", .text(0...10_000)),
            source: body.required("source", .text(0...10_000)),
            items: body.required("items", .array(1...200, of: .object(Item.init))),
            choices: body.required("choices", .array(0...100, of: .object(Choice.init))),
            bands: body.required("bands", .array(0...100, of: .object(Band.init))))
    }

    private static func json(_ first: String, _ value: Int, _ second: String, _ text: String) -> JSONValue {
        .object([JSONMember(first, .number(JSONNumber(value))), JSONMember(second, .text(text))])
    }
}

extension Questionnaire.Item {
    fileprivate init(_ body: inout JSONObjectReader) {
        self.init(
            key: body.required("key", .line(1...100)), text: body.required("text", .text(1...2_000)),
            raisesRisk: body.required("raisesRisk", .bool))
    }
}

extension Questionnaire.Choice {
    fileprivate init(_ body: inout JSONObjectReader) {
        self.init(value: body.required("value", .integer(.min ... .max)), label: body.required("label", .line(0...500)))
    }
}

extension Questionnaire.Band {
    fileprivate init(_ body: inout JSONObjectReader) {
        self.init(from: body.required("from", .integer(.min ... .max)), name: body.required("name", .line(0...500)))
    }
}
