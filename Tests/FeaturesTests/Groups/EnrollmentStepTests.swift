import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What may follow what, from which day, and what is kept of what was believed before.
@Suite struct EnrollmentStepTests {
    @Test func `an enrollment takes the steps that are drawn, and no other`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/enrollments/\(house.enrollment)"
            let paused = try await world.step(path, "paused", as: house.facilitator, reason: "Travels.", seen: 1)
            #expect(paused["status"] == "paused" && paused["reason"] == "Travels." && paused.version == 2)
            #expect(try await world.step(path, "active", seen: 1).status == 412)
            #expect(
                try await world.request(.put, "\(path)/status", as: house.intake, json: ["status": "active"]).status
                    == 428)
            for (status, code) in [
                ("offered", "enrollment_status_does_not_follow"), ("waitlisted", "enrollment_status_does_not_follow"),
                ("transferred", "transfer_needs_a_group"),
            ] {
                let refused = try await world.step(path, status)
                #expect(refused.status == 409 && refused.code == code, "\(status)")
            }
            #expect(
                try await world.step(path, "offered")["detail"]
                    == "What may follow today is: active, completed, withdrawn, transferred.")
            let left = try await world.step(path, "withdrawn", reason: "Moved.")
            #expect(left["endedOn"] == "2026-01-05" && left["opens"] == .null)
            let own = try await world.request(.get, path, as: house.client)
            #expect(own["status"] == "withdrawn" && own["reason"] == .null)
            let over = try await world.step(path, "active")
            #expect(over.code == "enrollment_status_does_not_follow")
            #expect(over["detail"] == "This enrollment has ended; begin another, or correct its history.")
            #expect(try await world.enroll(house.client, in: house.group, as: house.intake).status == 201)
            #expect(try await world.step(path, "active", as: house.newcomer).status == 404)
            #expect(try await world.step(path, "active", as: house.client).status == 403)
            #expect(try await world.step(path, "active", as: world.tempe.intake).status == 404)
        }
    }

    @Test func `to take the same step again changes nothing, whichever version was seen`() async throws {
        try await withWorld { world in
            let path = "/v1/enrollments/\(world.mesa.enrollment)"
            let first = try await world.step(path, "paused", until: "2026-01-12", reason: "Travels.", seen: 1)
            try await world.advance(by: .seconds(2 * 86_400))
            for version in [1, 2] {
                let again = try await world.step(
                    path, "paused", from: "2026-01-05", until: "2026-01-12", reason: "Travels.", seen: version)
                #expect(again.body == first.body && again.version == 2)
            }
            #expect(try await world.step(path, "paused", until: "2026-01-12", seen: 2).version == 2)
            #expect(try await world.request(.get, "\(path)/history", as: world.mesa.intake).items.count == 4)
        }
    }

    @Test func `a step holds from a day on, and what is planned is told beside what is`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/enrollments/\(house.enrollment)"
            let planned = try await world.step(path, "paused", from: "2026-02-02", until: "2026-02-16")
            #expect(planned["status"] == "active" && planned["endedOn"] == .null)
            #expect(planned["next"]["status"] == "paused" && planned["next"]["from"] == "2026-02-02")
            let ends = try await world.step(path, "completed", from: "2026-02-09")
            #expect(ends["status"] == "active")
            let later = try await world.step(path, "withdrawn", from: "2026-02-12")
            #expect(later["next"]["from"] == "2026-02-02")
            try await world.advance(by: .seconds(29 * 86_400))
            #expect(try await world.status(of: path) == "paused")
            try await world.advance(by: .seconds(10 * 86_400))
            let left = try await world.request(.get, path, as: house.client)
            #expect(left["status"] == "withdrawn" && left["endedOn"] == "2026-02-12" && left["next"] == .null)
        }
    }

    @Test func `what is planned may be taken back, and an episode to come may be left on its first day`() async throws {
        try await withWorld { world in
            let path = "/v1/enrollments/\(world.mesa.enrollment)"
            #expect(try await world.step(path, "withdrawn", from: "2026-02-02")["next"]["status"] == "withdrawn")
            let stays = try await world.step(path, "active")
            #expect(stays["status"] == "active" && stays["next"] == .null)
            let eve = try await world.clients(1)[0]
            let coming = try await world.enrolled(eve, in: world.mesa.group, startsOn: "2026-03-02")
            let early = try await world.step(coming, "withdrawn", from: "2026-02-01")
            #expect(early.status == 422 && early.faults == ["/from before_first_day"])
            let left = try await world.step(coming, "withdrawn")
            #expect(left["status"] == "withdrawn" && left["endedOn"] == "2026-03-02")
        }
    }

    @Test func `a step that cannot be read is refused with all its faults`() async throws {
        try await withWorld { world in
            let path = "/v1/enrollments/\(world.mesa.enrollment)/status"
            let refused = try await world.request(
                .put, path, as: world.mesa.intake,
                json: ["status": "gone", "from": "2026-02-30", "until": 3, "reason": "", "why": 1], ifMatch: 1)
            #expect(
                refused.faults == [
                    "/status not_a_choice", "/from not_a_day", "/until wrong_type", "/reason too_short",
                    "/why unknown_member",
                ])
            for (json, fault) in [
                (["status": "withdrawn", "until": "2026-02-02"], "/until not_an_end"),
                (["status": "paused", "from": "2026-02-02", "until": "2026-02-02"], "/until not_an_end"),
            ] as [(JSONValue, String)] {
                let refused = try await world.request(.put, path, as: world.mesa.intake, json: json, ifMatch: 1)
                #expect(refused.status == 422 && refused.faults == [fault], "\(refused.text)")
            }
        }
    }

    @Test func `a completed phase opens those that ask for it, and no seat before it`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (next, group) = try await world.seed(house) { seed in
                let next: ID<Phase> = seed.id()
                let group = seed.group("Application", in: house.program)
                seed.add(
                    """
                    insert into phases (practice_id, phase_id, program_id, name, position)
                    values (\(house.id), \(next), \(house.program), 'Application', 2)
                    """)
                seed.add(
                    """
                    insert into phase_prerequisites (practice_id, phase_id, requires_id)
                    select practice_id, \(next), phase_id from groups where group_id = \(house.group)
                    """)
                seed.add("update groups set phase_id = \(next), version = 2 where group_id = \(group)")
                return (next, group)
            }
            let path = "/v1/enrollments/\(house.enrollment)"
            let early = try await world.enroll(house.client, in: group, as: house.intake)
            #expect(early.status == 409 && early.code == "phase_not_completed")
            #expect(
                try await world.enroll(house.client, in: group, as: house.intake, status: "waitlisted").status == 201)
            let planned = try await world.step(path, "completed", as: house.facilitator, from: "2026-01-06")
            #expect(planned["status"] == "active" && planned["opens"] == .null)
            #expect(try await world.enroll(house.loner, in: group, as: house.intake).code == "phase_not_completed")
            // What is completed tomorrow opens nothing today.
            let own = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/enrollments", as: house.client)
            let place = try #require(own.items.first { $0["status"] == "waitlisted" }?["id"]?.text)
            #expect(try await world.step("/v1/enrollments/\(place)", "offered").code == "phase_not_completed")
            let done = try await world.step(path, "completed", as: house.facilitator)
            #expect(done["opens"].list.map { $0["id"] } == [.text("\(next)")])
            #expect(done["opens"].list.map { $0["name"] } == ["Application"])
            let list = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/enrollments", as: house.client)
            let waiting = try #require(list.items.first { $0["status"] == "waitlisted" }?["id"]?.text)
            #expect(try await world.step("/v1/enrollments/\(waiting)", "offered").status == 200)
            #expect(try await world.step("/v1/enrollments/\(waiting)", "active").status == 200)
        }
    }

    @Test func `a phase that asks for two is opened by the second, when it is completed and not when that is planned`()
        async throws
    {
        try await withWorld { world in
            let house = world.mesa
            let (next, other) = try await world.seed(house) { seed in
                let (second, next): (ID<Phase>, ID<Phase>) = (seed.id(), seed.id())
                let other = seed.group("Application", in: house.program)
                for (phase, name, position) in [(second, "Application", 2), (next, "Integration", 3)] {
                    seed.add(
                        """
                        insert into phases (practice_id, phase_id, program_id, name, position)
                        values (\(house.id), \(phase), \(house.program), \(name), \(position))
                        """)
                }
                seed.add("update groups set phase_id = \(second), version = 2 where group_id = \(other)")
                seed.add(
                    """
                    insert into phase_prerequisites (practice_id, phase_id, requires_id)
                    select practice_id, \(next), phase_id from groups where group_id in (\(house.group), \(other))
                    """)
                return (next, other)
            }
            let (first, second) = (
                "/v1/enrollments/\(house.enrollment)", try await world.enrolled(house.client, in: other)
            )
            #expect(try await world.step(second, "completed", from: "2026-02-05").status == 200)
            let one = try await world.step(first, "completed")
            #expect(one["status"] == "completed" && one["opens"] == [])
            let both = try await world.step(second, "completed")
            #expect(both["opens"].list.map { $0["id"] } == [.text("\(next)")], "\(both.text)")
        }
    }

    @Test func `a clock that stands still loses nothing: each belief has an instant of its own`() async throws {
        try await withWorld { world in
            let path = "/v1/enrollments/\(world.mesa.enrollment)"
            for status in ["paused", "active", "paused", "withdrawn"] {
                #expect(try await world.step(path, status).status == 200)
            }
            #expect(
                try await world.enroll(world.mesa.client, in: world.mesa.group, as: world.mesa.intake).status == 201)
            let history = try await world.request(.get, "\(path)/history", as: world.mesa.intake)
            #expect(history.all("status") == ["active", "active", "paused", "active", "active", "paused", "withdrawn"])
            let recorded = Array(Set(history.all("recordedAt"))).sorted()
            #expect(
                recorded == [
                    "2026-01-05T16:00:00.000001Z", "2026-01-05T16:00:00.000002Z", "2026-01-05T16:00:00.000003Z",
                    "2026-01-05T16:00:00.000004Z", "2026-01-05T16:00:00Z",
                ])
            for (instant, expected) in zip(
                recorded.suffix(1) + recorded.prefix(4), ["active", "paused", "active", "paused", "withdrawn"])
            {
                let known = try await world.request(.get, "\(path)/history?knownAt=\(instant)", as: world.mesa.intake)
                #expect(known.all("status").last == expected, "\(instant)")
            }
        }
    }

    @Test func `who waits gets a seat by an offer, and not without one`() async throws {
        try await withWorld { world in
            let place = try await world.enrolled(
                try await world.clients(1)[0], in: world.mesa.group, status: "waitlisted", startsOn: "2025-12-20")
            for day in [nil, "2025-12-22", "2026-01-12"] {
                let refused = try await world.step(place, "active", from: day)
                #expect(
                    refused.status == 409 && refused.code == "enrollment_status_does_not_follow", "\(refused.text)")
            }
            #expect(try await world.step(place, "offered").status == 200)
            #expect(try await world.step(place, "active").status == 200)
        }
    }

    @Test func `an episode that has ended takes no step on a day before: an end to come is not one yet`() async throws {
        try await withWorld { world in
            let path = "/v1/enrollments/\(world.mesa.enrollment)"
            #expect(try await world.step(path, "withdrawn", from: "2026-01-06").status == 200)
            #expect(try await world.step(path, "paused", from: "2025-12-20").status == 200)
            #expect(try await world.step(path, "withdrawn", from: "2026-01-05").status == 200)
            for status in ["active", "completed", "withdrawn"] {
                let refused = try await world.step(path, status, from: "2025-12-25")
                #expect(refused.code == "enrollment_status_does_not_follow", "\(status): \(refused.text)")
            }
            #expect(
                try await world.correct(path, to: [["from": "2025-12-06", "status": "active"]])["status"] == "active")
        }
    }
}
