import Foundation

/// A code that is handed over on paper, in place of a link: 60 bits of chance in an alphabet without letters that look
/// alike (Crockford's base 32), as three groups of four. It is good for half an hour.
public struct PaperCode: Sendable, Hashable {
    /// What is written down: `K7MQ-2WPX-RT4N`.
    public let text: String

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// A new one.
    public init(in surroundings: Surroundings) {
        text = Self.grouped(surroundings.randomBytes(12).map { Self.alphabet[Int($0 & 31)] })
    }

    /// Reads what a person typed, whatever its case and its hyphens; `O`, `I` and `L` are read as the digits that they
    /// look like. Nil where it cannot be one.
    public init?(_ typed: some StringProtocol) {
        let digits = typed.uppercased().utf8.compactMap { letter -> UInt8? in
            switch letter {
            case UInt8(ascii: "-"), UInt8(ascii: " "): nil
            case UInt8(ascii: "O"): UInt8(ascii: "0")
            case UInt8(ascii: "I"), UInt8(ascii: "L"): UInt8(ascii: "1")
            default: letter
            }
        }
        guard digits.count == 12, digits.allSatisfy(Self.alphabet.contains) else { return nil }
        text = Self.grouped(digits)
    }

    /// What the database keeps: a keyed hash, since 60 bits alone could be found by trying.
    public func hash(with keys: ServerKeys) -> [UInt8] { keys.secondFactor.code(for: Array("paper\0\(text)".utf8)) }

    private static func grouped(_ digits: [UInt8]) -> String {
        [digits[..<4], digits[4..<8], digits[8...]].map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
    }
}

extension PaperCode: CustomStringConvertible, CustomReflectable {
    /// A word in place of the code.
    public var description: String { "PaperCode(secret)" }

    /// Nothing of the code for dumps.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What who has no e-mail address signs in with. Chance makes it: a name that somebody chose would say, when it is
/// refused, that it is somebody's.
public enum SignInName {
    /// A new one: `k7mq-2wpx`.
    public static func new(in surroundings: Surroundings) -> String {
        let letters = Array("23456789abcdefghjkmnpqrstvwxyz".utf8)
        let digits = surroundings.randomBytes(8).map { letters[Int($0) % letters.count] }
        return String(decoding: digits[..<4], as: UTF8.self) + "-" + String(decoding: digits[4...], as: UTF8.self)
    }
}
