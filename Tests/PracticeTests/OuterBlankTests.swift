import Practice
import Testing

@Suite struct OuterBlankTests {
    @Test(arguments: [
        (" Ana ", "Ana"), ("\tAna\r\n", "Ana"), ("\u{A0}Ana\u{2007}\u{3000}", "Ana"), ("\u{200B}Ana\u{FEFF}", "Ana"),
        ("\u{202A}+1 480 555 0100\u{202C}", "+1 480 555 0100"), ("\u{85}Ana\u{2028}\u{2029}", "Ana"),
        (" \u{2060} Ana \u{AD}\u{200E}", "Ana"), ("Ana  Lee", "Ana  Lee"), (" a \n\n b ", "a \n\n b"),
        ("", ""), (" \n\t", ""), ("\u{200B}", ""),
        // What makes one letter or one picture of several is no blank.
        ("می‌", "می‌"), ("❤️", "❤️"), ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"), ("👩‍🚒", "👩‍🚒"),
    ])
    func `a text loses what cannot be seen at its ends, and nothing else`(text: String, cut: String) {
        #expect(Array(text.withoutOuterBlanks.unicodeScalars) == Array(cut.unicodeScalars))
    }

    @Test func `so does every text in a value, but no name of a member`() {
        let value: JSONValue = [" key ": " a ", "list": [" b", 7, nil, true, ["c": "d\n"]]]
        #expect(value.withoutOuterBlanks == [" key ": "a", "list": ["b", 7, nil, true, ["c": "d"]]])
    }
}
