import JSON
import Practice
import Testing
import TestSupport
import WebAPI

@testable import Features

/// A schedule as it is sent, and as it is kept.
@Suite struct ScheduleRequestTests {
    @Test(
        arguments: [
            ["repeats": "once", "dueOn": "2026-01-12"],
            ["repeats": "daily", "every": 3, "count": 1000],
            ["repeats": "weekly", "every": 2, "weekdays": ["monday", "sunday"], "until": "2026-12-31"],
            ["repeats": "monthly", "every": 1, "dayOfMonth": -1, "untilPhaseEnds": true],
            ["repeats": "monthly", "every": 60, "nth": -5, "weekday": "friday"],
            ["repeats": "monthly", "every": 2, "daysOfMonth": [1, 15, -1]],
            [
                "repeats": "monthly", "every": 1,
                "weekdaysOfMonth": [["nth": 1, "weekday": "tuesday"], ["nth": -1, "weekday": "monday"]], "count": 5,
            ],
            ["repeats": "beforeMeetings", "daysBefore": 1, "untilPhaseEnds": true],
            ["repeats": "beforeAppointments", "daysBefore": 0, "count": 6],
            ["repeats": "afterDone", "daysAfter": 7, "until": "2026-06-30"],
            ["repeats": "afterJoining", "daysAfter": 0],
        ] as [JSONValue])
    func `what is kept is what was sent, and is read back as the same schedule`(rule: JSONValue) throws {
        let sent = rule.with(
            ("startsOn", "2026-01-05"), ("dueTime", "20:00"), ("timeZone", "America/Phoenix"),
            ("opensDaysBefore", 2), ("closesDaysAfter", 3), ("graceMinutes", 60), ("skipClosures", true))
        let schedule = try read(sent)
        #expect(schedule.json.sorted == sent.sorted)
        #expect(try ScheduleRequest.stored(schedule.json.bytes) == schedule)
        let bare = try read(rule.with(Self.place))
        #expect(bare.json.sorted == rule.with(Self.place).sorted)
        #expect(try ScheduleRequest.stored(bare.json.bytes) == bare)
    }

    @Test func `what earlier versions kept is still read`() throws {
        let kept = """
            {"repeats":"weekly","startsOn":"2026-01-05","every":1,"weekdays":["tuesday","friday"],"until":"2026-01-16",\
            "dueTime":"20:00","timeZone":"America/Phoenix","closesDaysAfter":2}
            """
        let schedule = try ScheduleRequest.stored(Array(kept.utf8))
        #expect(schedule.json.bytes == Array(kept.utf8))
        #expect(
            schedule.occurrences(from: .first, before: .last).map(\.dueOn.description)
                == ["2026-01-06", "2026-01-09", "2026-01-13", "2026-01-16"])
    }

    @Test(
        arguments: [
            ("FREQ=DAILY", ["repeats": "daily", "every": 1]),
            ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", ["repeats": "weekdays"]),
            (
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=3",
                ["repeats": "weekly", "every": 2, "weekdays": ["monday"], "count": 3]
            ),
            (
                "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231",
                ["repeats": "monthly", "nth": -1, "weekday": "friday", "until": "2026-12-31"]
            ),
            ("FREQ=MONTHLY;BYMONTHDAY=15", ["repeats": "monthly", "dayOfMonth": 15]),
            ("FREQ=MONTHLY;BYMONTHDAY=15,1", ["repeats": "monthly", "daysOfMonth": [1, 15]]),
            (
                "FREQ=MONTHLY;BYDAY=1TU,3TU;",
                [
                    "repeats": "monthly",
                    "weekdaysOfMonth": [["nth": 1, "weekday": "tuesday"], ["nth": 3, "weekday": "tuesday"]],
                ]
            ),
        ] as [(JSONValue, JSONValue)])
    func `an RRULE says the same as the members`(rule: JSONValue, members: JSONValue) throws {
        let byRule = try read(.object([JSONMember("rrule", rule)]).with(Self.place))
        #expect(try read(members.with(Self.place)) == byRule)
        let phase: JSONValue = ["untilPhaseEnds": true]
        if byRule.timing.end == .never {
            #expect(
                try read(members.with(Self.place).with(phase))
                    == read(.object([JSONMember("rrule", rule)]).with(Self.place).with(phase)))
        }
    }

    @Test(
        arguments: [
            ([:], ["/repeats required"]),
            (["repeats": "hourly", "every": 0, "count": "x"], ["/repeats not_a_choice"]),
            (["repeats": "daily", "every": 0, "count": 1001], ["/every out_of_range", "/count out_of_range"]),
            (["repeats": "daily", "until": "2026-01-09", "count": 2], ["/until two_ends"]),
            (["repeats": "daily", "until": "2026-01-09", "untilPhaseEnds": true], ["/until two_ends"]),
            (
                ["repeats": "daily", "until": "2026-01-04", "graceMinutes": 10_081],
                ["/until before_start", "/graceMinutes out_of_range"]
            ),
            (["repeats": "weekdays", "every": 2], ["/every unknown_member"]),
            (["repeats": "weekly"], ["/weekdays required"]),
            (["repeats": "weekly", "weekdays": ["monday", "noday"]], ["/weekdays/1 not_a_choice"]),
            (["repeats": "monthly"], ["/dayOfMonth required"]),
            (["repeats": "monthly", "dayOfMonth": 1, "nth": 1, "weekday": "monday"], ["/dayOfMonth required"]),
            (["repeats": "monthly", "nth": 1], ["/weekday required"]),
            (["repeats": "monthly", "nth": nil, "weekday": "monday"], ["/nth required"]),
            (["repeats": "monthly", "nth": 0, "weekday": "monday"], ["/nth out_of_range"]),
            (["repeats": "monthly", "dayOfMonth": 0], ["/dayOfMonth out_of_range"]),
            (["repeats": "beforeMeetings", "daysBefore": 31], ["/daysBefore out_of_range"]),
            (["repeats": "afterDone", "daysAfter": 0], ["/daysAfter out_of_range"]),
            (["repeats": "afterDone"], ["/daysAfter required"]),
            (["repeats": "afterJoining", "daysAfter": 1, "count": 2], ["/count unknown_member"]),
            (["repeats": "once", "dueOn": "2026-01-04"], ["/dueOn before_start"]),
            (["repeats": "once", "dueOn": "2026-01-06", "untilPhaseEnds": true], ["/untilPhaseEnds unknown_member"]),
            (["repeats": "monthly", "daysOfMonth": []], ["/daysOfMonth too_few"]),
            (["repeats": "monthly", "daysOfMonth": [1, 0]], ["/daysOfMonth out_of_range"]),
            (["repeats": "monthly", "daysOfMonth": [1], "dayOfMonth": 1], ["/dayOfMonth required"]),
            (["repeats": "monthly", "weekdaysOfMonth": [["nth": 1]]], ["/weekdaysOfMonth/0/weekday required"]),
            (["rrule": "FREQ=SECONDLY;BYWEEKNO=1"], ["/rrule unsupported", "/rrule unsupported"]),
            (["rrule": "FREQ=DAILY;COUNT=2", "untilPhaseEnds": true], ["/untilPhaseEnds two_ends"]),
            (
                ["rrule": "FREQ=DAILY", "repeats": "daily", "every": 2],
                ["/repeats beside_rrule", "/every beside_rrule"]
            ),
            (["rrule": 5], ["/rrule wrong_type"]),
        ] as [(JSONValue, [String])])
    func `all that is wrong is told at once`(rule: JSONValue, faults: [String]) throws {
        #expect(self.faults(rule.with(Self.place)) == faults)
    }

    @Test func `an endless schedule is one without an end, and null is as good as nothing`() throws {
        let members: JSONValue = [
            "repeats": "daily", "until": nil, "count": nil, "rrule": nil, "untilPhaseEnds": false,
        ]
        let schedule = try read(members.with(Self.place))
        #expect(schedule.timing.end == .never)
        #expect(!schedule.endsWithPhase)
    }

    @Test(
        arguments: [
            ["repeats": "once", "dueOn": "2026-01-12"], ["repeats": "daily"], ["repeats": "weekdays"],
            ["repeats": "weekly", "weekdays": ["monday"]], ["repeats": "monthly", "dayOfMonth": 1],
            ["repeats": "beforeMeetings"], ["repeats": "beforeAppointments"],
            ["repeats": "afterDone", "daysAfter": 7], ["repeats": "afterJoining", "daysAfter": 7],
            ["rrule": "FREQ=DAILY;INTERVAL=2"],
        ] as [JSONValue])
    func `who sends all documented defaults is told of none of them`(rule: JSONValue) throws {
        let usual: JSONValue = [
            "every": 1, "daysBefore": 0, "untilPhaseEnds": false, "graceMinutes": 0, "skipClosures": false,
        ]
        #expect(try read(rule.with(Self.place).with(usual)) == read(rule.with(Self.place)))
        let other: JSONValue = ["daysBefore": 31]
        #expect(faults(rule.with(Self.place).with(other)).count == 1)
    }

    private static let place: JSONValue = [
        "startsOn": "2026-01-05", "dueTime": "20:00", "timeZone": "America/Phoenix",
    ]

    private func read(_ json: JSONValue) throws -> Schedule {
        try #require(JSONShape.object { ScheduleRequest(&$0) }.value(of: json).schedule)
    }

    private func faults(_ json: JSONValue) -> [String] {
        do throws(FieldFaults) {
            _ = try JSONShape.object { ScheduleRequest(&$0) }.value(of: json)
            return []
        } catch {
            return error.faults.map { "\($0.pointer) \($0.code)" }
        }
    }
}

extension JSONValue {
    fileprivate func with(_ more: (String, JSONValue)...) -> JSONValue {
        with(.object(more.map { JSONMember($0, $1) }))
    }

    fileprivate func with(_ more: JSONValue) -> JSONValue {
        guard case .object(let members) = self, case .object(let others) = more else { return self }
        return .object(members + others)
    }

    fileprivate var sorted: JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.sorted { $0.name < $1.name })
    }
}
