import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Somebody at odds with the account's holder, behind the same address and with all the time there is (decision 0035).
@Suite struct EstrangedPartnerTests: TriesToSignIn {
    private let path = "/v1/password-resets"

    private func forgotten(_ name: String) -> JSONValue { ["practice": "mesa", "email": .text(name)] }

    @Test func `the link in the own mailbox lets in beside the right password, whoever fails behind the same address`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let (adam, dan) = (world.mesa.client, world.mesa.loner)
            #expect(try await wrong(world, adam.email, 11, from: home).last == 429)
            let kept = try await world.request(.post, "/v1/sign-ins", json: attempt(adam.email), headers: home)
            #expect(kept.status == 429 && kept["detail"].text?.contains("POST /v1/password-resets") == true)
            let nobody = try await wrong(world, "nobody@example.com", 11, from: home)
            #expect(nobody.last == 429)
            let stranger = try await world.request(
                .post, "/v1/sign-ins", json: attempt("nobody@example.com"), headers: home)
            #expect(stranger.withoutRequestID == kept.withoutRequestID)

            for person in [adam, dan] {
                #expect(
                    try await world.request(.post, path, json: forgotten(person.email), headers: home).status == 202)
            }
            let mine = attempt(adam.email, link: try await world.mailedToken(to: adam.accountID))
            let others = attempt(adam.email, link: try await world.mailedToken(to: dan.accountID))
            let none = attempt(adam.email, link: "not a link")
            for _ in 1...3 {
                #expect(try await wrong(world, adam.email, 11, from: home).last == 429)
                #expect(try await world.request(.post, "/v1/sign-ins", json: others, headers: home).status == 429)
                #expect(try await world.request(.post, "/v1/sign-ins", json: none, headers: home).status == 429)
                // The password is as it was, and the link is not used up.
                #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: home).status == 201)
                world.clock.advance(by: .seconds(601))
            }
        }
    }

    @Test func `a link opens no more than its own ten wrong passwords, and as long as it is good`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            #expect(try await world.request(.post, path, json: forgotten(adam.email)).status == 202)
            let link = try await world.mailedToken(to: adam.accountID)
            for number in 1...11 {
                let guess = attempt(adam.email, "wrong horse battery", link: link)
                let answer = try await world.request(.post, "/v1/sign-ins", json: guess, headers: home)
                #expect(answer.status == (number < 11 ? 401 : 429))
            }
            let right = attempt(adam.email, link: link)
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 429)
            world.clock.advance(by: .seconds(600))
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 201)
            world.clock.advance(by: .seconds(3_000))
            #expect(try await wrong(world, adam.email, 11, from: home).last == 429)
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 429)
        }
    }

    @Test func `a link lets in for an hour after it was used, with the password that it set`() async throws {
        try await withWorld { (world: World) async throws in
            let (adam, new) = (world.mesa.client, "another horse battery")
            #expect(try await world.request(.post, path, json: forgotten(adam.email)).status == 202)
            let link = try await world.mailedToken(to: adam.accountID)
            world.clock.advance(by: .seconds(3_000))
            let set = try await world.request(.put, "/v1/invitations/\(link)", json: ["password": .text(new)])
            #expect(set.status == 204)
            world.clock.advance(by: .seconds(3_600) - .microseconds(1))
            #expect(try await wrong(world, adam.email, 11, from: home).last == 429)
            let right = attempt(adam.email, new, link: link)
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 201)
            world.clock.advance(by: .microseconds(1))
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 429)
        }
    }

    @Test func `a link that has ended with the password lets nobody in`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            #expect(try await world.request(.post, path, json: forgotten(adam.email)).status == 202)
            let link = try await world.mailedToken(to: adam.accountID)
            let change: JSONValue = ["currentPassword": .text(World.password), "password": "another horse battery"]
            #expect(try await world.request(.put, "/v1/me/password", as: adam, json: change).status == 204)
            #expect(try await wrong(world, adam.email, 11, from: home).last == 429)
            let right = attempt(adam.email, "another horse battery", link: link)
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 429)
        }
    }

    @Test func `whoever knows the password and guesses codes keeps nobody out who has the link`() async throws {
        try await withWorld { (world: World) async throws in
            let zoe = try await Colleague.join(world)
            let guess = attempt(zoe.email, Colleague.password, code: "AAAAA-AAAAA")
            for _ in 1...6 { _ = try await world.request(.post, "/v1/sign-ins", json: guess, headers: home) }
            #expect(try await world.request(.post, "/v1/sign-ins", json: guess, headers: home).status == 429)
            #expect(try await world.request(.post, path, json: forgotten(zoe.email), headers: home).status == 202)
            let link = try await world.mailedToken(to: zoe.accountID)
            world.clock.advance(by: .seconds(30))
            let right = attempt(zoe.email, Colleague.password, code: zoe.authenticator.now(world), link: link)
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 201)
        }
    }

    @Test func `whoever floods with forgotten passwords keeps no letter from anybody, and fills no audit`() async throws
    {
        var limits = Limits.standard
        limits.forgottenByAddress = Limits.Limit(2, per: 3_600)
        try await withWorld(limits: limits) { (world: World) async throws in
            let adam = world.mesa.client
            for _ in 1...5 {
                let answer = try await world.request(
                    .post, path, json: forgotten("nobody@example.com"), headers: home)
                #expect(answer.status == 202)
            }
            #expect(try await world.count("from audit_events where action = 'reset.ask'") == 2)
            for _ in 1...5 {
                let answer = try await world.request(.post, path, json: forgotten(adam.email), headers: home)
                #expect(answer.status == 202)
            }
            #expect(
                try await world.count("from outbox where kind = 'reset' and account_id = \(adam.accountID)") == 1)
            #expect(try await world.keyAudit(of: adam.accountID) == ["reset.ask allowed"])
        }
    }
}
