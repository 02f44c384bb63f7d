import Crypto
import Foundation

/// The secret that a person's authenticator shares with us, and the codes it makes of the time (RFC 6238): HMAC-SHA-1,
/// steps of 30 seconds, six digits, which is what every authenticator understands.
public struct TOTP: Sendable, Hashable {
    /// The secret's 20 bytes (RFC 4226, 4: as long as the hash).
    public let secret: [UInt8]

    /// Takes a secret that was kept.
    public init(secret: [UInt8]) {
        self.secret = secret
    }

    /// The secret that a server with the same master key proposes for the same words again, so that nothing has to be
    /// kept before the person has shown a code of it.
    public init(proposedFor words: [String], with keys: ServerKeys) {
        secret = Array(keys.secondFactor.code(for: Array((["totp"] + words).joined(separator: "\0").utf8)).prefix(20))
    }

    /// The step that an instant lies in: 30 seconds each, since 1970.
    public static func step(at instant: Instant) -> Int {
        Int(instant.secondsSince1970.flooredQuotient(by: 30))
    }

    /// The six digits of a step.
    public func code(of step: Int) -> String {
        let message = withUnsafeBytes(of: UInt64(bitPattern: Int64(step)).bigEndian) { Data($0) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
        let offset = Int(hash[19] & 0x0F)
        let number = hash[offset..<offset + 4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The step that a code belongs to: the present one, or the one before or after it, for clocks that differ (RFC
    /// 6238, 5.2). Whether it was used already is for the database to judge, which keeps the last one.
    public func step(of code: String, at now: Instant) -> Int? {
        let present = Self.step(at: now)
        return [present, present - 1, present + 1].first { self.code(of: $0) == code }
    }

    /// What an authenticator reads as a picture: `otpauth://totp/…`. It holds the secret; never log it.
    public func uri(issuer: String, account: String) -> String {
        let (issuer, account) = (Self.escape(issuer), Self.escape(account))
        return "otpauth://totp/\(issuer):\(account)?secret=\(text)&issuer=\(issuer)"
    }

    /// The secret as a person types it.
    public var text: String { Base32.encode(secret) }

    private static func escape(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.intersection(.init(charactersIn: "!"..."~")))
            ?? ""
    }
}

extension TOTP: CustomStringConvertible, CustomReflectable {
    /// A word in place of the secret.
    public var description: String { "TOTP(secret)" }

    /// Nothing of the secret for dumps.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
