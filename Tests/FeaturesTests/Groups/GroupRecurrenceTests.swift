import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// On which days groups meet: the one recurrence that homework has.
@Suite struct GroupRecurrenceTests {
    @Test(
        arguments: [
            (
                ["repeats": "weekly", "weekdays": ["tuesday", "thursday"]],
                ["repeats": "weekly", "every": 1, "weekdays": ["tuesday", "thursday"]], "FREQ=WEEKLY;BYDAY=TU,TH"
            ),
            (
                ["repeats": "monthly", "nth": 2, "weekday": "tuesday"],
                ["repeats": "monthly", "every": 1, "nth": 2, "weekday": "tuesday"], "FREQ=MONTHLY;BYDAY=2TU"
            ),
            (
                ["repeats": "monthly", "every": 1.0, "dayOfMonth": -1],
                ["repeats": "monthly", "every": 1, "dayOfMonth": -1], "FREQ=MONTHLY;BYMONTHDAY=-1"
            ),
            (
                ["rrule": "FREQ=MONTHLY;BYDAY=1TU,3TU;"],
                [
                    "repeats": "monthly", "every": 1,
                    "weekdaysOfMonth": [["nth": 1, "weekday": "tuesday"], ["nth": 3, "weekday": "tuesday"]],
                ], "FREQ=MONTHLY;BYDAY=1TU,3TU"
            ),
            (
                ["rrule": "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2"],
                ["repeats": "monthly", "every": 1, "nth": 2, "weekday": "tuesday"], "FREQ=MONTHLY;BYDAY=2TU"
            ),
            (["repeats": "daily", "every": 3], ["repeats": "daily", "every": 3], "FREQ=DAILY;INTERVAL=3"),
        ] as [(JSONValue, JSONValue, String)])
    func `a group meets as homework would be due`(sent: JSONValue, shown: JSONValue, kept: String) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/groups", as: house.owner, json: Self.group(house.program, ["recurrence": sent]))
            #expect(made.status == 201, "\(made.text)")
            #expect(made["recurrence"] == shown && made["weekday"] == .null && made["everyWeeks"] == .null)
            #expect(try await world.rules() == [kept])
            let place = try #require(made.headers["location"])
            #expect(try await world.request(.get, place, as: house.owner).body == made.body)
            // What is shown can be sent back.
            let again = try await world.request(.patch, place, as: house.owner, json: ["recurrence": shown], ifMatch: 1)
            #expect(again.status == 200 && again["recurrence"] == shown)
            #expect(try await world.rules() == [kept])
        }
    }

    @Test func `one weekday is said and shown as ever, and changed by halves`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/groups", as: house.owner,
                json: Self.group(house.program, ["weekday": "thursday", "everyWeeks": 2]))
            #expect(made["weekday"] == "thursday" && made["everyWeeks"] == 2)
            #expect(made["recurrence"] == ["repeats": "weekly", "every": 2, "weekdays": ["thursday"]])
            let place = try #require(made.headers["location"])
            let changes: [(JSONValue, String)] = [
                (["weekday": "friday"], "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
                (["everyWeeks": 3], "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR"),
                (["everyWeeks": 1], "FREQ=WEEKLY;BYDAY=FR"),
                (["weekday": "monday", "everyWeeks": 4], "FREQ=WEEKLY;INTERVAL=4;BYDAY=MO"),
                (["recurrence": ["repeats": "monthly", "dayOfMonth": 5]], "FREQ=MONTHLY;BYMONTHDAY=5"),
                (["weekday": "sunday", "everyWeeks": 1], "FREQ=WEEKLY;BYDAY=SU"),
                (["capacity": 9], "FREQ=WEEKLY;BYDAY=SU"),
                (["recurrence": ["repeats": "weekly", "weekdays": ["monday", "friday"]]], "FREQ=WEEKLY;BYDAY=MO,FR"),
                (["everyWeeks": 2], "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR"),
            ]
            for (index, (change, rule)) in changes.enumerated() {
                let changed = try await world.request(.patch, place, as: house.owner, json: change, ifMatch: index + 1)
                #expect(changed.status == 200, "\(changed.text)")
                #expect(try await world.rules() == [rule])
            }
        }
    }

    @Test(
        arguments: [
            ([:], ["/weekday required"]), (["recurrence": [:]], ["/recurrence/repeats required"]),
            (
                ["recurrence": ["repeats": "daily"], "weekday": "monday"], ["/weekday beside_recurrence"]
            ),
            (["recurrence": ["repeats": "weekly"]], ["/recurrence/weekdays required"]),
            (["recurrence": ["repeats": "monthly", "dayOfMonth": 0]], ["/recurrence/dayOfMonth out_of_range"]),
            (["recurrence": ["rrule": "FREQ=WEEKLY;BYDAY=TU;COUNT=8"]], ["/recurrence/rrule has_an_end"]),
            (["recurrence": ["rrule": "FREQ=HOURLY"]], ["/recurrence/rrule unsupported"]),
            (
                ["recurrence": ["rrule": "FREQ=DAILY", "repeats": "daily"]], ["/recurrence/repeats unknown_member"]
            ),
        ] as [(JSONValue, [String])])
    func `what says no days, or says them twice, is refused`(days: JSONValue, faults: [String]) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let refused = try await world.request(
                .post, "/v1/groups", as: house.owner, json: Self.group(house.program, days))
            #expect(refused.status == 422 && refused.faults == faults, "\(refused.text)")
        }
    }

    @Test(
        arguments: [
            (["repeats": "monthly", "dayOfMonth": 5], ["everyWeeks": 2], "/everyWeeks not_weekly"),
            (["repeats": "daily"], ["everyWeeks": 2], "/everyWeeks not_weekly"),
            (["repeats": "monthly", "dayOfMonth": 5], ["weekday": "monday"], "/weekday not_weekly"),
            (["repeats": "monthly", "nth": 1, "weekday": "monday"], ["weekday": "tuesday"], "/weekday not_weekly"),
            (["repeats": "daily", "every": 3], ["weekday": "monday"], "/weekday not_weekly"),
            (["repeats": "weekly", "weekdays": ["monday", "friday"]], ["weekday": "monday"], "/weekday not_weekly"),
        ] as [(JSONValue, JSONValue, String)])
    func `half of a rule changes no rule of which it is no half`(days: JSONValue, change: JSONValue, fault: String)
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/groups", as: house.owner, json: Self.group(house.program, ["recurrence": days]))
            let place = try #require(made.headers["location"], "\(made.text)")
            let before = try await world.rules()
            let refused = try await world.request(.patch, place, as: house.owner, json: change, ifMatch: 1)
            #expect(refused.status == 422 && refused.faults == [fault], "\(refused.text)")
            #expect(try await world.rules() == before)
        }
    }

    @Test(
        arguments: [
            "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
            "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU", "FREQ=MONTHLY;BYDAY=1TU,3TU", "FREQ=MONTHLY;BYDAY=-1FR",
            "FREQ=MONTHLY;BYDAY=5MO", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1,15", "FREQ=MONTHLY;BYMONTHDAY=-1",
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31",
        ], ["2026-01-01", "2026-01-07", "2026-02-28"])
    func `the database counts the days of a rule as the worker does`(rrule: String, startsOn: String) async throws {
        try await withWorld { (world: World) async throws in
            let days = try #require(MeetingDays(written: rrule))
            let (start, end) = (try #require(Day(startsOn)), try #require(Day("2027-07-01")))
            let rule = MeetingRule(startsOn: start, days, meetsAt: .midnight, zone: .utc)
            let counted = rule.occurrences(from: start, before: end).map(\.day)
            let first = try #require(counted.first)
            let taken: [Day] = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select d::date from generate_series(\(first)::date, \(end)::date - 1, interval '1 day') d
                    where rule_takes(\(rrule), \(first), d::date) order by 1
                    """
                ) { try $0.next() })
            #expect(taken == counted && counted.count >= 2)
            // The first day on which somebody may begin is found from the beginning of the group.
            let found: Day = try await world.database.superuser.pipeline(
                Query.row(
                    """
                    select access.day_by_rule(t, \(start)) from (
                        select (jsonb_populate_record(g, jsonb_build_object('recurrence', \(rrule)::text, 'starts_on', \(start)::date))).*
                        from groups g where group_id = \(world.mesa.group)) t
                    """
                ) { try $0.next() })
            #expect(found == first)
        }
    }

    private static func group(_ program: ID<Program>, _ more: JSONValue) -> JSONValue {
        guard case .object(let more) = more else { return .null }
        return .object(
            [
                JSONMember("programId", .text("\(program)")), JSONMember("name", "Many days"),
                JSONMember("capacity", 8),
                JSONMember("startsOn", "2026-01-06"), JSONMember("meetsAt", "17:30"),
                JSONMember("timeZone", "America/Phoenix"),
            ] + more)
    }
}

extension World {
    /// The rules of the groups that a test has made, as they are kept.
    fileprivate func rules() async throws -> [String] {
        try await database.superuser.pipeline(
            Query.rows("select recurrence from groups where name = 'Many days'") { try $0.next() })
    }
}
