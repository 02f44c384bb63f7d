import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Requests that meet at a row, each in the middle of its transaction.
@Suite struct MeetingRequestsTests {
    @Test func `a client who is handed over to two colleagues at once goes to one of them`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let chart = "/v1/clients/\(house.client.clientID)"
            let before = try await world.request(.get, "\(chart)/care-team", as: house.intake)
            let membership = try #require(before.items.first?["id"]?.text)
            @Sendable func handOver(to person: Person) async throws -> TestAnswer {
                try await world.request(
                    .put, "\(chart)/care-team/\(membership)/hand-over", as: house.intake,
                    json: ["accountId": .text("\(person.accountID)")])
            }
            let (one, other) = try await world.meet(
                at:
                    "select from care_team_memberships where membership_id = \(ID<CareTeamMembership>(membership) ?? .nil) for update",
                { try await handOver(to: house.newcomer) }, { try await handOver(to: house.facilitator) })
            #expect([one.status, other.status] == [200, 409] && other.code == "membership_has_ended")
            #expect(try await world.request(.get, chart, as: house.newcomer).status == 200)
            #expect(try await world.request(.get, "\(chart)/notes", as: house.facilitator).status == 404)
            #expect(
                try await world.count(
                    "from care_team_memberships where client_id = \(house.client.clientID) and upper_inf(during)") == 1)
        }
    }

    @Test func `who assigns an inquiry and who takes the assignment away do not wait for each other for ever`()
        async throws
    {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/inquiries/\(house.inquiry)/assignment"
            @Sendable func assign(_ person: Person, _ version: Int) async throws -> TestAnswer {
                try await world.request(
                    .put, path, as: house.intake, json: ["counselorId": .text("\(person.accountID)")], ifMatch: version)
            }
            #expect(try await assign(house.counselor, 1).status == 200)
            let (assigned, taken) = try await world.meet(
                at: "select from inquiries where inquiry_id = \(house.inquiry) for update",
                { try await assign(house.newcomer, 2) },
                { try await world.request(.delete, path, as: house.owner, ifMatch: 2) })
            #expect([assigned.status, taken.status] == [200, 412])
        }
    }

    @Test func `who hands in with a file and who takes back do not wait for each other for ever`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let file = try await world.fileHomework()
            let answers: JSONValue = ["photos": [.text("\(file.attachment)")]]
            #expect(try await world.submit(file.homework, answers, version: file.version).status == 200)
            let (again, back) = try await world.meet(
                at: "select from attachments where attachment_id = \(file.attachment) for update",
                { try await world.submit(file.homework, answers, version: file.version) },
                { try await world.takeBack(file.homework, ifMatch: 2) })
            #expect([again.status, back.status] == [200, 200])
            #expect(try await world.read(file.homework, as: mesa.counselor).answers == [])
        }
    }

    @Test
    func `who withdraws a piece with all that follows, and who does so from a later one, do not wait for each other`()
        async throws
    {
        try await withWorld { world in
            let mesa = world.mesa
            // They lie in the table the other way round than they are due.
            let pieces = [ID<Homework>](count: 3) { ID(world.surroundings.newID()) }
            for number in [3, 2, 1] {
                try await world.run(
                    """
                    insert into homework (practice_id, homework_id, assignment_id, exercise_version_id, client_id, occurrence,
                                          title, opens_at, due_at)
                    values (\(mesa.id), \(pieces[number - 1]), \(mesa.assignment), \(mesa.exerciseVersion),
                            \(mesa.client.clientID), \(number + 10), 'Daily', \(world.clock.now), \(world.clock.now))
                    """)
            }
            @Sendable func withdraw(_ homework: ID<Homework>) async throws -> TestAnswer {
                try await world.request(
                    .put, "/v1/homework/\(homework)/withdrawal", as: mesa.counselor, json: ["andLater": true],
                    ifMatch: 1)
            }
            let (later, all) = try await world.meet(
                at: "select from homework where homework_id = \(pieces[1]) for update",
                { try await withdraw(pieces[1]) },
                { try await withdraw(pieces[0]) })
            #expect([later.status, all.status] == [200, 200] && later["withdrawn"] == 2 && all["withdrawn"] == 1)
        }
    }

    @Test func `who moves a member to another group and who closes the practice do not wait for each other for ever`()
        async throws
    {
        try await withWorld { world in
            let mesa = world.mesa
            let groups = try await world.seed(mesa) { seed in
                [seed.group("From", in: mesa.program), seed.group("Into", in: mesa.program)]
            }
            let path = try await world.enrolled(try await world.clients(1, "Moving")[0], in: groups[0])
            // The one with the lower id lies behind the other in the table.
            try await world.run("update groups set name = 'Moved', version = version + 1 where group_id = \(groups[0])")
            let (moved, closed) = try await world.meet(
                at: "select from groups where group_id = \(groups[0]) for update",
                { try await world.transfer(path, to: groups[1], seen: 1) },
                {
                    try await world.request(
                        .post, "/v1/closures", as: mesa.admin,
                        json: ["name": "Spring", "firstDay": "2026-03-16", "lastDay": "2026-03-20"])
                })
            #expect([moved.status, closed.status] == [200, 201])
        }
    }

    @Test func `of two new texts of an exercise at once each gets a number of its own`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            @Sendable func publish(_ title: String) async throws -> TestAnswer {
                try await world.request(
                    .post, "/v1/exercises/\(mesa.exercise)/versions", as: mesa.owner,
                    json: ["title": .text(title), "instructions": "", "fields": Seed.checkIn])
            }
            let (one, other) = try await world.meet(
                at: "select from exercises where exercise_id = \(mesa.exercise) for update",
                { try await publish("One") }, { try await publish("Other") })
            #expect([one.status, other.status] == [201, 201])
            #expect([one["number"], other["number"]] == [2, 3])
        }
    }

    @Test
    func `homework given to a couple that ends just now, or to a group that somebody joins, is gone through again`()
        async throws
    {
        try await withWorld { world in
            let mesa = world.mesa
            let other = try await world.clients(1, "Joining")[0]
            let weekly: JSONValue = [
                "repeats": "weekly", "weekdays": ["monday"], "startsOn": "2026-01-12", "dueTime": "20:00",
                "timeZone": "America/Phoenix",
            ]
            // Whoever gives it has looked at who is there, and is about to write.
            let held: SQL =
                "select from exercise_versions where exercise_version_id = \(mesa.exerciseVersion) for update"
            let (given, ended) = try await world.meet(
                at: held, { try await world.assign(to: "couples/\(mesa.couple)", weekly) },
                { try await world.request(.put, "/v1/couples/\(mesa.couple)/ending", as: mesa.counselor, json: [:]) })
            #expect([given.status, ended.status] == [201, 200])
            let (given2, joined) = try await world.meet(
                at: held, { try await world.assign(to: "groups/\(mesa.group)", weekly, as: mesa.facilitator) },
                { try await world.enroll(other, in: mesa.group, as: mesa.intake) })
            #expect([given2.status, joined.status] == [201, 201])
            for answer in [given, given2] {
                let id = ID<Assignment>(answer.headers["location"]?.split(separator: "/").last ?? "") ?? .nil
                #expect(
                    try await world.count(
                        "from homework_assignments where assignment_id = \(id) and plan_next = '2000-01-01'") == 1)
            }
        }
    }
}

extension Array {
    fileprivate init(count: Int, _ make: () -> Element) { self = (0..<count).map { _ in make() } }
}

extension World {
    /// A piece that asks for files, with one that has come.
    fileprivate func fileHomework() async throws -> (
        homework: ID<Homework>, version: ID<ExerciseVersion>, attachment: ID<Void>
    ) {
        let made = try await seed(mesa) { seed in
            let exercise = try seed.exercise(
                "Photos", fields: [["key": "photos", "label": "Photos", "type": "file", "accepts": ["image"]]])
            let homework = seed.homework(
                exercise, title: "Photos", for: [mesa.client], assignedBy: mesa.counselor
            ).homework[0]
            return (homework: homework, version: exercise.version, attachment: seed.id(Void.self))
        }
        try await run(
            """
            insert into attachments (practice_id, attachment_id, homework_id, client_id, key, name, size, received, media_type,
                                     created_at, completed_at)
            values (\(mesa.id), \(made.attachment), \(made.homework), \(mesa.client.clientID), 'photos', '\\x00', 1, 1,
                    'image/png', \(clock.now), \(clock.now))
            """)
        return made
    }
}
