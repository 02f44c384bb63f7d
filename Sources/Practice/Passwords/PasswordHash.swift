import Crypto
import CryptoExtras
import Foundation

/// What the database keeps of a password: scrypt's parameters, salt and output (RFC 7914), as text in the manner of the
/// PHC string format: `$scrypt$ln=15,r=8,p=1$SALT$OUTPUT`, the last two in base64url.
public struct PasswordHash: Sendable, Hashable {
    let cost: Cost
    let salt: [UInt8]
    let output: [UInt8]

    init(cost: Cost, salt: [UInt8], output: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.output = output
    }

    /// Reads ``text``; nil for anything else and for parameters that would take too much memory.
    public init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Cost(parts[2]),
            let salt = Base64URL.decode(parts[3]), salt.count == 16,
            let output = Base64URL.decode(parts[4]), output.count == 32
        else { return nil }
        self.init(cost: cost, salt: salt, output: output)
    }

    /// The text for the database.
    public var text: String { "$scrypt$\(cost.text)$\(Base64URL.encode(salt))$\(Base64URL.encode(output))" }

    /// How dear one guess is: 128 · r · 2^ln bytes of memory.
    public struct Cost: Sendable, Hashable {
        let logRounds: Int
        let blockSize: Int
        let parallelism: Int

        /// N = 32768, r = 8, p = 1: 32 MiB and about 60 ms on a server of today.
        public static let standard = Cost(logRounds: 15, blockSize: 8, parallelism: 1)
        /// For tests only: no protection at all.
        public static let none = Cost(logRounds: 4, blockSize: 1, parallelism: 1)

        private init(logRounds: Int, blockSize: Int, parallelism: Int) {
            self.logRounds = logRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        fileprivate init?(_ text: Substring) {
            let pairs = text.split(separator: ",").map { $0.split(separator: "=") }
            guard pairs.count == 3, pairs.map(\.first) == ["ln", "r", "p"],
                let logRounds = pairs[0].last.flatMap({ Int($0) }), (1...17).contains(logRounds),
                let blockSize = pairs[1].last.flatMap({ Int($0) }), (1...8).contains(blockSize),
                let parallelism = pairs[2].last.flatMap({ Int($0) }), (1...4).contains(parallelism)
            else { return nil }
            self.init(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        }

        fileprivate var text: String { "ln=\(logRounds),r=\(blockSize),p=\(parallelism)" }
    }

    /// Computes scrypt: slow and hungry on purpose, so only ``Passwords`` calls it, off the cooperative pool.
    static func compute(_ password: [UInt8], salt: [UInt8], cost: Cost) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: password, salt: salt, outputByteCount: 32, rounds: 1 << cost.logRounds, blockSize: cost.blockSize,
            parallelism: cost.parallelism)
    }
}

extension PasswordHash: CustomStringConvertible, CustomReflectable {
    /// A word in place of the hash.
    public var description: String { "PasswordHash(secret)" }

    /// Nothing of the hash for dumps.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
