import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What was given, until when, and on which days not. The clock shows Monday, 2026-01-05, 09:00 in Phoenix.
@Suite struct GivenAssignmentTests {
    @Test func `an assignment shows its schedule, its rule in the words of RFC 5545 and how it stands`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let id = try await world.giveTuesdays(to: "groups/\(mesa.group)", as: mesa.facilitator)
            let answer = try await world.request(.get, "/v1/homework-assignments/\(id)", as: mesa.facilitator)
            #expect(answer.version == 1)
            #expect(
                answer.text == """
                    {"id":"\(id)","exerciseId":"\(mesa.exercise)","exerciseVersionId":"\(mesa.exerciseVersion)",\
                    "title":"Daily check-in","clientId":null,"coupleId":null,"groupId":"\(mesa.group)","phaseId":null,\
                    "stepId":null,"assignedAt":"2026-01-05T16:00:00Z","assignedBy":"\(mesa.facilitator.accountID)",\
                    "schedule":{"repeats":"weekly","startsOn":"2026-01-05","every":1,"weekdays":["tuesday"],\
                    "dueTime":"20:00","timeZone":"America/Phoenix"},"rrule":"FREQ=WEEKLY;BYDAY=TU",\
                    "remindMinutesBefore":180,"endedAt":null,"goesOn":true,"pieces":12,"done":0,\
                    "nextDueAt":"2026-01-07T03:00:00Z","version":1,"exceptions":[]}
                    """)
            let list = try await world.request(
                .get, "/v1/groups/\(mesa.group)/homework-assignments", as: mesa.facilitator)
            #expect(list.items.count == 2 && list.all("id").contains("\(id)"))
        }
    }

    @Test func `lists page from the newest to the oldest`() async throws {
        try await withWorld { world in
            let path = "clients/\(world.mesa.client.clientID)"
            var given: [String] = []
            for _ in 0..<3 {
                try await world.advance(by: .seconds(60))
                given.append("\(try await world.giveTuesdays(to: path, as: world.mesa.counselor))")
            }
            let first = try await world.request(
                .get, "/v1/\(path)/homework-assignments?limit=2", as: world.mesa.counselor)
            #expect(first.all("id") == [given[2], given[1]])
            let next = try #require(first["next"].text)
            let second = try await world.request(
                .get, "/v1/\(path)/homework-assignments?limit=2&cursor=\(next)", as: world.mesa.counselor)
            #expect(second.all("id") == [given[0], "\(world.mesa.assignment)"])
            #expect(second["next"] == .null)
        }
    }

    @Test
    func `the whole of what was given is seen by who may give it; lists are for the client and who oversees, too`()
        async throws
    {
        try await withWorld { world async throws in
            let mesa = world.mesa
            let own = try await world.giveTuesdays(to: "clients/\(mesa.client.clientID)", as: mesa.counselor)
            let couples = try await world.giveTuesdays(to: "couples/\(mesa.couple)", as: mesa.counselor)
            let groups = try await world.giveTuesdays(to: "groups/\(mesa.group)", as: mesa.facilitator)
            let minors = try await world.giveTuesdays(to: "clients/\(mesa.minor.clientID)", as: mesa.counselor)
            let cases: [(ID<Assignment>, Person, Int)] = [
                (own, mesa.counselor, 200), (own, mesa.supervisor, 404), (own, mesa.client, 403),
                (own, mesa.partner, 403), (own, mesa.intern, 404), (own, mesa.facilitator, 404),
                (own, mesa.newcomer, 404), (own, world.tempe.counselor, 404), (own, mesa.owner, 403),
                (own, mesa.intake, 403), (couples, mesa.counselor, 200), (couples, mesa.intern, 404),
                (couples, mesa.client, 403), (groups, mesa.facilitator, 200), (groups, mesa.counselor, 404),
                (groups, mesa.client, 403), (minors, mesa.counselor, 200), (minors, mesa.guardian, 403),
                (minors, mesa.minor, 403),
            ]
            for (assignment, person, status) in cases {
                let answer = try await world.request(.get, "/v1/homework-assignments/\(assignment)", as: person)
                #expect(answer.status == status, "\(person.name)")
            }
            for (person, count) in [(mesa.client, 2), (mesa.supervisor, 2), (mesa.counselor, 2)] {
                let list = try await world.request(
                    .get, "/v1/clients/\(mesa.client.clientID)/homework-assignments", as: person)
                #expect(list.status == 200 && list.items.count == count, "\(person.name)")
            }
            let together = "/v1/couples/\(mesa.couple)/homework-assignments"
            let list = try await world.request(.get, together, as: mesa.counselor)
            #expect(list.all("id").contains("\(couples)"))
            for (person, status) in [
                (mesa.client, 403), (mesa.owner, 403), (mesa.intern, 404), (mesa.supervisor, 404),
                (world.tempe.counselor, 404),
            ] {
                #expect(try await world.request(.get, together, as: person).status == status, "\(person.name)")
            }
            for (person, status) in [(mesa.guardian, 200), (mesa.client, 404), (mesa.intern, 404), (mesa.owner, 403)] {
                let list = try await world.request(
                    .get, "/v1/clients/\(mesa.minor.clientID)/homework-assignments", as: person)
                #expect(list.status == status && (status != 200 || list.items == []), "\(person.name)")
            }
        }
    }

    @Test func `an assignment that is ended makes no more, withdraws what nobody has begun, and leaves the rest`()
        async throws
    {
        try await withWorld { world in
            let mesa = world.mesa
            let id = try await world.giveTuesdays(to: "clients/\(mesa.client.clientID)", as: mesa.counselor)
            let first = try await world.firstPiece(of: id)
            #expect(try await world.submit(first).status == 200)
            try await world.run(
                """
                update homework set state = 'draft', version = version + 1
                where assignment_id = \(id) and occurrence = 2
                """)
            let path = "/v1/homework-assignments/\(id)/end"
            #expect(try await world.request(.put, path, as: mesa.counselor).status == 428)
            #expect(try await world.request(.put, path, as: mesa.counselor, ifMatch: 2).code == "stale")
            for (person, status) in [
                (mesa.client, 403), (mesa.owner, 403), (mesa.facilitator, 404), (mesa.supervisor, 404),
                (world.tempe.counselor, 404),
            ] {
                #expect(try await world.request(.put, path, as: person, ifMatch: 1).status == status, "\(person.name)")
            }
            try await world.advance(by: .seconds(60))
            for version in [1, 1] {
                let ended = try await world.request(.put, path, as: mesa.counselor, ifMatch: version)
                #expect(ended.status == 200 && ended.version == 2)
                #expect(ended["endedAt"] == "2026-01-05T16:01:00Z" && ended["goesOn"] == false)
                #expect(ended["pieces"] == 2 && ended["done"] == 1)
            }
            let states = try await world.states(of: id)
            #expect(states == ["submitted", "draft", "withdrawn", "withdrawn", "withdrawn", "withdrawn"])
        }
    }

    @Test func `exceptions are added and removed, never overlap, and say what is wrong with them`() async throws {
        try await withWorld { world async throws in
            let mesa = world.mesa
            let id = try await world.giveTuesdays(to: "couples/\(mesa.couple)", as: mesa.counselor)
            let path = "/v1/homework-assignments/\(id)/exceptions"
            func add(_ json: JSONValue, as person: Person? = nil) async throws -> TestAnswer {
                try await world.request(.post, path, as: person ?? mesa.counselor, json: json)
            }
            let made = try await add(["firstDay": "2026-01-13", "movedTo": "2026-01-15"])
            #expect(made.status == 201)
            let exception = try #require(made["id"].text)
            #expect(
                made.text == """
                    {"id":"\(exception)","firstDay":"2026-01-13","lastDay":"2026-01-13","movedTo":"2026-01-15",\
                    "createdAt":"2026-01-05T16:00:00Z"}
                    """)
            #expect(made.headers["location"] == "\(path)/\(exception)")
            #expect(
                try await add(["firstDay": "2026-01-10", "lastDay": "2026-01-20"]).faults == ["/firstDay overlaps"])
            #expect(try await add(["firstDay": "2026-01-14", "movedTo": "2026-01-15"]).faults == ["/firstDay not_due"])
            #expect(
                try await add(["firstDay": "2026-01-04", "movedTo": "2026-01-03"]).faults
                    == ["/firstDay past", "/movedTo past", "/firstDay not_due"])
            #expect(
                try await add(["firstDay": "2026-01-20", "lastDay": "2026-01-19", "movedTo": "x", "why": 1]).faults
                    == ["/movedTo not_a_day", "/lastDay before_start", "/why unknown_member"])
            #expect(
                try await add(["firstDay": "2026-01-20", "lastDay": "2026-01-27", "movedTo": "2026-01-29"]).faults
                    == ["/lastDay one_day"])
            for (person, status) in [
                (mesa.intern, 404), (mesa.facilitator, 404), (mesa.client, 403), (mesa.admin, 403),
                (world.tempe.counselor, 404),
            ] {
                #expect(try await add(["firstDay": "2026-02-03"], as: person).status == status, "\(person.name)")
                let removed = try await world.request(.delete, "\(path)/\(exception)", as: person)
                #expect(removed.status == status, "\(person.name)")
            }
            let whole = try await world.request(.get, "/v1/homework-assignments/\(id)", as: mesa.counselor)
            #expect(whole.version == 1 && whole["exceptions"] == .array([made.json]))
            #expect(try await world.request(.delete, "\(path)/\(exception)", as: mesa.counselor).status == 204)
            #expect(try await world.request(.delete, "\(path)/\(exception)", as: mesa.counselor).status == 404)
            let end = "/v1/homework-assignments/\(id)/end"
            #expect(try await world.request(.put, end, as: mesa.counselor, ifMatch: 1).status == 200)
            #expect(try await add(["firstDay": "2026-02-03"]).code == "assignment_ended")
        }
    }
}

extension World {
    /// Homework that is due every Tuesday at 20:00, without end.
    fileprivate func giveTuesdays(to unit: String, as person: Person) async throws -> ID<Assignment> {
        let made = try await assign(
            to: unit,
            [
                "repeats": "weekly", "startsOn": "2026-01-05", "weekdays": ["tuesday"], "dueTime": "20:00",
                "timeZone": "America/Phoenix",
            ], as: person)
        return try #require(made["id"].text.flatMap { ID<Assignment>($0) })
    }

    fileprivate func firstPiece(of assignment: ID<Assignment>) async throws -> ID<Homework> {
        try await database.superuser.pipeline(
            Query.row("select homework_id from homework where assignment_id = \(assignment) and occurrence = 1") {
                try $0.next()
            })
    }

    fileprivate func states(of assignment: ID<Assignment>) async throws -> [String] {
        try await database.superuser.pipeline(
            Query.rows("select state from homework where assignment_id = \(assignment) order by occurrence") {
                try $0.next()
            })
    }
}
