import JSON
import Practice
import Testing

/// Tables, files and drawings.
@Suite struct FormTableTests {
    private let form: Form

    init() throws {
        form = try Form([
            [
                "key": "triggers", "label": "What sets it off?", "type": "table", "required": true, "minimumRows": 1,
                "maximumRows": 3,
                "columns": [
                    ["key": "what", "label": "What?", "type": "shortText", "required": true, "maxLength": 10],
                    ["key": "strength", "label": "How strong?", "type": "number", "minimum": 0, "maximum": 10],
                    [
                        "key": "where", "label": "Where?", "type": "singleChoice",
                        "choices": [["value": "home", "label": "At home"], ["value": "out", "label": "Elsewhere"]],
                    ],
                    ["key": "planned", "label": "Is there a plan?", "type": "yesNo"],
                    ["key": "on", "label": "When?", "type": "date"], ["key": "at", "label": "At?", "type": "time"],
                ],
            ],
            ["key": "papers", "label": "Papers", "type": "file", "maximumFiles": 2, "accepts": ["pdf", "image"]],
            ["key": "map", "label": "Draw it", "type": "drawing"],
            ["key": "voice", "label": "Say it", "type": "file"],
        ])
    }

    private static let one = "0193f2a0-7b1c-7000-8000-000000000001"
    private static let two = "0193f2a0-7b1c-7000-8000-000000000002"
    private static let three = "0193f2a0-7b1c-7000-8000-000000000003"

    @Test func `tables, files and drawings are written as they are read`() throws {
        #expect(try Form(form.json) == form)
        #expect(form.fields.map(\.kind.name) == ["table", "file", "drawing", "file"])
        #expect(form.json.sent.contains(#""accepts":["image","pdf"]"#))
        #expect(form.json.sent.contains(#""accepts":["image","pdf","audio"]"#))
    }

    @Test func `cells come back in the order of the columns, and empty rows are not handed in`() throws {
        let answers: JSONValue = [
            "triggers": [
                ["planned": false, "what": "late", "strength": nil], ["what": "  "], ["where": "out", "what": "alone"],
            ]
        ]
        #expect(
            try form.check(answers, for: .submission).sent == """
                {"triggers":[{"what":"late","planned":false},{"what":"alone","where":"out"}]}
                """)
        #expect(
            try form.check(answers, for: .draft).sent == """
                {"triggers":[{"what":"late","planned":false},{},{"what":"alone","where":"out"}]}
                """)
    }

    @Test func `a table of empty rows is no answer`() {
        #expect(form.faults(["triggers": [[:], ["what": " "], ["what": nil]]]) == ["/triggers required"])
        #expect(form.faults(["triggers": []]) == ["/triggers required"])
        #expect(form.faults(["triggers": [[:], ["what": " "]]], .draft) == [])
    }

    @Test func `rows that say nothing are not counted`() throws {
        let two = try Form([
            [
                "key": "t", "label": "T", "type": "table", "minimumRows": 2,
                "columns": [["key": "a", "label": "A", "type": "shortText"]],
            ]
        ])
        #expect(two.faults(["t": [["a": "x"], ["a": ""]]]) == ["/t too_few"])
        #expect(two.faults(["t": [["a": "x"], ["a": ""]]], .draft) == [])
        #expect(two.faults(["t": [["a": "x"], ["a": "y"]]]) == [])
    }

    @Test func `all faults of a table are told at once`() {
        #expect(
            form.faults([
                "triggers": [
                    ["strength": 11, "where": "moon", "on": "soon", "at": "25:00", "planned": 1],
                    ["what": "more than ten characters", "colour": "red"], "text",
                ]
            ]) == [
                "/triggers/0/what required", "/triggers/0/strength out_of_range", "/triggers/0/where not_a_choice",
                "/triggers/0/planned wrong_type", "/triggers/0/on wrong_type", "/triggers/0/at wrong_type",
                "/triggers/1/what too_long", "/triggers/1 unknown_member", "/triggers/2 wrong_type",
            ])
        #expect(form.faults(["triggers": "text"]) == ["/triggers wrong_type"])
        #expect(
            form.faults(["triggers": [["what": "a"], ["what": "b"], ["what": "c"], ["what": "d"]]]) == [
                "/triggers too_many"
            ])
        #expect(form.faults(["triggers": [["strength": 3]]], .draft) == [])
    }

    @Test func `attachments are named by their ids`() throws {
        let answers: JSONValue = [
            "map": [.text(Self.three)], "papers": [.text(Self.one), .text(Self.two)],
            "triggers": [["what": "late"]],
        ]
        let checked = try form.check(answers, for: .submission)
        let named = form.attachments(in: checked)
        #expect(named.map(\.key) == ["papers", "papers", "map"])
        #expect(named.map(\.id.description) == [Self.one, Self.two, Self.three])
        #expect(form.attachments(in: [:]).isEmpty)
    }

    @Test func `what is not a list of so many ids is refused`() {
        let rows: JSONValue = [["what": "late"]]
        #expect(form.faults(["triggers": rows, "map": [.text(Self.one), .text(Self.two)]]) == ["/map too_many"])
        #expect(form.faults(["triggers": rows, "map": .text(Self.one)]) == ["/map wrong_type"])
        #expect(
            form.faults(["triggers": rows, "papers": [.text(Self.one), .text(Self.one)]]) == ["/papers duplicate"])
        #expect(form.faults(["triggers": rows, "papers": ["photo.jpg"]]) == ["/papers wrong_type"])
        #expect(form.faults(["triggers": rows, "voice": [.text(Self.one), .text(Self.two)]]) == ["/voice too_many"])
        #expect(form.faults(["triggers": rows, "voice": []]) == [])
    }

    @Test func `all faults of a table's columns are told at once`() {
        #expect(
            Form.faults(reading: [
                [
                    "key": "t", "label": "T", "type": "table", "minimumRows": 5, "maximumRows": 2,
                    "columns": [
                        ["key": "a", "label": "A", "type": "longText"], ["key": "b", "label": "", "type": "yesNo"],
                        ["key": "c", "label": "C", "type": "yesNo", "help": "?"],
                        ["key": "d", "label": "D", "type": "time"], ["key": "d", "label": "D", "type": "time"],
                        ["key": "e", "label": "E", "type": "table"],
                    ],
                ],
                ["key": "u", "label": "U", "type": "table", "columns": []],
                ["key": "f", "label": "F", "type": "file", "maximumFiles": 11, "accepts": ["image", "film"]],
                ["key": "g", "label": "G", "type": "file", "accepts": []],
                ["key": "h", "label": "H", "type": "drawing", "accepts": ["image"]],
            ]) == [
                "/0/maximumRows out_of_range", "/0/columns/0/type not_a_choice", "/0/columns/1/label required",
                "/0/columns/2 unknown_member", "/0/columns/4/key duplicate", "/0/columns/5/type not_a_choice",
                "/1/columns required", "/2/maximumFiles out_of_range", "/2/accepts not_a_choice",
                "/3/accepts wrong_type", "/4 unknown_member",
            ])
    }
}
