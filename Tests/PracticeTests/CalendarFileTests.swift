import Practice
import TestSupport
import Testing

/// What a calendar program is given.
@Suite struct CalendarFileTests {
    @Test func `an event says when, and nothing of what or where or with whom`() throws {
        let start = try #require(Instant("2026-01-07T01:00:00.5Z"))
        let changed = try #require(Instant("2026-01-05T16:00:00Z"))
        let file = CalendarFile([
            .init(id: .nil, startsAt: start, minutes: 90, isCancelled: false, revision: 0, changedAt: changed),
            .init(id: .nil, startsAt: start, minutes: 600, isCancelled: true, revision: 3, changedAt: changed),
        ])
        let text = String(decoding: file.bytes, as: UTF8.self)
        #expect(
            text == """
                BEGIN:VCALENDAR\r
                VERSION:2.0\r
                PRODID:-//Appointments//Appointments//EN\r
                CALSCALE:GREGORIAN\r
                METHOD:PUBLISH\r
                X-WR-CALNAME:Appointments\r
                REFRESH-INTERVAL;VALUE=DURATION:PT6H\r
                X-PUBLISHED-TTL:PT6H\r
                BEGIN:VEVENT\r
                UID:00000000-0000-0000-0000-000000000000\r
                DTSTAMP:20260105T160000Z\r
                DTSTART:20260107T010000Z\r
                DTEND:20260107T023000Z\r
                SEQUENCE:0\r
                SUMMARY:Appointment\r
                CLASS:PRIVATE\r
                STATUS:CONFIRMED\r
                TRANSP:OPAQUE\r
                END:VEVENT\r
                BEGIN:VEVENT\r
                UID:00000000-0000-0000-0000-000000000000\r
                DTSTAMP:20260105T160000Z\r
                DTSTART:20260107T010000Z\r
                DTEND:20260107T110000Z\r
                SEQUENCE:3\r
                SUMMARY:Appointment\r
                CLASS:PRIVATE\r
                STATUS:CANCELLED\r
                TRANSP:TRANSPARENT\r
                END:VEVENT\r
                END:VCALENDAR\r\n
                """)
        #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
    }

    @Test func `a word of one's own is escaped and folded`() {
        let word = "A, b; c \\ d " + String(repeating: "ä", count: 30)
        let day = Instant.distantPast
        let file = CalendarFile([
            .init(id: .nil, startsAt: day, minutes: 90, isCancelled: false, revision: 0, changedAt: day, word: word)
        ])
        let text = String(decoding: file.bytes, as: UTF8.self)
        #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
        let unfolded = text.replacing("\r\n ", with: "")
        #expect(unfolded.contains("SUMMARY:A\\, b\\; c \\\\ d " + String(repeating: "ä", count: 30) + "\r\n"))
    }
}
