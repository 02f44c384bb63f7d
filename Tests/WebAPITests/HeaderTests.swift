import HTTPTypes
import JSON
import Practice
import Testing

@testable import WebAPI

@Suite struct HeaderTests {
    @Test func `an If-Match of ours names a version`() throws {
        #expect(try EntityTag.version(ifMatch: "\"17\"") == 17)
        #expect(EntityTag.text(17) == "\"17\"")
        #expect(try EntityTag.version(ifMatch: "\"17-Zk3v_x-0\"") == 17, "what else was shown does not matter")
        #expect(try EntityTag.version(ifMatch: "\"17-Zk3v_x-0-gzip\"") == 17)
        #expect(try EntityTag.version(ifMatch: "W/\"17-Zk3v_x-0\"") == 17, "a proxy has compressed it")
    }

    @Test(arguments: [
        "*", "17", "W/", "W/17", "w/\"17\"", "\"17\", \"18\"", "\"\"", "\"", "\"x\"", "\"-1\"", "\"99999999999\"",
        "\"2147483647\"",
        "",
    ])
    func `any other If-Match is malformed`(field: String) {
        let problem = #expect(throws: Problem.self) { try EntityTag.version(ifMatch: field) }
        #expect(problem?.code == "malformed_if_match")
    }

    @Test func `no If-Match is 428`() {
        let problem = #expect(throws: Problem.self) { try EntityTag.version(ifMatch: nil) }
        #expect(problem?.status == .preconditionRequired)
    }

    @Test(arguments: [
        "application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;charset=\"UTF-8\"",
    ])
    func `a media type is recognised as HTTP writes it`(field: String) {
        #expect(MediaTypes.matches(field, MediaTypes.json))
    }

    @Test(arguments: [nil, "", "text/json", "application/json; charset=latin1", "application/merge-patch+json"])
    func `another media type is not JSON`(field: String?) {
        #expect(!MediaTypes.matches(field, MediaTypes.json))
    }

    @Test(
        arguments: [
            ("text/csv", .csv), ("application/json, text/csv", .csv), ("text/csv;q=0.5, application/json", .json),
            ("*/*", .json), ("application/json", .json), (nil, .json), ("", .json), ("text/*", .csv),
            ("*/*, application/json;q=0", .csv), ("application/*;q=0.2, text/html;q=0.1", .json),
            ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", .html), ("text/csv;q=0.4, text/html;q=0.5", .html),
        ] as [(String?, Representation)])
    func `a report is given in the form that is asked for by name`(field: String?, form: Representation) {
        let offered = [Representation.json, .csv, .html].map(\.rawValue)
        #expect(MediaTypes.chosen(by: field, from: offered) == form.rawValue)
    }

    @Test(arguments: ["text/csv;q=0", "image/png", "image/*, text/plain", "*/*;q=0"])
    func `who accepts nothing of what is offered gets none of it`(field: String) {
        #expect(MediaTypes.chosen(by: field, from: [Representation.json.rawValue]) == nil)
    }

    @Test(arguments: [nil, "", "Bearer", "Bearer ", "Basic abc", "Bearer abc", "abc"])
    func `what is not a bearer's token is none`(field: String?) {
        #expect(CallToken(authorization: field) == nil)
    }

    @Test func `a bearer's token names its practice, whatever the case of the scheme`() {
        let token = Token(practiceID: .nil, in: .live)
        #expect(CallToken(authorization: "bearer \(token.text)")?.hash == token.hash)
        #expect(CallToken(authorization: "Bearer \(token.text), Bearer \(token.text)") == nil)
    }

    @Test func `CSV is quoted where it must be and formulas are defused`() {
        var csv = CSV(columns: ["name", "note"])
        csv.row { row in
            row.cell("a \"b\", c")
            row.cell("=1+1")
        }
        csv.row { row in
            row.cell(-5)
            row.cell(String?.none)
        }
        csv.row { row in
            row.cell("+1 480, x")
            row.cell("two\nlines")
        }
        #expect(
            String(decoding: csv.bytes, as: UTF8.self)
                == "name,note\r\n\"a \"\"b\"\", c\",'=1+1\r\n-5,\r\n\"'+1 480, x\",\"two\nlines\"\r\n")
    }

    @Test func `a row of cells at once is written like cell by cell`() {
        var csv = CSV(columns: ["a", "b", "c", "d"])
        csv.row(cells: ["=1, 2", -5, nil, 0.5])
        #expect(String(decoding: csv.bytes, as: UTF8.self) == "a,b,c,d\r\n\"'=1, 2\",-5,,0.5\r\n")
    }

    @Test(arguments: ["=", "+", "-", "@", "\t", "\r"])
    func `a cell that begins like a formula shows as text`(first: String) {
        var csv = CSV(columns: [])
        csv.row { $0.cell(first + "x") }
        #expect(String(decoding: csv.bytes, as: UTF8.self).contains("'\(first)x"))
    }
}
