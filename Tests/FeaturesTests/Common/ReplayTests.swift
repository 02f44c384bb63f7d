import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// A request that comes again under its Idempotency-Key, when its caller is no longer who he was.
@Suite struct ReplayTests {
    private let colleague: JSONValue = ["name": "Zoe Zamora", "email": "zoe@example.com", "roles": ["counselor"]]

    @Test func `a search is not kept: what was found is not found again when the tie has ended`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let paths: [(String, JSONValue)] = [
                ("/v1/clients/search", ["name": "Adam Archer", "birthDate": "1986-03-14"]),
                ("/v1/clients/duplicates", ["givenName": "Adam", "familyName": "Archer", "birthDate": "1986-03-14"]),
            ]
            for (path, body) in paths {
                let found = try await world.request(
                    .post, path, as: house.counselor, json: body, idempotencyKey: path)
                #expect(found.items.map { $0["id"] } == [.text("\(house.client.clientID)")])
            }
            try await world.untie(house.counselor, from: house.client)
            for (path, body) in paths {
                let after = try await world.request(
                    .post, path, as: house.counselor, json: body, idempotencyKey: path)
                #expect(after.status == 200 && after.items.isEmpty && after.headers["idempotency-replayed"] == nil)
            }
            #expect(try await world.count("from clients where client_id = \(house.client.clientID)") == 1)
            #expect(try await world.count("from idempotency_keys") == 0)
        }
    }

    @Test func `who was an owner and is an admin gets the colleague as he is now, and no token`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, key) = (world.mesa, "invite")
            let first = try await world.request(
                .post, "/v1/staff", as: house.owner, json: colleague, idempotencyKey: key)
            let token = try #require(first["invitation"]["token"]?.text)
            let place = try #require(first.headers["location"])
            let repeated = try await world.request(
                .post, "/v1/staff", as: house.owner, json: colleague, idempotencyKey: key)
            #expect(repeated.status == 201 && repeated.headers["idempotency-replayed"] == "true")
            #expect(repeated["invitation"]["token"] == .null && repeated["invitation"]["accountId"] == first["id"])
            #expect(repeated.text == first.withoutTokens && !repeated.text.contains(token))

            try await world.setRoles(of: house.owner, [.admin])
            try await world.seed(house) {
                $0.add("update accounts set name = 'Zoe Zorn', version = version + 1 where email = 'zoe@example.com'")
            }
            let after = try await world.request(
                .post, "/v1/staff", as: house.owner, json: colleague, idempotencyKey: key)
            #expect(after.status == 200 && after.headers["idempotency-replayed"] == "true")
            #expect(after.headers["location"] == place && after["name"] == "Zoe Zorn")
            let now = try await world.request(.get, place, as: house.owner)
            #expect(after.text == now.text && after.headers["etag"] == now.headers["etag"])
            #expect(try await world.count("from accounts where email = 'zoe@example.com'") == 1)
            #expect(
                try await world.count(
                    """
                    from audit_events where action = 'staff.read' and outcome = 'allowed'
                        and account_id = \(house.owner.accountID)
                    """) == 2)
        }
    }

    @Test func `what has no address of its own is shown by the list in which it stands, as that is now`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let loner = "/v1/clients/\(house.loner.clientID)"
            let requests: [(String, JSONValue)] = [
                ("\(loner)/care-team", ["accountId": .text("\(house.newcomer.accountID)")]),
                ("\(loner)/conflicts", ["kind": "relative", "otherId": .text("\(house.minor.clientID)")]),
                ("/v1/me/calendar-feeds", [:]),
            ]
            for (path, body) in requests {
                let first = try await world.request(.post, path, as: house.intake, json: body, idempotencyKey: path)
                #expect(first.status == 201)
            }
            try await world.setRoles(of: house.intake, [.admin])
            for (path, body) in requests {
                let after = try await world.request(.post, path, as: house.intake, json: body, idempotencyKey: path)
                #expect(after.status == 200 && after.headers["idempotency-replayed"] == "true", "\(path)")
                #expect(after.text == (try await world.request(.get, path, as: house.intake).text), "\(path)")
                #expect(after.items.count == 1, "\(path)")
            }
        }
    }

    @Test func `what a repeat may not show is not there, and what was done stands`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan")
            let path = "/v1/clients/\(nell)/paper-code"
            let body: JSONValue = ["reason": "Licence seen."]
            let first = try await world.request(.post, path, as: house.intake, json: body, idempotencyKey: "k")
            #expect(first.status == 201)
            try await world.setRoles(of: house.intake, [.admin])
            // A code has no address that shows it, and no list at its path.
            let after = try await world.request(.post, path, as: house.intake, json: body, idempotencyKey: "k")
            #expect(after.status == 404 && after.code == "not_found")
            #expect(after.headers["idempotency-replayed"] == "true")
            #expect(after["detail"].text?.contains("was done already, and stands") == true)
            #expect(try await world.count("from invitations where carrier = 'paper'") == 1)
        }
    }

    @Test func `what the caller may see no longer is not shown by the door of what was made either`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            // Who leads a group may give homework in it; and reads it as long as the lead lasts.
            let path = "/v1/groups/\(house.group)/homework"
            let body: JSONValue = [
                "exerciseId": .text("\(house.exercise)"),
                "schedule": [
                    "repeats": "once", "startsOn": "2026-01-05", "dueOn": "2026-01-12", "dueTime": "20:00",
                    "timeZone": "America/Phoenix",
                ],
            ]
            let first = try await world.request(.post, path, as: house.facilitator, json: body, idempotencyKey: "k")
            #expect(first.status == 201)
            let place = try #require(first.headers["location"])
            try await world.setRoles(of: house.facilitator, [.counselor, .auditor])
            let still = try await world.request(.post, path, as: house.facilitator, json: body, idempotencyKey: "k")
            #expect(still.status == 200)
            #expect(still.text == (try await world.request(.get, place, as: house.facilitator).text))
            try await world.run(
                """
                update group_facilitators set during = daterange('2025-01-01', '2026-01-05')
                where account_id = \(house.facilitator.accountID)
                """)
            let over = try await world.request(.post, path, as: house.facilitator, json: body, idempotencyKey: "k")
            #expect(over.status == 404 && over.headers["idempotency-replayed"] == nil)
            #expect(try await world.request(.get, place, as: house.facilitator).status == 404)
            #expect(try await world.request(.get, place, as: house.admin).status == 403)
        }
    }

    @Test func `a scope that the request itself has made larger is another one`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let eve = try await world.seed(house) { try $0.client("Eve Ellis", treatedBy: house.facilitator) }
            let path = "/v1/groups/\(house.group)/enrollments"
            let body: JSONValue = ["clientId": .text("\(eve.clientID)")]
            let first = try await world.request(.post, path, as: house.facilitator, json: body, idempotencyKey: "k")
            #expect(first.status == 201)
            let after = try await world.request(.post, path, as: house.facilitator, json: body, idempotencyKey: "k")
            #expect(after.status == 200 && after["id"] == first["id"])
            let place = try #require(first.headers["location"])
            #expect(after.text == (try await world.request(.get, place, as: house.facilitator).text))
            #expect(try await world.count("from enrollments where client_id = \(eve.clientID)") == 1)
        }
    }

    @Test(arguments: [
        ([Role.counselor, .intake], [Role.intake, .counselor], 201), ([.intake], [.intake, .auditor], 200),
        ([.intake, .auditor], [.intake], 200), ([.intake], [.admin], 200), ([.intake], [.counselor], 403),
    ])
    func `the roles are those of the sign-in, in whatever order`(before: [Role], after: [Role], status: Int)
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let body: JSONValue = ["givenName": "Nia", "familyName": "Noor", "birthDate": "1990-01-01"]
            try await world.setRoles(of: house.intake, before)
            let first = try await world.request(
                .post, "/v1/clients", as: house.intake, json: body, idempotencyKey: "k")
            #expect(first.status == 201)
            try await world.setRoles(of: house.intake, after)
            let second = try await world.request(
                .post, "/v1/clients", as: house.intake, json: body, idempotencyKey: "k")
            #expect(second.status == status)
            #expect(second.headers["idempotency-replayed"] == (status < 300 ? "true" : nil))
            #expect(try await world.count("from clients where family_name = 'Noor'") == 1)
        }
    }

    @Test func `another device of the same account gets the answer; an ended sign-in and a disabled account get none`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let body: JSONValue = ["givenName": "Nia", "familyName": "Noor", "birthDate": "1990-01-01"]
            let first = try await world.request(
                .post, "/v1/clients", as: house.intake, json: body, idempotencyKey: "k")
            let attempt: JSONValue = [
                "practice": "mesa", "email": .text(house.intake.email), "password": .text(World.password),
            ]
            let device = try bearer(try await world.request(.post, "/v1/sign-ins", json: attempt))
            let there = try await world.request(
                .post, "/v1/clients", json: body, idempotencyKey: "k", headers: device)
            #expect(there.status == 201 && there.text == first.text)
            _ = try await world.request(.delete, "/v1/sign-ins/current", as: house.intake)
            let ended = try await world.request(
                .post, "/v1/clients", as: house.intake, json: body, idempotencyKey: "k")
            #expect(ended.status == 401)
            try await world.seed(house) {
                $0.add(
                    """
                    update accounts set disabled_at = \(world.clock.now), version = version + 1
                    where account_id = \(house.intake.accountID)
                    """)
            }
            let disabled = try await world.request(
                .post, "/v1/clients", json: body, idempotencyKey: "k", headers: device)
            #expect(disabled.status == 401)
        }
    }

    @Test func `a key is good for a day, whether or not somebody tidies up`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let body: JSONValue = ["name": "Presidents' Day", "firstDay": "2026-02-16", "lastDay": "2026-02-16"]
            func post() async throws -> TestAnswer {
                try await world.request(.post, "/v1/closures", as: house.admin, json: body, idempotencyKey: "k")
            }
            let first = try await post()
            #expect(first.status == 201)
            try await world.advance(by: .seconds(86_399))
            #expect(try await post().text == first.text)
            try await world.advance(by: .seconds(1))
            let new = try await post()
            #expect(new.status == 201 && new.headers["idempotency-replayed"] == nil && new["id"] != first["id"])
            #expect(try await post().text == new.text)
        }
    }

    @Test func `an id in capitals is the same id, and another question under the same key another one`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let body: JSONValue = ["accountId": .text("\(house.newcomer.accountID)")]
            let ids = ["\(house.loner.clientID)", "\(house.loner.clientID)".uppercased()]
            for id in ids {
                let answer = try await world.request(
                    .post, "/v1/clients/\(id)/care-team", as: house.intake, json: body, idempotencyKey: "k")
                #expect(answer.status == 201)
                #expect(answer.headers["idempotency-replayed"] == (id == ids[0] ? nil : "true"))
            }
            let path = "/v1/clients/\(ids[0])/care-team"
            let other: JSONValue = ["accountId": .text("\(house.intern.accountID)")]
            for (uri, json, code) in [
                (path, other, "idempotency_key_reused"), (path + "?x=1", body, "invalid_query"),
            ] {
                let refused = try await world.request(.post, uri, as: house.intake, json: json, idempotencyKey: "k")
                #expect(refused.code == code, "\(refused.text)")
            }
        }
    }

    @Test func `of two at once, between which the role has changed, the second gets what came of the first`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            @Sendable func invite() async throws -> TestAnswer {
                try await world.request(.post, "/v1/staff", as: house.owner, json: colleague, idempotencyKey: "k")
            }
            // The first has claimed the key, and waits for somebody who takes the same address and gives it up.
            let taking = try await world.take("zoe@example.com", in: house)
            async let first = invite()
            try await world.untilWaiting(1)
            try await world.setRoles(of: house.owner, [.admin])
            async let second = invite()
            try await world.untilWaiting(2)
            await taking.rollback()
            let (made, told) = try await (first, second)
            #expect(made.status == 201 && made.text.contains("token"))
            #expect(told.status == 200 && told.headers["idempotency-replayed"] == "true")
            #expect(told["id"] == made["id"] && !told.text.contains("token"))
            #expect(try await world.count("from accounts where email = 'zoe@example.com'") == 1)
        }
    }
}
