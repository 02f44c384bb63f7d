import JSON
import Practice
import Testing

/// When homework opens, is due, is late and closes.
@Suite struct ScheduleTests {
    @Test func `what is due once opens on the day on which the schedule starts`() throws {
        let all = try occurrences(schedule(from: "2026-01-05", .once(day("2026-01-12"))))
        #expect(all.map(\.dueOn.description) == ["2026-01-12"])
        #expect(all.map(\.window.dueAt.description) == ["2026-01-13T01:00:00Z"])
        #expect(all.map(\.window.opensAt.description) == ["2026-01-05T05:00:00Z"])
        #expect(all.map(\.window.lateAt.description) == ["2026-01-13T01:00:00Z"])
        #expect(all.map(\.window.closesAt) == [nil])
        #expect(all.map(\.number) == [1])
        let schedule = try schedule(from: "2026-01-05", .once(day("2026-01-12")))
        #expect(schedule.occurrences(from: try day("2026-01-13"), before: .last) == [])
        #expect(schedule.occurrences(from: .first, before: try day("2026-01-12")) == [])
        #expect(schedule.occurrences(from: try day("2026-01-12"), before: try day("2026-01-13")) == all)
    }

    @Test func `a daily schedule crosses the change to summer time without a skip`() throws {
        let all = try occurrences(schedule(from: "2026-03-07", .daily, end: .count(3), at: "02:30"))
        #expect(all.map(\.dueOn.description) == ["2026-03-07", "2026-03-08", "2026-03-09"])
        #expect(
            all.map(\.window.dueAt.description)
                == ["2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"])
        #expect(
            all.map(\.window.opensAt.description)
                == ["2026-03-07T05:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"])
    }

    @Test func `a daily schedule crosses the change to winter time without a double`() throws {
        let all = try occurrences(schedule(from: "2026-10-31", .daily, end: .count(3), at: "01:30"))
        #expect(
            all.map(\.window.dueAt.description)
                == ["2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"])
    }

    @Test func `homework opens on the day after the previous one was due, wherever one begins to look`() throws {
        let schedule = try schedule(from: "2026-01-05", .weekly(on: [.tuesday]))
        let opening = ["2026-01-05T05:00:00Z", "2026-01-07T05:00:00Z", "2026-01-14T05:00:00Z"]
        for (from, skipped) in [("2026-01-01", 0), ("2026-01-06", 0), ("2026-01-07", 1), ("2026-01-14", 2)] {
            let some = schedule.occurrences(from: try day(from), before: try day("2026-01-21"))
            #expect(some.map(\.window.opensAt.description) == Array(opening.dropFirst(skipped)))
            #expect(some.map(\.number) == Array((1...3).dropFirst(skipped)))
        }
    }

    @Test func `what is due at midnight opens when the previous one is due`() throws {
        let all = try occurrences(schedule(from: "2026-01-05", .daily, end: .count(3), at: "00:00"))
        #expect(
            all.map(\.window.opensAt.description)
                == ["2026-01-05T05:00:00Z", "2026-01-05T05:00:00Z", "2026-01-06T05:00:00Z"])
    }

    @Test func `homework opens some days before it is due, but not before the schedule starts`() throws {
        let rule = try Recurrence(startsOn: day("2026-01-05"), .weekly(on: [.wednesday]), end: .count(2))
        let schedule = try schedule(from: "2026-01-05", .recurring(rule), opensDaysBefore: 3)
        #expect(
            occurrences(schedule).map(\.window.opensAt.description)
                == ["2026-01-05T05:00:00Z", "2026-01-11T05:00:00Z"])
    }

    @Test func `homework is late after the grace, and closes at the same time on the wall clock some days later`()
        throws
    {
        let late = try schedule(
            from: "2026-03-01", .once(day("2026-03-07")), closesDaysAfter: 2, graceMinutes: 90)
        let window = try #require(occurrences(late).first?.window)
        #expect(window.dueAt.description == "2026-03-08T01:00:00Z")
        #expect(window.lateAt.description == "2026-03-08T02:30:00Z")
        // The clocks went forward in between: the same time in the evening is an hour less away.
        #expect(window.closesAt?.description == "2026-03-10T00:00:00Z")
        let short = try schedule(
            from: "2026-03-01", .once(day("2026-03-07")), closesDaysAfter: 0, graceMinutes: 90)
        #expect(occurrences(short).map(\.window.closesAt?.description) == ["2026-03-08T02:30:00Z"])
    }

    @Test func `the evening before a meeting is the one before its day, and never after it begins`() throws {
        let schedule = try schedule(
            from: "2026-01-05", .beforeMeetings(days: 1, .never), in: "America/Phoenix", opensDaysBefore: 2)
        let evening = try #require(Instant("2026-01-14T01:00:00Z"))
        let dueOn = schedule.dueOn(daysBefore: 1, evening)
        #expect(dueOn.description == "2026-01-12")
        #expect(schedule.opensOn(for: dueOn, after: nil).description == "2026-01-10")
        let before = schedule.window(dueOn: dueOn, opensOn: dueOn, notAfter: evening)
        #expect(before.dueAt.description == "2026-01-13T03:00:00Z")
        #expect(before.opensAt.description == "2026-01-12T07:00:00Z")
        let sameDay = schedule.dueOn(daysBefore: 0, evening)
        let clipped = schedule.window(dueOn: sameDay, opensOn: sameDay, notAfter: evening)
        #expect(sameDay.description == "2026-01-13")
        #expect(clipped.dueAt == evening)
        #expect(occurrences(schedule) == [])
    }

    @Test func `a year of days never skips or doubles one`() throws {
        for zone in ["America/New_York", "Europe/Berlin", "America/Phoenix", "Australia/Lord_Howe", "Africa/Cairo"] {
            for time in ["00:00", "01:30", "02:15", "23:59"] {
                let all = try occurrences(
                    schedule(from: "2026-01-01", .daily, end: .until(day("2026-12-31")), at: time, in: zone))
                #expect(all.count == 365)
                let steps = zip(all, all.dropFirst()).map { $1.window.dueAt - $0.window.dueAt }
                #expect(steps.allSatisfy { $0 >= .seconds(23 * 3_600) && $0 <= .seconds(25 * 3_600) })
                #expect(zip(all, all.dropFirst()).allSatisfy { $0.window.dueAt <= $1.window.opensAt })
                let zone = try #require(TimeZoneID(zone))
                #expect(all.allSatisfy { zone.day(at: $0.window.dueAt) == $0.dueOn })
            }
        }
    }

    @Test func `all faults are told at once`() throws {
        func faults(_ start: String, _ timing: Schedule.Timing, _ withPhase: Bool = false) throws -> [String] {
            try Self.faults {
                try self.schedule(
                    from: start, timing, opensDaysBefore: -1, closesDaysAfter: 366, graceMinutes: 10_081,
                    endsWithPhase: withPhase)
            }
        }
        let windows = [
            "/opensDaysBefore out_of_range", "/closesDaysAfter out_of_range", "/graceMinutes out_of_range",
        ]
        #expect(
            try faults("1999-01-01", .beforeMeetings(days: 31, .count(1001)), true)
                == [
                    "/startsOn out_of_range", "/daysBefore out_of_range", "/count out_of_range",
                    "/untilPhaseEnds two_ends",
                ]
                + windows)
        #expect(
            try faults("2026-01-05", .afterDone(days: 0, .until(day("2026-01-04"))))
                == ["/daysAfter out_of_range", "/until before_start"] + windows)
        #expect(
            try faults("2026-01-05", .afterJoining(days: 731), true)
                == ["/daysAfter out_of_range", "/untilPhaseEnds not_recurring"] + windows)
        #expect(try faults("2026-01-05", .once(day("2026-01-04"))) == ["/dueOn before_start"] + windows)
        #expect(try faults("2026-01-05", .once(day("2201-01-01"))) == ["/dueOn out_of_range"] + windows)
        let rule = try Recurrence(startsOn: day("2026-01-06"), .daily)
        #expect(try faults("2026-01-05", .recurring(rule)) == ["/startsOn contradicts"] + windows)
    }

    private func schedule(
        from start: String, _ pattern: Recurrence.Pattern, end: Schedule.End = .never, at time: String = "20:00",
        in zone: String = "America/New_York"
    ) throws -> Schedule {
        let rule = try Recurrence(startsOn: day(start), pattern, end: end)
        return try schedule(from: start, .recurring(rule), at: time, in: zone)
    }

    private func schedule(
        from start: String, _ timing: Schedule.Timing, at time: String = "20:00",
        in zone: String = "America/New_York", opensDaysBefore: Int? = nil, closesDaysAfter: Int? = nil,
        graceMinutes: Int = 0, endsWithPhase: Bool = false
    ) throws -> Schedule {
        try Schedule(
            startsOn: try day(start), timing, dueTime: try #require(LocalTime(time)),
            in: try #require(TimeZoneID(zone)), opensDaysBefore: opensDaysBefore, closesDaysAfter: closesDaysAfter,
            graceMinutes: graceMinutes, endsWithPhase: endsWithPhase)
    }

    private func occurrences(_ schedule: Schedule) -> [Schedule.Occurrence] {
        schedule.occurrences(from: .first, before: schedule.startsOn.adding(days: 400))
    }

    private func day(_ text: String) throws -> Day { try #require(Day(text)) }
}

extension ScheduleTests {
    /// The faults of what is made, as `pointer code`.
    static func faults(_ make: () throws -> some Any) throws -> [String] {
        do {
            _ = try make()
            return []
        } catch let error as FieldFaults {
            return error.faults.map { "\($0.pointer) \($0.code)" }
        }
    }
}
