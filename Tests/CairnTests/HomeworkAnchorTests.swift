import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Homework whose due dates hang on meetings, appointments, the piece before or the day of joining. The clock shows Monday,
/// 2026-01-05, 09:00 in Phoenix; the group meets on Tuesdays at 18:00.
@Suite struct HomeworkAnchorTests {
    private static let evenings =
        #""repeats":"beforeMeetings","daysBefore":1,"startsOn":"2026-01-05","dueTime":"20:00""#

    @Test func `the evening before each meeting follows the meeting, and goes with it`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            for (day, hour) in [("2026-01-07", 1), ("2026-01-14", 1), ("2026-01-21", 1)] {
                let made = try await world.request(
                    .post, "/v1/groups/\(mesa.group)/meetings", as: mesa.facilitator,
                    json: ["startsAt": .text("\(day)T0\(hour):00:00Z")])
                #expect(made.status == 201)
            }
            let id = try await world.give(to: "groups/\(mesa.group)", Self.evenings, as: mesa.facilitator)
            #expect(
                try await world.pieces(of: id, mesa.client) == [
                    "1 2026-01-05 2026-01-06T03:00:00Z assigned", "2 2026-01-12 2026-01-13T03:00:00Z assigned",
                    "3 2026-01-19 2026-01-20T03:00:00Z assigned",
                ])
            let meetings = try await world.request(
                .get, "/v1/groups/\(mesa.group)/meetings?from=2026-01-05", as: mesa.facilitator
            ).items
            func touch(_ place: Int, _ json: JSONValue) async throws {
                let path = "/v1/meetings/\(meetings[place]["id"]?.text ?? "")"
                let answer = try await world.request(.patch, path, as: mesa.facilitator, json: json, ifMatch: 1)
                #expect(answer.status == 200)
            }
            try await touch(0, ["cancelled": true])
            try await world.planHomework()
            #expect(
                try await world.pieces(of: id, mesa.client).map { $0.prefix(12) } == ["2 2026-01-12", "3 2026-01-19"])
            try await touch(1, ["startsAt": "2026-01-16T01:00:00Z"])
            let late = try await world.seed(mesa) { seed in
                let client = try seed.client("Lena Late")
                _ = seed.enrollment(
                    of: client.clientID, in: mesa.group, status: "active", during: "daterange('2026-01-16', null)")
                return client
            }
            try await world.planHomework()
            let after = [
                "2 2026-01-14 2026-01-15T03:00:00Z assigned", "3 2026-01-19 2026-01-20T03:00:00Z assigned",
            ]
            #expect(try await world.pieces(of: id, mesa.client) == after)
            #expect(try await world.pieces(of: id, late) == [after[1]])
            _ = try await world.request(
                .post, "/v1/groups/\(mesa.group)/meetings", as: mesa.facilitator,
                json: ["startsAt": "2026-01-28T01:00:00Z"])
            try await world.planHomework()
            #expect(try await world.pieces(of: id, late).last == "4 2026-01-26 2026-01-27T03:00:00Z assigned")
        }
    }

    @Test func `before the next appointment only, and the one after it when that does not take place`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let next = #""repeats":"beforeAppointments","count":1,"startsOn":"2026-01-05","dueTime":"20:00""#
            let id = try await world.give(to: "clients/\(mesa.client.clientID)", next, as: mesa.counselor)
            #expect(try await world.pieces(of: id, mesa.client) == [])
            try await world.put(
                """
                insert into appointments (practice_id, appointment_id, kind, client_id, couple_id, starts_at, minutes)
                values (\(mesa.id), gen_random_uuid(), 'individual', \(mesa.client.clientID), null, '2026-01-12T17:00Z', 50),
                       (\(mesa.id), gen_random_uuid(), 'couple', null, \(mesa.couple), '2026-01-09T17:00Z', 50)
                """)
            try await world.planHomework()
            // At ten in the morning: it is due before it begins, not in the evening.
            #expect(
                try await world.pieces(of: id, mesa.client) == ["1 2026-01-09 2026-01-09T17:00:00Z assigned"])
            try await world.put(
                """
                update appointments set starts_at = '2026-01-14T17:00Z', version = version + 1 where kind = 'couple'
                  and starts_at = '2026-01-09T17:00Z'
                """)
            try await world.pass(days: 2)
            #expect(
                try await world.pieces(of: id, mesa.client) == ["1 2026-01-14 2026-01-14T17:00:00Z assigned"])
        }
    }

    @Test func `a chain goes on when a piece is handed in or its time is over, and each client has their own`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let chain = #"""
                "repeats":"afterDone","daysAfter":3,"count":3,"startsOn":"2026-01-06","dueTime":"20:00","closesDaysAfter":2
                """#
            let id = try await world.give(to: "couples/\(mesa.couple)", chain, as: mesa.counselor)
            try await world.planHomework()
            let first = ["1 2026-01-06 2026-01-07T03:00:00Z assigned"]
            #expect(try await world.pieces(of: id, mesa.client) == first)
            let homework = try await world.database.superuser.pipeline(
                Query.row(
                    "select homework_id from homework where assignment_id = \(id) and client_id = \(mesa.client.clientID)"
                ) { try $0.next(ID<Homework>.self) })
            try await world.advance(by: .seconds(86_400))
            let submitted = try await world.request(
                .put, "/v1/homework/\(homework)/submission", as: mesa.client,
                json: [
                    "exerciseVersionId": .text("\(mesa.exerciseVersion)"), "answers": ["feelings": "calm", "mood": 7],
                ])
            #expect(submitted.status == 200)
            try await world.planHomework()
            // Three days after January 6th.
            let second = "2 2026-01-09 2026-01-10T03:00:00Z assigned"
            #expect(
                try await world.pieces(of: id, mesa.client) == ["1 2026-01-06 2026-01-07T03:00:00Z submitted", second])
            #expect(try await world.pieces(of: id, mesa.partner) == first)
            // The partner's closes on the evening of January 8th: three days later.
            try await world.pass(days: 3)
            #expect(
                try await world.pieces(of: id, mesa.partner) == first + ["2 2026-01-11 2026-01-12T03:00:00Z assigned"])
            try await world.pass(days: 60)
            for partner in [mesa.client, mesa.partner] {
                let numbers = try await world.pieces(of: id, partner).map { $0.prefix(1) }
                #expect(numbers == ["1", "2", "3"])
            }
        }
    }

    @Test func `a chain goes on as well when the counselor takes a piece back`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let chain = #"""
                "repeats":"afterDone","daysAfter":3,"count":2,"startsOn":"2026-01-06","dueTime":"20:00","closesDaysAfter":30
                """#
            let id = try await world.give(to: "clients/\(mesa.client.clientID)", chain, as: mesa.counselor)
            try await world.planHomework()
            let homework = try await world.database.superuser.pipeline(
                Query.row("select homework_id from homework where assignment_id = \(id)") {
                    try $0.next(ID<Homework>.self)
                })
            let withdrawn = try await world.request(
                .put, "/v1/homework/\(homework)/withdrawal", as: mesa.counselor, json: [:], ifMatch: 1)
            #expect(withdrawn.status == 200)
            try await world.planHomework()
            #expect(try await world.pieces(of: id, mesa.client).map { $0.prefix(1) } == ["1", "2"])
        }
    }

    @Test func `who was in the group by mistake has nothing more to do for it`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let id = try await world.give(
                to: "groups/\(mesa.group)", #""repeats":"daily","count":3,"startsOn":"2026-01-06","dueTime":"20:00""#,
                as: mesa.facilitator)
            try await world.planHomework()
            #expect(try await world.dueDays(of: id, mesa.client, "state = 'assigned'") == days("2026-01-06", 3))
            let mistaken = try await world.request(
                .put, "/v1/enrollments/\(mesa.enrollment)/history", as: mesa.intake, json: ["steps": []], ifMatch: 1)
            #expect(mistaken.status == 200, "\(mistaken.text)")
            try await world.planHomework()
            #expect(try await world.dueDays(of: id, mesa.client, "state = 'assigned'") == [])
        }
    }

    @Test func `a step of a phase goes to each of its groups once, and is due so long after joining`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let path = try await world.pathOfPhase()
            let step = try await world.request(
                .post, "\(path)/steps", as: mesa.owner,
                json: [
                    "exerciseId": .text("\(mesa.exercise)"),
                    "schedule": [
                        "repeats": "afterJoining", "daysAfter": 14, "startsOn": "2026-01-05", "dueTime": "20:00",
                        "timeZone": "America/Phoenix",
                    ],
                ])
            #expect(step.status == 201, "\(step.text)")
            let late = try await world.seed(mesa) { seed in
                let client = try seed.client("Lena Late")
                _ = seed.enrollment(
                    of: client.clientID, in: mesa.group, status: "active", during: "daterange('2026-01-10', null)")
                return client
            }
            async let one: Void = world.planHomework()
            async let two: Void = world.planHomework()
            _ = try await (one, two)
            try await world.planHomework()
            let given = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select assignment_id from homework_assignments
                    where phase_step_id is not null order by group_id = \(mesa.group) desc, group_id
                    """
                ) { try $0.next(ID<Assignment>.self) })
            #expect(given.count == 2)
            let id = try #require(given.first)
            #expect(try await world.pieces(of: id, late) == ["1 2026-01-24 2026-01-25T03:00:00Z assigned"])
            // Who joined long ago is not given what is past.
            #expect(try await world.pieces(of: id, mesa.client) == [])
            let place = try #require(step.headers["location"])
            #expect(try await world.request(.delete, place, as: mesa.owner, ifMatch: 1).status == 204)
            try await world.planHomework()
            let shown = try await world.request(.get, "/v1/homework-assignments/\(id)", as: mesa.facilitator)
            #expect(shown["endedAt"] == "2026-01-05T16:00:00Z" && shown["stepId"] == step["id"])
        }
    }

    @Test func `what ends with a phase is due only on days with a seat in one of its groups`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let phase = try await world.pathOfPhase().split(separator: "/").last.map(String.init) ?? ""
            let id = try await world.give(
                to: "clients/\(mesa.client.clientID)",
                #""repeats":"daily","untilPhaseEnds":true,"startsOn":"2026-01-05","dueTime":"20:00""#,
                as: mesa.counselor, more: #","phaseId":"\#(phase)""#)
            try await world.planHomework()
            #expect(try await world.dueDays(of: id, mesa.client) == days("2026-01-05", 42))
            // A seat that is paused is a seat.
            let paused = try await world.request(
                .put, "/v1/enrollments/\(mesa.enrollment)/status", as: mesa.facilitator,
                json: ["status": "paused", "from": "2026-01-07", "until": "2026-01-09", "reason": "Travels."],
                ifMatch: 1)
            #expect(paused.status == 200, "\(paused.text)")
            try await world.planHomework()
            #expect(try await world.dueDays(of: id, mesa.client) == days("2026-01-05", 42))
            let left = try await world.request(
                .put, "/v1/enrollments/\(mesa.enrollment)/status", as: mesa.facilitator,
                json: ["status": "completed", "from": "2026-01-10"], ifMatch: 2)
            #expect(left.status == 200, "\(left.text)")
            try await world.planHomework()
            #expect(try await world.dueDays(of: id, mesa.client) == days("2026-01-05", 5))
        }
    }
}

extension World {
    /// Of the phase in which both groups of the house are.
    fileprivate func pathOfPhase() async throws -> String {
        let phase = try await database.superuser.pipeline(
            Query.row("select phase_id from groups where group_id = \(mesa.group)") { try $0.next(ID<Phase>.self) })
        return "/v1/programs/\(mesa.program)/phases/\(phase)"
    }
}
