import JSON
import Testing

@Suite struct JSONParserTests {
    private func fault(_ bytes: [UInt8]) -> JSONFault? {
        do throws(JSONFault) {
            _ = try JSONValue(reading: bytes)
            return nil
        } catch { return error }
    }

    private func isMalformed(_ bytes: [UInt8]) -> Bool {
        if case .malformed = fault(bytes) { true } else { false }
    }

    /// What is JSON and cannot be meant.
    private func faults(_ text: String) -> [FieldFault] {
        if case .faults(let found) = fault(Array(text.utf8)) { found.faults } else { [] }
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{'a':1}", "[1 2]", "01", "-", "1.", ".5", "+1",
        "1e", "1e+", "0x10", "NaN", "Infinity", "tru", "nul", "truefalse", "\"", "\"\\", "\"\\x\"", "\"\\u12\"",
        "\"\\u12G4\"", "\"a\nb\"", "\"a\tb\"", "{} {}", "[1]x", "\u{FEFF}{}", "{\"a\":1 \"b\":2}", "{\"a\":}", "/**/1",
    ])
    func `what is not JSON is malformed`(text: String) {
        #expect(isMalformed(Array(text.utf8)))
    }

    @Test(
        arguments: [[0xFF], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22]] as [[UInt8]])
    func `bytes that are not UTF-8 are malformed`(bytes: [UInt8]) {
        #expect(isMalformed(bytes))
    }

    @Test(arguments: [
        ("{\"a\":1,\"a\":2}", "/a", "duplicate_member"),
        ("{\"a\":{\"b\":1,\"\\u0062\":2}}", "/a/b", "duplicate_member"),
        ("[\"\\u0000\"]", "/0", "nul"),
        ("{\"a\":[\"x\",\"\\uD83D\"]}", "/a/1", "lone_surrogate"),
        ("\"\\uDE00\"", "", "lone_surrogate"),
        ("\"\\uD83Dx\"", "", "lone_surrogate"),
        ("\"\\uD83D\\u0041\"", "", "lone_surrogate"),
        ("[12345678901234567890123456789012345678901]", "/0", "too_long"),
    ])
    func `what is JSON but cannot be meant is a fault with its pointer`(text: String, pointer: String, code: String) {
        #expect(faults(text).map(\.pointer) == [pointer])
        #expect(faults(text).map(\.code) == [code])
    }

    @Test func `all faults of a text are told at once`() {
        let text = #"{"a":"\u0000","b":{"c":1,"c":2},"d":["\ud800"],"a":1}"#
        #expect(faults(text).map(\.pointer) == ["/a", "/b/c", "/d/0", "/a"])
    }

    @Test func `thirty-two levels are read, and the thirty-third is a fault`() throws {
        let deep = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
        #expect(throws: Never.self) { try JSONValue(reading: Array(deep.utf8)) }
        let deeper = #"{"a":"# + deep + #","b":1}"#
        #expect(faults(deeper).map(\.code) == ["too_deep"])
    }

    @Test func `a hundred thousand open brackets do not bring the parser down`() {
        let text = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(fault(text) != nil)
    }

    @Test func `faults end at a hundred, since an answer must not outgrow the question`() {
        let text = "[" + Array(repeating: #""\u0000""#, count: 500).joined(separator: ",") + "]"
        #expect(faults(text).count == 100)
    }

    @Test func `escapes, pairs and every kind of value are read`() throws {
        let text =
            #" { "t" : "\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00é" , "n" : [ -0, 1.10, 1E2 ], "b":[true,false,null], "o":{} } "#
        let value = try JSONValue(reading: Array(text.utf8))
        #expect(value["t"] == .text("\"\\/\u{8}\u{C}\n\r\té😀é"))
        #expect(value["n"] == .array(["-0", "1.10", "1E2"].map { .number(JSONNumber(unchecked: $0)) }))
        #expect(value["b"] == .array([.bool(true), .bool(false), .null]))
        #expect(value["o"] == .object([]))
    }

    @Test func `what is read is written as it was, but for white space`() throws {
        let text = #"{"a":[1,2.50,-3e9],"b":"x\"y\\z\n","c":{"d":null,"e":true}}"#
        #expect(String(decoding: try JSONValue(reading: Array(text.utf8)).jsonBytes(), as: UTF8.self) == text)
    }

    @Test func `a name is found twice among many`() {
        let members = (0..<40).map { "\"m\($0)\":0" } + ["\"m7\":1", "\"m39\":1"]
        #expect(faults("{\(members.joined(separator: ","))}").map(\.pointer) == ["/m7", "/m39"])
    }
}
