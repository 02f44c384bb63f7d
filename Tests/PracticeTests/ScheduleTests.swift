import Practice
import Testing

@Suite struct ScheduleTests {
    private func schedule(
        from start: String, _ recurrence: Schedule.Recurrence, at time: String = "20:00",
        in zone: String = "America/New_York", opening: Schedule.Opening = .afterPrevious
    ) throws -> Schedule {
        try Schedule(
            startsOn: try day(start), recurrence, dueTime: try #require(LocalTime(time)),
            in: try #require(TimeZoneID(zone)), opening: opening)
    }

    private func day(_ text: String) throws -> Day { try #require(Day(text)) }

    private func faults(_ body: () throws -> Schedule) -> [String] {
        do {
            _ = try body()
            return []
        } catch let error as FieldFaults {
            return error.faults.map { "\($0.pointer) \($0.code)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `what is due once opens on the day on which the schedule starts`() throws {
        let occurrences = try schedule(from: "2026-01-05", .once(try day("2026-01-12"))).occurrences()
        #expect(occurrences.map(\.dueAt.description) == ["2026-01-13T01:00:00Z"])
        #expect(occurrences.map(\.opensAt.description) == ["2026-01-05T05:00:00Z"])
        #expect(occurrences.map(\.number) == [1])
    }

    @Test func `a daily schedule crosses the change to summer time without a skip`() throws {
        let schedule = try schedule(from: "2026-03-07", .daily(every: 1, .count(3)), at: "02:30")
        let occurrences = schedule.occurrences()
        #expect(occurrences.map(\.dueOn.description) == ["2026-03-07", "2026-03-08", "2026-03-09"])
        #expect(
            occurrences.map(\.dueAt.description)
                == ["2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"])
        #expect(
            occurrences.map(\.opensAt.description)
                == ["2026-03-07T05:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"])
    }

    @Test func `a daily schedule crosses the change to winter time without a double`() throws {
        let schedule = try schedule(from: "2026-10-31", .daily(every: 1, .count(3)), at: "01:30")
        #expect(
            schedule.occurrences().map(\.dueAt.description)
                == ["2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"])
    }

    @Test func `a weekly schedule counts weeks from Monday`() throws {
        let schedule = try schedule(
            from: "2026-01-07", .weekly(every: 2, on: [.monday, .friday], .until(try day("2026-02-06"))))
        #expect(
            schedule.occurrences().map(\.dueOn.description)
                == ["2026-01-09", "2026-01-19", "2026-01-23", "2026-02-02", "2026-02-06"])
    }

    @Test func `an occurrence opens on the day after the previous one was due`() throws {
        let schedule = try schedule(from: "2026-01-05", .weekly(every: 1, on: [.tuesday], .count(3)))
        #expect(
            schedule.occurrences().map(\.opensAt.description)
                == ["2026-01-05T05:00:00Z", "2026-01-07T05:00:00Z", "2026-01-14T05:00:00Z"])
    }

    @Test func `what is due at midnight opens when the previous one is due`() throws {
        let schedule = try schedule(from: "2026-01-05", .daily(every: 1, .count(2)), at: "00:00")
        #expect(schedule.occurrences().map(\.opensAt.description) == ["2026-01-05T05:00:00Z", "2026-01-05T05:00:00Z"])
    }

    @Test func `an occurrence opens some days before it is due, but not before the schedule starts`() throws {
        let schedule = try schedule(
            from: "2026-01-05", .weekly(every: 1, on: [.wednesday], .count(2)), opening: .daysBefore(3))
        #expect(
            schedule.occurrences().map(\.opensAt.description) == ["2026-01-05T05:00:00Z", "2026-01-11T05:00:00Z"])
    }

    @Test func `a year of days never skips or doubles one`() throws {
        for zone in ["America/New_York", "Europe/Berlin", "America/Phoenix", "Australia/Lord_Howe", "Africa/Cairo"] {
            for time in ["00:00", "01:30", "02:15", "23:59"] {
                let occurrences = try schedule(
                    from: "2026-01-01", .daily(every: 1, .until(try day("2026-12-31"))), at: time, in: zone
                ).occurrences()
                #expect(occurrences.count == 365)
                let steps = zip(occurrences, occurrences.dropFirst()).map { $1.dueAt - $0.dueAt }
                #expect(steps.allSatisfy { $0 >= .seconds(23 * 3_600) && $0 <= .seconds(25 * 3_600) })
                #expect(zip(occurrences, occurrences.dropFirst()).allSatisfy { $0.dueAt <= $1.opensAt })
                let zone = try #require(TimeZoneID(zone))
                #expect(occurrences.allSatisfy { zone.day(at: $0.dueAt) == $0.dueOn })
            }
        }
    }

    @Test func `all faults are told at once`() throws {
        #expect(
            faults {
                try schedule(
                    from: "1999-01-01", .weekly(every: 0, on: [], .count(401)), opening: .daysBefore(-1))
            } == [
                "/startsOn out_of_range", "/every out_of_range", "/weekdays required", "/count out_of_range",
                "/opensDaysBefore out_of_range",
            ])
        #expect(
            faults { try schedule(from: "2026-01-05", .once(try day("2026-01-04"))) } == ["/dueOn before_start"])
    }

    @Test func `a schedule has at most 400 occurrences and at least one`() throws {
        #expect(try schedule(from: "2026-01-05", .daily(every: 1, .count(400))).occurrences().count == 400)
        #expect(
            faults { try schedule(from: "2026-01-05", .daily(every: 1, .until(try day("2027-02-09")))) }
                == ["/until too_many"])
        #expect(
            faults { try schedule(from: "2026-01-05", .daily(every: 1, .until(try day("9999-12-31")))) }
                == ["/until too_many"])
        #expect(
            faults {
                try schedule(from: "2026-01-06", .weekly(every: 1, on: [.monday], .until(try day("2026-01-11"))))
            } == ["/until no_occurrence"])
    }
}
