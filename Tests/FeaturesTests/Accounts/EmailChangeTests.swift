import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct EmailChangeTests {
    private let path = "/v1/me/email-change"

    private func choice(_ email: String, _ password: String = World.password) -> JSONValue {
        ["email": .text(email), "password": .text(password)]
    }

    private func signIn(_ world: World, _ email: String) async throws -> Int {
        try await world.request(
            .post, "/v1/sign-ins",
            json: ["practice": "mesa", "email": .text(email), "password": .text(World.password)]
        ).status
    }

    /// What the mailboxes alone would show: the links of the newest change of an account.
    private func links(_ world: World, of account: ID<Account>) async throws -> (new: String, old: String?) {
        let letters = try await world.database.superuser.pipeline(
            Query.rows(
                """
                select o.letter_id, o.sealed, o.letter_id = c.new_letter_id
                from email_changes c join outbox o on o.practice_id = c.practice_id
                    and o.letter_id in (c.new_letter_id, c.old_letter_id)
                where c.account_id = \(account) and o.sealed is not null and c.withdrawn_at is null
                """
            ) { row in
                (id: try row.next(ID<Letter>.self), sealed: try row.next([UInt8].self), isNew: try row.next(Bool.self))
            })
        let vault = try await world.keyRing.vault(of: world.mesa.id)
        var found: (new: String?, old: String?)
        for letter in letters {
            let content = try LetterContent(opening: letter.sealed, of: letter.id, .emailChange, with: vault)
            if letter.isNew { found.new = "/v1\(content.path)" } else { found.old = "/v1\(content.path)" }
        }
        return (try #require(found.new), found.old)
    }

    @Test func `both addresses prove it, in either order, and the old one is told`() async throws {
        for oldFirst in [true, false] {
            try await withWorld { (world: World) async throws in
                let carl = world.mesa.counselor
                let asked = try await world.request(.put, path, as: carl, json: choice("Carl@Example.org"))
                #expect(asked.status == 200)
                #expect(asked.json == ["email": "carl@example.org", "expiresAt": "2026-01-06T16:00:00Z"])
                let (new, old) = try await links(world, of: carl.accountID)
                let sides = oldFirst ? [try #require(old), new] : [new, try #require(old)]
                let read = try await world.request(.get, sides[0])
                #expect(read["side"] == (oldFirst ? "old" : "new") && read["newProved"] == false)
                #expect(!read.text.contains("example.org") && !read.text.contains("Cohen"))

                for _ in 1...2 {
                    let first = try await world.request(.put, sides[0], json: [:])
                    #expect(first.status == 200 && first["done"] == false)
                }
                let waiting = try await world.request(.get, "/v1/me", as: carl)
                #expect(waiting["account"]["email"] == .text(carl.email))
                #expect(waiting["emailChange"]["newProved"] == .bool(!oldFirst))
                #expect(try await signIn(world, "carl@example.org") == 401)
                #expect(try await signIn(world, carl.email) == 201)

                let second = try await world.request(.put, sides[1], json: [:])
                #expect(second.status == 200 && second["done"] == true)
                let me = try await world.request(.get, "/v1/me", as: carl)
                #expect(me["account"]["email"] == "carl@example.org" && me["emailChange"] == .null)
                #expect(Set(me["notices"].list.map { $0["kind"]?.text }) == ["email_changed", "email_change_started"])
                #expect(try await signIn(world, "carl@example.org") == 201)
                #expect(try await signIn(world, carl.email) == 401)
                for side in sides { #expect(try await world.request(.put, side, json: [:]).status == 404) }
                let told = try await world.database.superuser.pipeline(
                    Query.row(
                        """
                        select count(*) from outbox o join email_changes c on o.letter_id = c.told_letter_id
                        where o.kind = 'notice' and c.old_email = \(carl.email)
                        """
                    ) { try $0.next(Int.self) })
                #expect(told == 1)
                #expect(
                    try await world.keyAudit(of: carl.accountID) == ["email.ask allowed", "email.change allowed"])
            }
        }
    }

    @Test func `it needs the password, and is not begun without`() async throws {
        try await withWorld { (world: World) async throws in
            let carl = world.mesa.counselor
            let wrong = try await world.request(
                .put, path, as: carl, json: choice("carl@example.org", "wrong horse battery"))
            #expect(wrong.faults == ["/password wrong_password"])
            let same = try await world.request(.put, path, as: carl, json: choice(carl.email.uppercased()))
            #expect(same.faults == ["/email same_as_before"])
            #expect(try await world.count("from email_changes") == 0)
        }
    }

    @Test func `whether the new address is somebody's is told to who reads it, and to nobody else`() async throws {
        try await withWorld { (world: World) async throws in
            let (carl, adam) = (world.mesa.counselor, world.mesa.client)
            let free = try await world.request(.put, path, as: carl, json: choice("free@example.org"))
            let taken = try await world.request(.put, path, as: carl, json: choice(adam.email))
            #expect(taken.status == 200 && Set(taken.headers.keys) == Set(free.headers.keys))
            let (new, old) = try await links(world, of: carl.accountID)
            #expect(try await world.request(.put, try #require(old), json: [:])["done"] == false)
            let refused = try await world.request(.put, new, json: [:])
            #expect(refused.status == 409 && refused.code == "address_in_use")
            #expect(!refused.text.contains("Archer"))
            #expect(try await signIn(world, carl.email) == 201)
            #expect(try await signIn(world, adam.email) == 201)
        }
    }

    @Test func `an address that became somebody's meanwhile is not taken from them`() async throws {
        try await withWorld { (world: World) async throws in
            let (carl, dan) = (world.mesa.counselor, world.mesa.loner)
            _ = try await world.request(.put, path, as: carl, json: choice("shared@example.org"))
            let (new, old) = try await links(world, of: carl.accountID)
            #expect(try await world.request(.put, new, json: [:]).status == 200)
            try await world.run(
                """
                update accounts set email = 'shared@example.org', version = version + 1
                where account_id = \(dan.accountID)
                """)
            let refused = try await world.request(.put, try #require(old), json: [:])
            #expect(refused.status == 409 && refused.code == "address_in_use")
            #expect(try await signIn(world, carl.email) == 201)
            #expect(try await signIn(world, "shared@example.org") == 201)
        }
    }

    @Test func `a change ends after a day, by another one, by its withdrawal, and with a disabled account`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let carl = world.mesa.counselor
            _ = try await world.request(.put, path, as: carl, json: choice("one@example.org"))
            let first = try await links(world, of: carl.accountID)
            _ = try await world.request(.put, path, as: carl, json: choice("two@example.org"))
            let second = try await links(world, of: carl.accountID)
            #expect(try await world.request(.get, first.new).status == 404)
            #expect(try await world.request(.get, second.new).status == 200)
            #expect(try await world.count("from outbox where kind = 'email_change' and state = 'waiting'") == 2)
            for _ in 1...2 { #expect(try await world.request(.delete, path, as: carl).status == 204) }
            #expect(try await world.request(.put, second.new, json: [:]).status == 404)
            #expect(try await world.count("from outbox where kind = 'email_change' and state = 'waiting'") == 0)

            _ = try await world.request(.put, path, as: carl, json: choice("three@example.org"))
            let third = try await links(world, of: carl.accountID)
            world.clock.advance(by: .seconds(86_400) - .microseconds(1))
            #expect(try await world.request(.get, third.new).status == 200)
            try await world.run(
                "update accounts set disabled_at = created_at, version = version + 1 where account_id = \(carl.accountID)"
            )
            #expect(try await world.request(.put, third.new, json: [:]).status == 404)
            try await world.run(
                "update accounts set disabled_at = null, version = version + 1 where account_id = \(carl.accountID)")
            world.clock.advance(by: .microseconds(1))
            #expect(try await world.request(.put, third.new, json: [:]).status == 404)
        }
    }

    @Test func `who has no address proves the new one alone`() async throws {
        try await withWorld { (world: World) async throws in
            let carl = world.mesa.counselor
            try await world.run(
                """
                update accounts set email = null, sign_in_name = 'abcd-2345', version = version + 1
                where account_id = \(carl.accountID)
                """)
            _ = try await world.request(.put, path, as: carl, json: choice("carl@example.org"))
            let (new, old) = try await links(world, of: carl.accountID)
            #expect(old == nil)
            #expect(try await world.request(.put, new, json: [:])["done"] == true)
            #expect(try await signIn(world, "carl@example.org") == 201)
        }
    }

    @Test func `a link that went to the old address opens nothing any more`() async throws {
        try await withWorld { (world: World) async throws in
            let carl = world.mesa.counselor
            _ = try await world.request(
                .post, "/v1/password-resets", json: ["practice": "mesa", "email": .text(carl.email)])
            let link = "/v1/invitations/\(try await world.mailedToken(to: carl.accountID))"
            _ = try await world.request(.put, path, as: carl, json: choice("carl@example.org"))
            let (new, old) = try await links(world, of: carl.accountID)
            #expect(try await world.request(.get, link).status == 200)
            for side in [new, try #require(old)] { _ = try await world.request(.put, side, json: [:]) }
            #expect(try await world.request(.get, link).status == 404)
        }
    }

    @Test func `a chart's address is another thing, and whom mail is not safe for is sent none`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            let refused = try await world.request(.put, path, as: adam, json: choice("adam@example.org"))
            #expect(refused.status == 409 && refused.code == "mail_is_not_safe")
            #expect(try await world.count("from email_changes") == 0)
            let chart = "/v1/clients/\(adam.clientID)"
            let version = try await world.request(.get, chart, as: adam).version
            let safe = try await world.request(
                .patch, chart, as: adam, json: ["contact": ["safeChannels": ["email"]]], ifMatch: version)
            #expect(safe.status == 200)
            #expect(try await world.request(.put, path, as: adam, json: choice("adam@example.org")).status == 200)
            let (new, old) = try await links(world, of: adam.accountID)
            for side in [new, try #require(old)] { _ = try await world.request(.put, side, json: [:]) }
            #expect(try await signIn(world, "adam@example.org") == 201)
            let contact = try await world.request(.get, chart, as: adam)["contact"]
            #expect(contact["email"] == .text(adam.email))
        }
    }

    @Test func `an account asks five times in an hour, and tokens are guessed thirty times`() async throws {
        try await withWorld { (world: World) async throws in
            let carl = world.mesa.counselor
            for number in 1...5 {
                let asked = try await world.request(.put, path, as: carl, json: choice("c\(number)@example.org"))
                #expect(asked.status == 200)
            }
            #expect(try await world.request(.put, path, as: carl, json: choice("c6@example.org")).status == 429)
            #expect(
                try await world.request(.put, path, as: world.mesa.admin, json: choice("a@example.org")).status == 200)
            let none = "/v1/email-changes/\(String(repeating: "A", count: 64))"
            for _ in 1...30 { #expect(try await world.request(.get, none).status == 404) }
            #expect(try await world.request(.put, none, json: [:]).status == 429)
            let (new, _) = try await links(world, of: carl.accountID)
            #expect(try await world.request(.get, new).status == 200)
        }
    }
}
