import Cairn
import JSON
import Logging
import Postgres
import Practice
import Testing
import TestSupport

/// Who waits, in which order, and who is offered a seat that is free.
@Suite struct WaitlistTests {
    /// Has the worker look after the waitlists, by its own database role.
    private func tend(_ world: World) async throws {
        let quiet = Logger(label: "cairn.tests") { _ in SwiftLogNoOpLogHandler() }
        try await PostgresClient.patiently(world.database.connection("cairn_worker"), logger: quiet) { worker in
            let jobs = buildJobs(database: worker, keys: world.keys, surroundings: world.surroundings)
            try await #require(jobs.first { $0.name == "tend_waitlists" }).work()
        }
    }

    /// A full group of two, and three who wait for it in this order.
    private func crowd(_ world: World) async throws -> (group: ID<Group>, seated: [String], waiting: [String]) {
        let group = try await world.group("Crowd", seats: 2, facilitatedBy: world.mesa.facilitator)
        var (seated, waiting): ([String], [String]) = ([], [])
        for person in try await world.clients(2, "Seated") {
            seated.append(try await world.enrolled(person, in: group))
        }
        for person in try await world.clients(3, "Waiting") {
            waiting.append(try await world.enrolled(person, in: group, status: "waitlisted"))
            try await world.advance(by: .seconds(60))
        }
        return (group, seated, waiting)
    }

    @Test func `who assigns seats sees the order, who leads the group sees who waits`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (group, _, waiting) = try await crowd(world)
            let path = "/v1/groups/\(group)/waitlist"
            let list = try await world.request(.get, path, as: house.intake)
            #expect(list.items.map { "/v1/enrollments/\($0["enrollmentId"]?.text ?? "")" } == waiting)
            #expect(list.items.map { $0["position"] } == [1, 2, 3])
            #expect(
                list.all("waitingSince") == ["2026-01-05T16:00:00Z", "2026-01-05T16:01:00Z", "2026-01-05T16:02:00Z"])
            let first = try await world.request(.get, "\(path)?limit=2", as: house.intake)
            let cursor = try #require(first["next"].text)
            let rest = try await world.request(.get, "\(path)?limit=2&cursor=\(cursor)", as: house.intake)
            #expect(rest.items.map { $0["position"] } == [3] && rest["next"] == .null)
            let led = try await world.request(.get, path, as: house.facilitator)
            #expect(Set(led.all("enrollmentId")) == Set(list.all("enrollmentId")))
            #expect(led.items.allSatisfy { $0["position"] == nil && $0["waitingSince"] == nil })
            for stranger in [house.newcomer, house.client, world.tempe.intake] {
                #expect(try await world.request(.get, path, as: stranger).status == 404, "\(stranger.name)")
            }
        }
    }

    @Test func `a seat that frees is offered to the first at once, and to one alone`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (group, seated, waiting) = try await crowd(world)
            #expect(try await world.step(seated[0], "withdrawn", as: house.facilitator).status == 200)
            let offered = try await world.request(.get, waiting[0], as: house.intake)
            #expect(offered["status"] == "offered" && offered["offerExpiresAt"] == "2026-01-12T16:03:00Z")
            #expect(offered.version == 2)
            #expect(try await world.status(of: waiting[1]) == "waitlisted")
            let tasks = try await world.request(.get, "/v1/tasks", as: house.intake).items
                .filter { $0["kind"] == "offer_seat" }
            #expect(tasks.map { $0["dueOn"] } == ["2026-01-12"])
            #expect(tasks.map { $0["clientId"] } == [offered["clientId"]])
            let audited = try await world.database.superuser.pipeline(
                Query.rows(
                    "select client_ids::text[] from audit_events where action = 'enrollment.offer' and role = 'worker'"
                ) { try $0.next([String].self) })
            #expect(audited.map { $0.map { JSONValue.text($0) } } == [[offered["clientId"]]])
            // What is offered is not free, whoever asks.
            let other = try await world.clients(1, "Other")[0]
            #expect(try await world.enroll(other, in: group, as: house.owner).code == "group_full")
            #expect(try await world.step(waiting[1], "offered").code == "group_full")
            #expect(try await world.step(waiting[0], "active").status == 200)
            let done = try await world.request(.get, "/v1/tasks?done=true", as: house.intake)
            #expect(done.all("kind").contains("offer_seat"))
            // Who declines leaves it to the next.
            #expect(try await world.step(seated[1], "completed").status == 200)
            #expect(try await world.status(of: waiting[1]) == "offered")
            #expect(try await world.step(waiting[1], "withdrawn", reason: "Found another.").status == 200)
            #expect(try await world.status(of: waiting[2]) == "offered")
        }
    }

    @Test func `of two who take one offered seat and one who enrolls, nobody sits on another's`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (group, seated, waiting) = try await crowd(world)
            let other = try await world.clients(1, "Other")[0]
            async let left = world.step(seated[0], "withdrawn", seen: 1)
            async let came = world.enroll(other, in: group, as: house.intake)
            let statuses = try await [left.status, came.status]
            #expect(statuses[0] == 200)
            let (first, second) = (try await world.status(of: waiting[0]), try await world.status(of: waiting[1]))
            // Whoever came first has the seat: the one who enrolled, if the place was free for that moment, or the first who waits.
            #expect(statuses[1] == 409 && first == "offered" && second == "waitlisted")
        }
    }

    @Test func `who may not have the seat is passed over, and keeps the place`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (group, seated, waiting) = try await crowd(world)
            let client = try await world.request(.get, waiting[0], as: house.intake)["clientId"]
            let id = try #require(client.text.flatMap { ID<Client>($0) })
            try await world.seed(house) {
                $0.add("update clients set status = 'inactive', version = 2 where client_id = \(id)")
            }
            #expect(try await world.step(seated[0], "withdrawn").status == 200)
            #expect(try await world.status(of: waiting[0]) == "waitlisted")
            #expect(try await world.status(of: waiting[1]) == "offered")
            try await world.seed(house) {
                $0.add("update clients set status = 'active', version = 3 where client_id = \(id)")
            }
            let list = try await world.request(.get, "/v1/groups/\(group)/waitlist", as: house.intake)
            #expect(list.all("clientId").first == client.text)
            #expect(try await world.step(seated[1], "withdrawn").status == 200)
            #expect(try await world.status(of: waiting[0]) == "offered")
        }
    }

    @Test func `who waits and is corrected keeps the place, and the instant from which it counts`() async throws {
        try await withWorld { world in
            let (group, seated, waiting) = try await crowd(world)
            let corrected = try await world.correct(
                waiting[0], to: [["from": "2026-01-02", "status": "waitlisted"]])
            #expect(corrected.status == 200 && corrected["startsOn"] == "2026-01-02")
            let list = try await world.request(.get, "/v1/groups/\(group)/waitlist", as: world.mesa.intake)
            #expect(list.items.map { "/v1/enrollments/\($0["enrollmentId"]?.text ?? "")" } == waiting)
            #expect(list.all("waitingSince").first == "2026-01-05T16:00:00Z")
            #expect(try await world.step(seated[0], "withdrawn").status == 200)
            #expect(try await world.status(of: waiting[0]) == "offered")
        }
    }

    @Test func `a paused seat is taken: it is offered to nobody, and nobody else gets it`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (group, seated, waiting) = try await crowd(world)
            #expect(try await world.step(seated[0], "paused").status == 200)
            try await tend(world)
            #expect(try await world.status(of: waiting[0]) == "waitlisted")
            let other = try await world.clients(1, "Other")[0]
            #expect(try await world.enroll(other, in: group, as: house.intake).code == "group_full")
            #expect(try await world.step(waiting[0], "offered").code == "group_full")
            let path = "/v1/groups/\(group)"
            let small = try await world.request(.patch, path, as: house.owner, json: ["capacity": 1], ifMatch: 1)
            #expect(small.code == "capacity_below_members")
            // Who comes back has the seat still.
            #expect(try await world.step(seated[0], "active").status == 200)
            #expect(try await world.step(seated[0], "withdrawn").status == 200)
            #expect(try await world.status(of: waiting[0]) == "offered")
        }
    }

    @Test func `a seat that is paused or offered is judged like any other, whoever writes it`() async throws {
        try await withWorld { world in
            for status in ["paused", "offered"] {
                let group = try await world.group("One \(status)", seats: 1)
                let people = try await world.clients(2, "Of \(status)")
                _ = try await world.enrolled(people[0], in: group)
                let error = await #expect(throws: PostgresError.self) {
                    try await world.seed(world.mesa) {
                        $0.enrollment(
                            of: people[1].clientID, in: group, status: status, during: "'[2026-01-05,)'::daterange")
                    }
                }
                #expect(error?.refusal?.raisedCode == "group_full", "\(status)")
            }
        }
    }

    @Test func `an offer that nobody takes ends, and the worker offers the seat to the next, once`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (_, seated, waiting) = try await crowd(world)
            #expect(try await world.step(seated[0], "withdrawn").status == 200)
            try await world.advance(by: .seconds(7 * 86_400 - 1))
            try await tend(world)
            #expect(try await world.status(of: waiting[0]) == "offered")
            try await world.advance(by: .seconds(1))
            let late = try await world.step(waiting[0], "active")
            #expect(late.status == 409 && late.code == "offer_expired")
            try await tend(world)
            try await tend(world)
            let ended = try await world.request(.get, waiting[0], as: house.intake)
            #expect(ended["status"] == "withdrawn" && ended["endedOn"] == "2026-01-12")
            #expect(ended["reason"] == "The offer was not taken in time." && ended.version == 3)
            let next = try await world.request(.get, waiting[1], as: house.intake)
            #expect(
                next["status"] == "offered" && next["offerExpiresAt"] == "2026-01-19T16:03:00Z" && next.version == 2)
            #expect(try await world.status(of: waiting[2]) == "waitlisted")
            let audited = try await world.database.superuser.pipeline(
                Query.rows(
                    "select action from audit_events where action like 'enrollment.%' and role = 'worker' order by audit_event_id"
                ) { try $0.next(String.self) })
            #expect(audited == ["enrollment.offer", "enrollment.expire", "enrollment.offer"])
        }
    }

    @Test func `a seat that frees later is offered when the day has come, in the time zone of the practice`()
        async throws
    {
        try await withWorld { world in
            let (group, seated, waiting) = try await crowd(world)
            #expect(try await world.step(seated[0], "withdrawn", from: "2026-01-07").status == 200)
            try await tend(world)
            #expect(try await world.status(of: waiting[0]) == "waitlisted")
            // A seat that is left from a day on can be taken from that day on, and not before.
            let other = try await world.clients(1, "Other")[0]
            #expect(
                try await world.enroll(other, in: group, as: world.mesa.intake, startsOn: "2026-01-06").code
                    == "group_full")
            try await world.advance(by: .seconds(39 * 3_600 - 240))
            try await tend(world)
            #expect(try await world.status(of: waiting[0]) == "waitlisted")
            try await world.advance(by: .seconds(60))
            try await tend(world)
            #expect(try await world.status(of: waiting[0]) == "offered")
            #expect(try await world.status(of: waiting[1]) == "waitlisted")
        }
    }

    @Test func `a capacity never falls below what is taken or offered on any day to come`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let group = try await world.group("Room", seats: 3)
            let people = try await world.clients(3)
            _ = try await world.enrolled(people[0], in: group)
            _ = try await world.enrolled(people[1], in: group, startsOn: "2026-05-04")
            let waiting = try await world.enrolled(people[2], in: group, status: "waitlisted")
            #expect(try await world.step(waiting, "offered").status == 200)
            let path = "/v1/groups/\(group)"
            let small = try await world.request(.patch, path, as: house.owner, json: ["capacity": 2], ifMatch: 1)
            #expect(small.status == 409 && small.code == "capacity_below_members")
            #expect(try await world.step(waiting, "withdrawn").status == 200)
            #expect(
                try await world.request(.patch, path, as: house.owner, json: ["capacity": 2], ifMatch: 1).status == 200)
            let full = try await world.request(.patch, path, as: house.owner, json: ["capacity": 1], ifMatch: 2)
            #expect(full.code == "capacity_below_members")
        }
    }

    @Test func `whoever inserts a seat, there are never more than the group has`() async throws {
        try await withWorld { world in
            let group = try await world.group("One", seats: 1)
            let people = try await world.clients(2)
            _ = try await world.enrolled(people[0], in: group, startsOn: "2026-02-02")
            let error = await #expect(throws: PostgresError.self) {
                try await world.seed(world.mesa) {
                    $0.enrollment(
                        of: people[1].clientID, in: group, status: "active", during: "'[2026-01-01,)'::daterange")
                }
            }
            #expect(error?.sqlState == "PC409")
            try await world.seed(world.mesa) {
                _ = $0.enrollment(
                    of: people[1].clientID, in: group, status: "completed",
                    during: "'[2026-01-01,2026-02-02)'::daterange")
            }
        }
    }
}
