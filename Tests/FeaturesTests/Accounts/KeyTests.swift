import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// A token leaves the database once, and never for an account in use.
@Suite struct KeyTests {
    @Test func `an owner's letter is opened by owners alone, once, and nobody sees what was told already`() async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let invited = try await world.request(
                .post, "/v1/staff", as: house.owner,
                json: ["name": "Max Moss", "email": "max@example.com", "roles": ["owner"]])
            let told = try #require(invited["invitation"]["token"]?.text)
            let first = try await letter(of: "Max Moss", world)
            for person in [house.intake, house.admin, house.owner] {
                #expect(try await world.request(.get, first, as: person)["link"] == .null, "\(person.name)")
            }
            let again = try await world.request(.post, first + "/sending", as: house.intake)
            #expect(again.status == 201 && again.tokens == [] && again["state"] == "waiting")
            #expect(try await world.request(.get, "/v1/invitations/\(told)").status == 404)
            let second = try #require(again.headers["location"])
            for person in [house.intake, house.admin] {
                let seen = try await world.request(.get, second, as: person)
                #expect(seen["link"] == .null && seen["to"] == "max@example.com", "\(person.name)")
            }
            let opened = try await world.request(.get, second, as: house.owner)
            let link = try #require(opened["link"].text)
            #expect(try await world.request(.get, second, as: house.owner)["link"] == .null)
            #expect(try await world.request(.get, "/v1" + link).status == 200)
            let max = try #require(ID<Account>(invited["id"].text ?? ""))
            #expect(try await world.keyAudit(of: max) == ["invitation.tell allowed", "invitation.tell allowed"])
        }
    }

    @Test func `staff's letters are opened by who invites staff, clients' by the desk, each once`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                seed.leaveUnused(house.counselor)
                seed.leaveUnused(house.client)
                seed.leaveUnused(house.guardian)
            }
            for (person, mayNot, may) in [
                (house.counselor, [house.intake], house.admin), (house.client, [], house.intake),
                (house.guardian, [], house.intake),
            ] {
                let letter = try await world.seed(house) { try $0.letter(to: person) }
                let path = "/v1/outbox/\(letter)"
                for reader in mayNot {
                    #expect(try await world.request(.get, path, as: reader)["link"] == .null, "\(person.name)")
                }
                let opened = try await world.request(.get, path, as: may)
                #expect(opened["link"].text?.hasPrefix("/invitations/") == true, "\(person.name)")
                for reader in [house.owner, house.admin, house.intake] {
                    #expect(try await world.request(.get, path, as: reader)["link"] == .null, "\(person.name)")
                }
            }
        }
    }

    @Test func `inviting an account in use tells nobody a token and hands nothing over`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let guardians = "/v1/clients/\(house.minor.clientID)/guardians"
            let grace = try #require(
                try await world.request(.get, guardians, as: house.intake).items.first?["id"]?.text)
            let tries: [(Person, String, Person, JSONValue?)] = [
                (house.admin, "/v1/staff/\(house.counselor.accountID)/invitation", house.counselor, nil),
                (house.owner, "/v1/staff/\(house.admin.accountID)/invitation", house.admin, nil),
                (house.intake, "/v1/clients/\(house.client.clientID)/invitation", house.client, [:]),
                (house.counselor, "/v1/clients/\(house.minor.clientID)/invitation", house.minor, [:]),
                (house.intake, "\(guardians)/\(grace)/invitation", house.guardian, nil),
            ]
            for (caller, path, target, body) in tries {
                let before = try await passwords(world)
                let answer = try await world.request(.post, path, as: caller, json: body)
                let kind: JSONValue = caller.accountID == house.counselor.accountID ? "sent" : "reset"
                #expect(answer.status == 201 && answer["token"] == .null && answer["kind"] == kind, "\(path)")
                #expect(try await passwords(world) == before)
                #expect(try await world.request(.get, "/v1/me", as: target).status == 200)
                let letter = try await letter(of: target.name, world)
                for reader in [house.owner, house.admin, house.intake] {
                    let seen = try await world.request(.get, letter, as: reader)
                    #expect(seen["link"] == .null && seen["to"] == .text(target.email), "\(reader.name) \(path)")
                }
                #expect(try await world.keyAudit(of: target.accountID) == ["reset.start allowed"])
            }
        }
    }

    @Test func `a link told before the account was used, or before it became more, opens nothing`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let invited = try await world.request(
                .post, "/v1/staff", as: house.admin,
                json: ["name": "Zoe Zamora", "email": "zoe@example.com", "roles": ["counselor"]])
            let path = "/v1/invitations/\(try #require(invited["invitation"]["token"]?.text))"
            let zoe = "/v1/staff/\(try #require(invited["id"].text))"
            #expect(try await world.request(.get, path).status == 200)
            let promoted = try await world.request(
                .patch, zoe, as: house.owner, json: ["roles": ["counselor", "owner"]], ifMatch: 1)
            #expect(promoted.status == 200)
            #expect(try await world.request(.get, path).status == 404, "an admin held the link of a counselor")
            #expect(try await world.request(.put, path, json: ["password": "another horse battery"]).status == 404)
            let own = try await world.request(.post, zoe + "/invitation", as: house.owner)
            #expect(own["kind"] == "invitation" && own.tokens.count == 1)
            #expect(try await world.request(.post, zoe + "/invitation", as: house.admin).status == 403)
        }
    }

    @Test func `a letter is sent again by the desk while its link was not used`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let invited = try await world.request(.post, "/v1/clients/\(nell)/invitation", as: house.intake, json: [:])
            let path = try await letter(of: "Nell Nolan", world)
            for person in [house.newcomer, world.tempe.intake] {
                #expect(try await world.request(.post, path + "/sending", as: person).status == 404)
            }
            #expect(try await world.request(.post, path + "/sending", as: house.auditor).status == 403)
            let again = try await world.request(.post, path + "/sending", as: house.intake)
            let second = try #require(again.headers["location"])
            let link = try #require(try await world.request(.get, second, as: house.intake)["link"].text)
            let told = try #require(invited["token"].text)
            #expect(try await world.request(.get, "/v1/invitations/\(told)").status == 404)
            let choice: JSONValue = ["password": "another horse battery"]
            #expect(try await world.request(.put, "/v1" + link, json: choice).status == 204)
            for old in [path, second] {
                let over = try await world.request(.post, old + "/sending", as: house.intake)
                #expect(over.status == 409 && over.code == "letter_is_over")
            }
        }
    }

    @Test(arguments: [(30 * 86_400 - 1, 201), (30 * 86_400, 409)])
    func `a letter of a month ago is over`(age: Int, status: Int) async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let invited = try await world.request(
                .post, "/v1/clients/\(nell)/invitation", as: world.mesa.intake, json: [:])
            #expect(invited.status == 201)
            let path = try await letter(of: "Nell Nolan", world)
            try await world.advance(by: .seconds(age))
            let again = try await world.request(.post, path + "/sending", as: world.mesa.intake)
            #expect(again.status == status && again.code == (status == 409 ? "letter_is_over" : nil))
        }
    }

    @Test func `the desk does not start a colleague's reset with an old letter`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let letter = try await world.seed(house) { try $0.letter(to: house.owner) }
            let path = "/v1/outbox/\(letter)/sending"
            #expect(try await world.request(.post, path, as: house.intake).status == 403)
            #expect(try await world.request(.post, path, as: house.admin).status == 403)
            #expect(try await world.request(.post, path, as: house.owner).status == 201)
        }
    }

    private func letter(of name: String, _ world: World) async throws -> String {
        let letters = try await world.request(.get, "/v1/outbox?state=waiting&limit=100", as: world.mesa.intake).items
        let id = letters.last { $0["name"] == .text(name) }?["id"]?.text
        return "/v1/outbox/\(try #require(id))"
    }

    /// What everybody signs in with: passwords, and what is open.
    private func passwords(_ world: World) async throws -> String {
        try await world.database.superuser.pipeline(
            Query.row(
                """
                select string_agg(concat(a.account_id, a.password_hash, a.version, (
                    select count(*) from sign_ins s where s.account_id = a.account_id and s.ended_at is null)), ' '
                    order by a.account_id) from accounts a
                """
            ) { try $0.next() })
    }
}
