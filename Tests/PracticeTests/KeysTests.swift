import Foundation
import Practice
import Testing

@Suite struct KeysTests {
    private let practice = Surroundings.live.id(Practice.self)
    private let keys: ServerKeys

    init() throws {
        keys = try ServerKeys(master: Array(repeating: 7, count: 32))
    }

    private func ring(_ keys: ServerKeys) throws -> KeyRing {
        let stored = try KeyRing(keys: self.keys) { _ in [] }.firstKeys(of: practice)
        let owner = practice
        return KeyRing(keys: keys) { $0 == owner ? stored : [] }
    }

    @Test func `a token is 64 characters that name the practice, and only its hash is known`() throws {
        let token = Token(practiceID: practice, in: .live)
        #expect(token.text.utf8.count == 64)
        #expect(token.hash.count == 32)
        let read = try #require(Token(token.text))
        #expect(read.practiceID == practice)
        #expect(read.hash == token.hash)
        #expect("\(token)" == "Token(secret)")
        var dump = ""
        Swift.dump(token, to: &dump)
        #expect(!dump.contains(practice.description))
    }

    @Test func `what is not a token is refused`() {
        let text = Token(practiceID: practice, in: .live).text
        for wrong in ["", String(text.dropLast()), text + "A", String(text.dropLast()) + "=", "+" + text.dropFirst()] {
            #expect(Token(wrong) == nil)
        }
    }

    @Test(arguments: [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("??>", "Pz8-")])
    func `base64url has one text for some bytes`(bytes: String, text: String) {
        #expect(Base64URL.encode(bytes.utf8) == text)
        #expect(Base64URL.decode(text) == Array(bytes.utf8))
    }

    @Test(arguments: ["Z", "Zh", "Zm9", "Zg==", "Zm+v", "Zm 9v"])
    func `other texts are refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func `each purpose has a key of its own, and the same master key gives the same`() throws {
        let message = Array("message".utf8)
        let all = [
            keys.cursor, keys.auditProof, keys.auditSeal, keys.idempotency, keys.rateLimit, keys.contentDigest,
        ]
        #expect(Set(all.map { $0.code(for: message) }).count == all.count)
        let again = try ServerKeys(master: Array(repeating: 7, count: 32))
        #expect(again.cursor.code(for: message) == keys.cursor.code(for: message))
        #expect(keys.cursor.code(for: message) == again.cursor.code(for: message))
        #expect(keys.cursor.code(for: message) != keys.auditSeal.code(for: message))
        #expect(throws: KeyError.wrongLength) { try ServerKeys(master: [1, 2, 3]) }
    }

    @Test func `a sealed text opens in its place, and the same text is sealed differently every time`() async throws {
        let vault = try await ring(keys).vault(of: practice)
        let place = Place("progress_notes", "body", Surroundings.live.id(ProgressNote.self))
        let sealed = try vault.seal("He called twice.", at: place)
        #expect(try vault.openText(sealed, at: place) == "He called twice.")
        #expect(sealed.count == 16 + 33)
        #expect(try vault.seal("He called twice.", at: place) != sealed)
        #expect(try vault.openText(try vault.seal("", at: place), at: place) == "")
    }

    @Test func `a sealed text that was moved does not open`() async throws {
        let vault = try await ring(keys).vault(of: practice)
        let note = Surroundings.live.id(ProgressNote.self)
        let sealed = try vault.seal("He called twice.", at: Place("progress_notes", "body", note))
        for place in [
            Place("progress_notes", "plan", note), Place("process_notes", "body", note),
            Place("progress_notes", "body", Surroundings.live.id(ProgressNote.self)),
            Place("progress_note", "sbody", note),
        ] {
            #expect(throws: KeyError.notAuthentic) { try vault.open(sealed, at: place) }
        }
    }

    @Test func `a part does not open as another part, of another size, of another thing, or as a whole`() async throws {
        let vault = try await ring(keys).vault(of: practice)
        let file = Surroundings.live.id(Homework.self)
        let place = Place("attachment_chunks", "sealed", file, part: 4, of: 3_000_000)
        let sealed = try vault.seal("He drew three circles.", at: place)
        for other in [
            Place("attachment_chunks", "sealed", file, part: 0, of: 3_000_000),
            Place("attachment_chunks", "sealed", file, part: 4, of: 2_000_000),
            Place("attachment_chunks", "sealed", Surroundings.live.id(Homework.self), part: 4, of: 3_000_000),
            Place("attachment_chunks", "sealed", file),
        ] {
            #expect(throws: KeyError.notAuthentic) { try vault.openText(sealed, at: other) }
        }
        #expect(try vault.openText(sealed, at: place) == "He drew three circles.")
    }

    @Test func `a changed, cut or foreign text does not open`() async throws {
        let ring = try ring(keys)
        let vault = try await ring.vault(of: practice)
        let place = Place("progress_notes", "body", Surroundings.live.id(ProgressNote.self))
        let sealed = try vault.seal("He called twice.", at: place)
        for index in sealed.indices where !(1...4).contains(index) {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: KeyError.notAuthentic) { try vault.open(changed, at: place) }
        }
        #expect(throws: KeyError.notAuthentic) { try vault.open([], at: place) }
        #expect(throws: KeyError.notAuthentic) { try vault.open(Array(sealed.prefix(32)), at: place) }
        var other = sealed
        other[4] = 9
        #expect(throws: KeyError.unknownVersion) { try vault.open(other, at: place) }
        let process = try await ring.vault(of: practice, for: .process)
        #expect(throws: KeyError.notAuthentic) { try process.open(sealed, at: place) }
    }

    @Test func `a practice's keys do not open with another master key or as another practice's`() async throws {
        let stranger = try ring(try ServerKeys(master: Array(repeating: 8, count: 32)))
        await #expect(throws: KeyError.notAuthentic) { try await stranger.vault(of: practice) }
        let stored = try KeyRing(keys: keys) { _ in [] }.firstKeys(of: practice)
        let moved = KeyRing(keys: keys) { _ in stored }
        let other = Surroundings.live.id(Practice.self)
        await #expect(throws: KeyError.notAuthentic) { try await moved.vault(of: other) }
        await #expect(throws: KeyError.noKey) { try await ring(keys).vault(of: other) }
    }
}
