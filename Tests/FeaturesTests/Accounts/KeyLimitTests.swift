import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Limits of codes, keys and calendars: whoever guesses keeps nobody else out (decision 0035).
@Suite struct KeyLimitTests: TriesToSignIn {
    @Test func `who knows the password and not the code keeps nobody out who comes from elsewhere`() async throws {
        try await withWorld { (world: World) async throws in
            let zoe = try await Colleague.join(world)
            let guess = attempt(zoe.email, Colleague.password, code: "AAAAA-AAAAA")
            for _ in 1...5 {
                #expect(try await world.request(.post, "/v1/sign-ins", json: guess, headers: elsewhere).status == 401)
            }
            #expect(try await world.request(.post, "/v1/sign-ins", json: guess, headers: elsewhere).status == 429)
            func right(_ place: [String: String]) async throws -> Int {
                world.clock.advance(by: .seconds(30))
                return try await world.request(
                    .post, "/v1/sign-ins",
                    json: attempt(zoe.email, Colleague.password, code: zoe.authenticator.now(world)), headers: place
                ).status
            }
            #expect(try await right(elsewhere) == 429)
            #expect(try await right(home) == 201)
        }
    }

    @Test func `codes guessed with a stolen sign-in keep nobody from signing in`() async throws {
        try await withWorld { (world: World) async throws in
            let zoe = try await Colleague.join(world)
            let stolen = try bearer(try await zoe.signIn(world))
            for _ in 1...5 {
                let answer = try await world.request(
                    .put, "/v1/me/recovery-codes", json: ["code": "AAAAA-AAAAA"], headers: stolen)
                #expect(answer.faults == ["/code wrong_code"])
            }
            let refused = try await world.request(
                .put, "/v1/me/recovery-codes", json: ["code": .text(zoe.codes[0])], headers: stolen)
            #expect(refused.status == 429)
            #expect(try await zoe.signIn(world).status == 201)
        }
    }

    @Test func `a key is good whoever guesses others from the same address, and right ones do not count`() async throws
    {
        try await withWorld { (world: World) async throws in
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let invited = try await world.request(
                .post, "/v1/clients/\(nell)/invitation", as: world.mesa.intake, json: [:])
            let link = "/v1/invitations/\(try #require(invited.tokens.first))"
            for _ in 1...40 { #expect(try await world.request(.get, link, headers: home).status == 200) }
            let none = "/v1/invitations/\(String(repeating: "A", count: 64))"
            for _ in 1...30 { #expect(try await world.request(.get, none, headers: home).status == 404) }
            #expect(try await world.request(.get, none, headers: home).status == 429)
            #expect(try await world.request(.get, link, headers: home).status == 200)
        }
    }

    @Test func `calendars read by many colleagues behind one address meet no limit`() async throws {
        var limits = Limits.standard
        limits.calendarsByAddress = Limits.Limit(3, per: 600)
        try await withWorld(limits: limits) { (world: World) async throws in
            let made = try await world.request(.post, "/v1/me/calendar-feeds", as: world.mesa.counselor, json: [:])
            let path = try #require(made["path"].text)
            for _ in 1...5 { #expect(try await world.request(.get, path, headers: home).status == 200) }
            let none = "/v1/calendars/\(String(repeating: "A", count: 64)).ics"
            for _ in 1...3 { #expect(try await world.request(.get, none, headers: home).status == 404) }
            #expect(try await world.request(.get, none, headers: home).status == 429)
            #expect(try await world.request(.get, path, headers: home).status == 200)
        }
    }
}
