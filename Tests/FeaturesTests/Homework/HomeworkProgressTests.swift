import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// A client's own progress: encouragement, and figures that punish nothing.
@Suite struct HomeworkProgressTests {
    @Test func `a client is told what was reached, in kind words`() async throws {
        try await withHomework { world, _ in
            let house = world.mesa
            let answer = try await world.get(path(house.client) + "?from=2025-12-15", as: house.client)
            func week(_ from: String, _ to: String, _ figures: String) -> String {
                "{\"from\":\"\(from)\",\"to\":\"\(to)\",\(figures)}"
            }
            let none = """
                "due":0,"done":0,"onTime":0,"late":0,"missed":0,"open":0,"completion":null,"punctuality":null
                """
            let all = """
                "due":4,"done":2,"onTime":1,"late":1,"missed":1,"open":1,"completion":0.5,"punctuality":0.5
                """
            let late = #""due":1,"done":1,"onTime":0,"late":1,"missed":0,"open":0,"completion":1.0,"punctuality":0.0"#
            let missed =
                #""due":1,"done":0,"onTime":0,"late":0,"missed":1,"open":0,"completion":0.0,"punctuality":null"#
            let half = #""due":2,"done":1,"onTime":1,"late":0,"missed":0,"open":1,"completion":0.5,"punctuality":1.0"#
            #expect(
                answer.text == """
                    {"clientId":"\(house.client.clientID)","from":"2025-12-15","to":"2026-01-05",\(all),\
                    "review":{"answered":1,"medianLagHours":12.0,"waiting":1},\
                    "exercises":[{"id":"\(house.exercise)","title":"Daily check-in",\(all)}],\
                    "weeks":[\(week("2025-12-15", "2025-12-21", late)),\(week("2025-12-22", "2025-12-28", missed)),\
                    \(week("2025-12-29", "2026-01-04", half)),\(week("2026-01-05", "2026-01-05", none))],\
                    "reached":{"done":3,"presentRun":0,"longestRun":1},"victories":[\
                    {"code":"first","text":"You handed in your first piece. Every way begins with one step.",\
                    "firstAt":"2025-12-08T17:00:00Z","times":1},\
                    {"code":"whole_week","text":"2 whole weeks with everything done.",\
                    "firstAt":"2025-12-08T17:00:00Z","times":2},\
                    {"code":"came_back","text":"You came back after a pause. Coming back is the skill that carries \
                    everything else.","firstAt":"2025-12-18T17:00:00Z","times":2}],\
                    "encouragement":"You have handed in 3 pieces, and that stays. The next one is a fresh start."}
                    """)
        }
    }

    @Test func `who treats or oversees the client reads the same`() async throws {
        try await withHomework { world, _ in
            let house = world.mesa
            let own = try await world.get(path(house.client), as: house.client)
            #expect(own["review"] == ["answered": 2, "medianLagHours": 30.0, "waiting": 1])
            for person in [house.counselor, house.supervisor] {
                #expect(try await world.get(path(house.client), as: person).text == own.text)
            }
            #expect(own["weeks"].asArray.count == 12)
        }
    }

    @Test func `a guardian is told what is due and done, and nothing else`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.seed(house) { seed in
                let assignment = seed.assignment(in: house, by: house.counselor, client: house.minor)
                let piece = Piece(house.minor, assignment, "Daily recovery")
                _ = seed.add(piece.due(1, "2025-12-30").handedIn("2025-12-31T10:00"), in: house)
                _ = seed.add(piece.due(2, "2025-12-31", closes: "2026-01-01T10:00"), in: house)
            }
            let answer = try await world.get(path(house.minor), as: house.guardian)
            #expect(
                answer.text == """
                    {"clientId":"\(house.minor.clientID)","from":"2025-10-20","to":"2026-01-05","due":2,"done":1}
                    """)
            let chart = try await world.get(path(house.minor), as: house.guardian, accepting: "image/svg+xml")
            #expect(chart.text.contains("2025-12-29 50 %") && !chart.text.contains("piece,"))
            #expect(try await world.get(path(house.minor), as: house.minor)["reached"]["done"] == 1)
            #expect(try await world.get(path(house.client), as: house.guardian).status == 404)
        }
    }

    @Test func `that both partners opened a piece is told to these two alone`() async throws {
        try await withWorld { world in
            let house = world.mesa
            for (index, partner) in [house.client, house.partner].enumerated() {
                try await world.run(
                    """
                    update homework set state = 'submitted', submitted_at = \(world.clock.now), shared_at = \(world.clock.now),
                        version = version + 1 where homework_id = \(house.coupleHomework[index])
                    """)
                let codes = try await world.victories(of: house.client, as: house.client)
                #expect(codes == (partner.clientID == house.client.clientID ? ["first"] : ["first", "shared"]))
            }
            #expect(try await world.victories(of: house.partner, as: house.partner) == ["first", "shared"])
            #expect(try await world.victories(of: house.client, as: house.counselor) == ["first"])
        }
    }

    @Test func `a piece counts as opened when both have, and the first of such pieces is the victory`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, start) = (world.mesa, world.clock.now)
            _ = try await world.seed(house) { seed in
                for homework in house.coupleHomework {
                    seed.add(
                        """
                        insert into homework
                        select (jsonb_populate_record(h, jsonb_build_object(
                            'homework_id', gen_random_uuid(), 'occurrence', h.occurrence + 1))).*
                        from homework h where h.homework_id = \(homework)
                        """)
                }
            }
            func share(_ client: Person, later: Bool, after seconds: Int) async throws {
                try await world.run(
                    """
                    update homework set state = 'submitted', submitted_at = \(start), version = version + 1,
                        shared_at = \(start + .seconds(seconds))
                    where client_id = \(client.clientID) and couple_id is not null
                      and (homework_id <> all (\(house.coupleHomework))) = \(later)
                    """)
            }
            try await share(house.client, later: false, after: 0)
            try await share(house.partner, later: false, after: 60)
            try await share(house.partner, later: true, after: 120)
            try await share(house.client, later: true, after: 180)
            for partner in [house.client, house.partner] {
                let victories = try await world.get(path(partner), as: partner)["victories"].asArray
                let shared = victories.first { $0["code"] == "shared" }
                #expect(shared?["firstAt"] == .text("\(start + .seconds(60))"), "\(victories)")
            }
        }
    }

    @Test func `what is due this very instant is due, and what was withdrawn never`() async throws {
        try await withWorld { (world: World) async throws in
            let now = world.clock.now
            func isDue(_ state: String, _ due: Instant) async throws -> Bool {
                try await world.count("from (select) one where homework_is_due(\(state), \(due), \(now))") == 1
            }
            #expect(try await isDue("assigned", now))
            #expect(try await isDue("assigned", now + .seconds(1)) == false)
            #expect(try await isDue("withdrawn", now) == false)
        }
    }

    @Test func `without any homework there is an invitation to begin, and a chart that says so`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let answer = try await world.get(path(house.loner) + "?to=2025-12-01", as: house.loner)
            #expect(answer.figures == "0/0/0/0" && answer["completion"] == .null)
            #expect(answer["victories"] == [] && answer["exercises"] == [])
            #expect(answer["encouragement"] == "Whenever you are ready: one small piece is a good place to begin.")
            let chart = try await world.get(path(house.loner), as: house.loner, accepting: "image/svg+xml")
            #expect(chart.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
            #expect(chart.text.contains("Nothing to show."))
        }
    }

    @Test func `nobody else reads it, and it answers as what is not there`() async throws {
        try await withHomework { world, _ in
            let house = world.mesa
            let missing = try await world.get("/v1/clients/\(house.group)/homework-progress", as: house.counselor)
            #expect(missing.status == 404)
            for person in [
                house.partner, house.loner, house.intern, house.newcomer, house.facilitator, world.tempe.client,
                world.tempe.counselor,
            ] {
                #expect(
                    try await world.get(path(house.client), as: person).withoutRequestID == missing.withoutRequestID)
            }
            for person in [house.owner, house.intake, house.auditor] {
                #expect(try await world.get(path(house.client), as: person).status == 403)
            }
            #expect(try await world.request(.get, path(house.client)).status == 401)
            let wrong = try await world.get(path(house.client) + "?to=2027-01-01", as: house.client)
            #expect(wrong.faults == ["/to in_the_future"])
        }
    }

    private func path(_ client: Person) -> String { "/v1/clients/\(client.clientID)/homework-progress" }
}

extension World {
    fileprivate func victories(of client: Person, as person: Person) async throws -> [String] {
        let answer = try await get("/v1/clients/\(client.clientID)/homework-progress", as: person)
        return answer["victories"].asArray.compactMap { $0["code"]?.text }
    }
}

extension TestAnswer {
    fileprivate var figures: String { json.figures }
}
