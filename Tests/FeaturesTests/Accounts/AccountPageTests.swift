import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// The pages to which letters lead: neutral, without scripts, and no more to be told than by the API.
@Suite struct AccountPageTests {
    /// Where the letters of Carl's change lead.
    private func asked(_ world: World, _ email: String = "carl@example.org") async throws -> (new: String, old: String)
    {
        let carl = world.mesa.counselor
        let answer = try await world.request(
            .put, "/v1/me/email-change", as: carl, json: ["email": .text(email), "password": .text(World.password)])
        #expect(answer.status == 200)
        let letters = try await world.database.superuser.pipeline(
            Query.rows(
                """
                select o.letter_id, o.sealed
                from email_changes c join outbox o on o.letter_id in (c.new_letter_id, c.old_letter_id)
                where c.account_id = \(carl.accountID) and o.sealed is not null
                order by o.letter_id = c.new_letter_id
                """
            ) { row in (id: try row.next(ID<Letter>.self), sealed: try row.next([UInt8].self)) })
        let vault = try await world.keyRing.vault(of: world.mesa.id)
        let paths = try letters.map {
            try LetterContent(opening: $0.sealed, of: $0.id, .emailChange, with: vault).path
        }
        return (try #require(paths.last), try #require(paths.first))
    }

    private func expectNeutral(_ page: TestAnswer) {
        #expect(page.headers["content-type"] == "text/html; charset=utf-8")
        #expect(page.headers["cache-control"] == "no-store" && page.headers["referrer-policy"] == "no-referrer")
        let policy = page.headers["content-security-policy"] ?? ""
        #expect(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"))
        for word in [
            "Mesa", "mesa", "Carl", "Cohen", "example.org", "counsel", "therap", "practice", "<script", "http",
        ] {
            #expect(!page.text.contains(word), "\(word)")
        }
    }

    @Test func `both letters lead to a page that confirms, once the button is pressed`() async throws {
        try await withWorld { (world: World) async throws in
            let (new, old) = try await asked(world)
            for path in [new, old] {
                #expect(path.hasPrefix("/email-changes/"))
                for _ in 1...2 {
                    let page = try await world.request(.get, path)
                    #expect(page.status == 200 && page.text.contains("<form method=\"post\">"))
                    expectNeutral(page)
                }
            }
            #expect(try await world.request(.get, "/v1\(new)")["newProved"] == false, "reading confirms nothing")
            for _ in 1...2 {
                let first = try await world.request(.post, new)
                #expect(first.status == 200 && first.text.contains("Now follow the link"))
                expectNeutral(first)
            }
            let again = try await world.request(.get, new)
            #expect(again.status == 200 && !again.text.contains("<form"))
            let second = try await world.request(.post, old)
            #expect(second.status == 200 && second.text.contains("From now on"))
            expectNeutral(second)
            let me = try await world.request(.get, "/v1/me", as: world.mesa.counselor)
            #expect(me["account"]["email"] == "carl@example.org")
        }
    }

    @Test func `a link that is none, one that is over, and an address that is taken are told on a page`() async throws {
        try await withWorld { (world: World) async throws in
            let (new, old) = try await asked(world, world.mesa.client.email)
            let none = "/email-changes/\(String(repeating: "A", count: 64))"
            for path in [none, "/email-changes/x"] {
                let page = try await world.request(.get, path)
                #expect(page.status == 404 && page.text.contains("leads nowhere"))
                expectNeutral(page)
                #expect(try await world.request(.post, path).status == 404)
            }
            let taken = try await world.request(.post, new)
            #expect(taken.status == 409 && taken.text.contains("Nothing was changed"))
            expectNeutral(taken)
            _ = try await world.request(.delete, "/v1/me/email-change", as: world.mesa.counselor)
            #expect(try await world.request(.get, old).status == 404)
            while try await world.request(.get, none).status == 404 {}
            let late = try await world.request(.get, none)
            #expect(late.status == 429 && late.headers["retry-after"] != nil && late.text.contains("Please wait"))
            expectNeutral(late)
        }
    }

    @Test func `the page that a notice leads to is the same for everybody`() async throws {
        try await withWorld { (world: World) async throws in
            let page = try await world.request(.get, "/account", headers: ["Accept": "text/html"])
            #expect(page.status == 200 && page.text.contains("has changed"))
            expectNeutral(page)
            let other = try await world.request(.get, "/account", headers: ["Accept": "application/json"])
            #expect(other.status == 406)
        }
    }
}
