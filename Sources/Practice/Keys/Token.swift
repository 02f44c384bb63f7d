import Crypto
import Foundation

/// A secret that its bearer shows to be let in: the practice's id and 256 bits of chance, in 64 characters.
///
/// It names its practice so that the server knows the practice's key, and a router its shard, before the database is
/// asked; the database checks that it is the right one. Only ``hash`` is stored.
public struct Token: Sendable, Hashable {
    /// The practice that the token claims to belong to.
    public let practiceID: ID<Practice>
    private let secret: [UInt8]

    /// A new token.
    public init(practiceID: ID<Practice>, in surroundings: Surroundings) {
        self.practiceID = practiceID
        secret = surroundings.randomBytes(32)
    }

    /// The token that a server with the same master key makes of the same words again: for answers that show a token
    /// and must be repeatable although only its hash is kept.
    public init(practiceID: ID<Practice>, from words: [String], with keys: ServerKeys) {
        self.practiceID = practiceID
        secret = keys.token.code(for: Array(([practiceID.description] + words).joined(separator: "\0").utf8))
    }

    /// Reads the 64 characters of ``text``; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 64, let bytes = Base64URL.decode(text) else { return nil }
        practiceID = bytes.withUnsafeBytes { ID(high: $0.bigEndianWord(at: 0), low: $0.bigEndianWord(at: 8)) }
        secret = Array(bytes[16...])
    }

    /// What the bearer keeps: base64url. Never log it.
    public var text: String { Base64URL.encode(bytes) }

    /// What the database keeps: SHA-256 of the token's 48 bytes. A hash without salt is enough for 256 random bits.
    public var hash: [UInt8] { Array(SHA256.hash(data: bytes)) }

    private var bytes: [UInt8] {
        withUnsafeBytes(of: practiceID.uuid.uuid) { Array($0) } + secret
    }
}

extension Token: CustomStringConvertible, CustomReflectable {
    /// A word in place of the secret.
    public var description: String { "Token(secret)" }

    /// Nothing of the secret for dumps.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
