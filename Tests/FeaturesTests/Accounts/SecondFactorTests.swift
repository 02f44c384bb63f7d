import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct SecondFactorTests {
    private let password = "correct horse battery"

    private func attempt(_ email: String, _ password: String, code: String? = nil) -> JSONValue {
        let members = [JSONMember("practice", "mesa"), JSONMember("email", .text(email))]
        return .object(
            members + [JSONMember("password", .text(password))] + (code.map { [JSONMember("code", .text($0))] } ?? []))
    }

    private func recoveryCodes(_ answer: TestAnswer) -> [String] {
        guard case .array(let codes) = answer["recoveryCodes"] else { return [] }
        return codes.compactMap(\.text)
    }

    /// The authenticator that a person has made of the secret in an answer.
    private func authenticator(_ secret: JSONValue?) throws -> TOTP {
        TOTP(secret: try Base32Reader.decode(try #require(secret?.text)))
    }

    private func code(_ authenticator: TOTP, _ world: World) -> String {
        authenticator.code(of: TOTP.step(at: world.clock.now))
    }

    /// Zoe is invited, accepts, and has an authenticator and ten codes.
    private func zoe(_ world: World) async throws -> (email: String, TOTP, codes: [String]) {
        let invited = try await world.request(
            .post, "/v1/staff", as: world.mesa.owner,
            json: ["name": "Zoe Zamora", "email": "zoe@example.com", "roles": ["counselor"]])
        let path = "/v1/invitations/\(try #require(invited["invitation"]["token"]?.text))"
        let authenticator = try authenticator(try await world.request(.get, path)["secondFactor"]["secret"])
        let accepted = try await world.request(
            .put, path, json: ["password": .text(password), "code": .text(code(authenticator, world))])
        #expect(accepted.status == 200)
        return ("zoe@example.com", authenticator, recoveryCodes(accepted))
    }

    @Test func `staff accept an invitation with a second factor, and not without`() async throws {
        try await withWorld { (world: World) async throws in
            let invited = try await world.request(
                .post, "/v1/staff", as: world.mesa.owner,
                json: ["name": "Zoe Zamora", "email": "zoe@example.com", "roles": ["counselor"]])
            let path = "/v1/invitations/\(try #require(invited["invitation"]["token"]?.text))"
            let letter = try await world.request(.get, path)
            #expect(letter["secondFactor"]["isRequired"] == true)
            #expect(try await world.request(.get, path)["secondFactor"] == letter["secondFactor"])
            let authenticator = try authenticator(letter["secondFactor"]["secret"])

            let without = try await world.request(.put, path, json: ["password": .text(password)])
            #expect(without.status == 422 && without.faults == ["/code required"])
            let old = authenticator.code(of: TOTP.step(at: world.clock.now) - 2)
            let wrong = try await world.request(
                .put, path, json: ["password": .text(password), "code": .text(old)])
            #expect(wrong.status == 422 && wrong.faults == ["/code wrong_code"])
            let accepted = try await world.request(
                .put, path, json: ["password": .text(password), "code": .text(code(authenticator, world))])
            #expect(accepted.status == 200)
            #expect(recoveryCodes(accepted).count == 10)
            #expect(try await world.request(.get, path).status == 404)
        }
    }

    @Test func `the database too refuses staff without a second factor`() async throws {
        try await withWorld { (world: World) async throws in
            let invited = try await world.request(
                .post, "/v1/staff", as: world.mesa.owner,
                json: ["name": "Zoe Zamora", "email": "zoe@example.com", "roles": ["counselor"]])
            let text = try #require(invited["invitation"]["token"]?.text)
            let token = try #require(Token(text))
            let refused = await #expect(throws: PostgresError.self) {
                _ = try await world.database.server.pipeline(
                    Query.run(
                        """
                        select from access.accept_invitation(\(token.practiceID), \(token.hash), 'x', null, null, '{}', null, null,
                            \(world.clock.now), \(world.mesa.owner.accountID.uuid), '\\x00')
                        """))
            }
            #expect(refused?.sqlState == "PC409")
        }
    }

    @Test func `signing in needs a code, and no code is good twice`() async throws {
        try await withWorld { (world: World) async throws in
            let (email, authenticator, _) = try await zoe(world)
            let without = try await world.request(.post, "/v1/sign-ins", json: attempt(email, password))
            #expect(without.status == 401 && without.code == "second_factor_required")
            let wrongPassword = try await world.request(
                .post, "/v1/sign-ins", json: attempt(email, "wrong horse battery", code: code(authenticator, world)))
            #expect(wrongPassword.status == 401 && wrongPassword.code == "wrong_credentials")

            // The code with which the invitation was accepted is spent.
            let spent = attempt(email, password, code: code(authenticator, world))
            let again = try await world.request(.post, "/v1/sign-ins", json: spent)
            #expect(again.status == 401 && again.code == "wrong_second_factor")
            world.clock.advance(by: .seconds(30))
            let right = attempt(email, password, code: code(authenticator, world))
            let opened = try await world.request(.post, "/v1/sign-ins", json: right, idempotencyKey: "a")
            #expect(opened.status == 201)
            #expect(opened["secondFactor"] == ["state": "given"])
            #expect(try await world.request(.get, "/v1/me", headers: try bearer(opened)).status == 200)
            #expect(try await world.request(.post, "/v1/sign-ins", json: right).status == 401)
            // The same request again is not a second use.
            let repeated = try await world.request(.post, "/v1/sign-ins", json: right, idempotencyKey: "a")
            #expect(repeated.status == 201 && repeated["token"] == opened["token"])

            let audited = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select outcome from audit_events
                    where action = 'sign_in.create' and outcome <> 'allowed' order by audit_event_id
                    """
                ) { try $0.next(String.self) })
            #expect(
                audited == [
                    "second_factor_required", "wrong_credentials", "wrong_second_factor", "wrong_second_factor",
                ])
        }
    }

    @Test func `a recovery code stands in once, and wrong codes are limited`() async throws {
        try await withWorld { (world: World) async throws in
            let (email, authenticator, codes) = try await zoe(world)
            let paper = try #require(codes.first).lowercased()
            let byPaper = attempt(email, password, code: paper)
            #expect(try await world.request(.post, "/v1/sign-ins", json: byPaper).status == 201)
            #expect(try await world.request(.post, "/v1/sign-ins", json: byPaper).code == "wrong_second_factor")
            for _ in 1...4 {
                let wrong = try await world.request(
                    .post, "/v1/sign-ins", json: attempt(email, password, code: "AAAAA-AAAAA"))
                #expect(wrong.status == 401)
            }
            world.clock.advance(by: .seconds(60))
            let right = attempt(email, password, code: code(authenticator, world))
            #expect(try await world.request(.post, "/v1/sign-ins", json: right).status == 429)
            world.clock.advance(by: .seconds(600))
            let later = attempt(email, password, code: code(authenticator, world))
            #expect(try await world.request(.post, "/v1/sign-ins", json: later).status == 201)
        }
    }

    @Test func `a client may have a second factor, change it and do without it again`() async throws {
        try await withWorld { (world: World) async throws in
            let dan = world.mesa.loner
            let path = "/v1/me/second-factor"
            let before = try await world.request(.get, path, as: dan)
            #expect(before["state"] == "none" && before["isRequired"] == false && before["recoveryCodesLeft"] == 0)
            let first = try authenticator(before["proposal"]["secret"])
            let body: JSONValue = ["password": .text(World.password), "code": .text(code(first, world))]
            let stranger: JSONValue = ["password": "wrong horse battery", "code": .text(code(first, world))]
            #expect(try await world.request(.put, path, as: dan, json: stranger).faults == ["/password wrong_password"])
            #expect(try await world.request(.put, path, as: dan, json: body).status == 200)
            let after = try await world.request(.get, path, as: dan)
            #expect(after["state"] == "set" && after["recoveryCodesLeft"] == 10)
            #expect(try await world.request(.get, path, as: world.mesa.client)["state"] == "none")

            // Another one takes a code of the one before.
            world.clock.advance(by: .seconds(30))
            let second = try authenticator(after["proposal"]["secret"])
            #expect(second != first)
            let change: JSONValue = ["password": .text(World.password), "code": .text(code(second, world))]
            #expect(try await world.request(.put, path, as: dan, json: change).faults == ["/currentCode required"])
            let proven: JSONValue = [
                "password": .text(World.password), "code": .text(code(second, world)),
                "currentCode": .text(code(first, world)),
            ]
            #expect(try await world.request(.put, path, as: dan, json: proven).status == 200)

            let removal = path + "/removal"
            let old: JSONValue = ["code": .text(code(first, world))]
            // The wrong password, and these: of what was right nothing counts.
            for _ in 1...4 {
                #expect(try await world.request(.put, removal, as: dan, json: old).faults == ["/code wrong_code"])
            }
            let refused = try await world.request(.put, removal, as: dan, json: old)
            #expect(refused.status == 429)
            world.clock.advance(by: .seconds(600))
            let present: JSONValue = ["code": .text(code(second, world))]
            #expect(try await world.request(.put, removal, as: dan, json: present).status == 204)
            #expect(try await world.request(.put, removal, as: dan, json: present).status == 204)
            let opened = try await world.request(.post, "/v1/sign-ins", json: attempt(dan.email, World.password))
            #expect(opened["secondFactor"] == ["state": "not_required"])
        }
    }

    @Test func `staff do not do without, and new recovery codes end the old`() async throws {
        try await withWorld { (world: World) async throws in
            let (email, authenticator, codes) = try await zoe(world)
            world.clock.advance(by: .seconds(30))
            let opened = try await world.request(
                .post, "/v1/sign-ins", json: attempt(email, password, code: code(authenticator, world)))
            let zoe = try bearer(opened)
            world.clock.advance(by: .seconds(30))
            let present: JSONValue = ["code": .text(code(authenticator, world))]
            let refused = try await world.request(
                .put, "/v1/me/second-factor/removal", json: present, headers: zoe)
            #expect(refused.status == 409 && refused.code == "second_factor_is_required")
            let renewed = try await world.request(.put, "/v1/me/recovery-codes", json: present, headers: zoe)
            #expect(renewed.status == 200 && recoveryCodes(renewed).count == 10)
            let old = attempt(email, password, code: codes.last)
            #expect(try await world.request(.post, "/v1/sign-ins", json: old).status == 401)
            let new = attempt(email, password, code: recoveryCodes(renewed).last)
            #expect(try await world.request(.post, "/v1/sign-ins", json: new).status == 201)

            let none = try await world.request(
                .put, "/v1/me/recovery-codes", as: world.mesa.client, json: ["code": "123456"])
            #expect(none.status == 409 && none.code == "no_second_factor")
        }
    }

    @Test func `secrets and recovery codes are not in the database in the clear`() async throws {
        try await withWorld { (world: World) async throws in
            let (_, authenticator, _) = try await zoe(world)
            let kept = try await world.database.superuser.pipeline(
                Query.row("select secret from second_factors") { try $0.next([UInt8].self) })
            #expect(kept.count > 40 && kept.suffix(36).prefix(20) != authenticator.secret[...])
            let seen = await #expect(throws: PostgresError.self) {
                _ = try await world.database.server.pipeline(
                    Query.rows("select secret from second_factors") { try $0.next([UInt8].self) })
            }
            #expect(seen?.sqlState == "42501")
        }
    }
}
