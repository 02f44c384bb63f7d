import Crypto
import Foundation

/// The keys that a server derives from its master key, one for each purpose, so that what one shows says nothing about
/// another (HKDF with SHA-256, RFC 5869).
public struct ServerKeys: Sendable {
    /// Signs the cursors of pages.
    public let cursor: AuthenticationKey
    /// Proves to the database that a request came through the server.
    public let auditProof: AuthenticationKey
    /// Chains sealed audit rows.
    public let auditSeal: AuthenticationKey
    /// Names the bodies that came with an idempotency key.
    public let idempotency: AuthenticationKey
    /// Names addresses and accounts in the tables of rate limits, so that these keep no address.
    public let rateLimit: AuthenticationKey
    /// Names content, such as submitted answers, that must be recognised but not stored in the clear.
    public let contentDigest: AuthenticationKey
    /// Makes tokens that can be made again.
    public let token: AuthenticationKey
    /// Proposes secrets for second factors, and names recovery codes.
    public let secondFactor: AuthenticationKey
    /// Wraps the keys of the practices.
    let wrapping: SymmetricKey

    /// Derives all keys from a master key of 32 bytes.
    public init(master: some Sequence<UInt8>) throws(KeyError) {
        let bytes = Array(master)
        guard bytes.count == 32 else { throw .wrongLength }
        let key = SymmetricKey(data: bytes)
        func derive(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: key, info: Data("cairn/1/\(purpose)".utf8), outputByteCount: 32)
        }
        cursor = AuthenticationKey(derive("cursor"))
        auditProof = AuthenticationKey(derive("audit-proof"))
        auditSeal = AuthenticationKey(derive("audit-seal"))
        idempotency = AuthenticationKey(derive("idempotency"))
        rateLimit = AuthenticationKey(derive("rate-limit"))
        contentDigest = AuthenticationKey(derive("content-digest"))
        token = AuthenticationKey(derive("token"))
        secondFactor = AuthenticationKey(derive("second-factor"))
        wrapping = derive("practice-keys")
    }
}

/// A key that signs (HMAC with SHA-256).
public struct AuthenticationKey: Sendable {
    private let key: SymmetricKey

    init(_ key: SymmetricKey) {
        self.key = key
    }

    /// The 32 bytes that only a holder of the key can compute for a message.
    public func code(for message: some DataProtocol) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }

    /// Begins the code of a message that comes in pieces.
    func running() -> HMAC<SHA256> { HMAC(key: key) }

    /// The key itself, for the database that has to compute the same codes.
    public var bytes: [UInt8] { key.withUnsafeBytes { Array($0) } }
}

/// What can be wrong with keys and with what they sealed. It says nothing about the content.
public enum KeyError: Error, Sendable, Hashable {
    /// A key of another length than 32 bytes.
    case wrongLength
    /// The practice has no key for the purpose.
    case noKey
    /// The text was sealed with a version of the key that is not at hand.
    case unknownVersion
    /// The text was changed, was moved from another place, or was not sealed by this practice.
    case notAuthentic
}
