import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Whether an address is somebody's is told to nobody who may not know it: not by an answer, and not by anything that can
/// be read afterwards.
@Suite struct AddressTests {
    /// Everything that an answer says, with made-up names for ids, tokens and the address that was sent.
    private func said(_ answer: TestAnswer, _ address: String) -> String {
        // The length and the hash are those of the body, which is compared itself.
        let headers = answer.headers.filter { !["x-request-id", "date", "content-length"].contains($0.key) }
            .sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return ("\(answer.status)\n" + headers.joined(separator: "\n") + "\n" + answer.withoutTokens)
            .replacing(/[0-9a-f]{8}-[0-9a-f-]{27}/, with: "ID").replacing(address, with: "ADDRESS")
            .replacing(/(etag: "(?:[0-9]+-|h))[A-Za-z0-9_-]{16}/) { "\($0.1)HASH" }
    }

    /// Addresses of everybody whom a counselor does not see, and one that is nobody's.
    private func addresses(_ house: House) -> [String] {
        ["nobody@example.com"]
            + [house.owner, house.intake, house.facilitator, house.loner, house.partner, house.guardian].map(\.email)
    }

    @Test func `a counselor and an intern learn nothing by adding a guardian`() async throws {
        for role in ["counselor", "intern"] {
            let heard = try await withWorld { (world: World) async throws in
                var heard: [String: [String]] = [:]
                let house = world.mesa
                if role == "intern" {
                    // The matrix lets counselors change guardians; an intern is refused, whatever the address.
                    try await world.seed(house) { $0.careTeam(of: house.minor, house.intern) }
                }
                let caller = role == "intern" ? house.intern : house.counselor
                let path = "/v1/clients/\(house.minor.clientID)/guardians"
                for address in addresses(house) {
                    var words: [String] = []
                    let made = try await world.request(
                        .post, path, as: caller,
                        json: ["guardian": ["name": "Gus Carter", "email": .text(address)], "scopes": ["consent"]])
                    words.append(said(made, address))
                    #expect(made.status == (role == "intern" ? 403 : 201) && made.tokens == [])
                    if let one = made.headers["location"] {
                        for (method, path) in [
                            (World.Method.get, one), (.post, one + "/invitation"), (.post, one + "/invitation"),
                            (.get, "\(one)/history"),
                        ] {
                            words.append(said(try await world.request(method, path, as: caller), address))
                        }
                        let code = try await world.request(
                            .post, one + "/paper-code", as: caller, json: ["reason": "Alone."])
                        words.append(said(code, address))
                        #expect(code.status == 403)
                        let listed = try await world.request(.get, path, as: caller).items
                            .first { $0["email"] == .text(address) && $0["name"] == "Gus Carter" }
                        #expect(listed?["accountId"] == .null)
                        let member = String(decoding: try #require(listed).bytes, as: UTF8.self)
                        words.append(
                            said(TestAnswer(status: 200, headers: [:], body: Array(member.utf8)), address))
                    }
                    for list in ["/v1/tasks", "/v1/outbox"] {
                        let seen = try await world.request(.get, list, as: caller)
                        #expect(!seen.text.contains("settle_address"))
                    }
                    heard[address] = words
                }
                #expect(try await world.count("from tasks where kind = 'settle_address'") == (role == "intern" ? 0 : 6))
                return heard
            }
            let free = try #require(heard["nobody@example.com"])
            for (address, words) in heard { #expect(words == free, "\(role) \(address)") }
        }
    }

    @Test func `a counselor and an intern learn nothing by inviting a client`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            for caller in [house.counselor, house.intern] {
                var heard: [String] = []
                for address in addresses(house) {
                    let nell = try await world.newClient("Nell", "Nolan \(address.prefix(4))\(caller.name.prefix(3))")
                    let joined = try await world.request(
                        .post, "/v1/clients/\(nell)/care-team", as: house.intake,
                        json: ["accountId": .text("\(caller.accountID)")])
                    #expect(joined.status == 201)
                    let path = "/v1/clients/\(nell)/invitation"
                    var words = ""
                    for _ in 1...2 {
                        let sent = try await world.request(.post, path, as: caller, json: ["email": .text(address)])
                        #expect(sent.status == 201 && sent["kind"] == "sent" && sent["accountId"] == .null)
                        words += said(sent, address)
                    }
                    words += said(try await world.request(.get, "/v1/tasks", as: caller), address)
                    heard.append(words)
                }
                #expect(Set(heard).count == 1, "\(caller.name)")
            }
            // The address that was nobody's is somebody's when the intern gives it.
            #expect(try await world.count("from tasks where kind = 'settle_address'") == 13)
        }
    }

    @Test func `the desk is told of clients' addresses, and not of colleagues'`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            var heard: [String] = []
            for address in ["nobody@example.com", house.owner.email, house.counselor.email] {
                let made = try await world.request(
                    .post, path, as: house.intake,
                    json: ["guardian": ["name": "Gus Carter", "email": .text(address)], "scopes": ["consent"]])
                #expect(made.status == 201 && made.tokens.count == 1)
                let link = "/v1/invitations/\(made.tokens[0])"
                let letter = try await world.request(.get, link)
                #expect(letter["account"]["email"] == .text(address))
                heard.append(
                    said(made, address)
                        + said(letter, address).replacing(/secret=[^"]*|"secret":"[^"]*"/, with: "S")
                        .replacing(/uri":"[^"]*"/, with: "U"))
            }
            #expect(Set(heard).count == 1)
            for (caller, holder) in [
                (house.intake, house.loner), (house.intake, house.guardian), (house.owner, house.counselor),
                (house.admin, house.loner),
            ] {
                let told = try await world.request(
                    .post, path, as: caller,
                    json: ["guardian": ["name": "Gus Carter", "email": .text(holder.email)], "scopes": ["consent"]])
                #expect(told.status == 422 && told.faults == ["/guardian/email taken"], "\(caller.name)")
            }
            #expect(try await settling(world, house.intake).isEmpty, "whose addresses these are is not for the desk")
            #expect(try await settling(world, house.admin).count == 2)
            #expect(try await settling(world, house.counselor).isEmpty)
        }
    }

    @Test func `an acceptance with a colleague's address is like any other, until somebody would sign in`() async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let accepted = try await world.request(
                .put, try await world.offered(), as: house.intake,
                json: [
                    "kind": "adult", "counselorId": .text("\(house.counselor.accountID)"),
                    "client": [
                        "givenName": "Carla", "familyName": "Cohen", "birthDate": "1985-02-03",
                        "contact": ["email": .text(house.facilitator.email)],
                    ],
                ])
            #expect(accepted.status == 200 && accepted["client"]["invitation"]?["kind"] == "invitation")
            let link = "/v1/invitations/\(try #require(accepted.tokens.first))"
            let refused = try await world.request(.put, link, json: ["password": "another horse battery"])
            #expect(refused.status == 409 && refused.code == "address_in_use")
            #expect(try await world.request(.get, "/v1/me", as: house.facilitator).status == 200)
            #expect(try await settling(world, house.intake).isEmpty)
            let task = try #require(try await settling(world, house.owner).first)
            #expect(task["holderId"] == .text("\(house.facilitator.accountID)"))
        }
    }

    @Test func `who may know both puts the role on the account that exists, and nothing shows to who asked`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            let made = try await world.request(
                .post, path, as: house.counselor,
                json: ["guardian": ["name": "Gus Carter", "email": .text(house.loner.email)], "scopes": ["schedule"]])
            let one = try #require(made.headers["location"])
            let before = try await world.request(.get, path, as: house.counselor).text
            let task = try #require(try await settling(world, house.intake).first)
            #expect(task["clientId"] == .text("\(house.minor.clientID)"))
            #expect(task["holderId"] == .text("\(house.loner.accountID)"))
            let waiting = try await world.request(.get, one, as: house.intake)
            #expect(waiting["accountId"] == task["accountId"])
            #expect(try await world.request(.get, "/v1/clients/\(house.minor.clientID)", as: house.loner).status == 404)

            let link: JSONValue = ["accountId": .text("\(house.loner.accountID)")]
            #expect(try await world.request(.put, one + "/account", as: house.counselor, json: link).status == 403)
            #expect(try await world.request(.put, one + "/account", as: world.tempe.owner, json: link).status == 404)
            for _ in 1...2 {
                #expect(try await world.request(.put, one + "/account", as: house.intake, json: link).status == 204)
            }
            #expect(try await world.request(.get, path, as: house.counselor).text == before)
            #expect(try await settling(world, house.intake).isEmpty)
            #expect(try await world.request(.get, "/v1/clients/\(house.minor.clientID)", as: house.loner).status == 200)
            let me = try await world.request(.get, "/v1/me", as: house.loner)
            #expect(me["account"]["roles"] == ["client", "guardian"])
            #expect(me["notices"].list.map { $0["kind"] } == ["role_added"])
            #expect(try await world.keyAudit(of: house.loner.accountID) == ["account.link allowed"])
        }
    }

    @Test func `no account in use is exchanged, and of whom one may not know there is none`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan")
            let free = "/v1/clients/\(nell)/account"
            func link(_ account: ID<Account>) -> JSONValue { ["accountId": .text("\(account)")] }
            let nowhere = try await world.request(
                .put, free, as: house.intake, json: ["accountId": .text("\(house.group)")])
            #expect(nowhere.status == 422 && nowhere.faults == ["/accountId no_such_account"])
            for hidden in [house.counselor.accountID, world.tempe.loner.accountID] {
                let answer = try await world.request(.put, free, as: house.intake, json: link(hidden))
                #expect(answer.withoutRequestID == nowhere.withoutRequestID)
            }
            let own = try await world.request(.put, free, as: house.admin, json: link(house.admin.accountID))
            #expect(own.status == 409 && own.code == "account_of_oneself")
            let chart = try await world.request(.put, free, as: house.intake, json: link(house.loner.accountID))
            #expect(chart.status == 409 && chart.code == "account_has_a_chart")
            let used = "/v1/clients/\(house.client.clientID)/account"
            let inUse = try await world.request(.put, used, as: house.admin, json: link(house.admin.accountID))
            #expect(inUse.status == 409 && inUse.code == "account_in_use", "an admin is nobody's client by saying so")
            #expect(
                try await world.request(.put, free, as: house.admin, json: link(house.counselor.accountID)).status
                    == 204)
            let carl = try await world.request(.get, "/v1/me", as: house.counselor)
            #expect(carl["account"]["clientId"] == .text("\(nell)"))
            let cole = "/v1/clients/\(house.minor.clientID)/guardians"
            let made = try await world.request(
                .post, cole, as: house.intake, json: ["guardian": ["name": "Grace C."], "scopes": []])
            let twice = try await world.request(
                .put, "\(try #require(made.headers["location"]))/account", as: house.intake,
                json: link(house.guardian.accountID))
            #expect(twice.status == 409 && twice.code == "already_guardian")
        }
    }

    @Test func `of an account that nobody has used the desk corrects the address`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan", email: "nel@example.com")
            let path = "/v1/clients/\(nell)/invitation"
            let wrong = try await world.request(.post, path, as: house.intake, json: [:])
            let right = try await world.request(.post, path, as: house.intake, json: ["email": "nell@example.com"])
            #expect(right["accountId"] == wrong["accountId"])
            #expect(try await world.request(.get, "/v1/invitations/\(wrong.tokens[0])").status == 404)
            let letter = try await world.request(.get, "/v1/invitations/\(right.tokens[0])")
            #expect(letter["account"]["email"] == "nell@example.com")
            let taken = try await world.request(
                .post, path, as: house.intake, json: ["email": .text(house.loner.email)])
            #expect(taken.faults == ["/email taken"])
            let choice: JSONValue = ["password": "another horse battery"]
            #expect(try await world.request(.put, "/v1/invitations/\(right.tokens[0])", json: choice).status == 204)
            let late = try await world.request(.post, path, as: house.intake, json: ["email": "mine@example.com"])
            #expect(late["kind"] == "reset")
            #expect(try await world.count("from accounts where email = 'nell@example.com'") == 1)
        }
    }

    @Test func `what waits for an address is settled by the last one that was given, or by a free one`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan")
            let path = "/v1/clients/\(nell)/invitation"
            for holder in [house.counselor, house.owner] {
                let made = try await world.request(
                    .post, path, as: house.intake, json: ["email": .text(holder.email)])
                #expect(made.status == 201)
                let tasks = try await settling(world, house.owner)
                #expect(tasks.map { $0["holderId"] } == [.text("\(holder.accountID)")], "one task, of the last address")
            }
            let task = try #require(try await settling(world, house.owner).first)
            let id = try #require(task["id"]?.text)
            let ticked = try await world.request(.put, "/v1/tasks/\(id)/completion", as: house.owner)
            #expect(ticked.status == 409 && ticked.code == "address_is_unsettled")
            #expect(ticked["detail"].text?.contains("PUT …/account") == true)
            #expect(try await settling(world, house.owner).map { $0["id"] } == [.text(id)])
            _ = try await world.request(.post, path, as: house.intake, json: ["email": .text(house.counselor.email)])
            #expect(try await settling(world, house.owner).count == 1, "what is wrong again is to be settled again")
            let free = try await world.request(.post, path, as: house.intake, json: ["email": "nell@example.com"])
            #expect(free.status == 201)
            #expect(try await settling(world, house.owner).isEmpty)
        }
    }

    private func settling(_ world: World, _ person: Person) async throws -> [JSONValue] {
        try await world.request(.get, "/v1/tasks?limit=100", as: person).items.filter { $0["kind"] == "settle_address" }
    }
}
