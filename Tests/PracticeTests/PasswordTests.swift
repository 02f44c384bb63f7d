import JSON
@testable import Practice
import Testing

@Suite struct PasswordTests {
    @Test(arguments: ["correct horse battery", "Grüße aus Mesa, 1987", "xkq vw plmn zzt", "пароль для себя"])
    func `a password of twelve characters that nobody else has is taken`(text: String) throws {
        _ = try Password(new: text)
    }

    @Test(arguments: [
        ("elevenchars", Password.Refusal.tooShort), (String(repeating: "ab c", count: 33), .tooLong),
        ("password1234", .common), ("Password1234!", .common), ("PASSWORD2026!", .common), ("qwertyuiop123", .common),
        ("aaaaaaaaaaaa", .common), ("abcabcabcabc", .common), ("123456789012", .common), ("abcdefghijklm", .common),
        ("            ", .common), ("!!!!????####", .common), ("ｐａｓｓｗｏｒｄ１２３４", .common),
        ("marta.reyes12", .aboutYou), ("Mesa Healing 1", .aboutYou),
    ])
    func `a bad password is refused with a reason`(text: String, refusal: Password.Refusal) {
        #expect(throws: refusal) { try Password(new: text, unlike: ["marta.reyes", "Mesa Healing", "", "ab"]) }
    }

    @Test func `the reason is a fault that does not repeat the password`() {
        let fault = Password.Refusal.common.fault(at: "/password")
        #expect(fault.pointer == "/password")
        #expect(fault.code == "too_common")
    }

    @Test func `a password verifies against its hash and no other does`() async throws {
        let passwords = Passwords(cost: .none)
        let hash = try await passwords.hash(try Password(new: "correct horse battery"))
        let stored = try #require(PasswordHash(hash.text))
        #expect(try await passwords.verify("correct horse battery", against: stored))
        #expect(try await !passwords.verify("Correct horse battery", against: stored))
        #expect(try await !passwords.verify("", against: stored))
        #expect("\(hash)" == "PasswordHash(secret)")
    }

    @Test func `the same password typed in two normal forms is the same`() async throws {
        let passwords = Passwords(cost: .none)
        let hash = try await passwords.hash(try Password(new: "u\u{308}ber alle Berge"))
        #expect(try await passwords.verify("über alle Berge", against: hash))
    }

    @Test func `nobody's password is never right`() async throws {
        let passwords = Passwords(
            surroundings: Surroundings(
                now: Surroundings.live.now, newID: Surroundings.live.newID,
                randomBytes: { Array(repeating: 0, count: $0) }), cost: .none)
        #expect(try await !passwords.verify("correct horse battery", against: nil))
    }

    @Test func `the standard cost is N 32768, r 8, p 1, and it can be computed`() async throws {
        let passwords = Passwords()
        let hash = try await passwords.hash(try Password(new: "correct horse battery"))
        #expect(hash.text.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
        #expect(hash.cost == .standard)
        #expect(try await passwords.verify("correct horse battery", against: hash))
    }

    @Test(arguments: [
        "", "$scrypt$", "$argon2id$v=19$m=65536,t=3,p=4$AAAA$AAAA",
        "$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=15,r=8$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=15,r=8,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ])
    func `what is not a hash of ours is refused`(text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test func `who finds no place to wait is told that it is busy`() async throws {
        let passwords = Passwords(cost: .none, running: 0, waiting: 0)
        await #expect(throws: PasswordError.busy) { try await passwords.verify("x", against: nil) }
    }

    @Test func `who waits can give up`() async throws {
        let passwords = Passwords(cost: .none, running: 0, waiting: 1)
        await withTaskGroup { group in
            group.addTask {
                await #expect(throws: PasswordError.cancelled) { try await passwords.verify("x", against: nil) }
            }
            group.cancelAll()
        }
    }

    @Test func `many verify at once, few at a time, and all get an answer`() async throws {
        let passwords = Passwords(cost: .none, running: 2, waiting: 100)
        let hash = try await passwords.hash(try Password(new: "correct horse battery"))
        let answers = try await withThrowingTaskGroup { group in
            for index in 0..<100 {
                group.addTask {
                    try await passwords.verify(
                        index.isMultiple(of: 2) ? "correct horse battery" : "wrong", against: hash)
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answers == 50)
    }
}
