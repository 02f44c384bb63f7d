import JSON
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
        // On the wall clock: at the due time, and a second before.
        ("FREQ=DAILY;UNTIL=20260131T200000", "FREQ=DAILY;UNTIL=20260131"),
        ("FREQ=DAILY;UNTIL=20260131T195959", "FREQ=DAILY;UNTIL=20260130"),
    ])
    func `a rule is read, and written as we write it`(text: String, written: String) throws {
        #expect(try rule(text).rrule == written)
    }

    // The first day is Wednesday, January 7, 2026; the time 20:00.
    @Test(arguments: [
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=MONTHLY;BYSETPOS=-1;BYDAY=FR", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1,3", "FREQ=MONTHLY;BYDAY=1TU,3TU"),
        ("FREQ=MONTHLY;BYDAY=3TU,1TU", "FREQ=MONTHLY;BYDAY=1TU,3TU"),
        ("FREQ=MONTHLY;BYDAY=2TU;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=DAILY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=MONTHLY;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYSETPOS=1", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("FREQ=MONTHLY;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYSETPOS=-1", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,1,-1", "FREQ=MONTHLY;BYMONTHDAY=1,15,-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=+7", "FREQ=MONTHLY;BYMONTHDAY=7"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=MO"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=MO", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO,2MO,3MO,4MO,5MO"),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=TU,SU", "FREQ=WEEKLY;BYDAY=TU,SU"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=WE,FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR"),
        ("FREQ=MONTHLY;WKST=SU;BYDAY=1WE", "FREQ=MONTHLY;BYDAY=1WE"),
        ("FREQ=WEEKLY;BYDAY=WE,MO,FR;BYSETPOS=1,3", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("FREQ=WEEKLY;BYDAY=WE;BYHOUR=20;BYMINUTE=0;BYSECOND=0", "FREQ=WEEKLY;BYDAY=WE"),
        ("FREQ=DAILY;BYDAY=SU,MO,TU,WE,TH,FR,SA", "FREQ=DAILY"),
        ("FREQ=DAILY;INTERVAL=14;BYDAY=WE", "FREQ=DAILY;INTERVAL=14"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=WE", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO,WE,FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR"),
        ("FREQ=DAILY;BYMONTHDAY=1,15", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ("FREQ=DAILY;BYSETPOS=-1", "FREQ=DAILY"),
        ("FREQ=YEARLY", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=7"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYDAY=2WE", "FREQ=MONTHLY;INTERVAL=24;BYDAY=2WE"),
        ("FREQ=YEARLY;BYMONTH=10,7,4,1;BYMONTHDAY=1", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1"),
        ("FREQ=MONTHLY;BYMONTH=1,7;BYDAY=FR;BYSETPOS=-1", "FREQ=MONTHLY;INTERVAL=6;BYDAY=-1FR"),
        ("FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12", "FREQ=MONTHLY;BYMONTHDAY=7"),
        ("FREQ=YEARLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("FREQ=YEARLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU"),
        ("rrule:freq=weekly;byday=we;", "FREQ=WEEKLY;BYDAY=WE"),
    ])
    func `a rule that means one of ours is taken, however it says so`(text: String, written: String) throws {
        #expect(try rule(text).rrule == written)
        #expect(try rule(written).rrule == written)
    }

    @Test(arguments: [
        ("", ["malformed", "malformed"]),
        ("FREQ", ["malformed", "malformed"]),
        ("FREQ=DAILY;;", ["malformed"]),
        (";FREQ=DAILY", ["malformed"]),
        ("FREQ=DAILY;FREQ=DAILY", ["malformed"]),
        ("FREQ=HOURLY;BYWEEKNO=1;X-SECRET=1;WKST=XX", ["unsupported", "unsupported", "malformed", "unsupported"]),
        ("FREQ=YEARLY;BYMONTH=2", ["unsupported"]),
        ("FREQ=YEARLY;BYDAY=20MO", ["unsupported"]),
        ("FREQ=YEARLY;BYMONTH=1,2", ["unsupported"]),
        ("FREQ=MONTHLY;BYMONTH=13", ["malformed"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["unsupported"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", ["unsupported"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=0", ["malformed"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=6", ["unsupported"]),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,WE", ["unsupported"]),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU;BYHOUR=19", ["unsupported"]),
        ("FREQ=WEEKLY;BYMONTHDAY=1", ["unsupported"]),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU", ["unsupported"]),
        ("FREQ=DAILY;COUNT=1;UNTIL=20261231", ["malformed"]),
        ("FREQ=DAILY;COUNT=1x", ["malformed"]),
        ("FREQ=DAILY;COUNT=99999", ["malformed"]),
        ("FREQ=DAILY;COUNT=0", ["out_of_range"]),
        ("FREQ=DAILY;INTERVAL=0;COUNT=1001", ["out_of_range", "out_of_range"]),
        ("FREQ=DAILY;INTERVAL=-1", ["malformed"]),
        ("FREQ=DAILY;UNTIL=20260230", ["malformed"]),
        ("FREQ=DAILY;UNTIL=20261231T2000", ["malformed"]),
        ("FREQ=DAILY;UNTIL=20261231T200000+0100", ["malformed"]),
        ("FREQ=DAILY;UNTIL=20260106", ["before_start"]),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", ["unsupported"]),
        ("FREQ=WEEKLY;BYDAY=2MO", ["unsupported"]),
        ("FREQ=WEEKLY;BYDAY=MO,XX", ["malformed"]),
        ("FREQ=WEEKLY;BYDAY=", ["malformed"]),
        ("FREQ=MONTHLY;BYDAY=6MO", ["out_of_range"]),
        ("FREQ=MONTHLY;BYDAY=1FR;BYMONTHDAY=13", ["unsupported"]),
        ("FREQ=MONTHLY;BYMONTHDAY=1,32", ["out_of_range"]),
        ("FREQ=MONTHLY;BYMONTHDAY=0", ["out_of_range"]),
        ("FREQ=MONTHLY;BYMONTHDAY=32", ["out_of_range"]),
        ("FREQ=MONTHLY;BYMONTHDAY=first", ["malformed"]),
    ])
    func `what is not supported is refused, all at once`(text: String, codes: [String]) throws {
        #expect(try ScheduleTests.faults { try rule(text) } == codes.map { "/rrule \($0)" })
    }

    @Test func `a fault names the part that is not supported, but nothing that RFC 5545 does not know`() throws {
        let faults = try #require(throws: FieldFaults.self) { try rule("FREQ=DAILY;BYWEEKNO=1;X-SECRET=1") }.faults
        #expect(
            faults.map(\.detail) == [
                "BYWEEKNO is not supported.", "One of the parts is none that RFC 5545 knows.",
            ])
    }

    private func rule(_ text: String) throws -> Recurrence {
        try Recurrence(
            rrule: text, startsOn: try #require(Day("2026-01-07")), dueTime: try #require(LocalTime("20:00")),
            in: try #require(TimeZoneID("America/New_York")))
    }
}
