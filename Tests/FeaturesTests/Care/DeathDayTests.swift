import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// A death whose day was wrong, and what ended with it.
@Suite struct DeathDayTests {
    /// Two pieces of homework that close, and two appointments, on the third and on the day after today.
    private func plan(_ world: World) async throws -> (homework: [ID<Homework>], appointments: [ID<Appointment>]) {
        let house = world.mesa
        return try await world.seed(house) { seed in
            var appointments: [ID<Appointment>] = []
            for (piece, hours) in [(house.homework, -48), (house.groupHomework[0], 24)] {
                let at = seed.now + .seconds(Double(hours) * 3600)
                seed.add(
                    """
                    update homework set opens_at = \(at) - interval '20 days', due_at = \(at), closes_at = \(at),
                        version = version + 1
                    where practice_id = \(house.id) and homework_id = \(piece)
                    """)
                let appointment: ID<Appointment> = seed.id()
                seed.add(
                    """
                    insert into appointments (practice_id, appointment_id, kind, client_id, starts_at, minutes)
                    values (\(house.id), \(appointment), 'individual', \(house.client.clientID), \(at), 50)
                    """)
                appointments.append(appointment)
            }
            return ([house.homework, house.groupHomework[0]], appointments)
        }
    }

    private func died(_ world: World, on day: String) async throws {
        let answer = try await world.change(world.mesa.client, ["diedOn": .text(day)], as: world.mesa.intake)
        #expect(answer.status == 200, "\(answer.text)")
    }

    @Test(arguments: [
        ["2026-01-02", "2026-01-04"], ["2026-01-04", "2026-01-02"], ["2026-01-02", "2026-01-04", "2026-01-02"],
    ])
    func `all that a death ended ends on the day that is right in the end`(days: [String]) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let small = try await world.group("Small", seats: 1)
            // It begins between the days: on the earlier one there was no seat yet.
            let seat = try await world.enrolled(house.client, in: small, startsOn: "2026-01-03")
            let (homework, appointments) = try await plan(world)
            for day in days { try await died(world, on: day) }
            let last = days[days.count - 1]
            let isLater = last == "2026-01-04"

            #expect(try await world.days(of: "/v1/enrollments/\(house.enrollment)") == ["withdrawn", last])
            #expect(try await world.days(of: seat) == ["withdrawn", isLater ? last : "2026-01-03"])
            #expect(
                try await world.count(
                    """
                    from enrollments e where seat @> '2026-01-03'::date and client_id = \(house.client.clientID)
                    """) == (isLater ? 2 : 0))
            let couple = try await world.request(.get, "/v1/couples/\(house.couple)", as: house.intake)
            #expect(couple["until"] == .text(last), "\(couple.text)")
            #expect(
                try await world.count(
                    "from couple_members where couple_id = \(house.couple) and upper(during) = \(last)::date") == 2)
            // What was over before the day that is right was missed; what was not has gone.
            let missed: SQL = "from homework where homework_id = \(homework[0]) and state = 'assigned'"
            #expect(try await world.count(missed) == (isLater ? 1 : 0))
            #expect(
                try await world.count("from homework where homework_id = \(homework[1]) and state = 'withdrawn'") == 1)
            #expect(
                try await world.count(
                    "from appointments where appointment_id = \(appointments[0]) and cancelled_at is null")
                    == (isLater ? 1 : 0))
            #expect(
                try await world.count(
                    "from appointments where appointment_id = \(appointments[1]) and cancelled_at is not null") == 1)
            let closings = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/closings", as: house.intake)
            #expect(closings.items.map { $0["day"] } == [.text(last)])
            // A mistake gives back what it was, wherever it ended meanwhile.
            #expect(try await world.change(house.client, ["diedOn": .null], as: house.intake).status == 200)
            #expect(
                try await world.count("from couples where couple_id = \(house.couple) and upper_inf(during)") == 1)
        }
    }

    @Test func `guardianships move with the day, and their history says what they said`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            let made = try await world.request(
                .post, path, as: house.intake,
                json: ["guardian": ["name": "Gail Carter"], "scopes": ["schedule"], "from": "2025-12-01"])
            let one = try #require(made.headers["location"], "\(made.text)")
            func untils(_ page: TestAnswer) -> [JSONValue?] { page.items.map { $0["until"] } }
            func change(_ json: JSONValue) async throws {
                try await world.advance(by: .seconds(60))
                #expect(try await world.change(house.minor, json, as: house.intake).status == 200)
            }
            for day in ["2026-01-02", "2026-01-04"] { try await change(["diedOn": .text(day)]) }
            #expect(try await world.request(.get, one, as: house.intake)["until"] == "2026-01-04")
            let history = try await world.request(.get, one + "/history", as: house.intake)
            #expect(untils(history) == ["2026-01-02", .null], "\(history.text)")
            try await change(["diedOn": .null])
            #expect(try await world.request(.get, one, as: house.intake)["until"] == .null)
            let after = try await world.request(.get, one + "/history", as: house.intake)
            #expect(untils(after) == ["2026-01-04", "2026-01-02", .null], "\(after.text)")
        }
    }

    @Test func `what somebody has changed since, and a seat that is another's by then, stays, and the desk is told`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let small = try await world.group("Small", seats: 1)
            let seat = try await world.enrolled(house.client, in: small, startsOn: "2025-12-20")
            let spare = try await world.group("Spare", seats: 3)
            let corrected = try await world.enrolled(house.client, in: spare, startsOn: "2025-12-20")
            try await died(world, on: "2026-01-02")
            let other = try await world.clients(1)[0]
            let others = try await world.enrolled(other, in: small, startsOn: "2026-01-03")
            let step: JSONValue = ["status": "active", "from": "2025-12-20"]
            let end: JSONValue = ["status": "withdrawn", "from": "2025-12-30", "reason": "Moved away."]
            #expect(try await world.correct(corrected, to: [step, end]).status == 200)
            func asked() async throws -> Int {
                try await world.request(.get, "/v1/tasks", as: house.intake).items.count {
                    $0["kind"] == "client_died"
                }
            }
            let task = try await world.request(.get, "/v1/tasks", as: house.intake).items.first
            let id = try #require(task?["id"]?.text)
            #expect(try await world.request(.put, "/v1/tasks/\(id)/completion", as: house.intake).status < 300)
            #expect(try await asked() == 0)
            try await died(world, on: "2026-01-04")
            #expect(try await world.days(of: seat) == ["withdrawn", "2026-01-02"])
            #expect(try await world.days(of: corrected) == ["withdrawn", "2025-12-30"])
            #expect(try await world.days(of: "/v1/enrollments/\(house.enrollment)") == ["withdrawn", "2026-01-04"])
            #expect(try await asked() == 1)
            let closings = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/closings", as: house.intake)
            let stayed = closings.items.first?["ended"]?.list.filter { $0["stayed"] == true } ?? []
            #expect(seat.hasSuffix(stayed.first?["id"]?.text ?? "?") && stayed.count == 1, "\(closings.text)")
            // Where nobody is in the way any more it is moved, from the day on which it stayed.
            let left = try await world.step(others, "withdrawn", from: "2026-01-03", reason: "Came once.")
            #expect(left.status == 200, "\(left.text)")
            try await died(world, on: "2026-01-05")
            #expect(try await world.days(of: seat) == ["withdrawn", "2026-01-05"])
        }
    }

    @Test func `who had left before the death has left when it is taken back, and what was kept is kept`() async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let closing: JSONValue = [
                "seats": "end", "account": "keep", "careTeam": "keep", "couple": "keep", "homework": "end",
            ]
            let left = try await world.change(
                house.client, ["status": "inactive", "closing": closing], as: house.intake)
            #expect(left.status == 200, "\(left.text)")
            try await world.advance(by: .seconds(86_400))
            try await died(world, on: "2026-01-06")
            #expect(try await world.request(.get, "/v1/me", as: house.client).status == 401)
            let back = try await world.change(house.client, ["diedOn": .null], as: house.intake)
            #expect(back.status == 200 && back["status"] == "inactive" && back["diedOn"] == .null, "\(back.text)")
            let closings = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/closings", as: house.intake)
            #expect(closings.items.map { $0["cause"] } == ["died", "inactive"])
            #expect(closings.items.map { $0["reopenedAt"] == .null } == [false, true])
            #expect(closings.items.last?["kept"] == ["account", "careTeam", "couple"])
            #expect(
                try await world.count(
                    "from accounts where account_id = \(house.client.accountID) and disabled_at is null") == 1)
            #expect(
                try await world.count("from couples where couple_id = \(house.couple) and upper_inf(during)") == 1)
            // And what ended when it was said that the client had left comes back when that is taken back.
            let active = try await world.change(house.client, ["status": "active"], as: house.intake)
            #expect(active.status == 200 && active["status"] == "active")
        }
    }

    @Test func `an account that was kept at first and ended later comes back with the chart`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let kept: JSONValue = [
                "seats": "keep", "account": "keep", "careTeam": "keep", "couple": "keep", "homework": "keep",
            ]
            _ = try await world.change(house.client, ["status": "inactive", "closing": kept], as: house.intake)
            try await world.advance(by: .seconds(60))
            _ = try await world.change(
                house.client, ["status": "inactive", "closing": ["account": "end"]], as: house.intake)
            let disabled: SQL = "from accounts where account_id = \(house.client.accountID) and disabled_at is not null"
            #expect(try await world.count(disabled) == 1)
            #expect(try await world.change(house.client, ["status": "active"], as: house.intake).status == 200)
            #expect(try await world.count(disabled) == 0)
        }
    }

    @Test func `nothing says of who lives that the client has died`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/enrollments/\(house.enrollment)"
            try await died(world, on: "2026-01-03")
            #expect(try await world.request(.get, path, as: house.intake)["reason"] == "The client has died.")
            #expect(try await world.change(house.client, ["diedOn": .null], as: house.intake).status == 200)
            let seat = try await world.request(.get, path, as: house.intake)
            #expect(seat["status"] == "withdrawn" && seat["endedOn"] == "2026-01-03", "\(seat.text)")
            #expect(seat["reason"] == "A death was recorded by mistake.")
            #expect(
                try await world.count(
                    "from enrollment_spans where upper_inf(recorded) and reason = 'The client has died.'") == 0)
        }
    }

    @Test func `a status that contradicts the day of death is refused where it stands`() async throws {
        try await withWorld { (world: World) async throws in
            try await died(world, on: "2026-01-03")
            for status in ["active", "inactive"] {
                let refused = try await world.change(
                    world.mesa.client, ["status": .text(status)], as: world.mesa.intake)
                #expect(refused.status == 422 && refused.faults == ["/status contradicts_died_on"], "\(refused.text)")
            }
        }
    }
}
