import Postgres
import Practice
import TestSupport
import Testing

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
                    ], in: world.database)
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
