import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// The worker makes what is due ahead of time: each once, for whoever is to have it. The clock shows Monday, 2026-01-05, 09:00
/// in Phoenix.
@Suite struct HomeworkPlanningTests {
    private static let daily = #""repeats":"daily","startsOn":"2026-01-05","dueTime":"20:00""#
    private static let tuesdays =
        #""repeats":"weekly","weekdays":["tuesday"],"startsOn":"2026-01-05","dueTime":"20:00""#

    @Test func `six weeks are made at once, and more before they run out`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let id = try await world.give(
                to: "clients/\(mesa.client.clientID)", Self.daily, as: mesa.counselor)
            let made = try await world.pieces(of: id, mesa.client)
            try await world.planHomework()
            #expect(try await world.pieces(of: id, mesa.client) == made && made.count == 42)
            try await world.pass(days: 34, step: 17)
            #expect(try await world.pieces(of: id, mesa.client) == made)
            try await world.pass(days: 2)
            #expect(try await world.dueDays(of: id, mesa.client) == days("2026-01-05", 77))
            #expect(try await world.homeworkPlansAudited() == 1)
        }
    }

    @Test func `a year in which the worker slept is made up for, and a clock that goes back makes nothing twice`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let own = try await world.give(to: "clients/\(mesa.client.clientID)", Self.daily, as: mesa.counselor)
            let couples = try await world.give(
                to: "couples/\(mesa.couple)", Self.tuesdays + #","count":40"#, as: mesa.counselor)
            try await world.pass(days: 365, step: 365)
            #expect(try await world.dueDays(of: own, mesa.client) == days("2026-01-05", 407))
            for partner in [mesa.client, mesa.partner] {
                #expect(try await world.dueDays(of: couples, partner) == days("2026-01-06", 40, every: 7))
            }
            let before = try await world.pieces(of: own, mesa.client)
            world.clock.advance(by: .seconds(-200 * 86_400))
            try await world.put("update homework_assignments set plan_next = '2000-01-01' where ended_at is null")
            try await world.planHomework()
            #expect(try await world.pieces(of: own, mesa.client) == before)
            world.clock.advance(by: .seconds(207 * 86_400))
            try await world.planHomework()
            world.clock.advance(by: .seconds(30 * 86_400))
            try await world.planHomework()
            #expect(try await world.dueDays(of: own, mesa.client) == days("2026-01-05", 444))
        }
    }

    @Test func `who joins late gets what is still ahead, who pauses none of these days, and who leaves nothing more`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let group = mesa.group
            let id = try await world.give(to: "groups/\(group)", Self.tuesdays, as: mesa.facilitator)
            try await world.pass(days: 10)
            let late = try await world.seed(mesa) { seed in try seed.client("Lena Late") }
            let enrolled = try await world.seed(mesa) { seed in
                seed.enrollment(of: late.clientID, in: group, status: "active", during: "daterange('2026-01-01', null)")
            }
            #expect(try await world.dueDays(of: id, late) == [])
            try await world.planHomework()
            // The clock shows January 15th. What was due before is not made, however long she is said to be in the group.
            #expect(try await world.pieces(of: id, late).first == "3 2026-01-20 2026-01-21T03:00:00Z assigned")
            #expect(try await world.dueDays(of: id, late) == days("2026-01-20", 6, every: 7))
            let paused = try await world.request(
                .put, "/v1/enrollments/\(enrolled)/status", as: mesa.facilitator,
                json: ["status": "paused", "from": "2026-01-26", "until": "2026-02-10", "reason": "Travels."],
                ifMatch: 1)
            #expect(paused.status == 200, "\(paused.text)")
            try await world.planHomework()
            #expect(try await world.dueDays(of: id, late) == ["2026-01-20", "2026-02-10", "2026-02-17", "2026-02-24"])
            let left = try await world.request(
                .put, "/v1/enrollments/\(enrolled)/status", as: mesa.facilitator,
                json: ["status": "withdrawn", "from": "2026-01-15", "reason": "Moved away."], ifMatch: 2)
            #expect(left.status == 200, "\(left.text)")
            try await world.planHomework()
            // What she could open stays.
            #expect(try await world.dueDays(of: id, late) == ["2026-01-20"])
            #expect(try await world.dueDays(of: id, mesa.client) == days("2026-01-06", 8, every: 7))
        }
    }

    @Test func `who joins is not given what was due this morning, nor what came before meetings that are past`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            for day in ["2026-01-07", "2026-01-14"] {
                let met = try await world.request(
                    .post, "/v1/groups/\(mesa.group)/meetings", as: mesa.facilitator,
                    json: ["startsAt": .text("\(day)T01:00:00Z")])
                #expect(met.status == 201)
            }
            let mornings = try await world.give(
                to: "groups/\(mesa.group)", #""repeats":"daily","startsOn":"2026-01-05","dueTime":"08:00""#,
                as: mesa.facilitator)
            let evenings = try await world.give(
                to: "groups/\(mesa.group)",
                #""repeats":"beforeMeetings","daysBefore":1,"startsOn":"2026-01-05","dueTime":"20:00""#,
                as: mesa.facilitator)
            try await world.pass(days: 3)
            // The clock shows January 8th, 09:00.
            let late = try await world.seed(mesa) { seed in
                let client = try seed.client("Lena Late")
                _ = seed.enrollment(
                    of: client.clientID, in: mesa.group, status: "active", during: "daterange('2026-01-01', null)")
                return client
            }
            try await world.planHomework()
            #expect(try await world.dueDays(of: mornings, mesa.client).first == "2026-01-06")
            #expect(try await world.dueDays(of: mornings, late).first == "2026-01-09")
            #expect(try await world.dueDays(of: evenings, mesa.client) == ["2026-01-05", "2026-01-12"])
            #expect(try await world.dueDays(of: evenings, late) == ["2026-01-12"])
        }
    }

    @Test func `who leaves on the day of joining is not given what was planned`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let (brief, enrolled) = try await world.seed(mesa) { seed in
                let client = try seed.client("Bea Brief")
                let enrollment = seed.enrollment(
                    of: client.clientID, in: mesa.group, status: "active", during: "daterange('2026-01-12', null)")
                return (client, enrollment)
            }
            let id = try await world.give(to: "groups/\(mesa.group)", Self.tuesdays, as: mesa.facilitator)
            #expect(try await world.dueDays(of: id, brief) == days("2026-01-13", 5, every: 7))
            let left = try await world.request(
                .put, "/v1/enrollments/\(enrolled)/status", as: mesa.facilitator,
                json: ["status": "withdrawn", "from": "2026-01-12", "reason": "Moved away."], ifMatch: 1)
            #expect(left.status == 200, "\(left.text)")
            try await world.planHomework()
            #expect(try await world.dueDays(of: id, brief) == [])
        }
    }

    @Test func `three workers at once, cut off again and again, skip nothing and double nothing`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let own = try await world.give(to: "clients/\(mesa.client.clientID)", Self.daily, as: mesa.counselor)
            let couples = try await world.give(to: "couples/\(mesa.couple)", Self.daily, as: mesa.counselor)
            let groups = try await world.give(to: "groups/\(mesa.group)", Self.daily, as: mesa.facilitator)
            let late = try await world.seed(mesa) { seed in
                let client = try seed.client("Lena Late")
                _ = seed.enrollment(
                    of: client.clientID, in: mesa.group, status: "active", during: "daterange('2026-02-01', null)")
                return client
            }
            try await world.planHomework()
            for _ in 0..<6 {
                try await world.advance(by: .seconds(37 * 86_400))
                await world.planAmidKills()
                try await world.planHomework()
            }
            let all = try days("2026-01-05", 222 + 42)
            for (assignment, client) in [
                (own, mesa.client), (couples, mesa.client), (couples, mesa.partner), (groups, mesa.client),
                (groups, mesa.loner),
            ] {
                #expect(try await world.dueDays(of: assignment, client) == all)
            }
            #expect(try await world.dueDays(of: groups, late) == all.filter { $0 >= "2026-02-01" })
            let numbers = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select distinct occurrence - (planned_on - '2026-01-05'::date) from homework
                    where assignment_id = any (\([own, couples, groups]))
                    """
                ) { try $0.next(Int.self) })
            #expect(numbers == [1])
        }
    }
}

extension World {
    func homeworkPlansAudited() async throws -> Int {
        try await database.superuser.pipeline(
            Query.row(
                """
                select count(*) from audit_events
                where action = 'homework.plan' and role = 'worker' and outcome = 'allowed'
                """
            ) { try $0.next() })
    }

    /// Three workers beside each other, whose connections are ended while they work.
    fileprivate func planAmidKills() async {
        await withTaskGroup { tasks in
            for _ in 0..<3 {
                tasks.addTask {
                    // What is cut off fails; another round follows, as the worker has it.
                    for _ in 0..<4 { do { try await planHomework() } catch { continue } }
                }
            }
            tasks.addTask {
                for _ in 0..<6 {
                    do {
                        _ = try await database.superuser.pipeline(
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
    }
}
