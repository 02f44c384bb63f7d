import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What was handed in and waits for an answer.
@Suite struct ReviewQueueTests {
    @Test func `what is handed in waits for who treats the client and for who leads the group, oldest first`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            try await world.handIn()
            #expect(try await world.queue(mesa.counselor) == [mesa.homework, mesa.groupHomework[0]])
            #expect(try await world.queue(mesa.facilitator) == [mesa.groupHomework[1], mesa.groupHomework[0]])
            #expect(try await world.queue(mesa.intern) == [mesa.coupleHomework[1]])
            for nobody in [mesa.newcomer, mesa.supervisor, world.tempe.counselor, world.tempe.facilitator] {
                #expect(try await world.queue(nobody) == [])
            }
            for stranger in [mesa.owner, mesa.admin, mesa.intake, mesa.auditor, mesa.client, mesa.guardian] {
                #expect(try await world.request(.get, "/v1/homework-reviews", as: stranger).status == 403)
            }
            let whole = try await world.request(.get, "/v1/homework-reviews", as: mesa.intern)
            #expect(
                whole.text == """
                    {"items":[{"id":"\(mesa.coupleHomework[1])","client":{"id":"\(mesa.partner.clientID)",\
                    "givenName":"Beth","preferredName":null,"familyName":"Archer"},"title":"Couple check-in",\
                    "coupleId":"\(mesa.couple)","groupId":null,"submittedAt":"2026-01-05T19:00:00Z","waitingHours":1,\
                    "late":false,"resubmitted":false,"private":false,"discussed":false,"openRisk":false}],"next":null,\
                    "waiting":1,"oldestSubmittedAt":"2026-01-05T19:00:00Z"}
                    """)
            let empty = try await world.request(.get, "/v1/homework-reviews", as: mesa.newcomer)
            #expect(empty.text == #"{"items":[],"next":null,"waiting":0,"oldestSubmittedAt":null}"#)
        }
    }

    @Test func `who was in a group by mistake waits for nobody who leads it`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            try await world.handIn()
            #expect(try await world.correct("/v1/enrollments/\(mesa.enrollment)", to: []).status == 200)
            #expect(try await world.queue(mesa.facilitator) == [mesa.groupHomework[1]])
            #expect(try await world.queue(mesa.counselor) == [mesa.homework, mesa.groupHomework[0]])
        }
    }

    @Test func `who treats one and leads a group has both in one queue, and what is of both once`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            try await world.lead(mesa.group, mesa.counselor)
            try await world.handIn()
            let (own, his, dans) = (mesa.homework, mesa.groupHomework[0], mesa.groupHomework[1])
            #expect(try await world.queue(mesa.counselor) == [own, dans, his])
            let page = try await world.request(.get, "/v1/homework-reviews?limit=2", as: mesa.counselor)
            #expect(page["waiting"] == 3 && page["oldestSubmittedAt"] == "2026-01-05T16:00:00Z")
            #expect(page.items.map { $0["client"]?["givenName"] } == ["Adam", "Dan"])
            let cursor = try #require(page["next"].text)
            let rest = try await world.request(
                .get, "/v1/homework-reviews?limit=2&cursor=\(cursor)", as: mesa.counselor)
            #expect(rest.all("id") == ["\(his)"] && rest["next"] == .null && rest["waiting"] == 3)

            let adam = "clientId=\(mesa.client.clientID)"
            #expect(try await world.queue(mesa.counselor, "?\(adam)") == [own, his])
            #expect(try await world.queue(mesa.counselor, "?groupId=\(mesa.group)") == [dans, his])
            #expect(try await world.queue(mesa.counselor, "?groupId=\(mesa.group)&\(adam)") == [his])
            #expect(try await world.queue(mesa.counselor, "?clientId=\(mesa.partner.clientID)") == [])
            let wrong = try await world.request(
                .get, "/v1/homework-reviews?clientId=Adam&state=x&groupId=", as: mesa.counselor)
            #expect(wrong.status == 400 && wrong.faults.count == 3)
        }
    }

    @Test func `a supervisor has what the group that she leads was given, and no more for whom she treats`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            try await world.lead(mesa.group, mesa.supervisor)
            try await world.seed(mesa) { $0.careTeam(of: mesa.client, mesa.supervisor) }
            try await world.handIn()
            #expect(try await world.queue(mesa.supervisor) == [mesa.groupHomework[1], mesa.groupHomework[0]])
        }
    }

    @Test func `what is answered leaves the queue, and comes back when it is handed in again`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, homework) = (world.mesa, world.mesa.homework)
            _ = try await world.submit(homework)
            #expect(try await world.queue(mesa.counselor) == [homework])
            _ = try await world.review(homework, "returned", comment: "More, please.", ifMatch: 2)
            #expect(try await world.queue(mesa.counselor) == [])
            try await world.advance(by: .seconds(14 * 86_400))
            _ = try await world.submit(homework, ["feelings": "more"])
            let again = try await world.request(.get, "/v1/homework-reviews", as: mesa.counselor)
            #expect(again.items.map { $0["resubmitted"] } == [true])
            _ = try await world.review(homework, ifMatch: again.items.isEmpty ? nil : 4)
            #expect(try await world.queue(mesa.counselor) == [])
        }
    }

    @Test func `late, private, discussed and an open risk are told; an assessed risk is not`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, couples) = (world.mesa, world.mesa.coupleHomework[0])
            _ = try await world.submit(couples, more: ["private": true])
            try await world.advance(by: .seconds(8 * 86_400))
            _ = try await world.submit(mesa.homework)
            for piece in [couples, mesa.homework] { try await world.raiseRisk(piece, mesa.client) }
            _ = try await world.discuss(mesa.homework, [:], ifMatch: 2)
            try await world.run(
                """
                update risk_records set assessed_at = \(world.clock.now), outcome = 'no_concern', version = version + 1
                where homework_id = \(couples)
                """)
            let items = try await world.request(.get, "/v1/homework-reviews", as: mesa.counselor).items
            #expect(
                items.map { item in
                    ["late", "private", "discussed", "openRisk"].filter { item[$0] == true }.joined(separator: " ")
                } == ["private", "late discussed openRisk"])
        }
    }

    @Test func `the queue's door shows the rows of either tie, names, and nothing that was answered`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            try await world.handIn()
            _ = try await world.addComment(mesa.groupHomework[0], "Hello", as: mesa.client)
            let seen = try await world.asServer(mesa.facilitator, "review_queue.read", "none", nil) {
                Query.row(
                    """
                    select array[(select count(*) from homework), (select count(*) from clients),
                        (select count(*) from homework_answers), (select count(*) from homework_comments),
                        (select count(*) from client_contacts), (select count(*) from enrollments)]
                    """
                ) { try $0.next([Int].self) }
            }
            #expect(seen == [2, 3, 0, 0, 0, 0])
            #expect(try await world.count("from homework_answers where practice_id = \(mesa.id)") == 4)
            #expect(try await world.count("from homework_comments") == 1)
        }
    }
}

extension World {
    /// Four submissions: of the client, of the loner in the group, of the client in it, of the partner. An hour lies
    /// between each and the next, and one has passed since the last.
    fileprivate func handIn() async throws {
        let pieces = [
            (mesa.homework, mesa.client), (mesa.groupHomework[1], mesa.loner), (mesa.groupHomework[0], mesa.client),
            (mesa.coupleHomework[1], mesa.partner),
        ]
        for (homework, person) in pieces {
            #expect(try await submit(homework, as: person).status == 200)
            try await advance(by: .seconds(3_600))
        }
    }

    fileprivate func queue(_ person: Person, _ query: String = "") async throws -> [ID<Homework>] {
        let answer = try await request(.get, "/v1/homework-reviews\(query)", as: person)
        #expect(answer.status == 200)
        return answer.all("id").compactMap { ID<Homework>($0) }
    }

    fileprivate func lead(_ group: ID<Group>, _ person: Person) async throws {
        try await run(
            """
            insert into group_facilitators (practice_id, group_id, account_id, during)
            values (\(mesa.id), \(group), \(person.accountID), daterange('2025-12-01', null))
            """)
    }

    fileprivate func raiseRisk(_ homework: ID<Homework>, _ client: Person) async throws {
        try await run(
            """
            insert into risk_records (practice_id, risk_id, homework_id, number, client_id, sources, raised_at)
            values (\(mesa.id), gen_random_uuid(), \(homework), 1, \(client.clientID), '{word}', \(clock.now))
            """)
    }
}
