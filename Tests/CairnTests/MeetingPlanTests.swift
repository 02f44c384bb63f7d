import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// The worker makes the meetings of the groups from their rules: each once, whoever works beside it, and no more than the
/// rule says after it has changed. The clock shows Monday, 2026-01-05, 09:00 in Phoenix; both groups meet on Tuesdays.
@Suite struct MeetingPlanTests {
    private static let tuesdays = [
        "2026-01-06", "2026-01-13", "2026-01-20", "2026-01-27", "2026-02-03", "2026-02-10", "2026-02-17",
        "2026-02-24", "2026-03-03", "2026-03-10", "2026-03-17", "2026-03-24",
    ]

    @Test func `twelve weeks ahead are made, once, and one more when its day comes near`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            for _ in 1...2 {
                try await work(world)
                for group in [house.group, house.valorGroup, world.tempe.group] {
                    #expect(try await days(world, group) == Self.tuesdays)
                }
            }
            #expect(try await audited(world) == 2)
            let list = try await world.request(
                .get, "/v1/groups/\(house.group)/meetings?from=2026-01-05", as: house.client)
            #expect(list.items.first?["startsAt"] == "2026-01-07T01:00:00Z" && list.items.count == 12)
            #expect(list.items.allSatisfy { $0["minutes"] == 90 && $0["version"] == 1 && $0["place"] == "Mesa" })
            // What the worker did is no change of the group: who has read it may change it.
            #expect(try await change(world, ["place": "Room 2"], 1).status == 200)
            try await world.advance(by: .seconds(86_400))
            try await work(world)
            #expect(try await days(world, house.group) == Self.tuesdays)
            try await world.advance(by: .seconds(86_400))
            try await work(world)
            #expect(try await days(world, house.group) == Self.tuesdays + ["2026-03-31"])
        }
    }

    @Test func `three workers at once, cut off again and again, leave each meeting there once`() async throws {
        try await withWorld { (world: World) async throws in
            let groups = try await world.seed(world.mesa) { seed in
                (0..<120).map { seed.group("Group \($0)", in: world.mesa.program) }
            }
            await withTaskGroup { tasks in
                for _ in 0..<3 {
                    tasks.addTask {
                        // What is cut off fails; another round follows, as the worker has it.
                        for _ in 0..<4 { do { try await work(world) } catch { continue } }
                    }
                }
                tasks.addTask {
                    for _ in 0..<6 {
                        do {
                            _ = try await world.database.superuser.pipeline(
                                Query.rows(
                                    """
                                    select pg_terminate_backend(pid) from pg_stat_activity
                                    where datname = current_database() and usename = 'cairn_worker'
                                    """
                                ) { try $0.next(Bool.self) })
                            try await Task.sleep(for: .milliseconds(15))
                        } catch { return }
                    }
                }
            }
            try await work(world)
            let found = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select planned_on::text, count(*), count(distinct group_id) from meetings
                    where group_id = any (\(groups)) group by 1 order by 1
                    """
                ) { row in
                    [try row.next(String.self), "\(try row.next(Int.self))", "\(try row.next(Int.self))"]
                })
            #expect(found == Self.tuesdays.map { [$0, "120", "120"] })
        }
    }

    @Test func `one local time stays across a clock change, where there is one`() async throws {
        try await withWorld { (world: World) async throws in
            #expect(try await change(world, ["timeZone": "America/Denver"], 1).status == 200)
            try await work(world)
            let starts = try await list(world, "?from=2026-02-24&to=2026-03-17").map { $0["startsAt"]?.text ?? "" }
            #expect(
                starts == [
                    "2026-02-25T01:00:00Z", "2026-03-04T01:00:00Z", "2026-03-11T00:00:00Z", "2026-03-18T00:00:00Z",
                ])
            let phoenix = try await world.request(
                .get, "/v1/groups/\(world.mesa.valorGroup)/meetings?from=2026-03-03&to=2026-03-10",
                as: world.mesa.facilitator)
            #expect(phoenix.items.map { $0["startsAt"] } == ["2026-03-04T01:00:00Z", "2026-03-11T01:00:00Z"])
        }
    }

    @Test func `a changed rule moves what nobody touched, and leaves what was moved, cancelled or attended`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await work(world)
            let meetings = try await list(world, "?from=2026-01-05")
            try await touch(world, meetings[1], ["cancelled": true])
            try await touch(world, meetings[2], ["startsAt": "2026-01-22T01:00:00Z"])
            _ = try await world.request(
                .post, "/v1/groups/\(house.group)/meetings", as: house.facilitator,
                json: ["startsAt": "2026-01-29T00:00:00Z"])
            // Half an hour before the first of them begins.
            try await world.advance(by: .seconds(8 * 3_600 + 1_800 + 86_400))
            let id = meetings[0]["id"]?.text ?? ""
            let marked = try await world.request(
                .put, "/v1/meetings/\(id)/attendance", as: house.facilitator,
                json: ["marks": [["clientId": .text("\(house.client.clientID)"), "mark": "excused"]]])
            #expect(marked.status == 200)

            #expect(
                try await change(world, ["weekday": "wednesday", "meetsAt": "17:00", "minutes": 60], 1).status == 200)
            try await work(world)
            let after = try await list(world, "?from=2026-01-05&to=2026-02-05")
            #expect(
                after.map(Self.short) == [
                    "2026-01-06 2026-01-07T01:00:00Z 90", "2026-01-07 2026-01-08T00:00:00Z 60",
                    "2026-01-13 2026-01-14T01:00:00Z 90 cancelled", "2026-01-14 2026-01-15T00:00:00Z 60",
                    "2026-01-21 2026-01-22T00:00:00Z 60", "2026-01-20 2026-01-22T01:00:00Z 90",
                    // One besides the rule is there at this time already.
                    "- 2026-01-29T00:00:00Z 90", "2026-02-04 2026-02-05T00:00:00Z 60",
                ])
            try await work(world)
            #expect(try await list(world, "?from=2026-01-05&to=2026-02-05") == after)
        }
    }

    @Test func `another time moves meetings where they are, and a cancelled one never comes back`() async throws {
        try await withWorld { (world: World) async throws in
            try await work(world)
            let before = try await list(world, "?from=2026-01-05")
            try await touch(world, before[1], ["cancelled": true])
            #expect(try await change(world, ["meetsAt": "19:30"], 1).status == 200)
            try await work(world)
            let after = try await list(world, "?from=2026-01-05")
            #expect(after.map { $0["id"] } == before.map { $0["id"] })
            #expect(after.map { $0["version"] } == [2, 2] + Array(repeating: 2, count: 10))
            #expect(Self.short(after[0]) == "2026-01-06 2026-01-07T02:30:00Z 90")
            #expect(Self.short(after[1]) == "2026-01-13 2026-01-14T01:00:00Z 90 cancelled")
        }
    }

    @Test func `fortnights keep their weeks, and start and end are kept`() async throws {
        try await withWorld { (world: World) async throws in
            try await work(world)
            // Counted from 2025-11-11, the first Tuesday of the group.
            #expect(try await change(world, ["everyWeeks": 2], 1).status == 200)
            try await work(world)
            let even = stride(from: 0, to: 12, by: 2).map { Self.tuesdays[$0] }
            #expect(try await days(world, world.mesa.group) == even)
            #expect(try await change(world, ["endsOn": "2026-02-03"], 2).status == 200)
            try await work(world)
            #expect(try await days(world, world.mesa.group) == Array(even.prefix(3)))
            try await world.advance(by: .seconds(40 * 86_400))
            try await work(world)
            #expect(try await days(world, world.mesa.group) == Array(even.prefix(3)))
            // The clock shows February 14th.
            #expect(
                try await change(world, ["endsOn": .null, "startsOn": "2026-03-02", "everyWeeks": 1], 3).status == 200)
            try await work(world)
            let later = try await days(world, world.mesa.group)
            #expect(Array(later.prefix(5)) == Array(even.prefix(3)) + ["2026-03-03", "2026-03-10"])
        }
    }

    @Test func `on a closure nobody meets; what is open again comes back, but for what somebody cancelled`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            func close(_ first: String, _ last: String) async throws -> String {
                let made = try await world.request(
                    .post, "/v1/closures", as: house.admin,
                    json: ["name": "Closed", "firstDay": .text(first), "lastDay": .text(last)])
                return made.headers["location"] ?? ""
            }
            let winter = try await close("2026-01-13", "2026-01-13")
            try await work(world)
            #expect(try await days(world, house.group) == Self.tuesdays.filter { $0 != "2026-01-13" })
            let meetings = try await list(world, "?from=2026-01-20")
            try await touch(world, meetings[0], ["cancelled": true])
            let spring = try await close("2026-01-20", "2026-01-27")
            try await work(world)
            #expect(try await days(world, house.group, "not cancelled") == ["2026-01-06"] + Self.tuesdays.dropFirst(4))
            // A closure ends a day earlier than was thought.
            let shorter = try await world.request(
                .patch, spring, as: house.admin, json: ["lastDay": "2026-01-26"], ifMatch: 1)
            #expect(shorter.status == 200)
            try await work(world)
            #expect(try await days(world, house.group, "not cancelled") == ["2026-01-06"] + Self.tuesdays.dropFirst(3))
            for path in [winter, spring] {
                let version = try await world.request(.get, path, as: house.admin).version
                #expect(try await world.request(.delete, path, as: house.admin, ifMatch: version).status == 204)
            }
            try await work(world)
            let open = try await days(world, house.group, "not cancelled")
            #expect(open == Self.tuesdays.filter { $0 != "2026-01-20" })
            #expect(try await days(world, world.tempe.group, "not cancelled") == Self.tuesdays)
        }
    }

    @Test func `a closure that comes while the worker plans is kept by the next round at the latest`() async throws {
        try await withWorld { (world: World) async throws in
            let groups = try await world.seed(world.mesa) { seed in
                (0..<60).map { seed.group("Group \($0)", in: world.mesa.program) }
            }
            for day in ["2026-01-13", "2026-01-20", "2026-01-27", "2026-02-03"] {
                async let first: Void = work(world)
                async let second: Void = work(world)
                async let closed = world.request(
                    .post, "/v1/closures", as: world.mesa.admin, json: ["name": "Closed", "firstDay": .text(day)])
                #expect(try await closed.status == 201)
                _ = try await (first, second)
                try await work(world)
                let open = try await world.database.superuser.pipeline(
                    Query.row(
                        """
                        select count(*) filter (where planned_on = \(day)::text::date), count(*)
                        from meetings where group_id = any (\(groups)) and not cancelled
                        """
                    ) { row in [try row.next(Int.self), try row.next(Int.self)] })
                #expect(open[0] == 0 && open[1] >= 60 * 8)
            }
        }
    }

    @Test func `a new group has its meetings at the next round, from its first day on`() async throws {
        try await withWorld { (world: World) async throws in
            let made = try await world.request(
                .post, "/v1/groups", as: world.mesa.owner,
                json: [
                    "programId": .text("\(world.mesa.program)"), "name": "Thursday", "capacity": 8,
                    "startsOn": "2026-02-06", "endsOn": "2026-02-26", "weekday": "thursday", "meetsAt": "17:30",
                    "timeZone": "America/Phoenix",
                ])
            try await work(world)
            let group = try #require(made["id"].text.flatMap { ID<Group>($0) })
            #expect(try await days(world, group) == ["2026-02-12", "2026-02-19", "2026-02-26"])
        }
    }

    @Test func `a round that the door does not let in is in the audit, and what it is`() async throws {
        try await withWorld { (world: World) async throws in
            _ = try await world.database.superuser.pipeline(
                Query.run("delete from access.rules where action = 'meeting.plan'"))
            await #expect(throws: PostgresError.self) { try await work(world) }
            let refused: SQL =
                "from audit_events where role = 'worker' and action = 'meeting.plan' and outcome = 'forbidden'"
            #expect(
                try await world.database.superuser.pipeline(
                    Query.row("select count(*) \(refused)") { try $0.next(Int.self) }) == 2)
            #expect(try await audited(world) == 0)
        }
    }

    @Test func `the worker sees groups and meetings, and nobody in them; the server makes no plans`() async throws {
        try await withWorld { (world: World) async throws in
            let practice = world.mesa.id
            let seen = try await withWorker(world) { worker in
                try await worker.transaction { tx in
                    _ = try await tx.pipeline(
                        Query.run(
                            "select from access.enter_work(\(practice), 'meeting.plan', now(), \(practice), '\\x00')"))
                    return try await tx.pipeline(
                        Query.row(
                            """
                            select array[(select count(*) from groups), (select count(*) from meetings),
                                (select count(*) from clients), (select count(*) from enrollments),
                                (select count(*) from attendance), (select count(*) from client_contacts)]
                            """
                        ) { try $0.next([Int].self) })
                }
            }
            #expect(seen == [2, 1, 0, 0, 0, 0])
            for statement in [
                "select access.practices_to_plan('2027-01-01')", "delete from meetings",
                "select access.enter_work(null, 'meeting.plan', now(), null, '\\x00')",
                "select access.meetings_in_use(null, null, now())",
            ] as [SQL] {
                let error = await #expect(throws: PostgresError.self) {
                    try await world.database.server.pipeline(Query.run(statement))
                }
                #expect(error?.sqlState == "42501", "\(statement.text)")
            }
        }
    }
}
