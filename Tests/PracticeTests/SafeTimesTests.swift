import Practice
import Testing

@Suite struct SafeTimesTests {
    private func next(_ spans: [String], _ instant: String, _ zone: String) throws -> String {
        let times = SafeTimes(try spans.map { try #require(SafeTimes.Span($0)) })
        let (instant, zone) = (try #require(Instant(instant)), try #require(TimeZoneID(zone)))
        return times.next(from: instant, in: zone).description
    }

    @Test func `without spans every instant is safe`() throws {
        #expect(try next([], "2026-01-05T16:00:00Z", "America/Phoenix") == "2026-01-05T16:00:00Z")
    }

    @Test(arguments: [
        // Monday 09:00 in Phoenix.
        ("2026-01-05T16:00:00Z", ["monday 09:00-10:00"], "2026-01-05T16:00:00Z"),
        ("2026-01-05T16:00:00Z", ["monday 08:00-09:00"], "2026-01-12T15:00:00Z"),
        ("2026-01-05T16:00:00Z", ["monday 18:00-21:00", "monday 12:00-13:00"], "2026-01-05T19:00:00Z"),
        ("2026-01-05T16:00:00Z", ["sunday 00:00-00:00", "wednesday 07:30-08:00"], "2026-01-07T14:30:00Z"),
        // Monday 23:30 in Phoenix is Tuesday in UTC.
        ("2026-01-06T06:30:00Z", ["monday 23:00-00:00"], "2026-01-06T06:30:00Z"),
        ("2026-01-06T07:00:00Z", ["monday 23:00-00:00"], "2026-01-13T06:00:00Z"),
    ])
    func `the next safe instant is this one, or the beginning of the next span`(
        instant: String, spans: [String], expected: String
    ) throws {
        #expect(try next(spans, instant, "America/Phoenix") == expected)
    }

    @Test(arguments: [
        // New York: Sunday 2026-03-08 has no 02:00 to 03:00; Sunday 2026-11-01 has 01:00 to 02:00 twice.
        ("2026-03-07T23:30:00Z", ["sunday 18:00-19:00"], "2026-03-08T22:00:00Z"),
        ("2026-03-01T23:30:00Z", ["sunday 18:00-19:00"], "2026-03-01T23:30:00Z"),
        ("2026-03-08T05:00:00Z", ["sunday 02:15-02:45"], "2026-03-08T07:15:00Z"),
        ("2026-10-31T23:30:00Z", ["sunday 18:00-19:00"], "2026-11-01T23:00:00Z"),
        ("2026-11-01T06:30:00Z", ["sunday 01:00-02:00"], "2026-11-01T06:30:00Z"),
        ("2026-11-01T07:00:00Z", ["sunday 01:00-02:00"], "2026-11-08T06:00:00Z"),
    ])
    func `a clock change moves the instant and leaves no span out`(
        instant: String, spans: [String], expected: String
    ) throws {
        #expect(try next(spans, instant, "America/New_York") == expected)
    }

    @Test(arguments: [
        "", "monday", "monday 9:00-10:00", "monday 10:00-09:00", "monday 10:00-10:00", "monday 10:00-24:00",
        "Monday 10:00-11:00", "monday 10:00-11:00 ", "monday  10:00-11:00", "monday 10:00-11:00-12:00",
    ])
    func `what is no span is refused`(text: String) {
        #expect(SafeTimes.Span(text) == nil)
    }

    @Test func `a span is the same after it was written`() throws {
        let span = try #require(SafeTimes.Span("friday 18:00-00:00"))
        #expect(span.text == "friday 18:00-00:00" && SafeTimes.Span(span.text) == span)
    }
}
