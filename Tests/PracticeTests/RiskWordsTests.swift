import JSON
import Practice
import Testing

/// Risk words and item rules.
@Suite struct RiskWordsTests {
    private func found(_ words: [String], in texts: String...) throws -> [String] {
        try RiskWords(words).found(in: texts)
    }

    private func faults(_ words: [String]) -> [String] {
        do {
            _ = try RiskWords(words)
            return []
        } catch { return error.faults.map { "\($0.pointer) \($0.code)" } }
    }

    @Test(arguments: [
        "I WANT TO DIE", "want to die", "I want\nto\tdie.", "…want — to, die!", "I wánt to dïe", "ｗａｎｔ ｔｏ ｄｉｅ",
        "wa\u{AD}nt to d\u{200B}ie", "I want to \u{201C}die\u{201D}",
    ])
    func `case, accents, width and punctuation do not matter`(text: String) throws {
        #expect(try found(["want to die"], in: text) == ["want to die"])
    }

    @Test(arguments: ["I want to diet", "unwant to die", "want die to", "wanttodie"])
    func `only whole words count, in their order`(text: String) throws {
        #expect(try found(["want to die"], in: text) == [])
    }

    @Test func `a star at the end finds every word that begins so`() throws {
        #expect(try found(["suicid*"], in: "suicide", "Suicidal thoughts") == ["suicid*"])
        #expect(try found(["self harm*"], in: "self-harming") == ["self harm*"])
        #expect(try found(["suicid*"], in: "antisuicidal") == [])
        #expect(try found(["suicide"], in: "suicides") == [])
    }

    @Test(arguments: ["don't want to live", "don’t want to live", "dont want to live", "DON\u{02BC}T WANT TO LIVE"])
    func `an apostrophe parts no word`(text: String) throws {
        #expect(try found(["don't want to live"], in: text) == ["don't want to live"])
        #expect(try found(["dont want to live"], in: text) == ["dont want to live"])
    }

    @Test func `words of other scripts are found`() throws {
        #expect(
            try found(["Selbstmord*", "quiero morir", "умереть"], in: "Ich dachte an SELBSTMORDGEDANKEN") == [
                "Selbstmord*"
            ])
        #expect(try found(["quiero morir", "умереть"], in: "хочу Умереть") == ["умереть"])
        #expect(try found(["أريد أن أموت"], in: "لا أعرف، أريد أن أموت.") == ["أريد أن أموت"])
    }

    @Test func `a phrase does not reach from one text into another`() throws {
        #expect(try found(["kill myself"], in: "I could kill", "myself") == [])
    }

    @Test func `what is found comes once, in the order of the list`() throws {
        #expect(try found(["gun", "alone", "rope"], in: "rope and gun and rope", "gun") == ["gun", "rope"])
        #expect(try found([], in: "anything") == [])
        #expect(try found(["gun"], in: "", " ", "-") == [])
    }

    @Test func `all faults of a list are told at once`() {
        #expect(
            faults(["ok", "", " - ", "ab*", "*", "a * b", "OK!", String(repeating: "a", count: 101), "abc*"]) == [
                "/1 blank", "/2 blank", "/3 wrong_format", "/4 blank", "/5 wrong_format", "/6 duplicate", "/7 too_long",
            ])
        #expect(faults((0...500).map { "word\($0)" }) == [" too_many"])
        #expect(faults((1...500).map { "word\($0)" }) == [])
    }

    @Test func `what a new practice begins with is a list of words`() throws {
        let words = try RiskWords(RiskWords.standard)
        #expect(words.found(in: ["Some days I think I'd be better off dead."]) == ["better off dead"])
        #expect(words.found(in: ["We had a hard talk about the budget, then a walk. I felt dead tired."]) == [])
    }

    @Test func `a finding says why, and keeps apart what was written`() throws {
        let form = try Form([
            ["key": "mood", "label": "Mood", "type": "scale"], ["key": "text", "label": "Text", "type": "longText"],
            [
                "key": "safe", "label": "Safe?", "type": "singleChoice",
                "choices": [["value": "suicide", "label": "No"], ["value": "yes", "label": "Yes"]],
            ],
            [
                "key": "rows", "label": "Rows", "type": "table",
                "columns": [
                    ["key": "what", "label": "What?", "type": "shortText"],
                    [
                        "key": "kind", "label": "Kind?", "type": "singleChoice",
                        "choices": [["value": "rope", "label": "R"], ["value": "b", "label": "B"]],
                    ],
                ],
            ],
        ]).watched(by: [["key": "mood", "atMost": 2], ["key": "mood", "is": 1], ["key": "safe", "is": "suicide"]])
        let words = try RiskWords(["suicide", "rope"])
        #expect(RiskFinding(in: ["mood": 3, "text": "A good day"], of: form, words) == nil)
        #expect(RiskFinding(in: ["rows": [["what": "tape", "kind": "rope"]]], of: form, words) == nil)
        let low = RiskFinding(in: ["mood": 1, "text": "A day"], of: form, words)
        #expect(low?.sources == ["item/mood"] && low?.words == [])
        let all = RiskFinding(
            in: ["mood": 2, "safe": "suicide", "rows": [["what": "A rope."], ["what": "None"]]], of: form, words)
        #expect(all?.sources == ["word", "item/mood", "item/safe"])
        #expect(all?.words == ["rope"])
    }
}
