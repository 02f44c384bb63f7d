import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn

/// Letters about one's own account, as they leave: neutral, and to whom they are meant for.
@Suite struct AccountLetterTests {
    /// Address and link of each letter taken, in order.
    private func taken(_ room: MailRoom) throws -> [(to: String, link: String)] {
        try room.sendmail.taken().map { mail in
            let lines = mail.split(separator: "\n").map(String.init)
            #expect(lines.contains("Subject: You have a message") && lines.contains("There is a message for you:"))
            let to = lines.first { $0.hasPrefix("To: <") }?.dropFirst(5).dropLast() ?? ""
            return (String(to), lines.last ?? "")
        }
    }

    @Test func `links to another address go to both, and the old one is told when it is done`() async throws {
        try await withMailRoom { room in
            let (world, carl) = (room.world, room.world.mesa.counselor)
            let asked = try await world.request(
                .put, "/v1/me/email-change", as: carl,
                json: ["email": "carl@example.org", "password": .text(World.password)])
            #expect(asked.status == 200)
            await room.work()
            let letters = try taken(room)
            #expect(Set(letters.map(\.to)) == ["carl@example.org", carl.email])
            for letter in letters {
                let link = letter.link.replacing("https://portal.example", with: "/v1")
                #expect(link.hasPrefix("/v1/email-changes/"))
                let side = try await world.request(.put, link, json: [:])["side"]
                #expect(side == (letter.to == carl.email ? "old" : "new"))
            }
            await room.work()
            let told = try taken(room)
            let notices = told.filter { $0.link == "https://portal.example/account" }
            #expect(told.count == 3 && notices.map(\.to) == [carl.email])
            let me = try await world.request(.get, "/v1/me", as: carl)
            #expect(me["account"]["email"] == "carl@example.org")
        }
    }

    @Test func `links to another address that was withdrawn are not sent`() async throws {
        try await withMailRoom { room in
            let (world, carl) = (room.world, room.world.mesa.counselor)
            _ = try await world.request(
                .put, "/v1/me/email-change", as: carl,
                json: ["email": "carl@example.org", "password": .text(World.password)])
            try await room.change("update email_changes set withdrawn_at = created_at")
            await room.work()
            #expect(try taken(room).isEmpty)
        }
    }

    @Test func `a forgotten password's letter says nothing, and goes where mail is safe`() async throws {
        try await withMailRoom { room in
            let (world, house) = (room.world, room.world.mesa)
            try await room.contact(house.loner, "safe_channels = '{email}'")
            // Of some there are links in the default world, which are young until then.
            try await world.advance(by: .seconds(900))
            for person in [house.loner, house.client, house.guardian] {
                let asked = try await world.request(
                    .post, "/v1/password-resets", json: ["practice": "mesa", "email": .text(person.email)])
                #expect(asked.status == 202)
            }
            await room.work()
            let letters = try taken(room)
            #expect(Set(letters.map(\.to)) == [house.loner.email, house.guardian.email])
            for letter in letters {
                let link = letter.link.replacing("https://portal.example", with: "/v1")
                #expect(try await world.request(.get, link)["kind"] == "reset")
            }
            let kept = try await world.request(.get, "/v1/outbox?state=kept", as: house.intake).items
            #expect(kept.map { $0["reason"] } == ["not_safe"])
            let id = try #require(kept[0]["id"]?.text)
            let seen = try await world.request(.get, "/v1/outbox/\(id)", as: house.owner)
            #expect(seen["link"] == .null, "the desk helps, and is not told the link")
        }
    }
}
