import Crypto
import HTTPTypes
import JSON
import Practice
import Testing

@testable import WebAPI

@Suite struct BodyTests {
    private enum Colour: String, CaseIterable { case red, green }

    private func read<Value>(
        _ text: String, _ read: (inout JSONObjectReader) -> Value
    ) throws(Problem) -> Value {
        let bytes = Array(text.utf8)
        let result = bytes.withUnsafeBufferPointer { bytes in
            Result { () throws(Problem) in try JSONObjectReader.read(bytes, read) }
        }
        return try result.get()
    }

    private func faults(_ text: String, _ read: (inout JSONObjectReader) -> Void) -> [String] {
        do throws(Problem) {
            try self.read(text, read)
            return []
        } catch {
            return error.errors.map { "\($0.pointer) \($0.code)" }
        }
    }

    @Test func `a body of every shape is read`() throws {
        let text = """
            {"line":"Ada","text":"two\\nlines","n":3,"b":true,"day":"2026-11-23","at":"2026-11-23T10:00:00Z",
             "time":"18:00","zone":"America/Phoenix","id":"0190b3a0-0000-7000-8000-000000000001","colour":"green",
             "email":"Ada@Example.org","list":[1,2],"inner":{"x":1},"any":{"free":[null]}}
            """
        try read(text) { body in
            #expect(body.required("line", .line(1...10)) == "Ada")
            #expect(body.required("text", .text(1...10)) == "two\nlines")
            #expect(body.required("n", .integer(1...5)) == 3)
            #expect(body.required("b", .bool) == true)
            #expect(body.required("day", .day) == Day("2026-11-23"))
            #expect(body.required("at", .instant) == Instant("2026-11-23T10:00:00Z"))
            #expect(body.required("time", .localTime) == LocalTime("18:00"))
            #expect(body.required("zone", .timeZone).name == "America/Phoenix")
            #expect(body.required("id", .id(Client.self)) == ID<Client>("0190b3a0-0000-7000-8000-000000000001"))
            #expect(body.required("colour", .choice(Colour.self)) == .green)
            #expect(body.required("email", .email) == "ada@example.org")
            #expect(body.required("list", .array(1...3, of: .integer(0...9))) == [1, 2])
            #expect(body.required("inner", .object { $0.required("x", .integer(0...9)) }) == 1)
            #expect(body.required("any", .value)["free"] == .array([.null]))
            #expect(body.optional("absent", .bool) == nil)
        }
    }

    @Test(arguments: ["a", "@b.c", "a@b", "a@b@c.d", "a b@c.d", "a@.d", "a@c..d", "a@c.d."])
    func `what cannot be an email address is refused`(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test func `faults of the text and faults of the members come together`() {
        let faults = faults(#"{"a":"\u0000x","b":1,"b":2}"#) { body in
            _ = body.required("a", .line(5...9))
            _ = body.required("b", .bool)
        }
        #expect(faults == ["/a nul", "/b duplicate_member", "/a too_short", "/b wrong_type"])
    }

    @Test func `a body that is not an object is refused`() {
        #expect(faults("[]") { _ in } == [" wrong_type"])
    }

    @Test func `a search by POST pages with its cursor in the body, bound to its other members`() throws {
        let cursors = CursorBinding(key: .init(size: .bits256), list: "/search?", tokenHash: [])
        func page(_ text: String) throws(Problem) -> Page {
            try Array(text.utf8).withUnsafeBufferPointer { bytes in
                Result { () throws(Problem) in
                    try JSONObjectReader.read(bytes, cursors: cursors) { body in
                        _ = body.optional("name", .line(1...9))
                        return body.page()
                    }
                }
            }.get()
        }
        let first = try page(#"{"name":"a","limit":3}"#)
        #expect(first.limit == 3)
        let cursor = try #require(first.cursors?.seal(PageKey("x")))
        #expect(try page(#"{"limit":7,"cursor":"\#(cursor)","name":"a"}"#).after == PageKey("x"))
        let problem = #expect(throws: Problem.self) { try page(#"{"name":"b","cursor":"\#(cursor)"}"#) }
        #expect(problem?.code == "invalid_cursor")
    }

    @Test(arguments: [
        ("{a:1}", 400, "malformed_json", "The body is not JSON: a member's name was expected at byte 1."),
        ("{\"a\":1,\"a\":2}", 422, "invalid", "Some of what was sent cannot be taken."),
    ])
    func `what cannot be read is told as a problem`(text: String, status: Int, code: String, detail: String) {
        let problem = #expect(throws: Problem.self) { try JSONValue(parsing: Array(text.utf8)) }
        #expect(problem?.status.code == status && problem?.code == code && problem?.detail == detail)
        #expect(problem?.errors.map(\.pointer) == (status == 422 ? ["/a"] : []))
    }

    @Test func `bytes that are not UTF-8 are told as a problem`() {
        let problem = #expect(throws: Problem.self) { try JSONValue(parsing: [0xFF]) }
        #expect(problem?.code == "malformed_json" && problem?.detail == "The body is not UTF-8.")
    }
}
