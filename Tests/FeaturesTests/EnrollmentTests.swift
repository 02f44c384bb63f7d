import Postgres
import Practice
import TestSupport
import Testing

/// Seats: who gets one, who does not and why, and what may follow.
@Suite struct EnrollmentTests {
    @Test func `the front desk enrolls a client, who is then on the roster and in the chart`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let eve = try await world.seed(house) { try $0.client("Eve Ellis") }
            let made = try await enroll(eve, in: house.group, as: house.intake, world)
            #expect(made.status == 201 && made["startsOn"] == "2026-01-05" && made["status"] == "active")
            let path = made.headers["location"] ?? ""
            #expect(try await world.request(.get, path, as: house.intake)["groupName"] == "Tuesday")
            let list = try await world.request(.get, "/v1/groups/\(house.group)/enrollments", as: house.facilitator)
            #expect(Set(list.items.map { $0["familyName"]?.text }) == ["Archer", "Dorsey", "Ellis"])
            let own = try await world.request(.get, "/v1/clients/\(eve.clientID)/enrollments", as: eve)
            #expect(own.items.count == 1)
            #expect(try await enroll(eve, in: house.group, as: house.intake, world).code == "already_enrolled")
            for stranger in [house.newcomer, house.counselor, world.tempe.facilitator] {
                #expect(try await enroll(eve, in: house.group, as: stranger, world).status == 404)
            }
            #expect(try await world.request(.get, path, as: house.newcomer).status == 404)
            #expect(try await world.request(.get, path, as: house.client).status == 404)
        }
    }

    @Test func `a facilitator enrolls into the own group whom intake told them of`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let eve = try await world.seed(house) { try $0.client("Eve Ellis") }
            let made = try await enroll(eve, in: house.group, as: house.facilitator, world)
            #expect(made.status == 201)
            let unknown = try await enroll(world.tempe.client, in: house.group, as: house.facilitator, world)
            #expect(unknown.status == 404)
        }
    }

    @Test func `partners are never placed together, and nobody is told why`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let refused = try await enroll(house.partner, in: house.group, as: house.intake, world)
            #expect(refused.status == 409 && refused.code == "not_placeable")
            #expect(refused["detail"] == "This client cannot be placed in this group.")
        }
    }

    @Test func `who is too young, not in care, or too late is not enrolled`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (eve, group) = try await world.seed(house) { seed in
                (try seed.client("Eve Ellis"), seed.group("Started", in: house.program))
            }
            try await world.run("update programs set minimum_age = 18, version = 2 where program_id = \(house.program)")
            #expect(try await enroll(house.minor, in: house.group, as: house.intake, world).code == "not_eligible")
            try await world.run("update groups set open = false, version = 2 where group_id = \(group)")
            #expect(try await enroll(eve, in: group, as: house.intake, world).code == "group_is_closed")
            try await world.run("update groups set ends_on = '2026-01-01', version = 3 where group_id = \(group)")
            #expect(try await enroll(eve, in: group, as: house.intake, world).code == "group_has_ended")
            try await world.seed(house) {
                $0.add("update clients set status = 'inactive', version = 2 where client_id = \(eve.clientID)")
            }
            let inactive = try await enroll(eve, in: house.group, as: house.intake, world)
            #expect(inactive.status == 409 && inactive.code == "client_is_not_active")
        }
    }

    @Test func `of six who take the last two seats at once, two get them`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (people, group) = try await world.seed(house) { seed in
                (
                    try (0..<6).map { try seed.client("Given\($0) Family\($0)") },
                    seed.group("Small", in: house.program, capacity: 2)
                )
            }
            let statuses = try await withThrowingTaskGroup(of: TestAnswer.self) { tasks in
                for person in people { tasks.addTask { try await enroll(person, in: group, as: house.intake, world) } }
                return try await tasks.reduce(into: [String]()) { $0.append("\($1.status) \($1.code ?? "")") }
            }
            #expect(statuses.sorted() == ["201 ", "201 "] + Array(repeating: "409 group_full", count: 4))
            #expect(try await world.request(.get, "/v1/groups/\(group)", as: house.intake)["seatsTaken"] == 2)
        }
    }

    @Test func `an enrollment takes the steps that are drawn, and remembers them`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/enrollments/\(house.enrollment)"
            let paused = try await world.request(
                .patch, path, as: house.facilitator, json: ["status": "paused", "reason": "Travels."], ifMatch: 1)
            #expect(paused["status"] == "paused" && paused["reason"] == "Travels." && paused.version == 2)
            let stale = try await world.request(
                .patch, path, as: house.facilitator, json: ["status": "active"], ifMatch: 1)
            #expect(stale.status == 412)
            #expect(try await world.request(.patch, path, as: house.intake, json: ["status": "active"]).status == 428)
            let back = try await world.request(.patch, path, as: house.intake, json: ["status": "offered"], ifMatch: 2)
            #expect(back.status == 409 && back.code == "enrollment_status_does_not_follow")
            #expect(back["detail"] == "What may follow is: active, completed, withdrawn, transferred.")
            let left = try await world.request(
                .patch, path, as: house.intake, json: ["status": "withdrawn"], ifMatch: 2)
            #expect(left["endedOn"] == "2026-01-05")
            let own = try await world.request(.get, path, as: house.client)
            #expect(own["status"] == "withdrawn" && own["reason"] == .null)
            let history = try await world.database.superuser.pipeline(
                Query.rows(
                    "select status from enrollment_history where enrollment_id = \(house.enrollment) order by version"
                ) {
                    row in try row.next(String.self)
                })
            #expect(history == ["active", "paused"])
            #expect(try await enroll(house.client, in: house.group, as: house.intake, world).status == 201)
            #expect(
                try await world.request(.patch, path, as: house.newcomer, json: ["status": "active"], ifMatch: 3).status
                    == 404)
        }
    }

    @Test func `who waits takes a seat later, when there is one`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let eve = try await world.seed(house) { try $0.client("Eve Ellis") }
            let waiting = try await enroll(eve, in: house.group, as: house.intake, world, status: "waitlisted")
            let path = waiting.headers["location"] ?? ""
            try await world.run("update groups set capacity = 2, version = 2 where group_id = \(house.group)")
            let offered = try await world.request(
                .patch, path, as: house.intake, json: ["status": "offered"], ifMatch: 1)
            #expect(offered.status == 200)
            let full = try await world.request(.patch, path, as: house.intake, json: ["status": "active"], ifMatch: 2)
            #expect(full.status == 409 && full.code == "group_full")
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
}

private func enroll(
    _ client: Person, in group: ID<Group>, as person: Person, _ world: World, status: String = "active"
) async throws -> TestAnswer {
    try await world.request(
        .post, "/v1/groups/\(group)/enrollments", as: person,
        json: ["clientId": .text("\(client.clientID)"), "status": .text(status)])
}
