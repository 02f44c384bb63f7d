import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct OutboxTests {
    @Test func `an invitation puts a sealed letter into the outbox, and the desk sees that it waits and for whom`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let invited = try await world.request(
                .post, "/v1/staff", as: house.owner,
                json: ["name": "Zoe Zamora", "email": "zoe@example.com", "roles": ["counselor"]])
            let token = try #require(invited["invitation"]["token"]?.text)
            let letter = try #require(try await letters(world, house.intake).first { $0["name"] == "Zoe Zamora" })
            #expect(letter["state"] == "waiting" && letter["reason"] == .null && letter["clientId"] == .null)
            #expect(letter["expiresAt"] == "2026-01-08T16:00:00Z" && letter["nextAttemptAt"] == "2026-01-05T16:00:00Z")
            #expect(letter["link"] == nil && letter["to"] == nil)
            let path = "/v1/outbox/\(try #require(letter["id"]?.text))"
            for person in [house.intake, house.admin, house.owner] {
                let opened = try await world.request(.get, path, as: person)
                #expect(opened["to"] == "zoe@example.com" && opened["link"] == .null, "told in the answer already")
            }
            let sealed = try await world.database.superuser.pipeline(
                Query.rows("select encode(sealed, 'escape') from outbox where practice_id = \(house.id)") {
                    try $0.next(String.self)
                })
            #expect(sealed.count == 2 && !sealed.contains { $0.contains("zoe") || $0.contains(token) })
        }
    }

    @Test func `the outbox is the desk's, and of one practice`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/outbox/\(house.letter)"
            for person in [house.owner, house.admin, house.intake] {
                #expect(try await letters(world, person).map { $0["id"] } == [.text("\(house.letter)")])
                #expect(try await world.request(.get, path, as: person).status == 200)
            }
            for person in [house.counselor, house.supervisor, house.facilitator] {
                #expect(try await letters(world, person).isEmpty, "\(person.name)")
                #expect(try await world.request(.get, path, as: person).status == 404, "\(person.name)")
            }
            for person in [house.auditor, house.loner, house.guardian] {
                #expect(try await world.request(.get, "/v1/outbox", as: person).status == 403, "\(person.name)")
                #expect(try await world.request(.get, path, as: person).status == 403, "\(person.name)")
            }
            #expect(try await letters(world, world.tempe.intake).map { $0["id"] } == [.text("\(world.tempe.letter)")])
            #expect(try await world.request(.get, path, as: world.tempe.intake).status == 404)
            #expect(try await world.request(.get, "/v1/outbox/x", as: house.intake).status == 404)
            #expect(try await world.request(.get, "/v1/outbox?state=lost", as: house.intake).status == 400)
            #expect(try await world.request(.get, "/v1/outbox?name=dan", as: house.intake).status == 400)
        }
    }

    @Test func `who opened a letter stands in the audit, with whose it was`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            _ = try await world.request(.get, "/v1/outbox/\(house.letter)", as: house.intake)
            let clients = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select client_ids from audit_events
                    where kind = 'letter' and resource_id = \(house.letter) and action = 'inquiry.read'
                    """
                ) { try $0.next([ID<Client>].self) })
            #expect(clients == [[house.loner.clientID]])
        }
    }

    @Test func `a new link takes the old letter back, and so does a link that was used`() async throws {
        try await withWorld { (world: World) async throws in
            let (dan, intake) = (world.mesa.loner, world.mesa.intake)
            let path = "/v1/clients/\(dan.clientID)/invitation"
            try await world.advance(by: .seconds(900))
            let again = try await world.request(.post, path, as: intake, json: [:])
            #expect(again.status == 201)
            let old = try await world.request(.get, "/v1/outbox/\(world.mesa.letter)", as: intake)
            #expect(old["state"] == "withdrawn" && old["to"] == .null && old["link"] == .null)
            #expect(try await letters(world, intake, "withdrawn").count == 1)
            #expect(try await letters(world, intake, "waiting").map { $0["clientId"] } == [.text("\(dan.clientID)")])
            let token = try await world.mailedToken(to: dan.accountID)
            let choice: JSONValue = ["password": "another horse battery"]
            #expect(try await world.request(.put, "/v1/invitations/\(token)", json: choice).status == 204)
            let notice = try await letters(world, intake, "waiting")
            #expect(notice.map { $0["accountId"] } == [.text("\(dan.accountID)")], "that his password was changed")
            #expect(try await letters(world, intake, "withdrawn").count == 2)
        }
    }

    @Test func `a letter that is kept for the desk ends with its link, as one that waits does`() async throws {
        try await withWorld { (world: World) async throws in
            let (dan, intake) = (world.mesa.loner, world.mesa.intake)
            func keep() async throws {
                try await world.run(
                    """
                    update outbox set state = 'kept', reason = 'no_mailer', state_since = \(world.clock.now)
                    where practice_id = \(world.mesa.id) and state = 'waiting' and event like 'invitation/%'
                    """)
            }
            func kept() async throws -> Int {
                try await letters(world, intake, "kept").count
            }
            try await keep()
            #expect(try await kept() == 1)
            try await world.advance(by: .seconds(900))
            let path = "/v1/clients/\(dan.clientID)/invitation"
            #expect(try await world.request(.post, path, as: intake, json: [:]).status == 201)
            #expect(try await kept() == 0)
            let old = try await world.request(.get, "/v1/outbox/\(world.mesa.letter)", as: intake)
            #expect(old["state"] == "withdrawn" && old["reason"] == .null && old["link"] == .null)
            let token = try await world.mailedToken(to: dan.accountID)
            try await keep()
            #expect(try await kept() == 1)
            let choice: JSONValue = ["password": "another horse battery"]
            #expect(try await world.request(.put, "/v1/invitations/\(token)", json: choice).status == 204)
            #expect(try await kept() == 0)
            #expect(
                try await world.count(
                    """
                    from outbox where practice_id = \(world.mesa.id) and event like 'invitation/%' and sealed is not null
                    """) == 0)
        }
    }

    @Test func `a POST that comes twice with one key writes one letter`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/staff/\(world.mesa.counselor.accountID)/invitation"
            let first = try await world.request(.post, path, as: world.mesa.admin, idempotencyKey: "one")
            let second = try await world.request(.post, path, as: world.mesa.admin, idempotencyKey: "one")
            #expect(first.status == 201 && second.status == 201 && second.text == first.withoutTokens)
            #expect(try await letters(world, world.mesa.intake).count == 2)
        }
    }

    @Test func `a guardian is invited again, by whom the matrix lets change guardians`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { $0.leaveUnused(house.guardian) }
            let guardians = "/v1/clients/\(house.minor.clientID)/guardians"
            let grace = try await world.request(.get, guardians, as: house.intake).items[0]
            let path = "\(guardians)/\(try #require(grace["id"]?.text))/invitation"
            let invited = try await world.request(.post, path, as: house.intake)
            #expect(invited.status == 201 && invited["accountId"] == grace["accountId"])
            let token = try #require(invited["token"].text)
            #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 200)
            let sent = try await world.request(.post, path, as: house.counselor)
            #expect(sent.status == 201 && sent["kind"] == "sent" && sent["token"] == .null)
            #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 404)
            let mailed = try await world.mailedToken(to: house.guardian.accountID)
            #expect(try await world.request(.get, "/v1/invitations/\(mailed)").status == 200)
            let states = try await letters(world, house.intake).filter { $0["name"] == "Grace Carter" }
            #expect(states.map { $0["state"] } == ["withdrawn", "waiting"])
            #expect(try await world.request(.post, path, as: house.newcomer).status == 404)
            #expect(try await world.request(.post, path, as: house.client).status == 403)
            #expect(try await world.request(.post, path, as: world.tempe.intake).status == 404)
            let nameless = try await world.request(
                .post, guardians, as: house.intake, json: ["guardian": ["name": "Gil Carter"], "scopes": []])
            let refused = try await world.request(
                .post, "\(try #require(nameless.headers["location"]))/invitation", as: house.intake)
            #expect(refused.status == 409 && refused.code == "guardian_has_no_account")
        }
    }

    @Test func `an owner's link is made by owners alone`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/staff/\(world.mesa.owner.accountID)/invitation"
            #expect(try await world.request(.post, path, as: world.mesa.admin).status == 403)
            #expect(try await letters(world, world.mesa.intake).count == 1)
            #expect(try await world.request(.post, path, as: world.mesa.owner).status == 201)
        }
    }

    @Test func `an acceptance writes a letter to each who is invited`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let accepted = try await world.request(
                .put, try await world.offered(), as: house.intake,
                json: [
                    "kind": "minor", "counselorId": .text("\(house.counselor.accountID)"),
                    "client": [
                        "givenName": "Max", "familyName": "Moor", "birthDate": "2010-02-02",
                        "contact": ["email": "max@example.com"],
                    ],
                    "guardians": [["name": "Mia Moor", "email": "mia@example.com", "scopes": ["consent"]]],
                ])
            #expect(accepted.status == 200)
            let written = try await letters(world, house.intake, "waiting").filter {
                $0["name"]?.text?.hasSuffix("Moor") == true
            }
            #expect(Set(written.compactMap { $0["name"]?.text }) == ["Max Moor", "Mia Moor"])
            let ofClient = written.first { $0["name"] == "Max Moor" }
            #expect(ofClient?["clientId"] == accepted["client"]["clientId"])
        }
    }

    private func letters(_ world: World, _ person: Person, _ state: String? = nil) async throws -> [JSONValue] {
        let query = state.map { "?state=\($0)" } ?? ""
        let first = try await world.request(.get, "/v1/outbox\(query)", as: person)
        #expect(first.status == 200)
        return first.items
    }
}
