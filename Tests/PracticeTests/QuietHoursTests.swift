import Practice
import Testing

@Suite struct QuietHoursTests {
    private func next(_ hours: String, _ instant: String, _ zone: String, _ spans: [String] = []) throws -> String? {
        let parts = hours.split(separator: "-")
        let quiet = QuietHours(from: try #require(LocalTime(parts[0])), until: try #require(LocalTime(parts[1])))
        let times = SafeTimes(try spans.map { try #require(SafeTimes.Span($0)) })
        let (instant, zone) = (try #require(Instant(instant)), try #require(TimeZoneID(zone)))
        let alone = quiet.next(from: instant, in: zone)
        let both = times.next(from: instant, outside: quiet, in: zone)
        if spans.isEmpty { #expect(both == alone) }
        return both?.description
    }

    @Test(arguments: [
        // Monday 09:00 in Phoenix.
        ("21:00-08:00", "2026-01-05T16:00:00Z", "2026-01-05T16:00:00Z"),
        ("21:00-08:00", "2026-01-06T04:00:00Z", "2026-01-06T15:00:00Z"),
        ("21:00-08:00", "2026-01-06T03:59:59Z", "2026-01-06T03:59:59Z"),
        ("21:00-08:00", "2026-01-06T14:59:59Z", "2026-01-06T15:00:00Z"),
        ("21:00-08:00", "2026-01-06T15:00:00Z", "2026-01-06T15:00:00Z"),
        ("12:00-14:00", "2026-01-05T19:30:00Z", "2026-01-05T21:00:00Z"),
        ("12:00-14:00", "2026-01-05T16:00:00Z", "2026-01-05T16:00:00Z"),
        ("00:00-00:00", "2026-01-05T07:00:00Z", "2026-01-05T07:00:00Z"),
        ("08:00-00:00", "2026-01-05T16:00:00Z", "2026-01-06T07:00:00Z"),
    ])
    func `in quiet hours the next instant is their end`(hours: String, instant: String, expected: String) throws {
        #expect(try next(hours, instant, "America/Phoenix") == expected)
    }

    @Test(arguments: [
        // New York: Sunday 2026-03-08 has no 02:00 to 03:00; Sunday 2026-11-01 has 01:00 to 02:00 twice.
        ("21:00-08:00", "2026-03-08T04:00:00Z", "2026-03-08T12:00:00Z"),
        ("21:00-02:30", "2026-03-08T06:00:00Z", "2026-03-08T07:30:00Z"),
        ("02:15-02:45", "2026-03-08T07:20:00Z", "2026-03-08T07:45:00Z"),
        ("21:00-08:00", "2026-11-01T03:00:00Z", "2026-11-01T13:00:00Z"),
        ("21:00-01:30", "2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z"),
    ])
    func `a clock change moves their end with the wall clock`(hours: String, instant: String, expected: String) throws {
        #expect(try next(hours, instant, "America/New_York") == expected)
    }

    @Test(
        arguments: [
            // A safe span that lies partly in quiet hours, one wholly in them, and the next one that does not.
            (["monday 20:00-23:00"], "2026-01-06T04:30:00Z", "2026-01-13T03:00:00Z"),
            (["tuesday 06:00-09:00"], "2026-01-06T04:30:00Z", "2026-01-06T15:00:00Z"),
            (["tuesday 06:00-08:00", "thursday 12:00-13:00"], "2026-01-06T04:30:00Z", "2026-01-08T19:00:00Z"),
            (["tuesday 06:00-08:00"], "2026-01-06T04:30:00Z", nil),
            (["monday 22:00-00:00", "friday 00:00-07:30"], "2026-01-05T16:00:00Z", nil),
        ] as [([String], String, String?)])
    func `what is safe and not quiet comes next, or never`(spans: [String], instant: String, expected: String?) throws {
        #expect(try next("21:00-08:00", instant, "America/Phoenix", spans) == expected)
    }
}
