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
        let latest = MeetingRule(startsOn: .last, weekday: .friday, meetsAt: .midnight, zone: .utc)
        #expect(latest.occurrences(from: .first, before: .last) == [])
    }

    private func rule(
        _ startsOn: String, _ weekday: Weekday, _ time: String, _ zone: String, everyWeeks: Int = 1,
        endsOn: String? = nil
    ) throws -> MeetingRule {
        MeetingRule(
            startsOn: try #require(Day(startsOn)), endsOn: endsOn.flatMap { Day($0) }, weekday: weekday,
            everyWeeks: everyWeeks, meetsAt: try #require(LocalTime(time)), zone: try #require(TimeZoneID(zone)))
    }

    private func starts(_ rule: MeetingRule, _ from: String, _ end: String) throws -> [String] {
        rule.occurrences(from: try #require(Day(from)), before: try #require(Day(end))).map(\.startsAt.description)
    }

    private func days(_ rule: MeetingRule, _ from: String, _ end: String) throws -> [String] {
        rule.occurrences(from: try #require(Day(from)), before: try #require(Day(end))).map(\.day.description)
    }
}
