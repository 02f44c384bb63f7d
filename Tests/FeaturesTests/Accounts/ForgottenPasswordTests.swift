import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct ForgottenPasswordTests {
    private let path = "/v1/password-resets"
    private let new = "another horse battery"

    private func body(_ email: String, in practice: String = "mesa") -> JSONValue {
        ["practice": .text(practice), "email": .text(email)]
    }

    private func letters(_ world: World, to person: Person) async throws -> Int {
        try await world.count("from outbox where kind = 'reset' and account_id = \(person.accountID)")
    }

    @Test func `whoever forgot the password gets a link by mail, good once and for an hour`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            let answer = try await world.request(.post, path, json: body(" \(adam.email.uppercased())", in: "Mesa"))
            #expect(answer.status == 202 && answer.json == ["minutes": 60])
            let token = try await world.mailedToken(to: adam.accountID)
            #expect(!answer.text.contains(token))
            let link = "/v1/invitations/\(token)"
            let read = try await world.request(.get, link)
            #expect(read["kind"] == "reset" && read["expiresAt"] == "2026-01-05T17:00:00Z")
            // Nothing has changed until it is finished.
            #expect(try await world.request(.get, "/v1/me", as: adam).status == 200)
            world.clock.advance(by: .seconds(3_600) - .microseconds(1))
            #expect(try await world.request(.put, link, json: ["password": .text(new)]).status == 204)
            #expect(try await world.request(.get, link).status == 404)
            #expect(try await world.request(.put, link, json: ["password": .text(new)]).status == 404)
            #expect(try await world.request(.get, "/v1/me", as: adam).status == 401)
            for (password, status) in [(World.password, 401), (new, 201)] {
                let attempt: JSONValue = [
                    "practice": "mesa", "email": .text(adam.email), "password": .text(password),
                ]
                #expect(try await world.request(.post, "/v1/sign-ins", json: attempt).status == status)
            }
            #expect(
                try await world.keyAudit(of: adam.accountID) == ["reset.ask allowed", "reset.finish allowed"])
        }
    }

    @Test func `after the hour the link is none`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            _ = try await world.request(.post, path, json: body(adam.email))
            let link = "/v1/invitations/\(try await world.mailedToken(to: adam.accountID))"
            world.clock.advance(by: .seconds(3_600))
            #expect(try await world.request(.put, link, json: ["password": .text(new)]).status == 404)
        }
    }

    @Test func `strangers, disabled accounts and accounts that nobody has used are answered alike, and get nothing`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { $0.leaveUnused(house.intern) }
            try await world.run(
                "update accounts set disabled_at = created_at, version = version + 1 where account_id = \(house.loner.accountID)"
            )
            let before = try await world.count("from outbox")
            var answers: Set<String> = []
            for (email, practice) in [
                ("nobody@example.com", "mesa"), (house.intern.email, "mesa"), (house.loner.email, "mesa"),
                (house.client.email, "yuma"), (house.client.email, "mesa"),
            ] {
                let answer = try await world.request(.post, path, json: body(email, in: practice))
                let fields = answer.headers.filter { $0.key != "x-request-id" }.map { "\($0.key) \($0.value)" }
                answers.insert("\(answer.status) \(answer.text) \(fields.sorted())")
            }
            #expect(answers.count == 1)
            #expect(try await letters(world, to: house.client) == 1)
            #expect(try await world.count("from outbox") == before + 1)
            let audited = try await world.database.superuser.pipeline(
                Query.rows("select outcome from audit_events where action = 'reset.ask' order by audit_event_id") {
                    try $0.next(String.self)
                })
            #expect(audited == ["not_found", "conflict", "conflict", "allowed"])
        }
    }

    @Test func `who has a second factor needs it, and it stays`() async throws {
        try await withWorld { (world: World) async throws in
            let zoe = try await Colleague.join(world)
            _ = try await world.request(.post, path, json: body(zoe.email))
            let link = "/v1/invitations/\(try await world.mailedToken(to: zoe.accountID))"
            #expect(try await world.request(.get, link)["secondFactor"]["isSet"] == true)
            let without = try await world.request(.put, link, json: ["password": .text(new)])
            #expect(without.faults == ["/code required"])
            let right: JSONValue = ["password": .text(new), "code": .text(zoe.authenticator.now(world))]
            #expect(try await world.request(.put, link, json: right).status == 204)
            world.clock.advance(by: .seconds(30))
            #expect(try await zoe.signIn(world, new).status == 201)
        }
    }

    @Test func `asking again ends no link, and sends three letters in an hour at most`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            var tokens: [String] = []
            for minutes in [0, 1, 14, 15, 29, 30, 45] {
                world.clock.advance(by: .seconds(minutes * 60) - (world.clock.now - TestClock().now))
                #expect(try await world.request(.post, path, json: body(adam.email)).status == 202)
                let token = try await world.mailedToken(to: adam.accountID)
                if tokens.last != token { tokens.append(token) }
            }
            #expect(tokens.count == 3)
            for token in tokens { #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 200) }
            world.clock.advance(by: .seconds(15 * 60))
            #expect(try await world.request(.post, path, json: body(adam.email)).status == 202)
            #expect(try await letters(world, to: adam) == 4)
            // Finishing one ends them all.
            let link = "/v1/invitations/\(try await world.mailedToken(to: adam.accountID))"
            #expect(try await world.request(.put, link, json: ["password": .text(new)]).status == 204)
            for token in tokens { #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 404) }
        }
    }

    @Test func `it ends no key that the practice or the operator made`() async throws {
        try await withWorld { (world: World) async throws in
            let owner = world.mesa.owner
            _ = try await world.request(.post, "/v1/staff/\(owner.accountID)/invitation", as: owner)
            let first = try await world.mailedToken(to: owner.accountID)
            world.clock.advance(by: .seconds(900))
            _ = try await world.request(.post, path, json: body(owner.email))
            #expect(try await world.mailedToken(to: owner.accountID) != first)
            #expect(try await world.request(.get, "/v1/invitations/\(first)").status == 200)
        }
    }

    @Test func `who has a sign-in name and no address gets no letter, and who has both does`() async throws {
        try await withWorld { (world: World) async throws in
            let (adam, dan) = (world.mesa.client, world.mesa.loner)
            try await world.run(
                "update accounts set sign_in_name = 'abcd-2345', version = version + 1 where account_id = \(adam.accountID)"
            )
            try await world.run(
                """
                update accounts set sign_in_name = 'efgh-2345', email = null, version = version + 1
                where account_id = \(dan.accountID)
                """)
            let before = try await letters(world, to: dan)
            for name in ["ABCD-2345", "efgh-2345"] {
                let asked = try await world.request(
                    .post, path, json: ["practice": "mesa", "signInName": .text(name)])
                #expect(asked.status == 202)
            }
            #expect(try await letters(world, to: adam) == 1)
            #expect(try await letters(world, to: dan) == before)
        }
    }

    @Test func `the device that finishes it is known, and those of before are not`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            let (his, hers) = (String(repeating: "A", count: 43), String(repeating: "B", count: 42) + "A")
            func attempt(_ password: String, _ key: String) -> JSONValue {
                [
                    "practice": "mesa", "email": .text(adam.email), "password": .text(password),
                    "deviceKey": .text(key),
                ]
            }
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt(World.password, his)).status == 201)
            _ = try await world.request(.post, path, json: body(adam.email))
            let link = "/v1/invitations/\(try await world.mailedToken(to: adam.accountID))"
            let choice: JSONValue = ["password": .text(new), "deviceKey": .text(hers)]
            #expect(try await world.request(.put, link, json: choice).status == 204)
            for _ in 1...10 {
                #expect(
                    try await world.request(.post, "/v1/sign-ins", json: attempt("wrong horse battery", his)).status
                        == 401)
            }
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt(new, his)).status == 429)
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt(new, hers)).status == 201)
        }
    }

    @Test func `all faults are told at once`() async throws {
        try await withWorld { (world: World) async throws in
            let answer = try await world.request(.post, path, json: ["email": "nobody", "pin": 1])
            #expect(Set(answer.faults) == ["/practice required", "/email not_an_email", "/pin unknown_member"])
        }
    }
}
