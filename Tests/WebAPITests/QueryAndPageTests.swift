import Crypto
import JSON
import Practice
import Testing

@testable import WebAPI

@Suite struct QueryAndPageTests {
    private let key = SymmetricKey(size: .bits256)

    private func cursors(_ list: String = "/v1/clients?", token: [UInt8] = [1]) -> CursorBinding {
        CursorBinding(key: key, list: list, tokenHash: token)
    }

    private func read<Value>(_ query: Substring?, _ read: (inout QueryReader) -> Value) throws(Problem) -> Value {
        var reader = QueryReader(query, cursors())
        let value = read(&reader)
        try reader.finish()
        return value
    }

    private func faults(_ query: Substring?, _ read: (inout QueryReader) -> Void) -> [String] {
        do throws(Problem) {
            try self.read(query, read)
            return []
        } catch {
            return error.errors.map { "\($0.pointer) \($0.code)" }
        }
    }

    @Test func `parameters are read, decoded`() throws {
        try read("name=J%C3%BCrgen+M&from=2026-01-02&open=true&n=7") { query in
            #expect(query.optional("name", .line(1...20)) == "Jürgen M")
            #expect(query.required("from", .day) == Day("2026-01-02"))
            #expect(query.bool("open") == true)
            #expect(query.integer("n", 0...9) == 7)
            #expect(query.optional("absent", .day) == nil)
        }
    }

    @Test func `every parameter that is unknown, repeated or wrong is told at once`() {
        let faults = faults("from=soon&to=2026-01-01&to=2026-01-02&n=x&clinet=5") { query in
            _ = query.optional("from", .day)
            _ = query.optional("to", .day)
            _ = query.integer("n", 0...9)
            _ = query.required("must", .day)
        }
        #expect(
            faults == [
                "/from not_a_day", "/to duplicate_parameter", "/n out_of_range", "/must required",
                "/clinet unknown_parameter",
            ])
    }

    @Test(arguments: ["a=%zz", "a=%2", "a=%ff", "a=%00"])
    func `what is not percent-encoded text is a fault`(query: String) {
        #expect(faults(query[...]) { _ = $0.optional("a", .line(0...9)) } == [" malformed"])
    }

    @Test(arguments: [("", 25), ("limit=1", 1), ("limit=100", 100)])
    func `a page has twenty-five items unless asked for one to a hundred`(query: String, limit: Int) throws {
        #expect(try read(query[...]) { $0.page() }.limit == limit)
    }

    @Test(arguments: ["0", "101", "-1", "1.5", "ten", "", "99999999999999999999"])
    func `a limit out of range is refused`(limit: String) {
        #expect(faults("limit=\(limit)") { _ = $0.page() } == ["/limit out_of_range"])
    }

    @Test func `a cursor gives back its keys to the list and the sign-in it was made for`() throws {
        let key = PageKey("Zoë", ID<Client>.nil)
        let cursor = try #require(cursors().seal(key))
        #expect(!cursor.contains { !$0.isASCII || "+/=".contains($0) })
        #expect(try read("cursor=\(cursor)") { $0.page() }.after == key)
    }

    @Test func `a cursor of another list, another sign-in or nobody is refused`() throws {
        let foreign = try #require(cursors("/v1/staff?").seal(PageKey("a")))
        let stolen = try #require(cursors(token: [2]).seal(PageKey("a")))
        let own = try #require(cursors().seal(PageKey("a")))
        let forged = String(own.dropLast(2)) + (own.hasSuffix("AA") ? "BB" : "AA")
        for cursor in [foreign, stolen, forged, "", "x", String(repeating: "A", count: 5000)] {
            let problem = #expect(throws: Problem.self) { try read("cursor=\(cursor)") { $0.page() } }
            #expect(problem?.code == "invalid_cursor")
        }
    }

    @Test func `the filters that bind a cursor leave out where in the list to be`() {
        #expect(CursorBinding.filters(of: "b=2&cursor=x&a=1&limit=3") == "a=1&b=2")
        #expect(CursorBinding.filters(of: nil) == "")
    }
}
