import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Seats: who gets one, who does not and why, and what may follow.
@Suite struct EnrollmentTests {
    @Test func `the front desk enrolls a client, who is then on the roster and in the chart`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let eve = try await world.seed(house) { try $0.client("Eve Ellis") }
            let made = try await world.enroll(eve, in: house.group, as: house.intake)
            #expect(made.status == 201 && made["startsOn"] == "2026-01-05" && made["status"] == "active")
            let path = made.headers["location"] ?? ""
            #expect(try await world.request(.get, path, as: house.intake)["groupName"] == "Tuesday")
            let list = try await world.request(.get, "/v1/groups/\(house.group)/enrollments", as: house.facilitator)
            #expect(Set(list.items.map { $0["familyName"]?.text }) == ["Archer", "Dorsey", "Ellis"])
            let own = try await world.request(.get, "/v1/clients/\(eve.clientID)/enrollments", as: eve)
            #expect(own.items.count == 1)
            #expect(try await world.enroll(eve, in: house.group, as: house.intake).code == "already_enrolled")
            for stranger in [house.newcomer, house.counselor, world.tempe.facilitator] {
                #expect(try await world.enroll(eve, in: house.group, as: stranger).status == 404)
            }
            #expect(try await world.request(.get, path, as: house.newcomer).status == 404)
            #expect(try await world.request(.get, path, as: house.client).status == 404)
        }
    }

    @Test func `a facilitator enrolls into the own group whom they see, and of others learns nothing`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (eve, ben) = try await world.seed(house) { seed in
                (try seed.client("Eve Ellis", treatedBy: house.facilitator), try seed.client("Ben Bell"))
            }
            #expect(try await world.enroll(eve, in: house.group, as: house.facilitator).status == 201)
            let hidden = try await world.enroll(ben, in: house.group, as: house.facilitator)
            #expect(hidden.status == 422 && hidden.faults == ["/clientId no_such_client"])
            let foreign = try await world.enroll(world.tempe.client, in: house.group, as: house.facilitator)
            #expect(foreign.withoutRequestID == hidden.withoutRequestID)
            #expect(try await world.enroll(ben, in: house.group, as: house.intake).status == 201)
        }
    }

    @Test func `who is too young, not in care, or too late is not enrolled`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (eve, group) = try await world.seed(house) { seed in
                (try seed.client("Eve Ellis"), seed.group("Started", in: house.program))
            }
            try await world.run("update programs set minimum_age = 18, version = 2 where program_id = \(house.program)")
            #expect(try await world.enroll(house.minor, in: house.group, as: house.intake).code == "not_eligible")
            try await world.run("update groups set open = false, version = 2 where group_id = \(group)")
            #expect(try await world.enroll(eve, in: group, as: house.intake).code == "group_is_closed")
            try await world.run("update groups set ends_on = '2026-01-01', version = 3 where group_id = \(group)")
            #expect(try await world.enroll(eve, in: group, as: house.intake).code == "group_has_ended")
            try await world.seed(house) {
                $0.add("update clients set status = 'inactive', version = 2 where client_id = \(eve.clientID)")
            }
            let inactive = try await world.enroll(eve, in: house.group, as: house.intake)
            #expect(inactive.status == 409 && inactive.code == "client_is_not_active")
        }
    }

    @Test func `of sixty-four who take ten seats at once, ten get them`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let people = try await world.clients(64)
            let group = try await world.group("Ten", seats: 10)
            let statuses = try await withThrowingTaskGroup(of: TestAnswer.self) { tasks in
                for person in people {
                    tasks.addTask { try await world.enroll(person, in: group, as: house.intake) }
                }
                return try await tasks.reduce(into: [String]()) { $0.append("\($1.status) \($1.code ?? "")") }
            }
            #expect(
                statuses.sorted() == Array(repeating: "201 ", count: 10) + Array(repeating: "409 group_full", count: 54)
            )
            #expect(try await world.request(.get, "/v1/groups/\(group)", as: house.intake)["seatsTaken"] == 10)
        }
    }

    @Test func `an enrollment that cannot be read is refused with all its faults`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let refused = try await world.request(
                .post, "/v1/groups/\(house.group)/enrollments", as: house.intake,
                json: ["clientId": "Adam", "status": "paused", "startsOn": "2026-02-30", "why": 1])
            #expect(
                refused.faults == [
                    "/clientId not_an_id", "/status not_a_choice", "/startsOn not_a_day", "/why unknown_member",
                ])
        }
    }

    @Test func `an enrollment repeated under the same key is made once`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let eve = try await world.seed(house) { try $0.client("Eve Ellis") }
            var answers: [TestAnswer] = []
            for _ in 1...2 {
                answers.append(
                    try await world.request(
                        .post, "/v1/groups/\(house.group)/enrollments", as: house.intake,
                        json: ["clientId": .text("\(eve.clientID)")], idempotencyKey: "once"))
            }
            #expect(answers.map(\.status) == [201, 201] && answers[0].body == answers[1].body)
        }
    }

    @Test func `who waits, or has an offer, has no seat; a seat reaches from its first day to the end of a pause`()
        async throws
    {
        try await withWorld { world in
            let eve = try await world.seed(world.mesa) { try $0.client("Eve Ellis") }
            let group = try await world.group("Small", seats: 2)
            func seat() async throws -> String {
                try await world.database.superuser.pipeline(
                    Query.row("select seat::text from enrollments where group_id = \(group)") { try $0.next() })
            }
            let path = try await world.enrolled(eve, in: group, status: "waitlisted", startsOn: "2025-12-01")
            #expect(try await seat() == "empty")
            #expect(try await world.step(path, "offered", from: "2026-01-04").status == 200)
            #expect(try await seat() == "empty")
            #expect(try await world.step(path, "active").status == 200)
            #expect(try await seat() == "[2026-01-05,)")
            #expect(try await world.step(path, "paused", from: "2026-01-12").status == 200)
            #expect(try await seat() == "[2026-01-05,)")
            #expect(try await world.step(path, "completed", from: "2026-01-19").status == 200)
            #expect(try await seat() == "[2026-01-05,2026-01-19)")
        }
    }
}
