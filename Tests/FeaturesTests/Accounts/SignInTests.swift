import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct SignInTests {
    private func attempt(_ email: String, _ password: String, in practice: String = "mesa") -> JSONValue {
        ["practice": .text(practice), "email": .text(email), "password": .text(password)]
    }

    @Test func `a counselor signs in, sees it, and signs out`() async throws {
        try await withWorld { (world: World) async throws in
            let carl = world.mesa.counselor
            let opened = try await world.request(
                .post, "/v1/sign-ins", json: attempt(carl.email.uppercased(), World.password))
            #expect(opened.status == 201)
            #expect(opened["account"]["roles"] == ["counselor"])
            #expect(opened["idleMinutes"] == 15)
            #expect(opened["secondFactor"] == ["state": "missing"])
            let bearer = try bearer(opened)

            let me = try await world.request(.get, "/v1/me", headers: bearer)
            #expect(me["account"]["name"] == "Carl Cohen")
            #expect(me["signIn"]["id"] == opened["id"])
            let list = try await world.request(.get, "/v1/sign-ins", headers: bearer)
            #expect(list.items.count == 2)
            #expect(list.items.filter { $0["current"] == true }.map { $0["id"] } == [opened["id"]])

            #expect(try await world.request(.delete, "/v1/sign-ins/current", headers: bearer).status == 204)
            #expect(try await world.request(.get, "/v1/me", headers: bearer).status == 401)
            #expect(try await world.request(.get, "/v1/me", as: carl).status == 200)
        }
    }

    @Test func `wrong password, unknown address, unknown practice and who was not invited yet answer alike`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let carl = world.mesa.counselor
            _ = try await world.database.superuser.pipeline(
                Query.run(
                    "update accounts set password_hash = null, version = version + 1 where account_id = \(world.mesa.intern.accountID)"
                ))
            let answers = [
                try await world.request(.post, "/v1/sign-ins", json: attempt(carl.email, "wrong horse battery")),
                try await world.request(.post, "/v1/sign-ins", json: attempt("nobody@example.com", World.password)),
                try await world.request(.post, "/v1/sign-ins", json: attempt(carl.email, World.password, in: "yuma")),
                try await world.request(.post, "/v1/sign-ins", json: attempt(world.mesa.intern.email, World.password)),
            ]
            #expect(answers.allSatisfy { $0.status == 401 && $0.code == "wrong_credentials" })
            #expect(Set(answers.map(\.withoutRequestID)).count == 1)
            let audited = try await world.database.superuser.pipeline(
                Query.rows(
                    "select account_id from audit_events where outcome = 'wrong_credentials' order by audit_event_id"
                ) { try $0.next(ID<Account>?.self) })
            #expect(audited == [carl.accountID, nil, nil])
        }
    }

    @Test func `the same attempt with the same key gets the same sign-in, and no other key does`() async throws {
        try await withWorld { (world: World) async throws in
            let body = attempt(world.mesa.client.email, World.password)
            let first = try await world.request(.post, "/v1/sign-ins", json: body, idempotencyKey: "a")
            let again = try await world.request(.post, "/v1/sign-ins", json: body, idempotencyKey: "a")
            let other = try await world.request(.post, "/v1/sign-ins", json: body, idempotencyKey: "b")
            #expect(first.status == 201 && again.status == 201)
            #expect(again.text == first.text)
            #expect(again.headers["idempotency-replayed"] == "true" && first.headers["idempotency-replayed"] == nil)
            #expect(other["token"] != first["token"])
            let wrong = attempt(world.mesa.client.email, "wrong horse battery")
            #expect(try await world.request(.post, "/v1/sign-ins", json: wrong, idempotencyKey: "a").status == 401)

            _ = try await world.request(.delete, "/v1/sign-ins/current", headers: try bearer(first))
            let ended = try await world.request(.post, "/v1/sign-ins", json: body, idempotencyKey: "a")
            #expect(ended.status == 409 && ended.code == "sign_in_ended")
        }
    }

    @Test func `tries for one account are limited, and the limit ends`() async throws {
        try await withWorld { (world: World) async throws in
            let wrong = attempt(world.mesa.counselor.email, "wrong horse battery")
            for _ in 1...10 {
                #expect(try await world.request(.post, "/v1/sign-ins", json: wrong).status == 401)
            }
            let right = attempt(world.mesa.counselor.email, World.password)
            let limited = try await world.request(.post, "/v1/sign-ins", json: right)
            #expect(limited.status == 429)
            #expect(limited.headers["retry-after"] == "601" && limited.headers["ratelimit"] != nil)
            let other = attempt(world.mesa.admin.email, World.password)
            #expect(try await world.request(.post, "/v1/sign-ins", json: other).status == 201)
            world.clock.advance(by: .seconds(601))
            #expect(try await world.request(.post, "/v1/sign-ins", json: right).status == 201)
        }
    }

    @Test func `tries that are refused do not make the limit last longer`() async throws {
        try await withWorld { (world: World) async throws in
            let right = attempt(world.mesa.counselor.email, World.password)
            let wrong = attempt(world.mesa.counselor.email, "wrong horse battery")
            for _ in 1...10 {
                #expect(try await world.request(.post, "/v1/sign-ins", json: wrong).status == 401)
            }
            for wait in [1, 299, 299] {
                world.clock.advance(by: .seconds(wait))
                let refused = try await world.request(.post, "/v1/sign-ins", json: right)
                #expect(refused.status == 429)
            }
            world.clock.advance(by: .seconds(1))
            #expect(try await world.request(.post, "/v1/sign-ins", json: right).status == 201)
        }
    }

    @Test func `all faults of an attempt are told at once`() async throws {
        try await withWorld { (world: World) async throws in
            let answer = try await world.request(
                .post, "/v1/sign-ins", json: ["practice": 1, "email": "nobody", "pin": "123"])
            #expect(answer.status == 422)
            #expect(
                Set(answer.faults) == [
                    "/practice wrong_type", "/email not_an_email", "/password required", "/pin unknown_member",
                ])
        }
    }

    @Test func `one ends one's own sign-ins and nobody else's`() async throws {
        try await withWorld { (world: World) async throws in
            let (carl, ada) = (world.mesa.counselor, world.mesa.admin)
            let path = "/v1/sign-ins/\(carl.signInID)"
            #expect(try await world.request(.delete, path, as: ada).status == 404)
            #expect(try await world.request(.delete, path, as: world.tempe.counselor).status == 404)
            #expect(try await world.request(.delete, path, as: carl).status == 204)
            #expect(try await world.request(.get, "/v1/me", as: carl).status == 401)
            #expect(try await world.request(.delete, "/v1/sign-ins", as: ada).status == 204)
            #expect(try await world.request(.get, "/v1/me", as: ada).status == 401)
        }
    }

    @Test func `a sign-in ends twelve hours after it was opened, however busy it was kept`() async throws {
        try await withWorld { (world: World) async throws in
            let people = [world.mesa.counselor, world.mesa.client, world.mesa.guardian]
            for person in people {
                #expect(try await world.request(.get, "/v1/me", as: person).status == 200)
            }
            for _ in 1...71 {
                world.clock.advance(by: .seconds(10 * 60))
                for person in people {
                    #expect(try await world.request(.get, "/v1/me", as: person).status == 200)
                }
            }
            world.clock.advance(by: .seconds(10 * 60))
            for person in people {
                #expect(try await world.request(.get, "/v1/me", as: person).status == 401)
            }
        }
    }

    @Test func `a sign-in ends by itself when idle: staff after 15 minutes, clients after 30`() async throws {
        try await withWorld { (world: World) async throws in
            world.clock.advance(by: .seconds(16 * 60))
            #expect(try await world.request(.get, "/v1/me", as: world.mesa.counselor).status == 401)
            #expect(try await world.request(.get, "/v1/me", as: world.mesa.client).status == 200)
            world.clock.advance(by: .seconds(31 * 60))
            #expect(try await world.request(.get, "/v1/me", as: world.mesa.client).status == 401)
        }
    }
}
