import Practice
import Testing

/// Rules as iCalendar writes them (RFC 5545, 3.3.10).
@Suite struct RecurrenceRuleTextTests {
    @Test(arguments: [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("RRULE:FREQ=DAILY;INTERVAL=3;COUNT=10", "FREQ=DAILY;INTERVAL=3;COUNT=10"),
        ("freq=daily;byday=mo,tu,we,th,fr", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=WE"),
        (
            "BYDAY=SU,MO;WKST=MO;INTERVAL=2;FREQ=WEEKLY;UNTIL=20261231",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;UNTIL=20261231"
        ),
        ("FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=7"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYDAY=+2TU", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=MONTHLY;INTERVAL=1;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR"),
        // Due at 20:00 in New York: 01:00 UTC on the day after.
        ("FREQ=DAILY;UNTIL=20260201T010000Z", "FREQ=DAILY;UNTIL=20260131"),
        ("FREQ=DAILY;UNTIL=20260201T005959Z", "FREQ=DAILY;UNTIL=20260130"),
    ])
    func `a rule is read, and written as we write it`(text: String, written: String) throws {
        #expect(try rule(text).rrule == written)
    }

    @Test(arguments: [
        ("", ["malformed", "malformed"]),
        ("FREQ", ["malformed", "malformed"]),
        ("FREQ=DAILY;", ["malformed"]),
        ("FREQ=DAILY;FREQ=DAILY", ["malformed"]),
        ("FREQ=YEARLY", ["unsupported"]),
        ("FREQ=HOURLY;BYSETPOS=1;X-SECRET=1;WKST=SU", ["unsupported", "unsupported", "unsupported", "unsupported"]),
        ("FREQ=DAILY;COUNT=1;UNTIL=20261231", ["malformed"]),
        ("FREQ=DAILY;COUNT=1x", ["malformed"]),
        ("FREQ=DAILY;COUNT=99999", ["malformed"]),
        ("FREQ=DAILY;COUNT=0", ["out_of_range"]),
        ("FREQ=DAILY;INTERVAL=0;COUNT=1001", ["out_of_range", "out_of_range"]),
        ("FREQ=DAILY;INTERVAL=-1", ["malformed"]),
        ("FREQ=DAILY;UNTIL=20260230", ["malformed"]),
        ("FREQ=DAILY;UNTIL=20261231T200000", ["malformed"]),
        ("FREQ=DAILY;UNTIL=20260106", ["before_start"]),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", ["unsupported"]),
        ("FREQ=DAILY;BYMONTHDAY=1", ["unsupported"]),
        ("FREQ=WEEKLY;BYDAY=2MO", ["unsupported"]),
        ("FREQ=WEEKLY;BYDAY=MO,XX", ["malformed"]),
        ("FREQ=WEEKLY;BYDAY=", ["malformed"]),
        ("FREQ=MONTHLY;BYDAY=MO", ["unsupported"]),
        ("FREQ=MONTHLY;BYDAY=1MO,2TU", ["unsupported"]),
        ("FREQ=MONTHLY;BYDAY=6MO", ["out_of_range"]),
        ("FREQ=MONTHLY;BYDAY=1FR;BYMONTHDAY=13", ["unsupported"]),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", ["unsupported"]),
        ("FREQ=MONTHLY;BYMONTHDAY=32", ["out_of_range"]),
        ("FREQ=MONTHLY;BYMONTHDAY=first", ["malformed"]),
    ])
    func `what is not supported is refused, all at once`(text: String, codes: [String]) throws {
        #expect(try ScheduleTests.faults { try rule(text) } == codes.map { "/rrule \($0)" })
    }

    @Test func `a fault names the part that is not supported, but nothing that RFC 5545 does not know`() throws {
        let faults = try #require(throws: FieldFaults.self) { try rule("FREQ=DAILY;BYSETPOS=1;X-SECRET=1") }.faults
        #expect(
            faults.map(\.detail) == [
                "BYSETPOS is not supported.", "One of the parts is none that RFC 5545 knows.",
            ])
    }

    private func rule(_ text: String) throws -> Recurrence {
        try Recurrence(
            rrule: text, startsOn: try #require(Day("2026-01-07")), dueTime: try #require(LocalTime("20:00")),
            in: try #require(TimeZoneID("America/New_York")))
    }
}
