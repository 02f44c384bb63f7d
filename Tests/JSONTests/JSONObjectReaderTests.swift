import JSON
import Practice
import Testing

@Suite struct JSONObjectReaderTests {
    private enum Colour: String, CaseIterable { case red, green }

    private func read<Value>(_ text: String, _ read: (inout JSONObjectReader) -> Value) throws -> Value {
        guard case .object(let members) = try JSONValue(reading: Array(text.utf8)) else { throw FieldFaults([]) }
        var reader = JSONObjectReader(members, FaultSink())
        let value = read(&reader)
        let faults = reader.finish().faults
        guard faults.isEmpty else { throw FieldFaults(faults) }
        return value
    }

    private func faults(_ text: String, _ read: (inout JSONObjectReader) -> Void) -> [String] {
        do {
            try self.read(text, read)
            return []
        } catch {
            return (error as? FieldFaults)?.faults.map { "\($0.pointer) \($0.code)" } ?? ["\(error)"]
        }
    }

    @Test func `every fault is told at once, where it is`() {
        let text = """
            {"name":"","day":"2026-02-30","n":1.5,"list":[1,"x",300],"inner":{"x":true,"y":1},"odd":1,"colour":"blue"}
            """
        let faults = faults(text) { body in
            _ = body.required("name", .line(1...10))
            _ = body.required("day", .day)
            _ = body.required("n", .integer(0...9))
            _ = body.required("list", .array(0...9, of: .integer(0...255)))
            _ = body.required("inner", .object { $0.required("x", .integer(0...9)) })
            _ = body.required("colour", .choice(Colour.self))
            _ = body.required("missing", .object { $0.required("x", .integer(0...9)) })
        }
        #expect(
            faults == [
                "/name too_short", "/day not_a_day", "/n wrong_type", "/list/1 wrong_type", "/list/2 out_of_range",
                "/inner/x wrong_type", "/inner/y unknown_member", "/colour not_a_choice", "/missing required",
                "/odd unknown_member",
            ])
    }

    @Test(arguments: [
        ("7", 7), ("7.0", 7), ("5e1", 50), ("5E+1", 50), ("1e2", 100), ("70e-1", 7), ("0.7e1", 7), ("-0", 0),
        ("-0.0e9", 0),
        ("0e999999999999999999999", 0), ("9007199254740993.0", 9_007_199_254_740_993), ("-1.50e1", -15),
        ("9223372036854775807", .max), ("9223372036854775807.0", .max), ("-9223372036854775808e0", .min),
        ("0.00000000000000000001e20", 1),
    ])
    func `a whole number is one however it is written, and exactly`(json: String, value: Int) throws {
        try read("{\"a\":\(json)}") { #expect($0.required("a", .integer(.min ... .max)) == value) }
        try read("{\"a\":[\(json)]}") {
            #expect($0.required("a", .array(1...1, of: .integer(.min ... .max))) == [value])
        }
    }

    @Test(arguments: [
        ("1.5", "wrong_type"), ("1e-1", "wrong_type"), ("15e-1", "wrong_type"), ("0.1e0", "wrong_type"),
        ("1e-999999999999999999999", "wrong_type"), ("\"7\"", "wrong_type"), ("true", "wrong_type"),
        ("9223372036854775808", "out_of_range"), ("1e400", "out_of_range"), ("-1e19", "out_of_range"),
        ("1e999999999999999999999", "out_of_range"), ("9223372036854775807.5", "wrong_type"),
    ])
    func `what is not whole, or too large, is refused as such`(json: String, code: String) {
        #expect(faults("{\"a\":\(json)}") { _ = $0.required("a", .integer(.min ... .max)) } == ["/a \(code)"])
    }

    @Test func `a documented default may be sent where it says nothing, and nothing else`() {
        let rule: @Sendable (inout JSONObjectReader) -> Void = { $0.allowDefaults(["every": 1, "ends": false]) }
        #expect(faults(#"{"every":1,"ends":false}"#, rule) == [])
        #expect(faults(#"{"every":1.0}"#, rule) == [])
        #expect(faults(#"{"every":2,"ends":true}"#, rule) == ["/every unknown_member", "/ends unknown_member"])
        #expect(faults(#"{"every":1.5}"#, rule) == ["/every unknown_member"])
    }

    @Test(arguments: [
        (#""abcdef""#, "too_long"), (#""""#, "too_short"), (#""  ""#, "blank"), (#""a\u0007""#, "control_character"),
        (#""a\nb""#, "control_character"), ("7", "wrong_type"), ("null", "required"),
    ])
    func `a line is refused for what it is`(json: String, code: String) {
        #expect(faults("{\"a\":\(json)}") { _ = $0.required("a", .line(1...5)) } == ["/a \(code)"])
    }

    @Test func `texts come without the blanks at their ends, and only passwords with them`() throws {
        try read(
            #"{"a":"\t Ada  King\u00a0\n","b":"\n one\n\n two \r\n","c":" \u200bAda@Example.org\ufeff ","d":{"x":[" y "]},"e":" s p "}"#
        ) { body in
            #expect(body.required("a", .line(1...9)) == "Ada  King")
            #expect(body.required("b", .text(1...9)) == "one\n\n two")
            #expect(body.required("c", .email) == "ada@example.org")
            #expect(body.required("d", .value) == ["x": ["y"]])
            #expect(body.required("e", .password) == " s p ")
        }
    }

    @Test(arguments: [" ", "\\n\\t", "\u{A0}", "\u{200B}", "\u{200D}", "\u{3164}", " \u{FEFF} "])
    func `what shows nothing is blank where something is required, and empty where it is not`(text: String) throws {
        #expect(faults("{\"a\":\"\(text)\"}") { _ = $0.required("a", .line(2...5)) } == ["/a blank"])
        #expect(faults("{\"a\":\"\(text)\"}") { _ = $0.required("a", .text(1...5)) } == ["/a blank"])
        #expect(faults("{\"a\":\"\(text)\"}") { _ = $0.required("a", .password) } == ["/a blank"])
        #expect(faults("{\"a\":\"\(text)\"}") { _ = $0.required("a", .text(0...5)) } == [])
    }

    @Test func `text is measured as PostgreSQL measures it`() {
        #expect(faults(#"{"a":"  abcde  "}"#) { _ = $0.required("a", .line(1...5)) } == [])
        #expect(faults(#"{"a":"👨‍👩‍👧"}"#) { _ = $0.required("a", .text(1...5)) } == [])
        #expect(faults(#"{"a":"👨‍👩‍👧"}"#) { _ = $0.required("a", .text(1...4)) } == ["/a too_long"])
    }

    @Test func `a name that none of our schemas could have is not repeated to the sender`() {
        let faults = faults(#"{"a":{"jane@example.org":1}}"#) { $0.required("a", .object { _ in }) }
        #expect(faults == ["/a unknown_member"])
    }

    @Test func `a merge patch tells absent, null and a value apart`() throws {
        try read(#"{"a":null,"b":"x"}"#) { patch in
            #expect(patch.patch("a", .line(1...5)).applied(to: "old") == nil)
            #expect(patch.patch("b", .line(1...5)).applied(to: "old") == "x")
            #expect(patch.patch("c", .line(1...5)).applied(to: "old") == "old")
            #expect(patch.change("d", .bool) == nil)
        }
        #expect(faults(#"{"a":null}"#) { _ = $0.change("a", .bool) } == ["/a required"])
    }

    @Test func `a rule between members is checked by its reader, and not on placeholders`() {
        let rule: @Sendable (inout JSONObjectReader) -> Void = { body in
            let first = body.required("first", .integer(0...9))
            let last = body.required("last", .integer(0...9))
            body.check(first <= last, "last", "before_first", "The last must not come before the first.")
        }
        #expect(faults(#"{"first":3,"last":2}"#, rule) == ["/last before_first"])
        #expect(faults(#"{}"#) { $0.required("o", .object(rule)) } == ["/o required"])
    }

    @Test func `what nobody takes is refused once at its object, or passed over`() {
        #expect(
            faults(#"{"a":{"b":1,"c":2}}"#) { $0.required("a", .object { $0.refuseRest("odd", "Odd.") }) } == ["/a odd"]
        )
        #expect(faults(#"{"a":{}}"#) { $0.required("a", .object { $0.refuseRest("odd", "Odd.") }) } == [])
        #expect(faults(#"{"a":{"b":1}}"#) { $0.required("a", .object { $0.ignoreRest() }) } == [])
    }
}
