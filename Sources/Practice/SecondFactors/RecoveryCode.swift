import Foundation

/// A code on paper that stands in once for an authenticator that was lost: 50 bits of chance, as two groups of five.
public struct RecoveryCode: Sendable, Hashable {
    /// What the person writes down: `ABCDE-FGHIJ`.
    public let text: String

    /// Reads what a person typed, whatever its case and whether the hyphen is there; nil where it cannot be one.
    public init?(_ typed: String) {
        let letters = typed.uppercased().filter { $0 != "-" && $0 != " " }
        guard letters.utf8.count == 10,
            letters.utf8.allSatisfy({
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                    || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains($0)
            })
        else { return nil }
        text = letters.prefix(5) + "-" + letters.suffix(5)
    }

    /// Ten new ones, which is what a person is given at once.
    public static func ten(in surroundings: Surroundings) -> [RecoveryCode] {
        (0..<10).compactMap { _ in RecoveryCode(String(Base32.encode(surroundings.randomBytes(10)).suffix(10))) }
    }

    /// What the database keeps: a keyed hash, since 50 bits alone could be found by trying.
    public func hash(of account: ID<Account>, with keys: ServerKeys) -> [UInt8] {
        keys.secondFactor.code(for: Array("recovery\0\(account)\0\(text)".utf8))
    }
}

extension RecoveryCode: CustomStringConvertible, CustomReflectable {
    /// A word in place of the code.
    public var description: String { "RecoveryCode(secret)" }

    /// Nothing of the code for dumps.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
