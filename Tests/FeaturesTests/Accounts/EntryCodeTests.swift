import Features
import JSON
import Practice
import Testing
import TestSupport

/// What the desk gives to whom others keep out, who has neither a mailbox nor a device that is known (decision 0048).
@Suite struct EntryCodeTests: TriesToSignIn {
    @Test func `a code from the desk lets in beside the right password, whoever fails behind the same address`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let (house, adam) = (world.mesa, world.mesa.client)
            #expect(try await wrong(world, adam.email, 11, from: home).last == 429)
            let kept = try await world.request(.post, "/v1/sign-ins", json: attempt(adam.email), headers: home)
            #expect(kept.status == 429 && kept["detail"].text?.contains("desk") == true)
            let made = try await world.request(
                .post, "/v1/clients/\(adam.clientID)/entry-code", as: house.intake)
            #expect(made.status == 201 && made["expiresAt"] == "2026-01-05T16:30:00Z", "\(made.text)")
            let code = try #require(made["code"].text)
            #expect(try await world.request(.get, "/v1/invitations/\(code)").status == 404, "it opens nothing")
            let mine = attempt(adam.email, link: code)
            #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: home).status == 201)
            // It is no other's, has a limit of its own, and ends.
            let dan = attempt(house.loner.email, link: code)
            #expect(try await wrong(world, house.loner.email, 11, from: home).last == 429)
            #expect(try await world.request(.post, "/v1/sign-ins", json: dan, headers: home).status == 429)
            for number in 1...11 {
                let guess = attempt(adam.email, "wrong horse battery", link: code)
                let answer = try await world.request(.post, "/v1/sign-ins", json: guess, headers: home)
                #expect(answer.status == (number < 11 ? 401 : 429))
            }
            world.clock.advance(by: .seconds(1_799))
            #expect(try await wrong(world, adam.email, 11, from: home).last == 429)
            #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: home).status == 201)
            world.clock.advance(by: .seconds(2))
            #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: home).status == 429)
        }
    }

    @Test
    func `it is the desk's to give, of accounts in use, one at a time and three an hour, and stands in the audit`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let (house, adam) = (world.mesa, world.mesa.client)
            let path = "/v1/clients/\(adam.clientID)/entry-code"
            for person in [house.counselor, adam, house.loner] {
                let refused = try await world.request(.post, path, as: person)
                #expect([403, 404].contains(refused.status), "\(person.roles): \(refused.text)")
            }
            #expect(try await world.request(.post, path, as: world.tempe.intake).status == 404)
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            _ = try await world.request(.post, "/v1/clients/\(nell)/invitation", as: house.intake, json: [:])
            let unused = try await world.request(.post, "/v1/clients/\(nell)/entry-code", as: house.intake)
            #expect(unused.status == 409 && unused.code == "account_not_in_use")
            var codes: [String] = []
            for _ in 1...3 {
                codes.append(try #require(try await world.request(.post, path, as: house.intake)["code"].text))
            }
            #expect(try await world.request(.post, path, as: house.intake).status == 429)
            #expect(try await wrong(world, adam.email, 11, from: home).last == 429)
            for (code, status) in zip(codes, [429, 429, 201]) {
                let answer = try await world.request(
                    .post, "/v1/sign-ins", json: attempt(adam.email, link: code), headers: home)
                #expect(answer.status == status)
            }
            #expect(try await world.keyAudit(of: adam.accountID).filter { $0.contains("entry_code.make") }.count == 3)
            let owner = try await world.request(
                .post, "/v1/staff/\(house.counselor.accountID)/entry-code", as: house.owner)
            #expect(owner.status == 201, "\(owner.text)")
            let other = try await world.request(
                .post, "/v1/staff/\(house.owner.accountID)/entry-code", as: house.admin)
            #expect(other.status == 403)
        }
    }
}
