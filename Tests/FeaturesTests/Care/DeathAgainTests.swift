import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Deaths that are corrected more than once, taken back, and followed by another.
@Suite struct DeathAgainTests {
    @Test func `guardianships go with every correction, and are what they were when nobody has died`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            for terms in [["from": "2026-01-05"], ["from": "2025-12-01", "until": "2025-12-20"]] as [JSONValue] {
                let guardian: JSONValue = ["guardian": ["name": "Gus Gray"], "scopes": ["schedule"]]
                let made = try await world.request(.post, path, as: house.intake, json: guardian.with(terms))
                #expect(made.status == 201, "\(made.text)")
            }
            func spans() async throws -> [String] {
                try await world.request(.get, path, as: house.intake).items
                    .map { "\($0["from"]?.text ?? "?") \($0["until"]?.text ?? "")" }.sorted()
            }
            let before = try await spans()
            for day in ["2025-12-10", "2025-12-25", "2025-12-28", "2025-12-05", "2026-01-02"] {
                world.clock.advance(by: .seconds(1))
                let died = try await world.change(house.minor, ["diedOn": .text(day)], as: house.intake)
                #expect(died.status == 200, "\(day): \(died.text)")
                let ended = try await world.count(
                    """
                    from guardianships where client_id = \(house.minor.clientID)
                        and not during <@ daterange(null, \(Day(day)))
                    """)
                #expect(ended == 0, "\(day)")
            }
            world.clock.advance(by: .seconds(1))
            let back = try await world.change(house.minor, ["diedOn": .null], as: house.intake)
            #expect(back.status == 200 && back["status"] == "active", "\(back.text)")
            #expect(try await spans() == before)
        }
    }

    @Test func `a death that was none, of who has left, and a death after it are two`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let couple = "/v1/couples/\(house.couple)"
            let enrollment = "/v1/enrollments/\(house.enrollment)"
            _ = try await world.change(house.client, ["diedOn": "2026-01-02"], as: house.intake)
            let left = try await world.change(
                house.client, ["diedOn": .null, "status": "inactive", "closing": ["careTeam": "keep"]], as: house.intake
            )
            #expect(left.status == 200 && left["status"] == "inactive", "\(left.text)")
            let seat = try await world.request(.get, enrollment, as: house.intake)
            #expect(seat["reason"] == "A death was recorded by mistake.", "\(seat.text)")
            try await world.advance(by: .seconds(2 * 86_400))
            let died = try await world.change(house.client, ["diedOn": "2026-01-06"], as: house.intake)
            #expect(died.status == 200, "\(died.text)")
            #expect(try await world.request(.get, couple, as: house.intake)["until"] == "2026-01-02")
            #expect(try await world.days(of: enrollment) == ["withdrawn", "2026-01-02"])
            // That one too was none: who had left has left, and in care again has what the first one ended.
            let back = try await world.change(house.client, ["diedOn": .null], as: house.intake)
            #expect(back["status"] == "inactive", "\(back.text)")
            #expect(try await world.request(.get, couple, as: house.intake)["until"] == "2026-01-02")
            let active = try await world.change(house.client, ["status": "active"], as: house.intake)
            #expect(active["status"] == "active", "\(active.text)")
            #expect(try await world.request(.get, couple, as: house.intake)["until"] == .null)
        }
    }

    /// The client is one of a couple, and dies with a minor whom the partner guards.
    @Test(
        arguments: [
            (["client 2026-01-03", "partner 2026-01-03"], ["client", "partner"]),
            (["client 2026-01-03", "partner 2026-01-03"], ["partner", "client"]),
            // The second death lies before the first: it takes days of what the first one left.
            (["client 2026-01-04", "partner 2026-01-02"], ["client", "partner"]),
            (["client 2026-01-04", "partner 2026-01-02"], ["partner", "client"]),
            (["client 2026-01-02", "partner 2026-01-04"], ["client", "partner"]),
        ])
    func `two deaths that were none leave a couple, and who guards whom, as they were`(
        deaths: [String], back: [String]
    ) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let ward = "/v1/clients/\(house.minor.clientID)/guardians"
            let made = try await world.request(
                .post, ward, as: house.owner,
                json: [
                    "guardian": ["name": "Pat Drew", "accountId": .text("\(house.partner.accountID)")],
                    "scopes": ["schedule"], "from": "2025-12-01",
                ])
            let guardianship = try #require(made.headers["location"], "\(made.text)")
            let couple = "/v1/couples/\(house.couple)"
            func untils() async throws -> [JSONValue?] {
                var untils: [JSONValue?] = []
                for path in [couple, guardianship] {
                    untils.append(try await world.request(.get, path, as: house.intake)["until"])
                }
                return untils
            }
            func change(_ who: Substring, _ day: JSONValue) async throws {
                try await world.advance(by: .seconds(60))
                for person in who == "partner" ? [house.partner] : [house.client, house.minor] {
                    let answer = try await world.change(person, ["diedOn": day], as: house.intake)
                    #expect(answer.status == 200, "\(answer.text)")
                }
            }
            for death in deaths {
                let words = death.split(separator: " ")
                try await change(words[0], .text(String(words[1])))
            }
            let last = deaths.compactMap { $0.split(separator: " ").last.map(String.init) }.min() ?? ""
            #expect(try await untils() == [.text(last), .text(last)])
            try await change(back[0][...], .null)
            // One of the two is dead: from the day of that death.
            let dead = deaths.first { $0.hasPrefix(back[1]) }?.split(separator: " ").last.map(String.init) ?? ""
            #expect(try await untils() == [.text(dead), .text(dead)])
            try await change(back[1][...], .null)
            #expect(try await untils() == [.null, .null])
            #expect(
                try await world.count("from couple_members where couple_id = \(house.couple) and upper_inf(during)")
                    == 2)
            for (person, kind) in [(house.client, "couple"), (house.minor, "guardianship")] {
                let closings = try await world.request(
                    .get, "/v1/clients/\(person.clientID)/closings", as: house.intake)
                let ended = closings.items.first?["ended"]?.list.first { $0["kind"] == .text(kind) }
                #expect(ended?["cameBack"] == true, "\(closings.text)")
            }
        }
    }

    @Test func `a couple stays ended for who has left, or is in another couple by then`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let couple = "/v1/couples/\(house.couple)"
            func change(_ person: Person, _ json: JSONValue) async throws {
                try await world.advance(by: .seconds(60))
                let answer = try await world.change(person, json, as: house.intake)
                #expect(answer.status == 200, "\(answer.text)")
            }
            for person in [house.client, house.partner] { try await change(person, ["diedOn": "2026-01-03"]) }
            try await change(house.client, ["diedOn": .null])
            let other = try await world.request(
                .post, "/v1/couples", as: house.intake,
                json: [
                    "clientIds": [.text("\(house.client.clientID)"), .text("\(house.loner.clientID)")],
                    "from": "2026-01-05",
                ])
            let made = try #require(other.headers["location"], "\(other.text)")
            try await change(house.partner, ["diedOn": .null])
            #expect(try await world.request(.get, couple, as: house.intake)["until"] == "2026-01-03")
            #expect(try await world.request(.get, made, as: house.intake)["until"] == .null)
            // It is over, but it was there since: what it took nobody else's couple takes back.
            #expect(try await world.request(.put, made + "/ending", as: house.intake, json: [:]).status == 200)
            try await change(house.partner, ["diedOn": "2026-01-05"])
            let left: JSONValue = ["seats": "end", "account": "keep", "careTeam": "keep", "homework": "end"]
            try await change(house.client, ["status": "inactive", "closing": left])
            try await change(house.partner, ["diedOn": .null])
            #expect(try await world.request(.get, couple, as: house.intake)["until"] == "2026-01-03")
        }
    }

    @Test func `what stayed once is moved by the next correction that lets it`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let couple = "/v1/couples/\(house.couple)"
            _ = try await world.change(house.client, ["diedOn": "2025-12-20"], as: house.intake)
            let other = try await world.request(
                .post, "/v1/couples", as: house.intake,
                json: [
                    "clientIds": [.text("\(house.partner.clientID)"), .text("\(house.loner.clientID)")],
                    "from": "2025-12-28",
                ])
            #expect(other.status == 201, "\(other.text)")
            for (day, until) in [
                ("2026-01-02", "2025-12-20"), ("2025-12-24", "2025-12-24"), ("2025-12-22", "2025-12-22"),
            ] {
                let corrected = try await world.change(house.client, ["diedOn": .text(day)], as: house.intake)
                #expect(corrected.status == 200, "\(corrected.text)")
                let shown = try await world.request(.get, couple, as: house.intake)
                #expect(shown["until"] == .text(until), "\(day): \(shown.text)")
                let closings = try await world.request(
                    .get, "/v1/clients/\(house.client.clientID)/closings", as: house.intake)
                let stayed = closings.items.first?["ended"]?.list.filter { $0["stayed"] == true } ?? []
                #expect(stayed.map { $0["kind"] } == (day == until ? [] : ["couple"]), "\(day): \(closings.text)")
                #expect(stayed.allSatisfy { $0["reason"] == "not_moved" }, "\(closings.text)")
            }
        }
    }

    @Test func `nobody guards who dies at the same moment`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            for order in orders(4, 3) {
                let gus = try await world.people(1)[0]
                let guardian: ID<Guardian> = world.surroundings.id()
                try await world.run(
                    """
                    insert into guardians (practice_id, guardian_id, name, account_id, created_at)
                    values (\(house.id), \(guardian), 'Gus Gray', \(gus.accountID), \(world.clock.now))
                    """)
                let begin: SQL = """
                    insert into guardianships (practice_id, guardianship_id, guardian_id, client_id, scopes, during)
                    values (\(house.id), \(world.surroundings.newID()), \(guardian), \(house.minor.clientID), '{schedule}',
                            daterange('2026-01-05', null))
                    """
                let came = try await interleave(
                    order,
                    [
                        world.death(of: gus),
                        world.steps(
                            house.intake, "guardianship.change", "client", house.minor.clientID.uuid, begin),
                    ], in: world.database, givingWay: true)
                let isDead = came.outcomes[0] == .committed
                let begins = came.outcomes[1] == .committed
                #expect(isDead || [.refused("55P03"), .refused("40001")].contains(came.outcomes[0]), "\(came)")
                #expect(begins || came.outcomes[1] == .refused("guardian_has_died"), "\(came)")
                let guards = try await world.count(
                    "from guardianships where guardian_id = \(guardian) and during @> '2026-01-05'::date")
                #expect(guards == (isDead || !begins ? 0 : 1), "\(order): \(came)")
            }
        }
    }

    @Test func `no account of who has died is put to a guardianship that is there`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.intake,
                json: ["guardian": ["name": "Dan Drew"], "scopes": ["schedule"]])
            let one = try #require(made.headers["location"])
            // Who works here keeps the sign-in.
            try await world.run(
                """
                update accounts set roles = '{client,intake}', version = version + 1
                where account_id = \(house.loner.accountID)
                """)
            try await world.run(
                "insert into staff (practice_id, account_id) values (\(house.id), \(house.loner.accountID))")
            _ = try await world.change(house.loner, ["diedOn": "2026-01-03"], as: house.intake)
            let refused = try await world.request(
                .put, one + "/account", as: house.owner, json: ["accountId": .text("\(house.loner.accountID)")])
            #expect(refused.status == 409 && refused.code == "guardian_has_died", "\(refused.text)")
        }
    }

    @Test func `a past row of a guardianship has the day that it had`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.intake,
                json: ["guardian": ["name": "Gus Gray"], "scopes": ["schedule"], "from": "2026-01-05"])
            let one = try #require(made.headers["location"])
            for day in [JSONValue.text("2026-01-02"), .null] {
                world.clock.advance(by: .seconds(1))
                #expect(try await world.change(house.minor, ["diedOn": day], as: house.intake).status == 200)
            }
            let history = try await world.request(.get, "\(one)/history", as: house.intake)
            #expect(
                history.items.map { [$0["from"], $0["until"]] } == [
                    ["2026-01-05", "2026-01-05"], ["2026-01-05", .null],
                ], "\(history.text)")
        }
    }
}

extension JSONValue {
    /// The members of both objects.
    fileprivate func with(_ other: JSONValue) -> JSONValue {
        guard case .object(let own) = self, case .object(let more) = other else { return self }
        return .object(own + more)
    }
}
