import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What was made already follows what changes afterwards, as long as nobody has begun it. The clock shows Monday,
/// 2026-01-05, 09:00 in Phoenix.
@Suite struct HomeworkExceptionTests {
    private static let tuesdays =
        #""repeats":"weekly","weekdays":["tuesday"],"startsOn":"2026-01-05","dueTime":"20:00""#

    @Test func `skipped days are taken out, a moved one keeps its number, and all is back when the exception goes`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let id = try await world.give(to: "couples/\(mesa.couple)", Self.tuesdays, as: mesa.counselor)
            let before = try await world.pieces(of: id, mesa.client)
            let path = "/v1/homework-assignments/\(id)/exceptions"
            var made: [String] = []
            for json: JSONValue in [
                ["firstDay": "2026-01-12", "lastDay": "2026-01-21"],
                ["firstDay": "2026-01-06", "movedTo": "2026-01-08"],
            ] {
                let answer = try await world.request(.post, path, as: mesa.counselor, json: json)
                made.append(try #require(answer["id"].text))
            }
            try await world.planHomework()
            for partner in [mesa.client, mesa.partner] {
                let after = try await world.pieces(of: id, partner)
                #expect(after == ["1 2026-01-06 2026-01-09T03:00:00Z assigned"] + before.dropFirst(3))
            }
            try await world.planHomework()
            #expect(try await world.versions(of: id) == [1, 2])
            for exception in made {
                #expect(try await world.request(.delete, "\(path)/\(exception)", as: mesa.counselor).status == 204)
            }
            try await world.planHomework()
            #expect(try await world.pieces(of: id, mesa.client) == before)
        }
    }

    @Test func `what was begun or hangs on something is not taken away`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let id = try await world.give(
                to: "clients/\(mesa.client.clientID)", Self.tuesdays, as: mesa.counselor)
            try await world.put(
                """
                update homework set state = 'draft', version = version + 1 where assignment_id = \(id) and occurrence = 1
                """)
            try await world.put(
                """
                insert into homework_comments (practice_id, comment_id, homework_id, client_id, author_id, text, created_at)
                select practice_id, homework_id, homework_id, client_id, \(mesa.counselor.accountID), '\\x00', \(world.clock.now)
                from homework where assignment_id = \(id) and occurrence = 2
                """)
            try await world.put(
                """
                insert into outbox (practice_id, letter_id, event, account_id, client_id, sealed, state_since, created_at,
                    expires_at, kind, homework_id)
                select practice_id, homework_id, 'reminder/' || homework_id, \(mesa.client.accountID), client_id, '\\x00',
                    \(world.clock.now), \(world.clock.now), \(world.clock.now + .seconds(60)), 'homework_reminder', homework_id
                from homework where assignment_id = \(id) and occurrence = 3
                """)
            let added = try await world.request(
                .post, "/v1/homework-assignments/\(id)/exceptions", as: mesa.counselor,
                json: ["firstDay": "2026-01-05", "lastDay": "2026-01-21"])
            #expect(added.status == 201)
            try await world.planHomework()
            #expect(
                try await world.pieces(of: id, mesa.client).prefix(4) == [
                    "1 2026-01-06 2026-01-07T03:00:00Z draft", "2 2026-01-13 2026-01-14T03:00:00Z withdrawn",
                    "3 2026-01-20 2026-01-21T03:00:00Z withdrawn", "4 2026-01-27 2026-01-28T03:00:00Z assigned",
                ])
        }
    }

    @Test func `homework that pauses on closures has none due on them, and others do`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let path = "clients/\(mesa.client.clientID)"
            let pausing = try await world.give(
                to: path, Self.tuesdays + #","skipClosures":true"#, as: mesa.counselor)
            let other = try await world.give(to: path, Self.tuesdays, as: mesa.counselor)
            let closed = try await world.request(
                .post, "/v1/closures", as: mesa.admin, json: ["name": "Closed", "firstDay": "2026-01-13"])
            #expect(closed.status == 201)
            try await world.planHomework()
            let all = try days("2026-01-06", 6, every: 7)
            #expect(try await world.dueDays(of: pausing, mesa.client) == all.filter { $0 != "2026-01-13" })
            #expect(try await world.dueDays(of: other, mesa.client) == all)
            let place = try #require(closed.headers["location"])
            #expect(try await world.request(.delete, place, as: mesa.admin, ifMatch: 1).status == 204)
            try await world.planHomework()
            #expect(try await world.dueDays(of: pausing, mesa.client) == all)
        }
    }

    @Test func `homework withdrawn with all that follows is not made again for this partner, but for the other`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let id = try await world.give(to: "couples/\(mesa.couple)", Self.tuesdays, as: mesa.counselor)
            let third = try await world.database.superuser.pipeline(
                Query.row(
                    """
                    select homework_id from homework
                    where assignment_id = \(id) and client_id = \(mesa.client.clientID) and occurrence = 3
                    """
                ) { try $0.next(ID<Homework>.self) })
            let withdrawn = try await world.request(
                .put, "/v1/homework/\(third)/withdrawal", as: mesa.counselor, json: ["andLater": true], ifMatch: 1)
            #expect(withdrawn.status == 200 && withdrawn["withdrawn"] == 4)
            try await world.pass(days: 40, step: 10)
            let open = try await world.dueDays(of: id, mesa.client, "state <> 'withdrawn'")
            #expect(open == ["2026-01-06", "2026-01-13"])
            #expect(try await world.pieces(of: id, mesa.client).count == 6)
            #expect(try await world.dueDays(of: id, mesa.partner) == days("2026-01-06", 8, every: 7))
        }
    }

    @Test func `a couple that ends and a client who is none any more get nothing more`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let couples = try await world.give(to: "couples/\(mesa.couple)", Self.tuesdays, as: mesa.counselor)
            let minors = try await world.give(
                to: "clients/\(mesa.minor.clientID)", Self.tuesdays, as: mesa.counselor)
            try await world.put(
                """
                update couple_members set during = daterange(lower(during), '2026-01-20')
                where couple_id = \(mesa.couple)
                """)
            let version = try await world.request(
                .get, "/v1/clients/\(mesa.minor.clientID)", as: mesa.intake
            ).version
            let left = try await world.request(
                .patch, "/v1/clients/\(mesa.minor.clientID)", as: mesa.intake,
                json: [
                    "status": "inactive",
                    "closing": [
                        "account": "keep", "careTeam": "keep", "guardianships": "keep", "homework": "keep",
                        "seats": "keep",
                    ],
                ],
                ifMatch: version)
            #expect(left.status == 200, "\(left.text)")
            try await world.planHomework()
            #expect(try await world.dueDays(of: couples, mesa.partner) == ["2026-01-06", "2026-01-13"])
            // The first is open already.
            #expect(try await world.dueDays(of: minors, mesa.minor) == ["2026-01-06"])
        }
    }
}

extension World {
    fileprivate func versions(of assignment: ID<Assignment>) async throws -> [Int] {
        try await database.superuser.pipeline(
            Query.rows("select distinct version from homework where assignment_id = \(assignment) order by 1") {
                try $0.next()
            })
    }
}
