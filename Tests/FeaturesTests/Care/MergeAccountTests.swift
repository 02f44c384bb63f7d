import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Whoever signs in to one of two charts reads both once they are one: so nobody lets oneself in by a merge.
@Suite struct MergeAccountTests {
    private func ask(_ world: World, _ duplicate: ID<Client>, into survivor: ID<Client>) async throws -> TestAnswer {
        try await world.request(
            .post, "/v1/clients/\(survivor)/merges", as: world.mesa.admin, json: ["duplicateId": .text("\(duplicate)")])
    }

    /// A chart that somebody made up, with the sign-in that came of its own invitation.
    private func madeUp(_ world: World) async throws -> (client: ID<Client>, bearer: [String: String]) {
        let client = try await world.newClient("Mae", "Makeup", email: "mae@example.com")
        let invited = try await world.request(
            .post, "/v1/clients/\(client)/invitation", as: world.mesa.admin, json: [:])
        let link = "/v1/invitations/\(try #require(invited["token"].text))"
        #expect(try await world.request(.put, link, json: ["password": "another horse battery"]).status == 204)
        let signedIn = try await world.request(
            .post, "/v1/sign-ins",
            json: ["practice": "mesa", "email": "mae@example.com", "password": "another horse battery"])
        return (client, ["Authorization": "Bearer \(try #require(signedIn["token"].text))"])
    }

    @Test func `who merges a chart into one that was made up reads nothing of it, until a colleague confirms`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let mae = try await madeUp(world)
            for (duplicate, survivor) in [
                (house.loner.clientID, mae.client), (mae.client, house.loner.clientID),
            ] {
                let asked = try await ask(world, duplicate, into: survivor)
                #expect(asked.status == 202 && asked["state"] == "awaits_confirmation")
                #expect(asked["askedBy"] == .text("\(house.admin.accountID)"))
                #expect(asked["expiresAt"] == "2026-01-12T16:00:00Z")
            }
            let real = "/v1/clients/\(house.loner.clientID)"
            #expect(try await world.request(.get, real, headers: mae.bearer).status == 404)
            #expect(try await world.request(.get, real, as: house.loner).status == 200)
            #expect(try await world.request(.get, "/v1/clients/\(mae.client)/merges", as: house.owner).items == [])

            let waiting = try await world.request(.get, "/v1/merge-requests", as: house.intake)
            #expect(waiting.items.count == 1, "asked for anew, the one before is gone")
            let id = try #require(waiting.items[0]["id"]?.text)
            #expect(waiting.items[0]["survivor"]?["id"] == .text("\(house.loner.clientID)"))
            #expect(try await world.request(.get, "/v1/merge-requests", as: house.counselor).items == [])
            #expect(try await world.request(.get, "/v1/merge-requests", as: house.auditor).status == 403)
            #expect(try await world.request(.get, "/v1/merge-requests", as: world.tempe.owner).items == [])
            let path = "\(real)/merges/\(id)/confirmation"
            let own = try await world.request(.put, path, as: house.admin)
            #expect(own.status == 409 && own.code == "confirmed_by_another")
            for person in [house.counselor, house.newcomer, world.tempe.owner] {
                #expect(try await world.request(.put, path, as: person).status == 404, "\(person.name)")
            }
            let elsewhere = "/v1/clients/\(mae.client)/merges/\(id)/confirmation"
            #expect(try await world.request(.put, elsewhere, as: house.intake).status == 404)
            #expect(try await world.request(.get, real, headers: mae.bearer).status == 404)

            for _ in 1...2 { #expect(try await world.request(.put, path, as: house.intake).status == 200) }
            let merged = try await world.request(.get, "\(real)/merges", as: house.owner).items
            #expect(merged.count == 1 && merged[0]["mergedBy"] == .text("\(house.admin.accountID)"))
            #expect(merged[0]["confirmedBy"] == .text("\(house.intake.accountID)"))
            #expect(try await world.request(.get, "/v1/merge-requests", as: house.intake).items == [])
            #expect(
                try await world.count(
                    """
                    from audit_events where action = 'merge.confirm' and account_id = \(house.intake.accountID)
                        and client_ids @> array[\(mae.client), \(house.loner.clientID)]::uuid[]
                    """) == 1)
        }
    }

    @Test func `nobody merges a chart of their own, nor confirms that`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let own = try await world.newClient("Ada", "Adler")
            try await world.seed(house) {
                $0.add(
                    """
                    update accounts set client_id = \(own), roles = '{admin,client}', version = version + 1
                    where account_id = \(house.admin.accountID)
                    """)
            }
            for (duplicate, survivor) in [(house.loner.clientID, own), (own, house.loner.clientID)] {
                let asked = try await ask(world, duplicate, into: survivor)
                #expect(asked.status == 409 && asked.code == "chart_of_oneself")
            }
            let asked = try await world.request(
                .post, "/v1/clients/\(own)/merges", as: house.owner,
                json: ["duplicateId": .text("\(house.loner.clientID)")])
            let path = "/v1/clients/\(own)/merges/\(try #require(asked["id"].text))/confirmation"
            let confirmed = try await world.request(.put, path, as: house.admin)
            #expect(confirmed.status == 409 && confirmed.code == "chart_of_oneself", "\(confirmed.text)")
            #expect(try await world.request(.put, path, as: house.owner).code == "confirmed_by_another")
            #expect(try await world.request(.put, path, as: house.intake).status == 200)
        }
    }

    @Test func `a guardian who signs in reads both charts too: a colleague confirms, and it is nobody's own child`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let other = try await world.newClient("Quin", "Zabel", born: "2012-03-03")
            // Of the two charts nobody is the client by a sign-in; the mother of one has hers.
            try await world.seed(house) { seed in
                seed.add(
                    """
                    delete from sign_ins where practice_id = \(house.id) and account_id = \(house.minor.accountID)
                    """)
                seed.add(
                    """
                    update accounts set password_hash = null, version = version + 1
                    where practice_id = \(house.id) and account_id = \(house.minor.accountID)
                    """)
            }
            let path = "/v1/clients/\(other)"
            #expect(try await world.request(.get, path, as: house.guardian).status == 404)
            let asked = try await ask(world, house.minor.clientID, into: other)
            #expect(asked.status == 202 && asked["state"] == "awaits_confirmation", "\(asked.text)")
            #expect(try await world.request(.get, path, as: house.guardian).status == 404)
            // Who guards one of them is not the one to ask, nor to confirm.
            try await world.seed(house) { seed in
                seed.add(
                    """
                    update guardians set account_id = \(house.intake.accountID)
                    where practice_id = \(house.id) and guardian_id = \(house.guardian.guardianID)
                    """)
            }
            let confirmation = "\(path)/merges/\(try #require(asked["id"].text))/confirmation"
            let own = try await world.request(.put, confirmation, as: house.intake)
            #expect(own.status == 409 && own.code == "chart_of_oneself", "\(own.text)")
            let begun = try await world.request(
                .post, "\(path)/merges", as: house.intake, json: ["duplicateId": .text("\(house.minor.clientID)")])
            #expect(begun.status == 409 || begun.status == 403, "\(begun.text)")
            #expect(try await world.request(.put, confirmation, as: house.owner).status == 200)
            // Of who has come to guard nobody any more, nobody waits.
            let third = try await world.newClient("Otto", "Yates", born: "2012-03-03")
            try await world.seed(house) { seed in
                seed.add(
                    """
                    update guardianships set during = daterange(lower(during), '2026-01-05'), ended_at = \(seed.now),
                        recorded_at = \(seed.now), version = version + 1
                    where practice_id = \(house.id) and client_id = \(other)
                    """)
            }
            #expect(try await ask(world, other, into: third).status == 201)
        }
    }

    @Test func `a request ends after a week, and what stands in the way is named when it is confirmed`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let asked = try await ask(world, house.minor.clientID, into: house.loner.clientID)
            let path = "/v1/clients/\(house.loner.clientID)/merges/\(try #require(asked["id"].text))/confirmation"
            let apart = "/v1/clients/\(house.minor.clientID)/distinctions/\(house.loner.clientID)"
            #expect(try await world.request(.put, apart, as: house.intake).status == 204)
            let blocked = try await world.request(.put, path, as: house.intake)
            #expect(blocked.code == "merge_is_blocked" && blocked.faults == ["/duplicateId told_apart"])
            #expect(try await world.request(.delete, apart, as: house.intake).status == 204)
            try await world.advance(by: .seconds(7 * 86_400))
            #expect(try await world.request(.put, path, as: house.intake).status == 404)
            #expect(try await world.request(.get, "/v1/merge-requests", as: house.intake).items == [])
        }
    }

    @Test func `charts that nobody signs in to are one at once, and so are others where nobody else is at the desk`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (nell, other) = (
                try await world.newClient("Nell", "Nolan", email: "nell@example.com"),
                try await world.newClient("Olive", "Orr")
            )
            _ = try await world.request(.post, "/v1/clients/\(nell)/invitation", as: house.intake, json: [:])
            #expect(try await ask(world, nell, into: other).status == 201, "invited, and never come")
            try await world.seed(house) {
                $0.add(
                    """
                    update accounts set disabled_at = created_at, version = version + 1
                    where practice_id = \(house.id) and account_id = \(house.intake.accountID)
                    """)
                $0.add(
                    """
                    update accounts set roles = '{counselor}', version = version + 1
                    where practice_id = \(house.id) and account_id = \(house.admin.accountID)
                    """)
            }
            let alone = try await world.request(
                .post, "/v1/clients/\(house.loner.clientID)/merges", as: house.owner,
                json: ["duplicateId": .text("\(house.minor.clientID)")])
            #expect(alone.status == 201 && alone["confirmedBy"] == .null)
        }
    }

    @Test(arguments: [false, true])
    func `a sign-in that somebody disabled, before a merge or since, is disabled when that is reversed`(isSince: Bool)
        async throws
    {
        try await withWorld { (world: World) async throws in
            let people = try await world.clients(2)
            let account = people[1].accountID
            func disable() async throws -> Instant {
                try await world.run(
                    """
                    update accounts set disabled_at = \(world.clock.now), version = version + 1
                    where account_id = \(account)
                    """)
                return world.clock.now
            }
            var since = world.clock.now
            if isSince {
                // The survivor signs in nowhere, so the duplicate's account comes along, and goes back.
                try await world.run("delete from sign_ins where account_id = \(people[0].accountID)")
                try await world.run("delete from accounts where account_id = \(people[0].accountID)")
            } else {
                since = try await disable()
            }
            try await world.advance(by: .seconds(60))
            let merged = try await world.merge(people[1], into: people[0])
            #expect(merged.status == 201, "\(merged.text)")
            try await world.advance(by: .seconds(60))
            if isSince { since = try await disable() }
            #expect(try await world.reverse(merged, into: people[0]).status == 200)
            #expect(
                try await world.count(
                    """
                    from accounts where account_id = \(account) and client_id = \(people[1].clientID)
                        and disabled_at = \(since)
                    """) == 1)
        }
    }
}
