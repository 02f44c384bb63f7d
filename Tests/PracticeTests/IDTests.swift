import Foundation
import Practice
import Testing

@Suite struct IDTests {
    @Test func `an id is written as 36 lower-case characters and read back`() throws {
        let text = "0190163d-8694-739b-aea5-966c26f8ad91"
        let id = try #require(ID<Client>(text))
        #expect(id.description == text)
        #expect(id.uuid == UUID(uuidString: text))
        #expect(ID<Client>(id.uuid) == id)
        var bytes: [UInt8] = []
        id.append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test func `an id is read in capitals and from a part of a text`() {
        #expect(
            ID<Client>("0190163D-8694-739B-AEA5-966C26F8AD91") == ID<Client>("0190163d-8694-739b-aea5-966c26f8ad91"))
        #expect(ID<Client>("/0190163d-8694-739b-aea5-966c26f8ad91".dropFirst()) != nil)
    }

    @Test(arguments: [
        "", "0190163d", "0190163d8694739baea5966c26f8ad91", "{0190163d-8694-739b-aea5-966c26f8ad91}",
        "0190163d-8694-739b-aea5-966c26f8ad9", "0190163d-8694-739b-aea5-966c26f8ad911",
        "0190163g-8694-739b-aea5-966c26f8ad91", "0190163d-8694-739b-aea5_966c26f8ad91",
        "0190163d-8694-739b-aea5-966c26f8ad9é", "-0190163d8694-739b-aea5-966c26f8ad91",
    ])
    func `what is not an id is refused`(text: String) {
        #expect(ID<Client>(text) == nil)
    }

    @Test func `ids of version 7 carry their time and sort by it`() throws {
        let first = UUID(version7At: try #require(Instant("2026-01-05T16:00:00Z")), random: .max)
        let second = UUID(version7At: try #require(Instant("2026-01-05T16:00:00.000001Z")), random: 0)
        #expect(ID<Client>(first).description == "019b8ee3-0000-7000-bfff-ffffffffffff")
        #expect(ID<Client>(second).description == "019b8ee3-0000-7004-8000-000000000000")
        #expect(ID<Client>(first) < ID<Client>(second))
    }

    @Test func `the surroundings of the real world make ids of version 7 that differ`() {
        let ids = (0..<1_000).map { _ in Surroundings.live.id(Client.self) }
        #expect(Set(ids).count == 1_000)
        #expect(ids.allSatisfy { $0.description.dropFirst(14).first == "7" })
        #expect(ids.allSatisfy { "89ab".contains($0.description.dropFirst(19).first ?? "-") })
    }
}
