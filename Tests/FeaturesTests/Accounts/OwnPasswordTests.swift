import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct OwnPasswordTests {
    private let path = "/v1/me/password"
    private let new = "another horse battery"

    private func choice(_ new: String, _ present: String = World.password) -> JSONValue {
        ["currentPassword": .text(present), "password": .text(new)]
    }

    private func signIn(_ world: World, _ person: Person, _ password: String) async throws -> TestAnswer {
        try await world.request(
            .post, "/v1/sign-ins",
            json: ["practice": "mesa", "email": .text(person.email), "password": .text(password)])
    }

    @Test func `it needs the present one, ends every other sign-in, and is told by a letter`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            let here = try bearer(try await signIn(world, adam, World.password))
            let wrong = try await world.request(
                .put, path, json: choice(new, "wrong horse battery"), headers: here)
            #expect(wrong.status == 422 && wrong.faults == ["/currentPassword wrong_password"])
            #expect(try await world.request(.get, "/v1/me", as: adam).status == 200)

            #expect(try await world.request(.put, path, json: choice(new), headers: here).status == 204)
            #expect(try await world.request(.get, "/v1/me", as: adam).status == 401)
            let me = try await world.request(.get, "/v1/me", headers: here)
            #expect(me.status == 200 && me["notices"].list.map { $0["kind"] } == ["password_changed"])
            #expect(try await signIn(world, adam, World.password).status == 401)
            #expect(try await signIn(world, adam, new).status == 201)
            #expect(
                try await world.count("from outbox where kind = 'notice' and account_id = \(adam.accountID)") == 1)
            #expect(try await world.keyAudit(of: adam.accountID) == ["password.change allowed"])
        }
    }

    @Test func `what nobody may choose is refused with all that is known of the person`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            for (text, fault) in [
                ("short", "too_short"), ("password1234", "too_common"), ("Adam Archer 1", "about_you"),
                ("\(adam.email)", "about_you"), ("Mesa Healing 2026", "about_you"), (World.password, "same_as_before"),
            ] {
                let answer = try await world.request(.put, path, as: adam, json: choice(text))
                #expect(answer.faults == ["/password \(fault)"], "\(text)")
            }
            #expect(try await world.request(.get, "/v1/me", as: adam).status == 200)
        }
    }

    @Test func `all that is wrong is told at once, and nothing that only seems to be`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            for (json, faults) in [
                ([:], ["/currentPassword required", "/password required"]),
                (["password": "short"], ["/currentPassword required", "/password too_short"]),
                (["currentPassword": .text(World.password)], ["/password required"]),
                (
                    ["currentPassword": "wrong horse battery", "password": "short"],
                    ["/currentPassword wrong_password", "/password too_short"]
                ),
                (
                    ["currentPassword": "wrong horse battery", "password": "Adam Archer 1"],
                    ["/currentPassword wrong_password", "/password about_you"]
                ),
                (
                    ["currentPassword": "short", "password": "short"],
                    ["/password same_as_before", "/password too_short"]
                ),
            ] as [(JSONValue, [String])] {
                let answer = try await world.request(.put, path, as: adam, json: json)
                #expect(answer.status == 422 && answer.faults.sorted() == faults.sorted(), "\(json): \(answer.text)")
            }
        }
    }

    @Test func `links and changes that wait end with it`() async throws {
        try await withWorld { (world: World) async throws in
            let carl = world.mesa.counselor
            _ = try await world.request(
                .post, "/v1/password-resets", json: ["practice": "mesa", "email": .text(carl.email)])
            let link = "/v1/invitations/\(try await world.mailedToken(to: carl.accountID))"
            #expect(try await world.request(.get, link).status == 200)
            let change: JSONValue = ["email": "carl@example.org", "password": .text(World.password)]
            #expect(try await world.request(.put, "/v1/me/email-change", as: carl, json: change).status == 200)
            #expect(try await world.request(.put, path, as: carl, json: choice(new)).status == 204)
            #expect(try await world.request(.get, link).status == 404)
            #expect(try await world.request(.get, "/v1/me", as: carl)["emailChange"] == .null)
        }
    }

    @Test func `the present one is guessed ten times with a sign-in, and that locks nobody out`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            for _ in 1...10 {
                let wrong = try await world.request(.put, path, as: adam, json: choice(new, "wrong horse battery"))
                #expect(wrong.status == 422)
            }
            #expect(try await world.request(.put, path, as: adam, json: choice(new)).status == 429)
            let opened = try await signIn(world, adam, World.password)
            #expect(opened.status == 201)
            #expect(
                try await world.request(.put, path, json: choice(new), headers: try bearer(opened)).status == 204)
        }
    }

    @Test func `of two changes at once one is made`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            let answers = try await world.meet(
                at: "select from accounts where account_id = \(adam.accountID) for update",
                { try await world.request(.put, path, as: adam, json: choice("three stones by the path")) },
                { try await world.request(.put, path, as: adam, json: choice(new)) })
            #expect([answers.0.status, answers.1.status].sorted() == [204, 409])
            let refused = answers.0.status == 409 ? answers.0 : answers.1
            #expect(refused.code == "password_changed_meanwhile")
        }
    }

    @Test func `a list of one's sign-ins says of which device and when last, and all others are ended at once`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            let agents = [
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile Safari/604.1",
                "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
            ]
            var tokens: [[String: String]] = []
            world.clock.advance(by: .seconds(120))
            for agent in agents {
                let attempt: JSONValue = [
                    "practice": "mesa", "email": .text(adam.email), "password": .text(World.password),
                ]
                let opened = try await world.request(
                    .post, "/v1/sign-ins", json: attempt, headers: ["User-Agent": agent])
                tokens.append(try bearer(opened))
                world.clock.advance(by: .seconds(120))
            }
            #expect(try await world.request(.get, "/v1/me", headers: tokens[0]).status == 200)
            let list = try await world.request(.get, "/v1/sign-ins", headers: tokens[1]).items
            #expect(list.map { $0["device"] } == ["Firefox on Windows", "Safari on iPhone", .null])
            #expect(
                list.map { $0["lastSeenAt"] } == [
                    "2026-01-05T16:06:00Z", "2026-01-05T16:06:00Z", "2026-01-05T16:00:00Z",
                ])
            #expect(list.map { $0["current"] } == [true, false, false])
            let id = try #require(list[1]["id"]?.text)
            #expect(try await world.request(.delete, "/v1/sign-ins/others", headers: tokens[1]).status == 204)
            #expect(try await world.request(.get, "/v1/me", headers: tokens[0]).status == 401)
            #expect(try await world.request(.get, "/v1/me", as: adam).status == 401)
            #expect(try await world.request(.get, "/v1/me", headers: tokens[1]).status == 200)
            #expect(try await world.request(.get, "/v1/me", as: world.mesa.loner).status == 200)
            #expect(try await world.request(.delete, "/v1/sign-ins/\(id)", headers: tokens[1]).status == 204)
        }
    }
}
