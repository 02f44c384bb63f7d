import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// A minor's consent is the guardians': one of them or all, as the practice's rule says.
@Suite struct GuardianConsentTests {
    /// A second guardian of the minor, and what is asked of them.
    private func ask(_ world: World, guardians: String, scopes: [String] = ["consent"]) async throws -> (
        ID<Consent>, Person
    ) {
        try await world.seed(world.mesa) { seed in
            seed.packet("minor", ["treatment"], required: ["treatment"], guardians: guardians)
            let other = seed.guardian("Gus Carter", of: world.mesa.minor, scopes: scopes)
            return (seed.consent("treatment", of: world.mesa.minor), other)
        }
    }

    @Test func `where all must sign, the last signature puts it in force`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (consent, gus) = try await ask(world, guardians: "all")
            let first = try await world.sign(consent, as: house.guardian)
            #expect(first.status == 200 && first["state"] == "requested")
            #expect(first["signatures"].list.map { $0["name"] } == ["Grace Carter"])
            let own = try await world.request(.get, "/v1/consents/\(consent)", as: gus)
            #expect(own["signatures"] == [], "whether the other parent has signed is not told")
            #expect(own.json["awaited"] == nil)
            let awaited = try await world.request(.get, "/v1/consents/\(consent)", as: house.intake)["awaited"]
            #expect(awaited == ["Gus Carter"])
            let second = try await world.sign(consent, as: gus)
            #expect(second["state"] == "signed" && second["expiresOn"] == "2028-05-20")
            let seen = try await world.request(.get, "/v1/consents/\(consent)", as: house.counselor)
            #expect(seen["awaited"] == [])
            #expect(seen["signatures"].list.map { $0["capacity"] } == ["guardian", "guardian"])
            let revoked = try await world.revoke(consent, as: house.guardian)
            #expect(revoked["state"] == "revoked")
            #expect(try await world.revoke(consent, as: gus).code == "consent_is_revoked")
        }
    }

    @Test func `where one is enough, the first puts it in force`() async throws {
        try await withWorld { (world: World) async throws in
            let (consent, gus) = try await ask(world, guardians: "one")
            #expect(try await world.sign(consent, as: gus)["state"] == "signed")
            let late = try await world.sign(consent, as: world.mesa.guardian)
            #expect(late.status == 409 && late.code == "consent_is_signed")
            #expect(try await world.revoke(consent, as: world.mesa.guardian).code == "not_signed_by_you")
            #expect(try await world.state(of: consent) == "signed")
        }
    }

    @Test func `a signature taken back before the others signed counts no longer, and may be given again`() async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (consent, gus) = try await ask(world, guardians: "all")
            #expect(try await world.sign(consent, as: house.guardian).status == 200)
            #expect(try await world.revoke(consent, as: house.guardian)["state"] == "requested")
            #expect(try await world.sign(consent, as: gus)["state"] == "requested")
            #expect(try await world.sign(consent, as: house.guardian)["state"] == "signed")
        }
    }

    @Test func `both at once, and neither is lost`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (consent, gus) = try await ask(world, guardians: "all")
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for person in [house.guardian, gus, house.guardian, gus] {
                    group.addTask { try await world.sign(consent, as: person) }
                }
                return try await group.reduce(into: [TestAnswer]()) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(try await world.state(of: consent) == "signed")
            #expect(try await world.count("from consent_signatures where consent_id = \(consent)") == 2)
        }
    }

    @Test func `without the scope nobody signs, nor is waited for; nor does the minor sign`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (consent, gus) = try await ask(world, guardians: "all", scopes: ["schedule"])
            #expect(try await world.sign(consent, as: gus).status == 403)
            let minor = try await world.sign(consent, as: house.minor)
            #expect(minor.status == 409 && minor.code == "guardian_signs")
            #expect(try await world.count("from consent_signatures where consent_id = \(consent)") == 0)
            #expect(try await world.sign(consent, as: house.guardian)["state"] == "signed")
        }
    }

    @Test(arguments: [true, false])
    func `of two guardians neither is told of the other: not that there is one, nor what was signed or taken back`(
        isFirst: Bool
    ) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (consent, gus) = try await ask(world, guardians: "all")
            let (person, other) = isFirst ? (house.guardian, gus) : (gus, house.guardian)
            let (path, own) = ("/v1/clients/\(house.minor.clientID)/guardians", "/v1/consents/\(consent)")
            let unseen = try await world.request(.get, own, as: person)
            let all = try await world.request(.get, path, as: house.intake).items
            let mine = try await world.request(.get, path, as: person)
            #expect(all.count == 2 && mine.items.map { $0["name"] } == [.text(person.name)])
            #expect(!mine.text.contains(other.name) && mine.items.count == 1)
            let theirs = try #require(all.first { $0["name"] == .text(other.name) }?["id"]?.text)
            #expect(try await world.request(.get, "\(path)/\(theirs)/history", as: house.intake).status == 200)
            #expect(try await world.request(.get, "\(path)/\(theirs)/history", as: person).status == 404)
            #expect(try await world.sign(consent, as: other).status == 200)
            #expect(try await world.request(.get, own, as: house.intake)["signatures"].list.count == 1)
            let signed = try await world.request(.get, own, as: person)
            #expect(signed.json["awaited"] == nil && signed["signatures"] == [])
            #expect(!signed.text.contains(other.name) && signed.text == unseen.text)
            #expect(try await world.revoke(consent, as: other).status == 200)
            #expect(try await world.request(.get, own, as: person).text == unseen.text)
        }
    }

    /// What is here asked of the database alone is refused at the door as well: each of the two walls holds by itself.
    @Test func `past the door too, only who is guardian today signs, and only for a minor`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (consent, _) = try await ask(world, guardians: "all")
            func sign(after change: SQL) async -> String? {
                await world.refusal(
                    in: house, of: change,
                    """
                    select from access.set_scope(
                        \(house.id), \(house.guardian.accountID), null, 'guardian', 'guards', 'consent.sign', '{all}',
                        'client', array[\(house.minor.clientID)]::uuid[], '{}', '{}', \(world.clock.now.utcDay), false)
                    """,
                    """
                    select access.sign_consent(c.consent_id, c.text_hash, gen_random_uuid(), null, \(world.clock.now))
                    from consents c where c.consent_id = \(consent)
                    """, "do $$ begin raise exception 'taken_back' using errcode = 'PC409'; end $$")
            }
            #expect(await sign(after: "select") == "taken_back")
            let ended: SQL = """
                update guardianships set during = daterange(lower(during), '2026-01-05'), version = version + 1
                where client_id = \(house.minor.clientID)
                """
            #expect(await sign(after: ended) == "42501")
            let grown: SQL = """
                update clients set birth_date = '2008-01-05', version = version + 1
                where client_id = \(house.minor.clientID)
                """
            #expect(await sign(after: grown) == "42501")
        }
    }

    @Test func `on the eighteenth birthday, at midnight in Phoenix, guardians and their consents are done`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                seed.add(
                    "update clients set birth_date = '2008-01-06', version = 2 where client_id = \(house.minor.clientID)"
                )
            }
            let (consent, gus) = try await ask(world, guardians: "all")
            #expect(try await world.sign(consent, as: gus).status == 200)
            // 23:59:30 of the 5th in Phoenix, which is the 6th in UTC.
            try await world.advance(by: .seconds(15 * 3_600 - 30))
            #expect(try await world.sign(consent, as: house.guardian)["state"] == "signed")
            let chart = "/v1/clients/\(house.minor.clientID)"
            #expect(try await world.request(.get, chart, as: house.guardian).status == 200)
            let before = try await world.request(.get, chart, as: house.minor)
            try await world.advance(by: .seconds(30))
            #expect(try await world.request(.get, chart, as: house.guardian).status == 404)
            #expect(try await world.request(.get, "/v1/consents/\(consent)", as: gus).status == 404)
            #expect(try await world.request(.get, "/v1/consents", as: gus).items == [])
            #expect(try await world.state(of: consent) == "expired")
            #expect(try await world.count("from consents where consent_id = \(consent) and state = 'signed'") == 1)
            let after = try await world.request(.get, chart, as: house.minor)
            #expect(before["age"] == 17 && after["age"] == 18)
            #expect(
                after.text.replacing("\"age\":18", with: "\"age\":17") == before.text,
                "nothing becomes visible backwards")
            #expect(try await world.sign(consent, as: house.minor).code == "consent_is_expired")
            let anew = try await world.request(
                .post, "\(chart)/consents", as: house.intake, json: ["kind": "treatment"])
            let id = try #require(anew["id"].text.flatMap { ID<Consent>($0) })
            #expect(try await world.sign(id, as: house.minor)["state"] == "signed")
        }
    }
}
