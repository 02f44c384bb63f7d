import HTTPTypes
import Testing

@testable import WebAPI

/// The header fields of files.
@Suite struct FileHeaderTests {
    @Test func `a Content-Range says which bytes of how many`() throws {
        let range = try #require(ContentRange("bytes 262144-524287/5242880"))
        #expect(range.range == 262_144..<524_288)
        #expect(range.size == 5_242_880)
        #expect(ContentRange("bytes 0-0/1")?.range == 0..<1)
    }

    @Test(arguments: [
        "", "bytes", "bytes 0-1", "bytes 0-1/*", "bytes */2", "bytes 1-0/2", "bytes 0-2/2", "bytes 0-1/0", "bytes -1/2",
        "bytes 0-1/2, bytes 0-1/2", "items 0-1/2", "bytes  0-1/2", "bytes 0-9999999999999999999/99999999999999999999",
        "bytes ０-1/2",
    ])
    func `what is no range is refused`(field: String) {
        #expect(ContentRange(field) == nil)
    }

    @Test(arguments: [
        ("circle.png", "filename=\"circle.png\"; filename*=UTF-8''circle.png"),
        ("Drei Kreise.png", "filename=\"Drei Kreise.png\"; filename*=UTF-8''Drei%20Kreise.png"),
        ("a\"b\\c.png", "filename=\"a_b_c.png\"; filename*=UTF-8''a%22b%5Cc.png"),
        ("100%.png", "filename=\"100_.png\"; filename*=UTF-8''100%25.png"),
        ("a\r\nSet-Cookie: b", "filename=\"a__Set-Cookie: b\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b"),
        ("Küche.png", "filename=\"K_che.png\"; filename*=UTF-8''K%C3%BCche.png"),
        ("a';b*(c).png", "filename=\"a';b*(c).png\"; filename*=UTF-8''a%27%3Bb%2A%28c%29.png"),
    ])
    func `a file is saved under its name, and nothing in the name is read as more`(name: String, field: String) {
        let fields = HTTPFields.file(named: name, of: "image/png")
        #expect(fields[.contentDisposition] == "attachment; \(field)")
        #expect(fields[.contentType] == "image/png")
        #expect(fields[.contentSecurityPolicy]?.hasPrefix("sandbox; default-src 'none'") == true)
    }
}
