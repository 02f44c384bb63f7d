import JSON
import Practice
import Testing

/// Questions that are asked on a condition, and item rules.
@Suite struct FormConditionTests {
    private let form: Form

    init() throws {
        form = try Form([
            ["key": "slip", "label": "Was there a slip?", "type": "yesNo", "required": true],
            [
                "key": "told", "label": "Have you told somebody?", "type": "yesNo", "required": true,
                "when": ["key": "slip", "is": true],
            ],
            [
                "key": "whom", "label": "Whom?", "type": "shortText", "required": true,
                "when": ["key": "told", "is": true],
            ],
            ["key": "urge", "label": "How strong?", "type": "scale"],
            [
                "key": "before", "label": "What came before?", "type": "longText", "required": true,
                "when": ["key": "urge", "atLeast": 7],
            ],
            ["key": "easy", "label": "What made it easy?", "type": "shortText", "when": ["key": "urge", "atMost": 2]],
            [
                "key": "did", "label": "What did you do?", "type": "multipleChoice",
                "choices": [
                    ["value": "call", "label": "Called"], ["value": "walk", "label": "Walked"],
                    ["value": "rest", "label": "Rested"],
                ],
            ],
            [
                "key": "how", "label": "How was it?", "type": "shortText", "required": true,
                "when": ["key": "did", "anyOf": ["call", "walk"]],
            ],
            [
                "key": "thanks", "label": "Whom do you thank?", "type": "shortText",
                "when": ["key": "how", "answered": true],
            ],
        ])
    }

    @Test func `conditions are written as they are read`() throws {
        #expect(try Form(form.json) == form)
    }

    @Test func `a question whose condition does not hold is not required`() {
        #expect(form.faults(["slip": false]) == [])
        #expect(form.faults(["slip": true]) == ["/told required"])
        #expect(form.faults(["slip": true, "told": true]) == ["/whom required"])
        #expect(form.faults(["slip": true, "told": false]) == [])
        #expect(form.faults(["slip": false, "urge": 7]) == ["/before required"])
        #expect(form.faults(["slip": false, "urge": 6]) == [])
        #expect(form.faults(["slip": false, "did": ["rest", "walk"]]) == ["/how required"])
        #expect(form.faults(["slip": false, "did": ["rest"]]) == [])
    }

    @Test func `what is not asked is left out of a submission and kept in a draft`() throws {
        let answers: JSONValue = [
            "slip": false, "told": true, "whom": "Ann", "urge": 3, "before": "a row", "easy": "sleep",
        ]
        #expect(try form.check(answers, for: .submission).sent == #"{"slip":false,"urge":3}"#)
        #expect(
            try form.check(answers, for: .draft).sent == """
                {"slip":false,"told":true,"whom":"Ann","urge":3,"before":"a row","easy":"sleep"}
                """)
    }

    @Test func `what is wrong in an answer that is not asked keeps nobody from handing in`() {
        #expect(form.faults(["slip": false, "whom": 7]) == [])
        #expect(form.faults(["slip": false, "whom": 7], .draft) == ["/whom wrong_type"])
    }

    @Test func `an answer to a question that is not asked opens no further question`() throws {
        #expect(form.asked(in: ["slip": false, "told": true]).map(\.key) == ["slip", "urge", "did"])
        #expect(form.asked(in: ["slip": true, "told": true]).map(\.key) == ["slip", "told", "whom", "urge", "did"])
        #expect(form.asked(in: ["how": "good"]).map(\.key) == ["slip", "urge", "did"])
        #expect(form.asked(in: ["did": ["call"], "how": " "]).map(\.key) == ["slip", "urge", "did", "how"])
        #expect(form.asked(in: ["did": ["call"], "how": "good"]).last?.key == "thanks")
    }

    @Test func `numbers are compared as numbers`() {
        #expect(form.asked(in: ["urge": 7.0]).map(\.key).contains("before"))
        #expect(!form.asked(in: ["urge": "9"]).map(\.key).contains("before"))
        #expect(form.asked(in: ["urge": 2]).map(\.key).contains("easy"))
    }

    @Test func `answers to nothing but questions that are not asked are nothing`() throws {
        let form = try Form([
            ["key": "a", "label": "A", "type": "yesNo"],
            ["key": "b", "label": "B", "type": "shortText", "when": ["key": "a", "is": true]],
        ])
        #expect(form.faults(["b": "text"]) == [" blank"])
        #expect(form.faults(["a": false]) == [])
    }

    @Test func `a condition names an earlier question, and an answer that it can have`() {
        let first: JSONValue = ["key": "mood", "label": "Mood", "type": "scale", "minimum": 1, "maximum": 5]
        let second: JSONValue = ["key": "why", "label": "Why?", "type": "longText"]
        let third: JSONValue = [
            "key": "did", "label": "Did?", "type": "multipleChoice",
            "choices": [["value": "a", "label": "A"], ["value": "b", "label": "B"]],
        ]
        func fault(_ condition: JSONValue) -> [String] {
            Form.faults(reading: [
                first, second, third, ["key": "x", "label": "X", "type": "yesNo", "when": condition],
                ["key": "later", "label": "Later", "type": "yesNo"],
            ])
        }
        #expect(fault(["key": "mood", "is": 3]) == [])
        #expect(fault(["key": "mood", "is": 6]) == ["/3/when/is not_possible"])
        #expect(fault(["key": "mood", "is": "good"]) == ["/3/when/is not_possible"])
        #expect(fault(["key": "mood", "atLeast": 9]) == ["/3/when/atLeast not_possible"])
        #expect(
            fault(["key": "mood", "anyOf": [1, 0, 9]]) == [
                "/3/when/anyOf/1 not_possible", "/3/when/anyOf/2 not_possible",
            ])
        #expect(fault(["key": "mood", "anyOf": []]) == ["/3/when/anyOf wrong_type"])
        #expect(fault(["key": "why", "is": "because"]) == ["/3/when/is not_possible"])
        #expect(fault(["key": "why", "answered": true]) == [])
        #expect(fault(["key": "why", "answered": false]) == ["/3/when/answered wrong_type"])
        #expect(fault(["key": "did", "is": "b"]) == [])
        #expect(fault(["key": "did", "is": "c"]) == ["/3/when/is not_possible"])
        #expect(fault(["key": "did", "atMost": "b"]) == ["/3/when/atMost wrong_type"])
        #expect(fault(["key": "later", "is": true]) == ["/3/when/key no_such_question"])
        #expect(fault(["key": "x", "is": true]) == ["/3/when/key no_such_question"])
        #expect(fault(["key": "mood", "like": 3]) == ["/3/when unknown_member"])
        #expect(fault(["key": "mood", "is": 3, "atMost": 2]) == ["/3/when wrong_type"])
        #expect(fault(["key": "mood"]) == ["/3/when wrong_type"])
        #expect(fault("mood") == ["/3/when wrong_type"])
    }

    @Test func `item rules are conditions about any of the questions`() throws {
        let watched = try form.watched(by: [["key": "urge", "atLeast": 9], ["key": "did", "is": "rest"]])
        #expect(watched.risksJSON.sent == #"[{"key":"urge","atLeast":9},{"key":"did","is":"rest"}]"#)
        #expect(watched.fields == form.fields)
        #expect(
            form.faults(ofRisks: [["key": "urge", "atLeast": 11], ["key": "nothing", "is": 1]]) == [
                "/0/atLeast not_possible", "/1/key no_such_question",
            ])
        #expect(form.faults(ofRisks: "urge") == [" wrong_type"])
        #expect(try form.watched(by: []).risks == [])
    }
}
