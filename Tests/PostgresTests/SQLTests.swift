import Foundation
import Testing

@testable import Postgres

@Suite struct SQLTests {
    @Test func `an interpolated value becomes a parameter`() {
        let name = "O'Brien'; drop table clients; --"
        let sql: SQL = "select \(1) where name = \(name)"
        #expect(sql.text == "select $1 where name = $2")
        #expect(sql.bindings.types == [.int8, .text])
        #expect(sql.bindings.places == [0..<8, 8..<40])
        #expect(sql.bindings.bytes.suffix(32) == Array(name.utf8)[...])
    }

    @Test func `a spliced fragment keeps its parameters in order`() {
        let inner: SQL = "a = \(1) and b = \("two")"
        let sql: SQL = "select \(true) where \(inner) or (\(inner)) limit \(9)"
        #expect(sql.text == "select $1 where a = $2 and b = $3 or (a = $4 and b = $5) limit $6")
        #expect(sql.bindings.types == [.bool, .int8, .text, .int8, .text, .int8])
    }

    @Test func `a fragment with more than nine parameters is renumbered whole`() {
        let many = SQL.joined((1...11).map { "\($0)" }, separator: ", ")
        let sql: SQL = "select \(0), \(many)"
        #expect(sql.text == "select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12")
        #expect(sql.bindings.places.count == 12)
    }

    @Test func `letters of any script keep a spliced fragment intact`() {
        let inner: SQL = "title = 'Grüße – 你好' and n = \(1) -- été"
        let sql: SQL = "select \(0) where \(inner)"
        #expect(sql.text == "select $1 where title = 'Grüße – 你好' and n = $2 -- été")
    }

    @Test func `an optional without value is bound as null of its type`() {
        let none: UUID? = nil
        let sql: SQL = "select \(none), \(Int?.some(3))"
        #expect(sql.bindings.types == [.uuid, .int8])
        #expect(sql.bindings.places == [nil, 0..<8])
    }

    @Test func `an identifier is quoted`() {
        #expect(SQL.identifier("a\"b").text == "\"a\"\"b\"")
    }

    @Test func `statements of one text and other types are not the same`() {
        let number = Statement("select \(1)")
        let text = Statement("select \("1")")
        #expect(number.key != text.key)
        #expect(number.key == Statement("select \(2)").key)
    }
}
