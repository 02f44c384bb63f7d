import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Meetings of groups that meet on several days, or on weekdays of the month.
extension MeetingPlanTests {
    @Test(
        arguments: [
            (
                ["repeats": "weekly", "every": 4, "weekdays": ["monday", "thursday"]],
                ["2026-01-05", "2026-01-08", "2026-02-02", "2026-02-05", "2026-03-02", "2026-03-05"]
            ),
            (
                ["rrule": "FREQ=MONTHLY;BYDAY=1TU,3TU"],
                ["2026-01-06", "2026-01-20", "2026-02-03", "2026-02-17", "2026-03-03", "2026-03-17"]
            ),
            (["repeats": "monthly", "nth": -1, "weekday": "friday"], ["2026-01-30", "2026-02-27", "2026-03-27"]),
            (["repeats": "monthly", "dayOfMonth": 31], ["2026-01-31"]),
        ] as [(JSONValue, [String])])
    func `a changed recurrence is followed, day by day`(recurrence: JSONValue, expected: [String]) async throws {
        try await withWorld { (world: World) async throws in
            try await work(world)
            #expect(try await days(world, world.mesa.group).count == 12)
            let changed = try await change(
                world, ["recurrence": recurrence, "startsOn": "2026-01-05"], 1)
            #expect(changed.status == 200, "\(changed.text)")
            try await work(world)
            let planned = try await days(world, world.mesa.group, "not cancelled")
            #expect(planned.filter { $0 < "2026-03-29" } == expected, "\(planned)")
            // The other group stays as it was.
            #expect(try await days(world, world.mesa.valorGroup).count == 12)
        }
    }

    @Test func `a group in another zone meets on its own days at its own hour`() async throws {
        try await withWorld { (world: World) async throws in
            let far = try await world.seed(world.mesa) { seed in
                seed.group("Far", in: world.mesa.program, timeZone: "Pacific/Auckland")
            }
            try await work(world)
            let starts = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select planned_on::text, to_char(starts_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') from meetings
                    where group_id = \(far) order by starts_at limit 2
                    """
                ) { "\(try $0.next(String.self)) \(try $0.next(String.self))" })
            // In Auckland it is Tuesday already, and summer: 18:00 there is 05:00 of the same day in UTC.
            #expect(starts == ["2026-01-06 2026-01-06 05:00", "2026-01-13 2026-01-13 05:00"])
        }
    }
}
