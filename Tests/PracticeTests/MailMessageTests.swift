import Foundation
import Practice
import Testing

@Suite struct MailMessageTests {
    private func message(named name: String?) throws -> String {
        let id = try #require(ID<Letter>("0193f2a0-7b1c-7000-8000-000000000070"))
        return MailMessage(
            id, from: try #require(EmailAddress("post@portal.example")), named: name,
            to: try #require(EmailAddress("adam@example.com")), saying: "There is a message for you:",
            link: "https://portal.example/invitations/abc", at: Instant(secondsSince1970: 1_767_628_805)
        ).text
    }

    @Test func `a letter says that there is a message and where, and nothing else`() throws {
        #expect(
            try message(named: nil) == """
                From: <post@portal.example>
                To: <adam@example.com>
                Subject: You have a message
                Date: Mon, 5 Jan 2026 16:00:05 +0000
                Message-ID: <0193f2a0-7b1c-7000-8000-000000000070@portal.example>
                Auto-Submitted: auto-generated
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                There is a message for you:

                https://portal.example/invitations/abc

                """)
    }

    @Test(arguments: [
        "Mesa Healing", "Zoë\r\nBcc: eve@example.com", "\"<x@y.z>\"", "a\n\nbody", "\u{2028}\u{0}",
        String(repeating: "é", count: 200),
    ])
    func `whatever the name, the header has the same lines, and the name comes out whole`(name: String) throws {
        let (plain, named) = (try message(named: nil), try message(named: name))
        #expect(named.split(separator: "\n").dropFirst() == plain.split(separator: "\n").dropFirst())
        let from = try #require(named.split(separator: "\n").first)
        #expect(from.utf8.allSatisfy { $0 < 0x7F && $0 >= 0x20 })
        let words = from.dropFirst("From: ".count).split(separator: " ").dropLast()
        #expect(words.allSatisfy { $0.utf8.count <= 75 })
        let decoded = try words.map { word in
            try #require(Data(base64Encoded: String(word.dropFirst("=?utf-8?B?".count).dropLast(2))))
        }
        #expect(String(data: Data(decoded.joined()), encoding: .utf8) == name)
    }

    @Test(arguments: [
        "adam@example.com\r\nBcc: eve@example.com", "adam@example.com\nX: y", "a@b.c, d@e.f", "<a@b.c>", "a b@c.d",
        "a@b.c\u{0}", "a@b.c\u{7F}", "\"a\"@b.c", "a@b@c.d", "",
    ])
    func `what could add a line or a second recipient is no address`(text: String) {
        #expect(EmailAddress(text) == nil)
    }
}
