import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Giving homework.
@Suite struct HomeworkAssignmentTests {
    @Test func `a counselor gives a client homework due once`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let answer = try await world.assign(to: "clients/\(mesa.client.clientID)", Self.once)
            #expect(answer.status == 201)
            let id = try #require(answer["id"].text)
            let homework = try #require(answer["first"].elements.first?["homeworkId"]?.text)
            #expect(
                answer.text == """
                    {"id":"\(id)","exerciseId":"\(mesa.exercise)","exerciseVersionId":"\(mesa.exerciseVersion)",\
                    "title":"Daily check-in","pieces":1,"firstDueAt":"2026-01-07T03:00:00Z","goesOn":false,\
                    "first":[{"clientId":"\(mesa.client.clientID)","homeworkId":"\(homework)"}]}
                    """)
            let list = try await world.list(as: mesa.client)
            #expect(list.all("id").first == homework)
            #expect(list.items.first?["opensAt"] == "2026-01-05T07:00:00Z")
            #expect(list.items.first?["closesAt"] == "2026-01-09T03:00:00Z")
        }
    }

    @Test func `a due time in the gap of a clock change moves forward, and in the overlap it is the first`()
        async throws
    {
        try await withWorld { world in
            func due(_ startsOn: String, _ time: String) async throws -> [String] {
                // From January 5th to March 1st, and from there to October 25th.
                try await world.advance(by: .seconds(86_400 * (startsOn < "2026-04" ? 55 : 238)))
                let made = try await world.assign(
                    to: "clients/\(world.mesa.client.clientID)",
                    [
                        "repeats": "daily", "startsOn": .text(startsOn), "count": 3, "dueTime": .text(time),
                        "timeZone": "America/New_York",
                    ])
                let list = try await world.list("/v1/homework?limit=100", as: world.mesa.client)
                return list.items.filter { $0["assignmentId"] == made["id"] }.compactMap { $0["dueAt"]?.text }
            }
            let gap = try await due("2026-03-07", "02:30")
            #expect(gap == ["2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"])
            let overlap = try await due("2026-10-31", "01:30")
            #expect(overlap == ["2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"])
        }
    }

    @Test func `a weekly schedule makes every occurrence, for each of the two of a couple`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let answer = try await world.assign(
                to: "couples/\(mesa.couple)",
                [
                    "repeats": "weekly", "startsOn": "2026-01-05", "weekdays": ["tuesday", "friday"],
                    "until": "2026-01-16", "dueTime": "20:00", "timeZone": "America/Phoenix",
                ])
            #expect(answer["pieces"] == 8 && answer["goesOn"] == false)
            #expect(
                answer["first"].elements.compactMap { $0["clientId"]?.text }
                    == [mesa.client, mesa.partner].map(\.clientID.description))
            for partner in [mesa.client, mesa.partner] {
                let own = try await world.list(as: partner).items.filter { $0["assignmentId"] == answer["id"] }
                #expect(
                    own.compactMap { $0["dueAt"]?.text } == [
                        "2026-01-07T03:00:00Z", "2026-01-10T03:00:00Z", "2026-01-14T03:00:00Z", "2026-01-17T03:00:00Z",
                    ])
                #expect(own.compactMap { $0["occurrence"] } == [1, 2, 3, 4])
                #expect(Set(own.compactMap { $0["coupleId"]?.text }) == [mesa.couple.description])
            }
        }
    }

    @Test func `a group's homework goes to its members of today`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let paused = try await world.seed(mesa) { seed in
                let client = try seed.client("Paul Price")
                _ = seed.enrollment(of: client, in: mesa.group, status: "paused")
                return client
            }
            let answer = try await world.assign(to: "groups/\(mesa.group)", Self.once, as: mesa.facilitator)
            let clients = answer["first"].elements.compactMap { $0["clientId"]?.text }
            #expect(Set(clients) == Set([mesa.client, mesa.loner].map(\.clientID.description)))
            #expect(try await world.list(as: paused).items == [])
            #expect(try await world.list("/v1/groups/\(mesa.group)/homework", as: mesa.facilitator).items.count == 4)
            #expect(try await world.count("from homework_assignments where group_id = \(mesa.group)") == 2)
        }
    }

    @Test func `only who treats the client or the couple, or leads the group, gives homework`() async throws {
        try await withWorld { world async throws in
            let mesa = world.mesa
            let (client, couple, group) = (
                "clients/\(mesa.client.clientID)", "couples/\(mesa.couple)", "groups/\(mesa.group)"
            )
            for (unit, person, status) in [
                (client, mesa.intern, 404), (client, mesa.facilitator, 404), (client, mesa.newcomer, 404),
                (couple, mesa.intern, 404), (couple, mesa.facilitator, 404), (group, mesa.counselor, 404),
                (client, world.tempe.counselor, 404), (client, mesa.client, 403), (client, mesa.owner, 403),
                (client, mesa.intake, 403), (client, mesa.supervisor, 404),
            ] {
                #expect(
                    try await world.assign(to: unit, Self.once, as: person).status == status, "\(unit) \(person.name)")
            }
        }
    }

    @Test func `all that is wrong with a schedule is told at once`() async throws {
        try await withWorld { world async throws in
            let all = try await world.faults(
                ["repeats": "hourly", "dueTime": "25:00", "timeZone": "Mars/Olympus", "often": 1])
            #expect(
                all == [
                    "/schedule/repeats not_a_choice", "/schedule/startsOn required", "/schedule/dueTime not_a_time",
                    "/schedule/timeZone not_a_time_zone", "/schedule/often unknown_member",
                ])
            let daily: [(String, JSONValue)] = [
                ("repeats", "daily"), ("startsOn", "2026-01-05"), ("dueTime", "20:00"), ("timeZone", "America/Phoenix"),
            ]
            func with(_ more: (String, JSONValue)...) -> JSONValue {
                .object((daily + more).map { JSONMember($0, $1) })
            }
            #expect(try await world.faults(with(("until", "2026-01-06"), ("count", 2))) == ["/schedule/until two_ends"])
            #expect(try await world.faults(with(("until", "2026-01-04"))) == ["/schedule/until before_start"])
            #expect(try await world.faults(with(("count", 1001))) == ["/schedule/count out_of_range"])
        }
    }

    @Test func `what a unit cannot have, and what is over, is refused with all else`() async throws {
        try await withWorld { world async throws in
            let common = #"""
                "startsOn":"2026-01-05","dueTime":"20:00","timeZone":"America/Phoenix"
                """#
            func faults(_ unit: String, _ schedule: String, _ more: String = "", as person: Person) async throws
                -> [String]
            {
                let body = #"{"exerciseId":"\#(world.mesa.exercise)","schedule":{\#(common),\#(schedule)}\#(more)}"#
                return try await world.request(
                    .post, "/v1/\(unit)/homework", as: person, body: Array(body.utf8)
                ).faults
            }
            let (client, group) = ("clients/\(world.mesa.client.clientID)", "groups/\(world.mesa.group)")
            let (counselor, leader) = (world.mesa.counselor, world.mesa.facilitator)
            for repeats in [#""repeats":"beforeMeetings""#, #""repeats":"afterJoining","daysAfter":3"#] {
                #expect(try await faults(client, repeats, as: counselor) == ["/schedule not_for_one"])
                #expect(try await faults(group, repeats, as: leader) == [])
            }
            let phase = #","phaseId":"\#(world.mesa.program)""#
            let phased = #""repeats":"daily","untilPhaseEnds":true"#
            #expect(try await faults(client, phased, as: counselor) == ["/phaseId required"])
            #expect(try await faults(client, #""repeats":"daily""#, phase, as: counselor) == ["/phaseId required"])
            #expect(try await faults(client, phased, phase, as: counselor) == ["/phaseId unknown"])
            #expect(try await faults(group, phased, phase, as: leader) == ["/phaseId not_for_groups"])
            try await world.advance(by: .seconds(3 * 86_400))
            for over in [#""repeats":"daily","until":"2026-01-07""#, #""repeats":"daily","count":3"#] {
                let both = try await faults(
                    client, over, #","remindMinutesBefore":20161"#, as: counselor)
                #expect(both == ["/remindMinutesBefore out_of_range", "/schedule nothing_ahead"])
            }
        }
    }

    @Test func `what goes on is made for six weeks, and reminds three hours before unless something else is said`()
        async throws
    {
        try await withWorld { world async throws in
            let path = "clients/\(world.mesa.client.clientID)"
            let daily: JSONValue = [
                "repeats": "daily", "startsOn": "2026-01-05", "dueTime": "20:00", "timeZone": "America/Phoenix",
                "graceMinutes": 90,
            ]
            let made = try await world.assign(to: path, daily)
            #expect(made["pieces"] == 42 && made["goesOn"] == true && made["firstDueAt"] == "2026-01-06T03:00:00Z")
            let id = try #require(made["id"].text)
            #expect(made.headers["location"] == "/v1/homework-assignments/\(id)")
            let windows = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select occurrence::text || ' ' || planned_on || ' ' || (due_at - remind_at) || ' ' || (late_at - due_at)
                    from homework where assignment_id = \(ID<Assignment>(id)) and occurrence in (1, 42) order by 1
                    """
                ) { try $0.next(String.self) })
            #expect(windows == ["1 2026-01-05 03:00:00 01:30:00", "42 2026-02-15 03:00:00 01:30:00"])
            let quiet = try await world.request(
                .post, "/v1/\(path)/homework", as: world.mesa.counselor,
                json: [
                    "exerciseId": .text("\(world.mesa.exercise)"), "schedule": daily, "remindMinutesBefore": .null,
                ])
            let assignment = quiet["id"].text.flatMap { ID<Assignment>($0) }
            #expect(try await world.count("from homework where assignment_id = \(assignment)") == 42)
            #expect(
                try await world.count("from homework where assignment_id = \(assignment) and remind_at is not null")
                    == 0)
        }
    }

    @Test func `an exercise that is not there or retired is not given`() async throws {
        try await withWorld { world in
            let unit = "clients/\(world.mesa.client.clientID)"
            #expect(try await world.assign(to: unit, Self.once, world.tempe.exercise).faults == ["/exerciseId unknown"])
            try await world.run(
                """
                update exercises set retired_at = \(world.clock.now), version = 2 where exercise_id = \(world.mesa.exercise)
                """)
            #expect(try await world.assign(to: unit, Self.once).code == "exercise_retired")
        }
    }

    @Test func `a repeated request with one Idempotency-Key gives homework once`() async throws {
        try await withWorld { world in
            let path = "/v1/clients/\(world.mesa.client.clientID)/homework"
            let body: JSONValue = ["exerciseId": .text(world.mesa.exercise.description), "schedule": Self.once]
            let answers = try await (0..<2).asyncMap { _ in
                try await world.request(.post, path, as: world.mesa.counselor, json: body, idempotencyKey: "once")
            }
            #expect(answers.map(\.status) == [201, 201])
            #expect(answers[0].body == answers[1].body)
            #expect(answers[1].headers["idempotency-replayed"] == "true")
            #expect(try await world.list(as: world.mesa.client).items.count == 4)
        }
    }

    private static let once: JSONValue = [
        "repeats": "once", "startsOn": "2026-01-05", "dueOn": "2026-01-06", "dueTime": "20:00",
        "timeZone": "America/Phoenix", "closesDaysAfter": 2,
    ]
}

extension World {
    fileprivate func faults(_ schedule: JSONValue) async throws -> [String] {
        try await assign(to: "clients/\(mesa.client.clientID)", schedule).faults
    }
}

extension Sequence {
    fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}

extension JSONValue {
    fileprivate var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}
