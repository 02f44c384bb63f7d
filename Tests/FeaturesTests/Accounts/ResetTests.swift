import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// The way back into an account that is in use: by its own address and its own second factor.
@Suite struct ResetTests {
    private let new = "another horse battery"

    @Test func `a reset is finished with the second factor that there is, which stays`() async throws {
        try await withWorld { (world: World) async throws in
            let zoe = try await Colleague.join(world)
            let old = try bearer(try await zoe.signIn(world))
            let started = try await world.request(
                .post, "/v1/staff/\(zoe.accountID)/invitation", as: world.mesa.admin)
            #expect(started["kind"] == "reset" && started.tokens == [])
            let notices = try await world.request(.get, "/v1/me", headers: old)["notices"].list
            #expect(notices.map { $0["kind"] } == ["reset_started"])

            let path = "/v1/invitations/\(try await world.mailedToken(to: zoe.accountID))"
            let letter = try await world.request(.get, path)
            #expect(letter["kind"] == "reset")
            #expect(letter["secondFactor"] == ["isRequired": true, "isSet": true, "secret": .null, "uri": .null])
            let without = try await world.request(.put, path, json: ["password": .text(new)])
            #expect(without.faults == ["/code required"])
            let wrong = try await world.request(.put, path, json: ["password": .text(new), "code": "AAAAA-AAAAA"])
            #expect(wrong.faults == ["/code wrong_code"])
            #expect(try await world.request(.get, "/v1/me", headers: old).status == 200)
            #expect(try await zoe.signIn(world).status == 201, "the password of before is good until then")

            let right: JSONValue = ["password": .text(new), "code": .text(zoe.authenticator.now(world))]
            #expect(try await world.request(.put, path, json: right).status == 204)
            world.clock.advance(by: .seconds(30))
            #expect(try await world.request(.get, "/v1/me", headers: old).status == 401)
            #expect(try await world.request(.get, path).status == 404)
            #expect(try await zoe.signIn(world).status == 401)
            let signedIn = try await zoe.signIn(world, new, code: zoe.codes[0])
            #expect(signedIn.status == 201)
            let told = try await world.request(.get, "/v1/me", headers: try bearer(signedIn))["notices"].list
            #expect(told.map { $0["kind"] } == ["reset_finished", "reset_started"])
            #expect(
                try await world.keyAudit(of: zoe.accountID) == [
                    "invitation.tell allowed", "invitation.accept allowed", "reset.start allowed",
                    "reset.refuse wrong_second_factor", "reset.refuse wrong_second_factor", "reset.finish allowed",
                ])
            let waiting = try await world.request(.get, "/v1/outbox?state=waiting", as: world.mesa.intake).items
            let notice = waiting.filter { $0["name"] == "Zoe Zamora" }
            #expect(notice.count == 1, "a letter tells that it was finished")
            let opened = try await world.request(
                .get, "/v1/outbox/\(try #require(notice[0]["id"]?.text))", as: world.mesa.owner)
            #expect(opened["link"] == .null && opened["to"] == .null)
        }
    }

    @Test func `a recovery code finishes a reset too, and is spent, and no step is good twice`() async throws {
        try await withWorld { (world: World) async throws in
            let zoe = try await Colleague.join(world)
            let used = zoe.authenticator.now(world)
            #expect(try await zoe.signIn(world, code: used).status == 201)
            _ = try await world.request(.post, "/v1/staff/\(zoe.accountID)/invitation", as: world.mesa.admin)
            let path = "/v1/invitations/\(try await world.mailedToken(to: zoe.accountID))"
            let spent = try await world.request(.put, path, json: ["password": .text(new), "code": .text(used)])
            #expect(spent.faults == ["/code wrong_code"])
            let paper: JSONValue = ["password": .text(new), "code": .text(zoe.codes[3])]
            #expect(try await world.request(.put, path, json: paper).status == 204)
            #expect(try await zoe.signIn(world, new, code: zoe.codes[3]).status == 401)
            #expect(try await zoe.signIn(world, new, code: zoe.codes[4]).status == 201)
        }
    }

    @Test func `codes of a reset are guessed as little as those of a sign-in`() async throws {
        try await withWorld { (world: World) async throws in
            let zoe = try await Colleague.join(world)
            _ = try await world.request(.post, "/v1/staff/\(zoe.accountID)/invitation", as: world.mesa.admin)
            let path = "/v1/invitations/\(try await world.mailedToken(to: zoe.accountID))"
            for _ in 0..<5 {
                let wrong = try await world.request(.put, path, json: ["password": .text(new), "code": "AAAAA-AAAAA"])
                #expect(wrong.status == 422)
            }
            let right: JSONValue = ["password": .text(new), "code": .text(zoe.authenticator.now(world))]
            #expect(try await world.request(.put, path, json: right).status == 429)
        }
    }

    @Test func `asking for resets one after the other neither ends the link nor locks anybody out`() async throws {
        try await withWorld { (world: World) async throws in
            let owner = world.mesa.owner
            let path = "/v1/staff/\(owner.accountID)/invitation"
            let first = try await world.request(.post, path, as: owner)
            let token = try await world.mailedToken(to: owner.accountID)
            try await world.advance(by: .seconds(900) - .microseconds(1))
            for _ in 0..<4 {
                #expect(try await world.request(.post, path, as: owner).text == first.text)
            }
            #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 200)
            #expect(try await world.count("from outbox where account_id = \(owner.accountID)") == 1)
            try await world.advance(by: .microseconds(1))
            #expect(try await world.request(.post, path, as: owner)["expiresAt"] != first["expiresAt"])
            #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 404)
            let later = try await world.mailedToken(to: owner.accountID)
            #expect(try await world.request(.get, "/v1/invitations/\(later)").status == 200)
            #expect(try await world.request(.get, "/v1/me", as: owner).status == 200)
            let attempt: JSONValue = [
                "practice": "mesa", "email": .text(owner.email), "password": .text(World.password),
            ]
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt).status == 201)
        }
    }

    @Test func `a client who has no second factor finishes with a password, or sets one`() async throws {
        try await withWorld { (world: World) async throws in
            for (person, code) in [(world.mesa.client, false), (world.mesa.loner, true)] {
                try await world.advance(by: .seconds(900))
                let path = "/v1/clients/\(person.clientID)/invitation"
                _ = try await world.request(.post, path, as: world.mesa.intake, json: [:])
                let link = "/v1/invitations/\(try await world.mailedToken(to: person.accountID))"
                let secret = try #require(try await world.request(.get, link)["secondFactor"]["secret"]?.text)
                let authenticator = TOTP(secret: try Base32Reader.decode(secret))
                let choice: JSONValue =
                    code
                    ? ["password": .text(new), "code": .text(authenticator.now(world))] : ["password": .text(new)]
                #expect(try await world.request(.put, link, json: choice).status == (code ? 200 : 204))
                #expect(try await world.request(.get, "/v1/me", as: person).status == 401)
            }
        }
    }

    /// Reading and accepting each ask whether a key opens its account; here each is asked alone.
    @Test(
        arguments: [
            ("", 0, true), ("", 72 * 3_600_000_000 - 1, true), ("", 72 * 3_600_000_000, false),
            ("update invitations set accepted_at = created_at", 0, false),
            ("update accounts set disabled_at = created_at, version = version + 1", 0, false),
            ("update accounts set roles = '{client,guardian}', version = version + 1", 0, false),
            ("update accounts set password_hash = 'x', version = version + 1", 0, false),
            ("update invitations set carrier = 'paper'", 0, false),
            ("update invitations set carrier = 'paper', reason = 'Alone at the desk.'", 0, true),
            ("update invitations set kind = 'reset', told_at = null", 0, false),
        ] as [(String, Int, Bool)])
    func `reading a key and accepting it are judged alike, each by itself`(
        change: String, microseconds: Int, opens: Bool
    ) async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let invited = try await world.request(
                .post, "/v1/clients/\(nell)/invitation", as: world.mesa.intake, json: [:])
            let token = try #require(Token(invited["token"].text ?? ""))
            if !change.isEmpty {
                let column =
                    change.hasPrefix("update accounts")
                    ? "client_id = '\(nell)'"
                    : "account_id in (select account_id from accounts where client_id = '\(nell)')"
                try await world.run(SQL(unsafe: "\(change) where \(column)"))
            }
            let at = world.clock.now + .microseconds(microseconds)
            let read = try await world.database.server.pipeline(
                Query.row(
                    "select count(*) from access.invitation(\(token.practiceID), \(token.hash), \(at))"
                ) { try $0.next(Int.self) })
            #expect(read == (opens ? 1 : 0))
            let accept = Query.run(
                """
                select from access.accept_invitation(\(token.practiceID), \(token.hash), 'x', null, null, '{}', null, null,
                    \(at), \(world.mesa.owner.accountID.uuid), '\\x00')
                """)
            if opens {
                _ = try await world.database.server.pipeline(accept)
            } else {
                let refused = await #expect(throws: PostgresError.self) {
                    _ = try await world.database.server.pipeline(accept)
                }
                #expect(refused?.sqlState == "PC404")
            }
        }
    }
}
