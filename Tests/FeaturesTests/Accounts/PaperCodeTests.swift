import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Codes on paper, for whom no mail reaches.
@Suite struct PaperCodeTests {
    private let choice: JSONValue = ["password": "another horse battery"]

    @Test func `who has no e-mail address gets a code and a sign-in name, and signs in with them`() async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await world.newClient("Nell", "Nolan")
            let path = "/v1/clients/\(nell)/paper-code"
            let made = try await world.request(
                .post, path, as: world.mesa.intake, json: ["reason": "Alone at the desk; licence seen."])
            #expect(made.status == 201 && made["state"] == "usable" && made["expiresAt"] == "2026-01-05T16:30:00Z")
            let code = try #require(made["code"].text)
            let name = try #require(made["signInName"].text)
            let typed = "/v1/invitations/" + code.lowercased().replacing("0", with: "o").replacing("1", with: "l")
            let letter = try await world.request(.get, typed)
            #expect(letter["account"] == ["name": "Nell Nolan", "email": .null, "signInName": .text(name)])
            #expect(try await world.request(.put, typed, json: choice).status == 204)
            #expect(try await world.request(.get, typed).status == 404)
            let attempt: JSONValue = [
                "practice": "mesa", "signInName": .text(name.uppercased()), "password": "another horse battery",
            ]
            let signedIn = try await world.request(.post, "/v1/sign-ins", json: attempt)
            #expect(signedIn.status == 201)
            let me = try await world.request(.get, "/v1/me", headers: try bearer(signedIn))
            #expect(me["account"]["email"] == .null && me["account"]["signInName"] == .text(name))
            let again = try await world.request(.post, path, as: world.mesa.intake, json: ["reason": "Lost."])
            #expect(again.status == 409 && again.code == "account_in_use")
            let reset = try await world.request(
                .post, "/v1/clients/\(nell)/invitation", as: world.mesa.intake, json: [:])
            #expect(reset.status == 409 && reset.code == "account_has_no_address")
            let both: JSONValue = [
                "practice": "mesa", "email": "nell@example.com", "signInName": .text(name), "password": "x",
            ]
            #expect(try await world.request(.post, "/v1/sign-ins", json: both).faults == ["/email one_of_two"])
        }
    }

    @Test func `who waits for an address gets a code on paper with a sign-in name`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan")
            _ = try await world.request(
                .post, "/v1/clients/\(nell)/invitation", as: house.intake, json: ["email": .text(house.owner.email)])
            let made = try await world.request(
                .post, "/v1/clients/\(nell)/paper-code", as: house.intake, json: ["reason": "Licence seen."])
            let (code, name) = (try #require(made["code"].text), try #require(made["signInName"].text))
            let choice: JSONValue = ["password": "another horse battery"]
            #expect(try await world.request(.put, "/v1/invitations/\(code)", json: choice).status == 204)
            let attempt: JSONValue = [
                "practice": "mesa", "signInName": .text(name), "password": "another horse battery",
            ]
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt).status == 201)
        }
    }

    @Test func `the desk sees which codes are good still, and takes one back`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (nell, otto) = (try await world.newClient("Nell", "Nolan"), try await world.newClient("Otto", "Olsen"))
            let first = try await world.request(
                .post, "/v1/clients/\(nell)/paper-code", as: house.intake, json: ["reason": "Licence seen."])
            let second = try await world.request(
                .post, "/v1/clients/\(otto)/paper-code", as: house.admin, json: [:])
            let list = try await world.request(.get, "/v1/paper-codes", as: house.owner)
            #expect(list.items.compactMap { $0["account"]?["name"]?.text }.sorted() == ["Nell Nolan", "Otto Olsen"])
            let ofNell = try #require(list.items.first { $0["id"] == first["id"] })
            #expect(ofNell["state"] == "usable" && ofNell["reason"] == "Licence seen.")
            #expect(ofNell["madeBy"]?["name"] == .text(house.intake.name))
            #expect(ofNell["account"]?["clientId"] == .text("\(nell)") && ofNell["expiresAt"] == first["expiresAt"])
            #expect(list.items.first { $0["id"] == second["id"] }?["state"] == "awaits_confirmation")
            for made in [first, second] {
                let code = try #require(made["code"].text).split(separator: ".")[1]
                #expect(!list.text.contains(code), "never the code")
            }
            for person in [house.counselor, house.supervisor, house.newcomer, world.tempe.intake] {
                #expect(try await world.request(.get, "/v1/paper-codes", as: person).items == [], "\(person.name)")
            }
            #expect(try await world.request(.get, "/v1/paper-codes", as: house.auditor).status == 403)

            let path = "/v1/paper-codes/\(try #require(first["id"].text))"
            for person in [house.counselor, house.newcomer, world.tempe.admin] {
                #expect(try await world.request(.delete, path, as: person).status == 404, "\(person.name)")
            }
            let link = "/v1/invitations/\(try #require(first["code"].text))"
            #expect(try await world.request(.get, link).status == 200)
            for _ in 1...2 { #expect(try await world.request(.delete, path, as: house.admin).status == 204) }
            #expect(try await world.request(.get, link).status == 404)
            #expect(try await world.request(.get, "/v1/paper-codes", as: house.intake).items.count == 1)
            let account = try #require(ID<Account>(first["accountId"].text ?? ""))
            #expect(
                try await world.keyAudit(of: account) == ["paper_code.make allowed", "paper_code.withdraw allowed"])
            try await world.advance(by: .seconds(1_801))
            #expect(try await world.request(.get, "/v1/paper-codes", as: house.intake).items == [])
        }
    }

    @Test func `a code that was used is not taken back, and one for staff is not the desk's to see`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan")
            let made = try await world.request(
                .post, "/v1/clients/\(nell)/paper-code", as: house.intake, json: ["reason": "Licence seen."])
            let link = "/v1/invitations/\(try #require(made["code"].text))"
            #expect(try await world.request(.put, link, json: choice).status == 204)
            let path = "/v1/paper-codes/\(try #require(made["id"].text))"
            #expect(try await world.request(.delete, path, as: house.intake).code == "paper_code_is_over")
            let invited = try await world.request(
                .post, "/v1/staff", as: house.owner,
                json: ["name": "Zoe Zamora", "email": "zoe@example.com", "roles": ["counselor"]])
            let staff = "/v1/staff/\(try #require(invited["id"].text))/paper-code"
            let ofStaff = try await world.request(.post, staff, as: house.owner, json: ["reason": "First day."])
            #expect(ofStaff.status == 201)
            #expect(try await world.request(.get, "/v1/paper-codes", as: house.intake).items == [])
            #expect(try await world.request(.get, "/v1/paper-codes", as: house.admin).items.count == 1)
            let own = "/v1/paper-codes/\(try #require(ofStaff["id"].text))"
            #expect(try await world.request(.delete, own, as: house.intake).status == 404)
            #expect(try await world.request(.delete, own, as: house.admin).status == 204)
        }
    }

    @Test func `without a reason a second member of staff confirms, with an own sign-in`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let made = try await world.request(.post, "/v1/clients/\(nell)/paper-code", as: house.intake, json: [:])
            #expect(made["state"] == "awaits_confirmation" && made["signInName"] == .null)
            let link = "/v1/invitations/\(try #require(made["code"].text))"
            #expect(try await world.request(.get, link).status == 404)
            #expect(try await world.request(.put, link, json: choice).status == 404)
            let path = "/v1/paper-codes/\(try #require(made["id"].text))/confirmation"
            let own = try await world.request(.put, path, as: house.intake)
            #expect(own.status == 409 && own.code == "confirmed_by_another")
            for person in [house.counselor, house.newcomer, world.tempe.admin] {
                #expect(try await world.request(.put, path, as: person).status == 404, "\(person.name)")
            }
            #expect(try await world.request(.put, path, as: house.auditor).status == 403)
            let nowhere = "/v1/paper-codes/\(house.group)/confirmation"
            #expect(try await world.request(.put, nowhere, as: house.admin).status == 404)
            for _ in 1...2 { #expect(try await world.request(.put, path, as: house.admin).status == 200) }
            #expect(try await world.request(.get, link).status == 200)
            #expect(try await world.request(.put, link, json: choice).status == 204)
            #expect(try await world.request(.put, path, as: house.owner).code == "paper_code_is_over")
            let account = try #require(ID<Account>(made["accountId"].text ?? ""))
            #expect(
                try await world.keyAudit(of: account) == [
                    "paper_code.make allowed", "paper_code.confirm allowed", "invitation.accept allowed",
                ])
        }
    }

    @Test func `a code is good for half an hour, and ends the link from before, as a link ends the code`() async throws
    {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let invitation = "/v1/clients/\(nell)/invitation"
            let token = try #require(
                try await world.request(.post, invitation, as: intake, json: [:])["token"].text)
            func code() async throws -> String {
                let made = try await world.request(
                    .post, "/v1/clients/\(nell)/paper-code", as: intake, json: ["reason": "Mail does not arrive."])
                return "/v1/invitations/\(try #require(made["code"].text))"
            }
            let first = try await code()
            #expect(try await world.request(.get, "/v1/invitations/\(token)").status == 404)
            let second = try await code()
            #expect(try await world.request(.get, first).status == 404)
            try await world.advance(by: .seconds(1_800) - .microseconds(1))
            #expect(try await world.request(.get, second).status == 200)
            try await world.advance(by: .microseconds(1))
            #expect(try await world.request(.get, second).status == 404)
            #expect(try await world.request(.put, second, json: choice).status == 404)
            let third = try await code()
            #expect(try await world.request(.post, invitation, as: intake, json: [:]).status == 201)
            #expect(try await world.request(.get, third).status == 404)
        }
    }

    @Test func `a code is made by who may invite that very role, over the whole practice`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                for person in [house.owner, house.facilitator, house.client, house.guardian] {
                    seed.leaveUnused(person)
                }
                seed.add(
                    "update accounts set roles = '{owner,admin}', version = version + 1 where account_id = \(house.admin.accountID)"
                )
            }
            let reason: JSONValue = ["reason": "Alone at the desk."]
            let (owner, fay) = ("/v1/staff/\(house.owner.accountID)", "/v1/staff/\(house.facilitator.accountID)")
            let adam = "/v1/clients/\(house.client.clientID)"
            let cole = "/v1/clients/\(house.minor.clientID)/guardians"
            let grace = try await world.request(.get, cole, as: house.intake).items[0]
            let guardian = "\(cole)/\(try #require(grace["id"]?.text))"
            for (path, mayNot, may) in [
                (owner, [house.intake, house.counselor], house.admin),
                (fay, [house.intake, house.counselor], house.admin),
                (adam, [house.counselor, house.auditor], house.intake),
                (guardian, [house.counselor, house.auditor], house.intake),
            ] {
                for person in mayNot {
                    let refused = try await world.request(.post, path + "/paper-code", as: person, json: reason)
                    #expect(refused.status == 403, "\(person.name) \(path)")
                }
                let made = try await world.request(.post, path + "/paper-code", as: may, json: reason)
                #expect(made.status == 201 && made["signInName"] == .null, "\(path)")
            }
            #expect(
                try await world.request(.post, adam + "/paper-code", as: house.newcomer, json: reason).status == 404)
            try await world.seed(house) { seed in
                seed.add(
                    "update accounts set roles = '{admin}', version = version + 1 where account_id = \(house.admin.accountID)"
                )
            }
            #expect(try await world.request(.post, owner + "/paper-code", as: house.admin, json: reason).status == 403)
            let inUse = try await world.request(
                .post, "/v1/staff/\(house.counselor.accountID)/paper-code", as: house.admin, json: reason)
            #expect(inUse.status == 409 && inUse.code == "account_in_use")
            let waiting = try await world.request(.post, fay + "/paper-code", as: house.admin, json: [:])
            let confirm = "/v1/paper-codes/\(try #require(waiting["id"].text))/confirmation"
            #expect(try await world.request(.put, confirm, as: house.intake).status == 404, "not yours to invite")
        }
    }

    @Test func `a guardian without an address gets an account with a sign-in name`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.intake,
                json: ["guardian": ["name": "Gil Carter"], "scopes": ["schedule"]])
            let path = try #require(made.headers["location"]) + "/paper-code"
            let code = try await world.request(.post, path, as: house.intake, json: ["reason": "No e-mail."])
            let link = "/v1/invitations/\(try #require(code["code"].text))"
            #expect(try await world.request(.put, link, json: choice).status == 204)
            let attempt: JSONValue = [
                "practice": "mesa", "signInName": .text(try #require(code["signInName"].text)),
                "password": "another horse battery",
            ]
            let gil = try bearer(try await world.request(.post, "/v1/sign-ins", json: attempt))
            #expect(try await world.request(.get, "/v1/clients/\(house.minor.clientID)", headers: gil).status == 200)
        }
    }

    @Test func `codes are guessed ten times from an address, and then not for a while`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/invitations/mesa.AAAA-AAAA-AAAA"
            for _ in 0..<10 { #expect(try await world.request(.get, path).status == 404) }
            #expect(try await world.request(.get, path).status == 429)
            #expect(try await world.request(.put, path, json: choice).status == 429)
            world.clock.advance(by: .seconds(600))
            #expect(try await world.request(.get, path).status == 404)
            #expect(try await world.request(.get, "/v1/invitations/nowhere.AAAA-AAAA-AAAA").status == 404)
        }
    }
}
