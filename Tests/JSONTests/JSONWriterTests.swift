import JSON
import Practice
import Testing

@Suite struct JSONWriterTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func `members, elements and commas fall into place`() throws {
        let day = try #require(Day("2026-11-23"))
        let text = text { json in
            json.object { json in
                json.member("id", ID<Client>.nil)
                json.member("name", "Ada")
                json.member("born", day)
                json.member("none", String?.none)
                json.member("left", ifPresent: Int?.none)
                json.object("empty") { _ in }
                json.array("numbers", [1, -22, 333])
                json.array("texts", [String]())
                json.object("inner") { json in json.member("on", true) }
                json.member("half", 0.5)
            }
        }
        #expect(
            text == """
                {"id":"00000000-0000-0000-0000-000000000000","name":"Ada","born":"2026-11-23","none":null,"empty":{},\
                "numbers":[1,-22,333],"texts":[],"inner":{"on":true},"half":0.5}
                """)
    }

    @Test func `text is escaped where JSON asks for it and nowhere else`() {
        #expect(
            text { $0.text("a\"b\\c\nd\re\tf\u{1}g\u{1F}h/é😀\u{7F}") } == #""a\"b\\c\nd\re\tf\u0001g\u001fh/é😀"#
                + "\u{7F}\"")
        #expect(text { $0.text("") } == #""""#)
    }

    @Test func `a number that is none is null`() {
        #expect(text { Double.nan.write(to: &$0) } == "null")
    }
}
