import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What comes back with a chart that was closed by mistake, and what does not.
@Suite struct ChartReopeningTests {
    @Test
    func `a death that was a mistake gives back the account, the couple and the guardianships, and says what not`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.change(house.client, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            #expect(try await world.change(house.minor, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            #expect(
                try await world.request(.get, "/v1/clients/\(house.minor.clientID)", as: house.guardian).status == 404)
            let back = try await world.change(house.client, ["diedOn": .null], as: house.intake)
            #expect(back.status == 200 && back["status"] == "active" && back["diedOn"] == .null)
            #expect(try await world.change(house.minor, ["diedOn": .null], as: house.intake).status == 200)
            #expect(
                try await world.request(.get, "/v1/clients/\(house.minor.clientID)", as: house.guardian).status == 200)
            #expect(
                try await world.count("from couples where couple_id = \(house.couple) and upper_inf(during)") == 1)
            #expect(
                try await world.count(
                    "from couple_members where couple_id = \(house.couple) and upper_inf(during)") == 2)
            #expect(try await world.status(of: "/v1/enrollments/\(house.enrollment)") == "withdrawn")
            // The sign-ins of before stay ended; the password opens again.
            #expect(try await world.request(.get, "/v1/me", as: house.client).status == 401)
            let signedIn = try await world.request(
                .post, "/v1/sign-ins",
                json: ["practice": "mesa", "email": .text(house.client.email), "password": .text(World.password)])
            #expect(signedIn.status == 201)
            let tasks = try await world.request(.get, "/v1/tasks", as: house.intake)
            #expect(
                Set(tasks.items.map { "\($0["kind"]?.text ?? "") \($0["clientId"]?.text ?? "")" }) == [
                    "death_corrected \(house.client.clientID)", "death_corrected \(house.minor.clientID)",
                    // What was asked before is asked again.
                    "renew_consents \(house.client.clientID)",
                ])
            let closings = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/closings", as: house.intake)
            let ended = closings.items.first?["ended"]?.list ?? []
            let cameBack = Set(ended.filter { $0["cameBack"] == true }.compactMap { $0["kind"]?.text })
            let stayed = Set(ended.filter { $0["cameBack"] == false }.compactMap { $0["kind"]?.text })
            #expect(
                cameBack == ["account", "couple"] && stayed == ["active", "homework"], "\(closings.text)")
            #expect(closings.items.first?["reopenedBy"] == .text("\(house.intake.accountID)"))
        }
    }

    /// A partner whose chart was made one with another is there still.
    @Test(arguments: ["inactive", "deceased", "merged"])
    func `a couple comes back only if the partner is there still`(since: String) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.change(house.client, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            switch since {
            case "inactive":
                let closing: JSONValue = [
                    "account": "keep", "careTeam": "keep", "homework": "keep", "appointments": "keep",
                ]
                let left = try await world.change(
                    house.partner, ["status": "inactive", "closing": closing], as: house.intake)
                #expect(left.status == 200, "\(left.text)")
            case "deceased":
                #expect(try await world.change(house.partner, ["diedOn": "2026-01-04"], as: house.intake).status == 200)
            default:
                let other = try await world.newClient("Zora", "Quist")
                let merged = try await world.merge(house.partner.clientID, into: other, as: house.admin)
                #expect(merged.status == 201, "\(merged.text)")
            }
            let back = try await world.change(house.client, ["diedOn": .null], as: house.intake)
            #expect(back.status == 200 && back["status"] == "active", "\(back.text)")
            let goesOn = try await world.count("from couples where couple_id = \(house.couple) and upper_inf(during)")
            #expect(goesOn == (since == "merged" ? 1 : 0))
            let closings = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/closings", as: house.intake)
            let couple = closings.items.first?["ended"]?.list.first { $0["kind"] == "couple" }
            #expect(couple?["cameBack"] == .bool(since == "merged"), "\(closings.text)")
            // What is of one alone comes back all the same.
            #expect(
                try await world.count(
                    "from accounts where account_id = \(house.client.accountID) and disabled_at is null") == 1)
        }
    }

    @Test(arguments: [false, true])
    func `a guardianship comes back only to a guardian who lives`(hasDied: Bool) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            // The guardian is in care here too.
            try await world.seed(house) { seed in
                seed.add(
                    """
                    update accounts set client_id = null, roles = '{counselor}', version = version + 1
                    where practice_id = \(house.id) and account_id = \(house.loner.accountID)
                    """)
                seed.add(
                    """
                    update accounts set client_id = \(house.loner.clientID), roles = '{guardian,client}', version = version + 1
                    where practice_id = \(house.id) and account_id = \(house.guardian.accountID)
                    """)
            }
            #expect(try await world.change(house.minor, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            if hasDied {
                #expect(try await world.change(house.loner, ["diedOn": "2026-01-04"], as: house.intake).status == 200)
            }
            #expect(try await world.change(house.minor, ["diedOn": .null], as: house.intake).status == 200)
            #expect(
                try await world.count(
                    "from guardianships where client_id = \(house.minor.clientID) and upper_inf(during)")
                    == (hasDied ? 0 : 1))
        }
    }

    @Test func `an account that somebody disabled since stays so, and the closing says it`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.change(house.client, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            try await world.advance(by: .seconds(60))
            try await world.run(
                """
                update accounts set disabled_at = \(world.clock.now), version = version + 1
                where account_id = \(house.client.accountID)
                """)
            #expect(try await world.change(house.client, ["diedOn": .null], as: house.intake).status == 200)
            #expect(
                try await world.count(
                    """
                    from accounts where account_id = \(house.client.accountID) and disabled_at = \(world.clock.now)
                    """) == 1)
            let closings = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/closings", as: house.intake)
            let account = closings.items.first?["ended"]?.list.first { $0["kind"] == "account" }
            #expect(account?["cameBack"] == false, "\(closings.text)")
        }
    }

    @Test(arguments: [true, false])
    func `who has died guards nobody from that day on; who has only left guards on`(hasDied: Bool) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let guardians = "/v1/clients/\(house.minor.clientID)/guardians"
            let made = try await world.request(
                .post, guardians, as: house.intake,
                json: [
                    "guardian": ["name": "D.", "clientId": .text("\(house.loner.clientID)")], "scopes": ["schedule"],
                    "from": "2025-12-01",
                ])
            #expect(made.status == 201, "\(made.text)")
            let open = try await world.request(
                .get, "/v1/clients/\(house.loner.clientID)/open-things", as: house.intake)
            let closing = Set(open.all("area")).sorted().map { JSONMember($0, "end") }
            let gone = try await world.change(
                house.loner,
                hasDied ? ["diedOn": "2026-01-04"] : ["status": "inactive", "closing": .object(closing)],
                as: house.intake)
            #expect(gone.status == 200, "\(gone.text)")
            let untils = try await world.request(.get, guardians, as: house.intake).items.map {
                "\($0["name"]?.text ?? "") \($0["until"]?.text ?? "-")"
            }
            #expect(Set(untils) == ["Grace Carter -", hasDied ? "Dan Dorsey 2026-01-04" : "Dan Dorsey -"])
        }
    }
}
