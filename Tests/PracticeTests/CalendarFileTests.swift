import Practice
import TestSupport
import Testing

/// What a calendar program is given.
@Suite struct CalendarFileTests {
    @Test func `an event says when, and nothing of what or where or with whom`() throws {
        let start = try #require(Instant("2026-01-07T01:00:00.5Z"))
        let file = CalendarFile(
            [
                .init(id: .nil, startsAt: start, minutes: 90, isCancelled: false, revision: 0),
                .init(id: .nil, startsAt: start, minutes: 600, isCancelled: true, revision: 3),
            ], at: try #require(Instant("2026-01-05T16:00:00Z")))
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
}
