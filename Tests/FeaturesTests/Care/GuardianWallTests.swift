import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What nobody makes of a guardianship, by whichever way it is asked for.
@Suite struct GuardianWallTests {
    private let scopes: JSONValue = ["consent", "homework"]

    /// A minor whom the house's intake guards, as the owner wrote it: the chart, and the answer that appointed.
    private func ward(_ name: String, of person: Person, _ world: World) async throws -> (Person, TestAnswer) {
        let house = world.mesa
        let ward = try await world.seed(house) { seed in
            try seed.client(name, born: "2012-04-05", treatedBy: house.counselor)
        }
        let appointed = try await world.request(
            .post, "/v1/clients/\(ward.clientID)/guardians", as: house.owner,
            json: [
                "guardian": ["name": "Iris Vega", "accountId": .text("\(person.accountID)")], "scopes": ["attendance"],
            ])
        #expect(appointed.status == 201, "\(appointed.text)")
        return (ward, appointed)
    }

    @Test func `nobody gets a sign-in for what is over, and what is recorded of before reads as ended`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            let ways: [JSONValue] = [
                ["name": "Pat Drew", "accountId": .text("\(house.partner.accountID)")],
                ["name": "Pat Drew", "clientId": .text("\(house.partner.clientID)")],
                ["name": "Pat Drew", "email": "pat.drew@example.org"],
            ]
            func appoint(_ guardian: JSONValue, until day: String) async throws -> TestAnswer {
                try await world.request(
                    .post, path, as: house.owner,
                    json: ["guardian": guardian, "scopes": scopes, "from": "2025-01-01", "until": .text(day)])
            }
            for guardian in ways {
                for day in ["2026-01-05", "2025-06-01"] {
                    let refused = try await appoint(guardian, until: day)
                    #expect(refused.faults == ["/until out_of_range"], "\(refused.text)")
                }
            }
            let lets = try await appoint(ways[0], until: "2026-01-06")
            #expect(lets.status == 201 && lets["ended"] == false, "\(lets.text)")
            for day in ["2026-01-05", "2025-06-01"] {
                let kept = try await appoint(["name": "Pat Drew", "invite": false], until: day)
                #expect(kept.status == 201 && kept["ended"] == true, "\(kept.text)")
            }
        }
    }

    @Test func `nobody makes oneself a guardian, by an id or by a change, and anybody may stop being one`() async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (_, appointed) = try await ward("Cora Carter", of: house.intake, world)
            let guardian = try #require(appointed["guardianId"].text)
            let taken = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.intake,
                json: ["guardianId": .text(guardian), "scopes": scopes])
            #expect(taken.status == 409 && taken.code == "account_of_oneself", "\(taken.text)")
            let one = try #require(appointed.headers["location"])
            let widened = try await world.request(
                .patch, one, as: house.intake, json: ["scopes": scopes], ifMatch: 1)
            #expect(widened.status == 409 && widened.code == "account_of_oneself", "\(widened.text)")
            let byColleague = try await world.request(
                .patch, one, as: house.owner, json: ["scopes": scopes], ifMatch: 1)
            #expect(byColleague.status == 200, "\(byColleague.text)")
            #expect(try await world.request(.delete, one, as: house.intake, ifMatch: 2).status == 204)
            for change: JSONValue in [["until": nil], ["until": "2027-01-01"]] {
                let reopened = try await world.request(.patch, one, as: house.owner, json: change, ifMatch: 3)
                #expect(reopened.status == 409 && reopened.code == "guardianship_has_ended", "\(reopened.text)")
            }
            #expect(try await world.request(.delete, one, as: house.owner, ifMatch: 3).status == 204, "ended is ended")
        }
    }

    @Test func `who is a client as well, or works here, is told whose guardian the account is, as long as it is`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            for person in [house.loner, house.intake] {
                let (ward, appointed) = try await ward("Cora \(person.name)", of: person, world)
                let me = try await world.request(.get, "/v1/me", as: person)
                #expect(me["account"]["guards"]?.list == [.text("\(ward.clientID)")])
                let chart = "/v1/clients/\(ward.clientID)"
                #expect(try await world.request(.get, chart, as: person).status == 200)
                let one = try #require(appointed.headers["location"])
                #expect(try await world.request(.delete, one, as: house.owner, ifMatch: 1).status == 204)
                #expect(try await world.request(.get, "/v1/me", as: person)["account"]["guards"]?.list == [])
            }
            let counselor = try await world.request(.get, "/v1/me", as: house.counselor)
            #expect(counselor.status == 200 && counselor["account"]["guards"] == nil)
        }
    }

    @Test func `no minor's chart comes to the account of a guardian, and no guardian becomes a minor`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (ward, _) = try await ward("Cora Carter", of: house.loner, world)
            let other = try await world.seed(house) { seed in
                try seed.client("Max Moreno", born: "2012-04-05", treatedBy: house.counselor)
            }
            let (own, _) = try await self.ward("Nils Nolan", of: house.intake, world)
            try await world.seed(house) { seed in
                seed.leaveUnused(own)
                seed.leaveUnused(other)
            }
            for (client, holder) in [(own, house.intake), (other, house.intake)] {
                let put = try await world.request(
                    .put, "/v1/clients/\(client.clientID)/account", as: house.owner,
                    json: ["accountId": .text("\(holder.accountID)")])
                #expect(put.status == 409 && put.code == "guardian_is_a_minor", "\(put.text)")
            }
            let chart = "/v1/clients/\(house.loner.clientID)"
            let younger = try await world.request(
                .patch, chart, as: house.intake, json: ["birthDate": "2012-03-03"], ifMatch: 1)
            #expect(younger.status == 409 && younger.code == "guardian_is_a_minor", "\(younger.text)")
            #expect(try await world.count("from guardianships where client_id = \(ward.clientID)") == 1)
            let corrected = try await world.request(
                .patch, chart, as: house.intake, json: ["birthDate": "1971-03-03"], ifMatch: 1)
            #expect(corrected.status == 200, "\(corrected.text)")
        }
    }
}
