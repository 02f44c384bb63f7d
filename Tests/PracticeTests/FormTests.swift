import JSON
import Practice
import Testing

@Suite struct FormTests {
    private let form: Form

    init() throws {
        form = try Form([
            ["key": "feelings", "label": "What do you feel?", "type": "shortText", "required": true, "maxLength": 20],
            ["key": "story", "label": "What happened?", "type": "longText"],
            ["key": "hours", "label": "Hours of sleep", "type": "number", "minimum": 0, "maximum": 24],
            ["key": "mood", "label": "Mood", "type": "scale", "minimum": 1, "maximum": 5, "minimumLabel": "low"],
            [
                "key": "place", "label": "Where?", "type": "singleChoice",
                "choices": [["value": "home", "label": "At home"], ["value": "work", "label": "At work"]],
            ],
            [
                "key": "steps", "label": "What did you do?", "type": "multipleChoice", "minimum": 1, "maximum": 2,
                "choices": [
                    ["value": "call", "label": "Called"], ["value": "walk", "label": "Walked"],
                    ["value": "pray", "label": "Prayed"],
                ],
            ],
            ["key": "safe", "label": "Are you safe?", "type": "yesNo", "required": true],
            ["key": "on", "label": "When?", "type": "date", "earliest": "2026-01-01"],
            ["key": "at", "label": "At what time?", "type": "time", "help": "About."],
        ])
    }

    private func faults(_ answers: JSONValue, _ stage: Form.Stage = .submission) -> [String] {
        form.faults(answers, stage)
    }

    @Test func `a form is written as it is read`() throws {
        #expect(try Form(form.json) == form)
        #expect(form.fields.map(\.kind.name).count == 9)
    }

    @Test func `answers come back in the order of the questions, untouched, without blanks`() throws {
        let answers = try form.check(
            [
                "at": "18:30", "on": "2026-01-05", "safe": false, "steps": ["walk", "call"], "place": "home", "mood": 3,
                "hours": 7.5, "story": "  ", "feelings": " sad ",
            ], for: .submission)
        #expect(
            String(decoding: answers.bytes, as: UTF8.self) == """
                {"feelings":" sad ","hours":7.5,"mood":3,"place":"home","steps":["walk","call"],"safe":false,\
                "on":"2026-01-05","at":"18:30"}
                """)
    }

    @Test func `all faults of the answers are told at once`() {
        #expect(
            faults([
                "feelings": "more than twenty characters", "story": 7, "hours": 24.5, "mood": 2.5, "place": "moon",
                "steps": ["walk", "walk"], "safe": "yes", "on": "2025-12-31", "at": "6pm", "extra": 1,
            ]) == [
                "/feelings too_long", "/story wrong_type", "/hours out_of_range", "/mood wrong_type",
                "/place not_a_choice", "/steps duplicate", "/safe wrong_type", "/on out_of_range", "/at wrong_type",
                " unknown_member",
            ])
    }

    @Test(arguments: ["", "  ", "\n\t", "\u{00A0}", "\u{3000}", "\u{200B}", "\u{FEFF}\u{00AD} "])
    func `white space is not an answer`(blank: String) {
        #expect(faults(["feelings": .text(blank), "safe": true]) == ["/feelings required"])
    }

    @Test func `blank homework is not handed in`() throws {
        let optional = try Form([["key": "story", "label": "What happened?", "type": "longText"]])
        #expect(throws: FieldFaults([FieldFault("", "blank", "Nothing has been answered yet.")])) {
            try optional.check(["story": "   "], for: .submission)
        }
        #expect(try optional.check(["story": "   "], for: .draft) == [:])
    }

    @Test func `a draft may miss what is required, but not hold what is wrong`() {
        #expect(faults([:], .draft) == [])
        #expect(faults(["mood": "good"], .draft) == ["/mood wrong_type"])
        #expect(faults(["feelings": nil, "safe": nil]) == ["/feelings required", "/safe required"])
    }

    @Test func `a draft of choices may have fewer than are asked for`() throws {
        let few = try Form([
            [
                "key": "steps", "label": "Which two?", "type": "multipleChoice", "minimum": 2,
                "choices": [["value": "call", "label": "Called"], ["value": "walk", "label": "Walked"]],
            ]
        ])
        #expect(few.faults(["steps": ["call"]], .draft) == [])
        #expect(few.faults(["steps": ["call"]]) == ["/steps too_few"])
    }

    @Test func `a field of a draft is checked by itself`() throws {
        #expect(try form.check(field: "feelings", answer: " sad ") == " sad ")
        #expect(try form.check(field: "feelings", answer: " \n") == .null)
        #expect(try form.check(field: "steps", answer: []) == .null)
        #expect(throws: FieldFaults([FieldFault("/mood", "out_of_range", "This must be 5 or less.")])) {
            try form.check(field: "mood", answer: 6)
        }
        #expect(throws: FieldFaults.self) { try form.check(field: "nothing", answer: 1) }
    }

    @Test func `limits are inclusive`() {
        #expect(faults(["feelings": "a\nb", "safe": true]) == ["/feelings line_break"])
        #expect(faults(["feelings": "a", "safe": true, "hours": 24, "mood": 5, "steps": ["call", "walk"]]) == [])
        #expect(faults(["feelings": "a", "safe": true, "mood": 0]) == ["/mood out_of_range"])
        #expect(faults(["feelings": "a", "safe": true, "steps": ["call", "walk", "pray"]]) == ["/steps too_many"])
        #expect(faults([1, 2]) == [" wrong_type"])
    }

    @Test func `all faults of a form are told at once`() {
        #expect(
            Form.faults(reading: [
                ["key": "1st", "label": " ", "type": "shortText", "maxLength": 0],
                ["key": "mood", "label": "Mood", "type": "scale", "minimum": 5, "maximum": 1, "colour": "red"],
                ["key": "place", "label": "Where?", "type": "singleChoice", "choices": [["value": "home"]]],
                ["key": "when", "label": "When?", "type": "moment"],
                "text",
            ]) == [
                "/0/key wrong_format", "/0/label required", "/0/maxLength out_of_range", "/1/maximum out_of_range",
                "/1 unknown_member", "/2/choices required", "/3/type not_a_choice", "/4 wrong_type",
            ])
        #expect(
            Form.faults(reading: [
                ["key": "mood", "label": "Mood", "type": "yesNo"], ["key": "mood", "label": "Mood", "type": "yesNo"],
            ]) == ["/1/key duplicate"])
        #expect(Form.faults(reading: []) == [" wrong_type"])
        #expect(Form.faults(reading: "text") == [" wrong_type"])
    }
}
