import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What ends what the API has told: each as decision 0027 says.
@Suite struct SecretEndTests {
    @Test func `a sign-in that is kept busy ends after twelve hours, and with a role from the next request on`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            for _ in 0..<71 {
                world.clock.advance(by: .seconds(600))
                #expect(try await world.request(.get, "/v1/me", as: house.counselor).status == 200)
            }
            world.clock.advance(by: .seconds(599))
            #expect(try await world.request(.get, "/v1/me", as: house.counselor).status == 200)
            world.clock.advance(by: .seconds(1))
            #expect(try await world.request(.get, "/v1/me", as: house.counselor).status == 401)
        }
    }

    @Test func `a token ends with its use, with another one, after 72 hours and with the account`() async throws {
        try await withWorld { (world: World) async throws in
            func invite(_ email: String) async throws -> (link: String, account: String) {
                let made = try await world.request(
                    .post, "/v1/staff", as: world.mesa.owner,
                    json: ["name": "Zoe Zamora", "email": .text(email), "roles": ["counselor"]])
                return (
                    "/v1/invitations/\(try #require(made["invitation"]["token"]?.text))",
                    try #require(made["id"].text)
                )
            }
            let (old, replaced) = (try await invite("a@example.com"), try await invite("b@example.com"))
            let disabled = try await invite("c@example.com")
            for key in [old, replaced, disabled] {
                #expect(try await world.request(.get, key.link).status == 200)
            }
            _ = try await world.request(.post, "/v1/staff/\(replaced.account)/invitation", as: world.mesa.owner)
            #expect(try await world.request(.get, replaced.link).status == 404)
            let version = try await world.request(.get, "/v1/staff/\(disabled.account)", as: world.mesa.owner).version
            _ = try await world.request(
                .patch, "/v1/staff/\(disabled.account)", as: world.mesa.owner, json: ["disabled": true],
                ifMatch: version)
            #expect(try await world.request(.get, disabled.link).status == 404)
            world.clock.advance(by: .seconds(72 * 3_600 - 1))
            #expect(try await world.request(.get, old.link).status == 200)
            world.clock.advance(by: .seconds(1))
            #expect(try await world.request(.get, old.link).status == 404)
        }
    }

    @Test func `a recovery code ends with its use, and all of them with new ones`() async throws {
        try await withWorld { (world: World) async throws in
            let zoe = try await Colleague.join(world)
            #expect(try await zoe.signIn(world, code: zoe.codes[0]).status == 201)
            #expect(try await zoe.signIn(world, code: zoe.codes[0]).status == 401)
            let signedIn = try bearer(try await zoe.signIn(world, code: zoe.codes[1]))
            let renewed = try await world.request(
                .put, "/v1/me/recovery-codes", json: ["code": .text(zoe.codes[2])], headers: signedIn)
            #expect(renewed.status == 200)
            #expect(try await zoe.signIn(world, code: zoe.codes[3]).status == 401)
            // Tries of codes are limited; this is about another.
            world.clock.advance(by: .seconds(600))
            #expect(
                try await zoe.signIn(world, code: try #require(renewed["recoveryCodes"].list.first?.text)).status == 201
            )
        }
    }

    @Test func `a proposed secret is another for each sign-in`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            func secret(_ headers: [String: String]) async throws -> String? {
                try await world.request(.get, "/v1/me/second-factor", headers: headers)["proposal"]["secret"]?.text
            }
            var secrets: [String?] = []
            for _ in 1...2 {
                let signedIn = try await world.request(
                    .post, "/v1/sign-ins",
                    json: [
                        "practice": "mesa", "email": .text(house.client.email), "password": .text(World.password),
                    ])
                secrets.append(try await secret(try bearer(signedIn)))
            }
            #expect(!secrets.contains(nil) && secrets[0] != secrets[1])
        }
    }

    @Test func `a cursor is one sign-in's and one list's, and what it leads to is judged anew`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let first = try await world.request(.get, "/v1/clients?limit=1", as: house.counselor)
            let cursor = try #require(first["next"].text)
            let path = "/v1/clients?limit=1&cursor=\(cursor)"
            #expect(try await world.request(.get, path, as: house.counselor).items.count == 1)
            let device = try await world.request(
                .post, "/v1/sign-ins",
                json: [
                    "practice": "mesa", "email": .text(house.counselor.email), "password": .text(World.password),
                ])
            for answer in [
                try await world.request(.get, path, headers: try bearer(device)),
                try await world.request(.get, path, as: house.supervisor),
                try await world.request(.get, "/v1/staff?cursor=\(cursor)", as: house.counselor),
            ] { #expect(answer.status == 400 && answer.code == "invalid_cursor") }
            for person in [house.client, house.minor] { try await world.untie(house.counselor, from: person) }
            let after = try await world.request(.get, path, as: house.counselor)
            #expect(after.status == 200 && after.items.isEmpty)
            #expect(try await world.count("from clients where practice_id = \(house.id)") >= 4)
            try await world.setRoles(of: house.counselor, [.auditor])
            #expect(try await world.request(.get, path, as: house.counselor).status == 403)
        }
    }

    @Test func `who may no longer see a thing is not told that it is what it was`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/groups/\(house.group)/roster"
            let tag = try #require(try await world.request(.get, path, as: house.facilitator).headers["etag"])
            let same = ["If-None-Match": tag]
            #expect(try await world.request(.get, path, as: house.facilitator, headers: same).status == 304)
            try await world.run(
                """
                update group_facilitators set during = daterange('2025-01-01', '2026-01-05')
                where account_id = \(house.facilitator.accountID)
                """)
            let after = try await world.request(.get, path, as: house.facilitator, headers: same)
            let unknown = try await world.request(
                .get, "/v1/groups/\(house.client.accountID)/roster", as: house.facilitator, headers: same)
            #expect(after.status == 404 && after.withoutRequestID == unknown.withoutRequestID)
            let all = try await world.request(
                .get, path, as: house.facilitator, headers: ["If-None-Match": "*"])
            #expect(all.status == 404)
        }
    }

    @Test func `an upload ends with its homework, and what came of it with who may see it`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, album) = (world.mesa, try await Album(world))
            let begun = try await world.attach(524_288, to: album.own)
            let path = try #require(begun.headers["location"])
            let bytes = SampleFile.png(size: 524_288)
            #expect(try await world.send(bytes[..<262_144], of: bytes.count, to: path).status == 200)
            for stranger in [house.counselor, house.partner, house.intake] {
                let answer = try await world.send(bytes[262_144...], of: bytes.count, to: path, as: stranger)
                #expect(answer.status == 403 || answer.status == 404)
            }
            try await world.run(
                "update homework set state = 'withdrawn', version = version + 1 where homework_id = \(album.own)")
            let late = try await world.send(bytes[262_144...], of: bytes.count, to: path)
            #expect(late.status == 409 && late.code == "withdrawn")
            #expect(try await world.content(path).status == 404)

            let file = SampleFile.png(size: 1_000)
            let whole = try await world.attached(file, to: album.groups)
            #expect(try await world.submit(album, album.groups, circles: whole).status == 200)
            #expect(try await world.content(whole, as: house.facilitator).status == 200)
            try await world.run(
                """
                update group_facilitators set during = daterange('2025-01-01', '2026-01-05')
                where account_id = \(house.facilitator.accountID)
                """)
            #expect(try await world.content(whole, as: house.facilitator).status == 404)
            #expect(try await world.storedChunks() > 0)
        }
    }
}
