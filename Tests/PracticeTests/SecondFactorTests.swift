import JSON
import Practice
import Testing
import TestSupport

@Suite struct SecondFactorTests {
    /// RFC 6238, Appendix B, of which an authenticator shows the last six digits.
    @Test(
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(Int64, String)])
    func `codes are those of the RFC`(seconds: Int64, code: String) {
        let totp = TOTP(secret: Array("12345678901234567890".utf8))
        let now = Instant(secondsSince1970: seconds)
        #expect(totp.code(of: TOTP.step(at: now)) == code)
        #expect(totp.step(of: code, at: now) == TOTP.step(at: now))
    }

    @Test func `a code is good in its step, the one before and the one after`() {
        let totp = TOTP(secret: Array("12345678901234567890".utf8))
        let now = Instant(secondsSince1970: 1_234_567_890)
        let step = TOTP.step(at: now)
        for distance in -3...3 {
            let found = totp.step(of: totp.code(of: step + distance), at: now)
            #expect(found == (abs(distance) <= 1 ? step + distance : nil))
        }
        #expect(totp.step(of: "05924", at: now) == nil)
    }

    @Test func `a secret is written in base 32, and its address holds neither spaces nor marks`() {
        let totp = TOTP(secret: Array("Hello!\u{DE}\u{AD}\u{BE}\u{EF}".unicodeScalars.map { UInt8($0.value) }))
        #expect(totp.text == "JBSWY3DPEHPK3PXP")
        #expect(
            totp.uri(issuer: "Mesa & Söhne", account: "a b@example.com")
                == "otpauth://totp/Mesa%20%26%20S%C3%B6hne:a%20b%40example%2Ecom?secret=JBSWY3DPEHPK3PXP&issuer=Mesa%20%26%20S%C3%B6hne"
        )
        #expect("\(totp)" == "TOTP(secret)")
    }

    @Test func `a proposal is the same for the same words, and no other's`() throws {
        let keys = try ServerKeys(master: Array(repeating: 1, count: 32))
        let other = try ServerKeys(master: Array(repeating: 2, count: 32))
        let proposal = TOTP(proposedFor: ["a", "b"], with: keys)
        #expect(proposal.secret.count == 20)
        #expect(proposal == TOTP(proposedFor: ["a", "b"], with: keys))
        #expect(proposal != TOTP(proposedFor: ["ab"], with: keys))
        #expect(proposal != TOTP(proposedFor: ["a", "b"], with: other))
    }

    @Test func `a recovery code is read however it is typed, and is hashed for its account alone`() throws {
        let keys = try ServerKeys(master: Array(repeating: 1, count: 32))
        let (carl, ada) = (Surroundings.live.id(Account.self), Surroundings.live.id(Account.self))
        let codes = RecoveryCode.ten(in: .live)
        #expect(Set(codes).count == 10)
        for code in codes {
            #expect(RecoveryCode(code.text.lowercased().filter { $0 != "-" }) == code)
            #expect(code.hash(of: carl, with: keys) != code.hash(of: ada, with: keys))
        }
        #expect(RecoveryCode("ABCDE-FGHI1") == nil)
        #expect(RecoveryCode("123456") == nil)
    }
}
