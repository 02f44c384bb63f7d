import JSON
import Practice
import Testing

/// When a group meets by its rule; the instants were looked up by hand in the IANA database.
@Suite struct MeetingRuleTests {
    @Test func `the wall clock stays, whatever the clocks of the neighbours do`() throws {
        let denver = try rule("2026-02-24", .tuesday, "18:00", "America/Denver")
        #expect(
            try starts(denver, "2026-03-03", "2026-03-18") == [
                "2026-03-04T01:00:00Z", "2026-03-11T00:00:00Z", "2026-03-18T00:00:00Z",
            ])
        #expect(
            try starts(denver, "2026-10-27", "2026-11-04") == ["2026-10-28T00:00:00Z", "2026-11-04T01:00:00Z"])
        let phoenix = try rule("2026-02-24", .tuesday, "18:00", "America/Phoenix")
        #expect(
            try starts(phoenix, "2026-03-03", "2026-03-18") == [
                "2026-03-04T01:00:00Z", "2026-03-11T01:00:00Z", "2026-03-18T01:00:00Z",
            ])
    }

    @Test func `a time that a clock change leaves out comes later by the gap, and one that comes twice is the first`()
        throws
    {
        let early = try rule("2026-03-01", .sunday, "02:30", "America/Denver")
        #expect(
            try starts(early, "2026-03-01", "2026-03-16") == [
                "2026-03-01T09:30:00Z", "2026-03-08T09:30:00Z", "2026-03-15T08:30:00Z",
            ])
        let twice = try rule("2026-10-25", .sunday, "01:30", "America/Denver")
        #expect(
            try starts(twice, "2026-10-25", "2026-11-09") == [
                "2026-10-25T07:30:00Z", "2026-11-01T07:30:00Z", "2026-11-08T08:30:00Z",
            ])
    }

    @Test func `fortnights are counted from the first meeting day, wherever one begins to look`() throws {
        let rule = try rule("2026-01-05", .tuesday, "18:00", "America/Phoenix", everyWeeks: 2)
        let all = ["2026-01-06", "2026-01-20", "2026-02-03", "2026-02-17"]
        #expect(try days(rule, "2025-12-01", "2026-03-01") == all)
        for (from, skipped) in [("2026-01-06", 0), ("2026-01-07", 1), ("2026-01-20", 1), ("2026-01-21", 2)] {
            #expect(try days(rule, from, "2026-03-01") == Array(all.dropFirst(skipped)), "\(from)")
        }
        let onTheDay = try self.rule("2026-01-06", .tuesday, "18:00", "America/Phoenix", everyWeeks: 3)
        #expect(try days(onTheDay, "2026-01-01", "2026-02-17") == ["2026-01-06", "2026-01-27"])
    }

    @Test func `nothing is before the start, nothing after the end, and the last day counts`() throws {
        let rule = try rule("2026-01-07", .tuesday, "18:00", "America/Phoenix", endsOn: "2026-01-27")
        #expect(try days(rule, "2025-01-01", "2027-01-01") == ["2026-01-13", "2026-01-20", "2026-01-27"])
        #expect(try days(rule, "2026-02-01", "2027-01-01") == [])
        #expect(try days(rule, "2026-01-13", "2026-01-13") == [])
        #expect(try days(rule, "2026-01-13", "2026-01-14") == ["2026-01-13"])
        let latest = MeetingRule(
            startsOn: .last, try MeetingDays(.weekly(on: [.friday])), meetsAt: .midnight, zone: .utc)
        #expect(latest.occurrences(from: .first, before: .last) == [])
    }

    @Test func `several weekdays, and weekdays of the month, are met as homework would be due`() throws {
        func rule(_ startsOn: String, _ pattern: Recurrence.Pattern, _ every: Int = 1) throws -> MeetingRule {
            MeetingRule(
                startsOn: try #require(Day(startsOn)), try MeetingDays(pattern, every: every),
                meetsAt: try #require(LocalTime("18:00")), zone: .utc)
        }
        // A fortnight of Tuesdays and Thursdays begins with the first of them: here with a Thursday.
        #expect(
            try days(rule("2026-01-07", .weekly(on: [.tuesday, .thursday]), 2), "2026-01-01", "2026-02-06")
                == ["2026-01-08", "2026-01-20", "2026-01-22", "2026-02-03", "2026-02-05"])
        let thirds = Recurrence.Pattern.monthlyOnWeekdays([.init(1, .tuesday), .init(3, .tuesday)])
        #expect(
            try days(rule("2026-01-07", thirds), "2026-01-01", "2026-03-01")
                == ["2026-01-20", "2026-02-03", "2026-02-17"])
        // Every second month is counted from the first in which they meet: the first Tuesday of January is over.
        #expect(
            try days(rule("2026-01-10", .monthlyOnWeekday(nth: 1, .tuesday), 2), "2026-01-01", "2026-08-01")
                == ["2026-02-03", "2026-04-07", "2026-06-02"])
        #expect(
            try days(rule("2026-01-30", .monthly(onDay: -1)), "2026-01-01", "2026-04-01")
                == ["2026-01-31", "2026-02-28", "2026-03-31"])
    }

    @Test(arguments: [
        "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "FREQ=MONTHLY;BYDAY=1TU,3TU,-1FR",
        "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1,15,-1",
    ])
    func `days are kept as a rule and read back`(rrule: String) throws {
        #expect(MeetingDays(written: rrule)?.rrule == rrule)
    }

    @Test(arguments: [
        ("FREQ=WEEKLY", "depends_on_start"), ("FREQ=MONTHLY", "depends_on_start"), ("FREQ=DAILY;COUNT=3", "has_an_end"),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20991231", "has_an_end"), ("FREQ=WEEKLY;INTERVAL=53;BYDAY=TU", "out_of_range"),
        ("FREQ=HOURLY", "unsupported"),
    ])
    func `a rule whose days depend on something else is refused`(rrule: String, code: String) {
        #expect(MeetingDays(written: rrule) == nil)
        let faults = #expect(throws: FieldFaults.self) {
            try MeetingDays(rrule: rrule, startsOn: nil, meetsAt: .midnight, in: .utc)
        }
        #expect(faults?.faults.map(\.code) == [code])
    }

    @Test func `a rule that counts from its start needs a group that starts with it`() throws {
        func days(_ startsOn: String) throws -> String {
            let first: Day = try #require(Day(startsOn))
            return try MeetingDays(
                rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", startsOn: first, meetsAt: .midnight, in: .utc
            ).rrule
        }
        #expect(try days("2026-01-06") == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")
        #expect(try days("2026-01-05") == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")
        // Counted from the week of the 7th, the first Tuesday would be that of the 20th; ours is that of the 13th.
        #expect(throws: FieldFaults.self) { try days("2026-01-07") }
    }

    private func rule(
        _ startsOn: String, _ weekday: Weekday, _ time: String, _ zone: String, everyWeeks: Int = 1,
        endsOn: String? = nil
    ) throws -> MeetingRule {
        MeetingRule(
            startsOn: try #require(Day(startsOn)), endsOn: endsOn.flatMap { Day($0) },
            try MeetingDays(.weekly(on: [weekday]), every: everyWeeks), meetsAt: try #require(LocalTime(time)),
            zone: try #require(TimeZoneID(zone)))
    }

    private func starts(_ rule: MeetingRule, _ from: String, _ end: String) throws -> [String] {
        rule.occurrences(from: try #require(Day(from)), before: try #require(Day(end))).map(\.startsAt.description)
    }

    private func days(_ rule: MeetingRule, _ from: String, _ end: String) throws -> [String] {
        rule.occurrences(from: try #require(Day(from)), before: try #require(Day(end))).map(\.day.description)
    }
}
