import Practice
import Testing

/// The days of rules, by cases written by hand.
@Suite struct RecurrenceTests {
    @Test func `months without the day are passed over, and the numbers do not count them`() throws {
        let lastDays = try Recurrence(startsOn: day("2026-01-31"), .monthly(onDay: 31))
        #expect(try days(lastDays, 4) == ["1 2026-01-31", "2 2026-03-31", "3 2026-05-31", "4 2026-07-31"])
        #expect(try days(lastDays, 2, from: "2026-06-01") == ["4 2026-07-31", "5 2026-08-31"])
        let leapDays = try Recurrence(startsOn: day("2024-02-29"), .monthly(onDay: 29), every: 12)
        #expect(try days(leapDays, 3) == ["1 2024-02-29", "2 2028-02-29", "3 2032-02-29"])
        let fifth = try Recurrence(startsOn: day("2026-01-01"), .monthlyOnWeekday(nth: 5, .friday))
        #expect(try days(fifth, 3) == ["1 2026-01-30", "2 2026-05-29", "3 2026-07-31"])
    }

    @Test func `a month can be counted from its end`() throws {
        let last = try Recurrence(startsOn: day("2026-01-15"), .monthly(onDay: -1))
        #expect(try days(last, 3) == ["1 2026-01-31", "2 2026-02-28", "3 2026-03-31"])
        let friday = try Recurrence(startsOn: day("2026-01-15"), .monthlyOnWeekday(nth: -1, .friday), every: 2)
        #expect(try days(friday, 3) == ["1 2026-01-30", "2 2026-03-27", "3 2026-05-29"])
        let first = try Recurrence(startsOn: day("2026-01-15"), .monthly(onDay: -31))
        #expect(try days(first, 2) == ["1 2026-03-01", "2 2026-05-01"])
    }

    @Test func `weeks are counted from the Monday of the first day`() throws {
        let rule = try Recurrence(startsOn: day("2026-01-07"), .weekly(on: [.monday, .friday]), every: 2)
        #expect(try days(rule, 4) == ["1 2026-01-09", "2 2026-01-19", "3 2026-01-23", "4 2026-02-02"])
        let sunday = try Recurrence(startsOn: day("2026-01-04"), .weekly(on: [.sunday, .monday]), every: 2)
        #expect(try days(sunday, 3) == ["1 2026-01-04", "2 2026-01-12", "3 2026-01-18"])
    }

    @Test func `each day knows the one before, wherever one begins to look`() throws {
        let rule = try Recurrence(startsOn: day("2026-01-07"), .weekly(on: [.monday, .friday]), every: 2)
        #expect(try previous(rule, "2026-01-01") == nil)
        #expect(try previous(rule, "2026-01-10") == "2026-01-09")
        #expect(try previous(rule, "2026-01-20") == "2026-01-19")
        #expect(try previous(rule, "2026-01-24") == "2026-01-23")
        let daily = try Recurrence(startsOn: day("2026-01-07"), .daily, every: 3)
        #expect(try previous(daily, "2026-01-07") == nil)
        #expect(try previous(daily, "2026-02-01") == "2026-01-31")
    }

    @Test func `a rule ends on its last day or with its last number`() throws {
        let until = try Recurrence(startsOn: day("2026-01-01"), .daily, every: 2, end: .until(day("2026-01-05")))
        #expect(try days(until, 9) == ["1 2026-01-01", "2 2026-01-03", "3 2026-01-05"])
        #expect(try !until.isOver(after: day("2026-01-04")))
        #expect(try until.isOver(after: day("2026-01-05")))
        let count = try Recurrence(startsOn: day("2026-01-01"), .daily, every: 2, end: .count(3))
        #expect(try days(count, 9) == days(until, 9))
        #expect(try days(count, 9, from: "2026-01-05") == ["3 2026-01-05"])
        #expect(try days(count, 9, from: "2026-01-06") == [])
        #expect(try !count.isOver(after: day("2025-01-01")))
    }

    @Test func `a rule without an end ends with the year 2200, and can be asked about any day`() throws {
        for (pattern, last) in [
            (Recurrence.Pattern.daily, "73414 2200-12-31"), (.weekly(on: [.monday]), "10488 2200-12-29"),
            (.monthly(onDay: 31), "1407 2200-12-31"), (.monthly(onDay: 5), "2412 2200-12-05"),
        ] {
            let rule = try Recurrence(startsOn: day("2000-01-01"), pattern)
            #expect(try days(rule, 99, from: "2200-12-05").last == last)
            #expect(rule.isOver(after: Recurrence.lastDay))
            #expect(rule.isOver(after: .last))
            #expect(!rule.isOver(after: .first))
        }
    }

    @Test func `all faults are told at once`() throws {
        func faults(_ pattern: Recurrence.Pattern, _ every: Int, _ end: Recurrence.End) throws -> [String] {
            try ScheduleTests.faults { try Recurrence(startsOn: day("1999-12-31"), pattern, every: every, end: end) }
        }
        let start = "/startsOn out_of_range"
        #expect(try faults(.daily, 366, .count(0)) == [start, "/every out_of_range", "/count out_of_range"])
        #expect(
            try faults(.weekly(on: []), .max, .until(day("1999-12-30")))
                == [start, "/every out_of_range", "/weekdays required", "/until before_start"])
        #expect(
            try faults(.monthly(onDay: .min), .min, .until(day("2201-01-01")))
                == [start, "/every out_of_range", "/dayOfMonth out_of_range", "/until out_of_range"])
        #expect(
            try faults(.monthlyOnWeekday(nth: 0, .monday), 0, .count(.max))
                == [start, "/every out_of_range", "/nth out_of_range", "/count out_of_range"])
    }

    @Test func `a rule that never comes is refused`() throws {
        func faults(_ start: String, _ pattern: Recurrence.Pattern, _ every: Int, _ end: Recurrence.End) throws
            -> [String]
        {
            try ScheduleTests.faults { try Recurrence(startsOn: day(start), pattern, every: every, end: end) }
        }
        #expect(try faults("2026-02-01", .monthly(onDay: 31), 12, .never) == ["/dayOfMonth no_occurrence"])
        #expect(try faults("2027-02-01", .monthly(onDay: 29), 48, .never) == ["/dayOfMonth no_occurrence"])
        #expect(try faults("2026-02-01", .monthly(onDay: -30), 12, .count(1)) == ["/dayOfMonth no_occurrence"])
        #expect(
            try faults("2026-01-06", .weekly(on: [.monday]), 1, .until(day("2026-01-11"))) == ["/until no_occurrence"])
        #expect(try faults("2200-12-31", .weekly(on: [.monday]), 1, .never) == ["/startsOn no_occurrence"])
    }

    private func day(_ text: String) throws -> Day { try #require(Day(text)) }

    private func days(_ rule: Recurrence, _ count: Int, from first: String = "0001-01-01") throws -> [String] {
        rule.days(from: try day(first)).prefix(count).map { "\($0.number) \($0.day)" }
    }

    private func previous(_ rule: Recurrence, _ from: String) throws -> String? {
        var days = rule.days(from: try day(from))
        let next = days.next()
        return try #require(next).previous?.description
    }
}
