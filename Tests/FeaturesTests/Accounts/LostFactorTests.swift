import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Somebody has lost the authenticator and the recovery codes.
@Suite struct LostFactorTests {
    private let why: JSONValue = ["reason": "Telephone stolen; called back at the number on file."]
    private let new = "another horse battery"

    @Test func `an owner takes it away, and who reads the account's mail sets another`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let zoe = try await Colleague.join(world)
            let old = try bearer(try await zoe.signIn(world))
            let path = "/v1/staff/\(zoe.accountID)/second-factor/removal"
            for person in [house.admin, house.intake, house.counselor] {
                #expect(try await world.request(.put, path, as: person, json: why).status == 403, "\(person.name)")
            }
            #expect(try await world.request(.put, path, as: house.owner, json: [:]).faults == ["/reason required"])
            #expect(try await world.request(.get, "/v1/me", headers: old).status == 200)
            let removed = try await world.request(.put, path, as: house.owner, json: why)
            #expect(removed.status == 200 && removed["kind"] == "reset" && removed.tokens == [])
            #expect(try await world.request(.get, "/v1/me", headers: old).status == 401)
            let signIn: JSONValue = [
                "practice": "mesa", "email": .text(zoe.email), "password": .text(Colleague.password),
            ]
            let refused = try await world.request(.post, "/v1/sign-ins", json: signIn)
            #expect(refused.status == 401 && refused.code == "wrong_credentials", "until another one is set")

            let link = "/v1/invitations/\(try await world.mailedToken(to: zoe.accountID))"
            let letter = try await world.request(.get, link)["secondFactor"]
            #expect(letter["isRequired"] == true && letter["isSet"] == false)
            let without = try await world.request(.put, link, json: ["password": .text(new)])
            #expect(without.faults == ["/code required"])
            let next = TOTP(secret: try Base32Reader.decode(try #require(letter["secret"]?.text)))
            let choice: JSONValue = ["password": .text(new), "code": .text(next.now(world))]
            #expect(try await world.request(.put, link, json: choice).status == 200)
            world.clock.advance(by: .seconds(30))
            let opened = try await world.request(
                .post, "/v1/sign-ins",
                json: [
                    "practice": "mesa", "email": .text(zoe.email), "password": .text(new),
                    "code": .text(next.now(world)),
                ])
            #expect(opened["secondFactor"] == ["state": "given"])
            let notices = try await world.request(.get, "/v1/me", headers: try bearer(opened))["notices"].list
            #expect(
                Set(notices.compactMap { $0["kind"]?.text }) == [
                    "second_factor_removed", "reset_started", "reset_finished",
                ])
            #expect(
                try await world.keyAudit(of: zoe.accountID).suffix(3) == [
                    "second_factor.remove allowed", "reset.refuse invalid", "reset.finish allowed",
                ])
        }
    }

    @Test func `nobody's own, nobody's who has none, and nothing is told to the owner`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let own = "/v1/staff/\(house.owner.accountID)/second-factor/removal"
            #expect(try await world.request(.put, own, as: house.owner, json: why).code == "second_factor_of_oneself")
            let none = "/v1/staff/\(house.counselor.accountID)/second-factor/removal"
            #expect(try await world.request(.put, none, as: house.owner, json: why).code == "no_second_factor")
            let zoe = try await Colleague.join(world)
            let path = "/v1/staff/\(zoe.accountID)/second-factor/removal"
            #expect(try await world.request(.put, path, as: house.owner, json: why).status == 200)
            let letters = try await world.request(.get, "/v1/outbox?limit=100", as: house.owner).items
            for letter in letters where letter["name"] == "Zoe Zamora" {
                let seen = try await world.request(
                    .get, "/v1/outbox/\(try #require(letter["id"]?.text))", as: house.owner)
                #expect(seen["link"] == .null)
            }
            // The link has ended unused: another one is sent as to anybody.
            try await world.advance(by: .seconds(72 * 3_600))
            let again = try await world.request(.post, "/v1/staff/\(zoe.accountID)/invitation", as: house.admin)
            #expect(again["kind"] == "reset")
            let link = "/v1/invitations/\(try await world.mailedToken(to: zoe.accountID))"
            #expect(try await world.request(.get, link)["secondFactor"]["isRequired"] == true)
        }
    }

    @Test func `a client's and a guardian's are taken away by an owner too`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let guardians = "/v1/clients/\(house.minor.clientID)/guardians"
            let grace = try await world.request(.get, guardians, as: house.intake).items[0]
            let paths = [
                (house.loner, "/v1/clients/\(house.loner.clientID)"),
                (house.guardian, "\(guardians)/\(try #require(grace["id"]?.text))"),
            ]
            for (person, path) in paths {
                let proposal = try await world.request(.get, "/v1/me/second-factor", as: person)["proposal"]
                let authenticator = TOTP(secret: try Base32Reader.decode(try #require(proposal["secret"]?.text)))
                let body: JSONValue = [
                    "password": .text(World.password), "code": .text(authenticator.now(world)),
                ]
                #expect(try await world.request(.put, "/v1/me/second-factor", as: person, json: body).status == 200)
                let removal = path + "/second-factor/removal"
                #expect(try await world.request(.put, removal, as: house.intake, json: why).status == 403)
                #expect(try await world.request(.put, removal, as: house.owner, json: why).status == 200)
                #expect(try await world.request(.get, "/v1/me", as: person).status == 401)
                let link = "/v1/invitations/\(try await world.mailedToken(to: person.accountID))"
                #expect(try await world.request(.get, link)["secondFactor"]["isRequired"] == true)
            }
        }
    }

    @Test func `the database too opens no sign-in until the reset is finished`() async throws {
        try await withWorld { (world: World) async throws in
            let (dan, owner) = (world.mesa.loner, world.mesa.owner)
            try await world.run(
                "update accounts set must_reset = true, version = version + 1 where account_id = \(dan.accountID)")
            let candidates = try await world.database.server.pipeline(
                Query.row(
                    """
                    select count(account_id) from access.try_to_sign_in('mesa', \(dan.email), sha256('a'), sha256('b'), null,
                        '{10,100,100}', '{600,600,600}', \(world.clock.now))
                    """
                ) {
                    try $0.next(Int.self)
                })
            #expect(candidates == 0)
            let verified: String = try await world.database.superuser.pipeline(
                Query.row("select password_hash from accounts where account_id = \(dan.accountID)") { try $0.next() })
            let refused = await #expect(throws: PostgresError.self) {
                _ = try await world.database.server.pipeline(
                    Query.run(
                        """
                        select from access.open_sign_in(\(dan.practiceID), \(dan.accountID), gen_random_uuid(),
                            sha256('x'), null, null, \(world.clock.now), \(owner.accountID.uuid), '\\x00',
                            verified => \(verified))
                        """))
            }
            #expect(refused?.sqlState == "28000")
        }
    }
}
