import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// From a day that the practice sets, staff sign in with a second factor only; who was there before sets one then.
@Suite struct FactorFromTests {
    private func attempt(_ person: Person, _ code: String? = nil) -> JSONValue {
        var members = [
            JSONMember("practice", "mesa"), JSONMember("email", .text(person.email)),
            JSONMember("password", .text(World.password)),
        ]
        if let code { members.append(JSONMember("code", .text(code))) }
        return .object(members)
    }

    private func require(_ world: World, from day: JSONValue) async throws -> TestAnswer {
        let version = try await world.request(.get, "/v1/practice", as: world.mesa.owner).version
        return try await world.request(
            .patch, "/v1/practice", as: world.mesa.owner, json: ["secondFactorFrom": day], ifMatch: version)
    }

    @Test func `staff who were there before are asked to set one at the next sign-in after the day`() async throws {
        try await withWorld { (world: World) async throws in
            let carl = world.mesa.counselor
            let set = try await require(world, from: "2026-01-06")
            #expect(set.status == 200 && set["secondFactorFrom"] == "2026-01-06")
            let before = try await world.request(.post, "/v1/sign-ins", json: attempt(carl))
            #expect(before.status == 201 && before["secondFactor"] == ["state": "missing"])
            // Midnight in Phoenix is seven in the morning in UTC.
            try await world.advance(by: .seconds(15 * 3_600) - .microseconds(1))
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt(carl)).status == 201)
            try await world.advance(by: .microseconds(1))
            #expect(try await world.request(.get, "/v1/me", as: carl).status == 200, "who is signed in stays so")

            let asked = try await world.request(.post, "/v1/sign-ins", json: attempt(carl))
            #expect(asked.status == 200 && asked["token"] == .null)
            #expect(asked["secondFactor"]["state"] == "must_be_set")
            let again = try await world.request(.post, "/v1/sign-ins", json: attempt(carl))
            #expect(again.text == asked.text)
            let secret = try #require(asked["secondFactor"]["secret"]?.text)
            let authenticator = TOTP(secret: try Base32Reader.decode(secret))

            let wrong = try await world.request(.post, "/v1/sign-ins", json: attempt(carl, "AAAAA-AAAAA"))
            #expect(wrong.status == 401 && wrong.code == "wrong_second_factor")
            let code = authenticator.now(world)
            let opened = try await world.request(
                .post, "/v1/sign-ins", json: attempt(carl, code), idempotencyKey: "a")
            #expect(opened.status == 201 && opened["secondFactor"]["state"] == "given")
            let codes = opened["secondFactor"]["recoveryCodes"]?.list.compactMap(\.text) ?? []
            #expect(codes.count == 10)
            let repeated = try await world.request(
                .post, "/v1/sign-ins", json: attempt(carl, code), idempotencyKey: "a")
            #expect(repeated["token"] == opened["token"] && repeated["secondFactor"] == ["state": "given"])

            let me = try await world.request(.get, "/v1/me", headers: try bearer(opened))
            #expect(me["notices"].list.map { $0["kind"] } == ["second_factor_set"])
            #expect(try await world.keyAudit(of: carl.accountID) == ["second_factor.set allowed"])
            let without = try await world.request(.post, "/v1/sign-ins", json: attempt(carl))
            #expect(without.status == 401 && without.code == "second_factor_required")
            let spent = try await world.request(.post, "/v1/sign-ins", json: attempt(carl, code))
            #expect(spent.code == "wrong_second_factor")
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt(carl, codes[0])).status == 201)
        }
    }

    @Test func `clients and guardians are not asked, and the database lets no staff in without`() async throws {
        try await withWorld { (world: World) async throws in
            #expect(try await require(world, from: "2026-01-05").status == 200)
            for person in [world.mesa.client, world.mesa.guardian] {
                let opened = try await world.request(.post, "/v1/sign-ins", json: attempt(person))
                #expect(opened.status == 201 && opened["secondFactor"] == ["state": "not_required"])
            }
            let verified: String = try await world.database.superuser.pipeline(
                Query.row("select password_hash from accounts where account_id = \(world.mesa.counselor.accountID)") {
                    try $0.next()
                })
            let refused = await #expect(throws: PostgresError.self) {
                _ = try await world.database.server.pipeline(
                    Query.run(
                        """
                        select from access.open_sign_in(
                            \(world.mesa.id), \(world.mesa.counselor.accountID), gen_random_uuid(), sha256('x'), null,
                            null, \(world.clock.now), gen_random_uuid(), '\\x00',
                            verified => \(verified))
                        """))
            }
            #expect(refused?.refusal?.raisedCode == "second_factor_must_be_set")
            let other = try await world.request(
                .post, "/v1/sign-ins",
                json: [
                    "practice": "tempe", "email": .text(world.tempe.counselor.email),
                    "password": .text(World.password),
                ])
            #expect(other.status == 201, "another practice has its own day")
        }
    }

    @Test func `a client who comes to work in the practice is asked too`() async throws {
        try await withWorld { (world: World) async throws in
            #expect(try await require(world, from: "2026-01-05").status == 200)
            let dan = world.mesa.loner
            try await world.run(
                """
                update accounts set roles = '{client,counselor}', version = version + 1
                where account_id = \(dan.accountID)
                """)
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt(dan)).status == 200)
        }
    }

    @Test func `of two who set one at once, one has set it`() async throws {
        try await withWorld { (world: World) async throws in
            #expect(try await require(world, from: "2026-01-05").status == 200)
            let carl = world.mesa.counselor
            let asked = try await world.request(.post, "/v1/sign-ins", json: attempt(carl))
            let secret = try #require(asked["secondFactor"]["secret"]?.text)
            let code = TOTP(secret: try Base32Reader.decode(secret)).now(world)
            let body = attempt(carl, code)
            let answers = try await world.meet(
                at: "select from accounts where account_id = \(carl.accountID) for update",
                { try await world.request(.post, "/v1/sign-ins", json: body) },
                { try await world.request(.post, "/v1/sign-ins", json: body) })
            #expect([answers.0.status, answers.1.status].sorted() == [201, 401])
            #expect(try await world.count("from recovery_codes where account_id = \(carl.accountID)") == 10)
        }
    }

    @Test func `the day has sense, is the owner's or the admin's to set, and can be taken back`() async throws {
        try await withWorld { (world: World) async throws in
            for day in ["0001-01-01", "2026-01-03", "2029-01-01", "9999-12-31"] {
                let refused = try await require(world, from: .text(day))
                #expect(refused.faults == ["/secondFactorFrom out_of_range"], "\(day)")
            }
            #expect(try await require(world, from: "2026-01-05").status == 200)
            let version = try await world.request(.get, "/v1/practice", as: world.mesa.counselor).version
            let denied = try await world.request(
                .patch, "/v1/practice", as: world.mesa.counselor, json: ["secondFactorFrom": .null], ifMatch: version)
            #expect(denied.status == 403)
            let shown = try await world.request(.get, "/v1/practice", as: world.mesa.client)
            #expect(shown.status == 200 && shown["secondFactorFrom"] == .null)
            let back = try await require(world, from: .null)
            #expect(back.status == 200 && back["secondFactorFrom"] == .null)
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt(world.mesa.counselor)).status == 201)
        }
    }
}
