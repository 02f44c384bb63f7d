import Crypto
import Practice

/// A body that many ask for and that is the same for all: hashed and compressed once, and not for each of them.
public struct CachedBody: Sendable {
    /// The body as it is.
    public let bytes: [UInt8]
    let hash: String
    /// Nil where it could not be compressed.
    let compressed: [UInt8]?

    /// Hashes and compresses a body.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        hash = Self.hash(of: bytes)
        do { compressed = try Gzip.compressed(bytes) } catch { compressed = nil }
    }

    static func hash(of body: [UInt8]) -> String { Base64URL.encode(Array(SHA256.hash(data: body).prefix(12))) }
}
