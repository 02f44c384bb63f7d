import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Somebody who signs in here already, in whatever role, becomes a guardian with the same account, and consents with the
/// sign-in that exists.
@Suite struct GuardianAccountTests {
    private func acceptance(_ world: World, _ guardians: JSONValue) -> JSONValue {
        [
            "kind": "minor", "counselorId": .text("\(world.mesa.counselor.accountID)"),
            "client": ["givenName": "Ivo", "familyName": "Ilves", "birthDate": "2012-02-03"], "guardians": guardians,
        ]
    }

    private let scopes: JSONValue = ["consent", "schedule"]

    @Test func `in an acceptance a colleague, a client and another child's parent are guardians with what they have`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (facilitator, dan, grace) = (house.facilitator, house.loner, house.guardian)
            try await world.seed(house) { $0.packet("minor", ["treatment"]) }
            let path = try await world.offered()
            let body = acceptance(
                world,
                [
                    ["name": "Fay F.", "accountId": .text("\(facilitator.accountID)"), "scopes": scopes],
                    ["name": "Dan D.", "clientId": .text("\(dan.clientID)"), "scopes": scopes],
                    ["id": .text("\(grace.guardianID)"), "scopes": scopes],
                ])
            let letters = try await world.count("from outbox where kind in ('invitation', 'reset')")
            let accepted = try await world.request(.put, path, as: house.intake, json: body)
            #expect(accepted.status == 200, "\(accepted.text)")
            let invitations = accepted["guardians"].list.map { $0["invitation"] ?? .null }
            #expect(invitations.map { $0["kind"] } == ["linked", "linked", "linked"])
            #expect(invitations.map { $0["token"] } == [.null, .null, .null])
            #expect(
                invitations.map { $0["accountId"] } == [facilitator, dan, grace].map { .text("\($0.accountID)") })
            #expect(try await world.count("from outbox where kind in ('invitation', 'reset')") == letters)
            #expect(try await world.request(.put, path, as: house.intake, json: body).text == accepted.text)

            let child = try #require(accepted["client"]["clientId"]?.text)
            for person in [facilitator, dan, grace] {
                let me = try await world.request(.get, "/v1/me", as: person)
                #expect(me["account"]["roles"]?.list.contains("guardian") == true)
                #expect(me["notices"].list.map { $0["kind"] } == ["role_added"])
                let waiting = try await world.count(
                    "from outbox where kind = 'notice' and account_id = \(person.accountID)")
                #expect(waiting == 1)
                let asked = try await world.request(.get, "/v1/clients/\(child)/consents", as: person)
                #expect(asked.status == 200 && asked.items.contains { $0["state"] == "requested" })
            }
            let consent = try #require(
                try await world.request(.get, "/v1/clients/\(child)/consents", as: dan).items.first {
                    $0["state"] == "requested"
                })
            let id = try #require(ID<Consent>(consent["id"]?.text ?? ""))
            let signed = try await world.sign(id, as: dan)
            #expect(signed.status == 200, "\(signed.text)")
        }
    }

    @Test func `the desk appoints a client who signs in here, in one request`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            let body: JSONValue = [
                "guardian": ["name": "Dan D.", "clientId": .text("\(house.loner.clientID)")], "scopes": scopes,
            ]
            #expect(
                try await world.request(.get, "/v1/clients/\(house.minor.clientID)", as: house.loner).status == 404)
            let made = try await world.request(.post, path, as: house.intake, json: body, idempotencyKey: "a")
            #expect(made.status == 201 && made["invitation"]["kind"] == "linked")
            #expect(made["accountId"] == .text("\(house.loner.accountID)"))
            // Who it is says the account, and not what was typed.
            #expect(made["name"] == "Dan Dorsey" && made["email"] == .text(house.loner.email), "\(made.text)")
            #expect(
                try await world.request(.get, "/v1/clients/\(house.minor.clientID)", as: house.loner).status == 200)
            #expect(try await world.request(.get, "/v1/clients/\(house.loner.clientID)", as: house.loner).status == 200)
            let twice = try await world.request(.post, path, as: house.intake, json: body)
            #expect(twice.status == 409 && twice.code == "already_guardian")
            #expect(try await world.count("from guardians where name = 'Dan D.'") == 0)
            #expect(
                try await world.count("from guardians where name = 'Dan Dorsey'") == 1, "nothing of the refused is kept"
            )
            #expect(try await world.keyAudit(of: house.loner.accountID) == ["account.link allowed"])
        }
    }

    @Test func `a guardian is called as the account is, also when that changes, and the telephone is the desk's`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.intake,
                json: [
                    "guardian": [
                        "name": "N.", "phone": "480-555-0177", "accountId": .text("\(house.newcomer.accountID)"),
                    ], "scopes": scopes,
                ])
            let path = try #require(made.headers["location"], "\(made.text)")
            let staff = "/v1/staff/\(house.newcomer.accountID)"
            let version = try await world.request(.get, staff, as: house.owner).version
            let renamed = try await world.request(
                .patch, staff, as: house.owner, json: ["name": "Nora Nilsson"], ifMatch: version)
            #expect(renamed.status == 200, "\(renamed.text)")
            let read = try await world.request(.get, path, as: house.intake)
            #expect(
                read["name"] == "Nora Nilsson" && read["phone"] == "480-555-0177" && read["email"] == .null,
                "\(read.text)")
        }
    }

    @Test func `the desk appoints somebody who works here, and learns and gets no more of that account`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            for (number, person) in [house.newcomer, house.admin, house.owner].enumerated() {
                let body: JSONValue = [
                    "guardian": ["name": .text("Parent \(number)"), "accountId": .text("\(person.accountID)")],
                    "scopes": scopes,
                ]
                let made = try await world.request(.post, path, as: house.intake, json: body)
                #expect(made.status == 201 && made["invitation"]["kind"] == "linked", "\(made.text)")
                #expect(!made.text.contains(person.email))
                #expect(made["name"] == .text(person.name) && made["email"] == .null, "\(made.text)")
                let me = try await world.request(.get, "/v1/me", as: person)
                #expect(me["account"]["roles"]?.list.contains("guardian") == true)
                #expect(me["notices"].list.map { $0["kind"] } == ["role_added"])
                let keys = try #require(made.headers["location"]) + "/invitation"
                #expect(try await world.request(.post, keys, as: house.intake, json: [:]).status == 403)
            }
            let holders = [house.newcomer, house.admin, house.owner].map(\.accountID)
            #expect(
                try await world.count(
                    "from outbox where kind in ('invitation', 'reset') and account_id = any (\(holders))") == 0)
            // Whose address it is stays unsaid: by the address a guardian is made who waits.
            let byAddress = try await world.request(
                .post, path, as: house.intake,
                json: ["guardian": ["name": "Carl C.", "email": .text(house.counselor.email)], "scopes": scopes])
            #expect(byAddress.status == 201)
            #expect(byAddress["accountId"] != .text("\(house.counselor.accountID)"))
        }
    }

    @Test func `a minor is nobody's guardian, and nobody the own`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let second = try await world.seed(house) { seed in
                try seed.client("Cora Carter", born: "2012-04-05", treatedBy: house.counselor)
            }
            for (child, holder) in [
                (second.clientID, house.minor.clientID), (house.minor.clientID, house.minor.clientID),
            ] {
                let refused = try await world.request(
                    .post, "/v1/clients/\(child)/guardians", as: house.intake,
                    json: ["guardian": ["name": "Cole C.", "clientId": .text("\(holder)")], "scopes": scopes])
                #expect(refused.status == 409 && refused.code == "guardian_is_a_minor")
            }
            #expect(try await world.count("from guardians where name = 'Cole C.'") == 0)
        }
    }

    @Test func `a guardian of one child is told of another, and by whoever treats that one nothing is learned`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let second = try await world.seed(house) { seed in
                try seed.client("Cora Carter", born: "2012-04-05", treatedBy: house.counselor)
            }
            let path = "/v1/clients/\(second.clientID)/guardians"
            let body: JSONValue = ["guardianId": .text("\(house.guardian.guardianID)"), "scopes": scopes]
            let made = try await world.request(.post, path, as: house.intake, json: body)
            #expect(made.status == 201 && made["invitation"]["kind"] == "linked")
            let me = try await world.request(.get, "/v1/me", as: house.guardian)
            #expect(me["notices"].list.map { $0["kind"] } == ["role_added"])
            let claimed = try await world.request(
                .post, path, as: house.counselor,
                json: [
                    "guardian": ["name": "Dan D.", "accountId": .text("\(house.loner.accountID)")], "scopes": scopes,
                ])
            #expect(claimed.status == 403)
            #expect(try await world.count("from guardians where name = 'Dan D.'") == 0)
        }
    }

    @Test func `of whom one may not know, oneself, and accounts that nobody has used, are refused with a way out`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            func appoint(_ member: String, _ id: String, as person: Person) async throws -> TestAnswer {
                try await world.request(
                    .post, path, as: person,
                    json: [
                        "guardian": .object([JSONMember("name", "Gail G."), JSONMember(member, .text(id))]),
                        "scopes": scopes,
                    ])
            }
            let nowhere = try await appoint("accountId", "\(house.group)", as: house.intake)
            #expect(nowhere.status == 422 && nowhere.faults == ["/guardian/accountId no_such_account"])
            for hidden in [world.tempe.counselor.accountID, world.tempe.loner.accountID] {
                let answer = try await appoint("accountId", "\(hidden)", as: house.intake)
                #expect(answer.withoutRequestID == nowhere.withoutRequestID)
            }
            let own = try await appoint("accountId", "\(house.admin.accountID)", as: house.admin)
            #expect(own.status == 409 && own.code == "account_of_oneself")
            let nell = try await world.newClient("Nell", "Nolan")
            let none = try await appoint("clientId", "\(nell)", as: house.intake)
            #expect(none.faults == ["/guardian/clientId no_such_account"])
            try await world.seed(house) { $0.leaveUnused(house.loner) }
            let unused = try await appoint("clientId", "\(house.loner.clientID)", as: house.intake)
            #expect(unused.status == 409 && unused.code == "account_not_in_use")
            #expect(unused["detail"].text?.contains("/account") == true)
            let both = try await world.request(
                .post, path, as: house.intake,
                json: [
                    "guardian": [
                        "name": "Gail G.", "accountId": .text("\(nell)"), "clientId": .text("\(nell)"),
                        "email": "gail@example.com", "invite": true,
                    ], "scopes": scopes,
                ])
            #expect(
                Set(both.faults) == ["/guardian/clientId one_of_two", "/guardian/invite has_an_account"])
            #expect(try await world.count("from guardians where name = 'Gail G.'") == 0)

            let refused = try await world.request(
                .put, try await world.offered(), as: house.intake,
                json: acceptance(
                    world,
                    [
                        ["name": "Gail G.", "email": "gail@example.com", "scopes": scopes],
                        [
                            "name": "Carl C.", "accountId": .text("\(world.tempe.counselor.accountID)"),
                            "scopes": scopes,
                        ],
                    ]))
            #expect(refused.faults == ["/guardians/1/accountId no_such_account"])
            #expect(try await world.count("from clients where given_name = 'Ivo'") == 0)
        }
    }
}
