import Foundation
import JSON

/// A new password that may be used: the policy of NIST SP 800-63B, 5.1.1.2, that is length and a list of what others
/// choose, and no rules about what it is composed of.
public struct Password: Sendable {
    /// The text in UTF-8, normalized.
    let bytes: [UInt8]

    /// Takes a password of 12 to 128 characters that is not common, not a repetition and none of `words` (the person's
    /// own name or e-mail address, the practice's name).
    public init(new text: String, unlike words: [String] = []) throws(Refusal) {
        let normalized = Self.normalized(text)
        let length = normalized.unicodeScalars.count
        guard length >= 12 else { throw .tooShort }
        guard length <= 128 else { throw .tooLong }
        let folded = normalized.lowercased()
        guard !Self.isCommon(folded) else { throw .common }
        guard !words.contains(where: { Self.isAbout($0, folded) }) else { throw .aboutYou }
        bytes = Array(normalized.utf8)
    }

    /// Why a text may not be a password, whosever it is to be; nil where it may.
    public static func refusal(of text: String) -> Refusal? {
        do {
            _ = try Password(new: text)
            return nil
        } catch {
            return error
        }
    }

    /// Why a password may not be used.
    public enum Refusal: String, Error, Sendable, Hashable {
        case tooShort = "too_short"
        case tooLong = "too_long"
        case common = "too_common"
        case aboutYou = "about_you"

        /// The refusal as a fault of an input.
        public func fault(at pointer: String) -> FieldFault {
            let detail =
                switch self {
                case .tooShort:
                    "A password has at least 12 characters; a few words that only you would put together are good."
                case .tooLong: "A password has at most 128 characters."
                case .common: "Many people choose this password, so it is tried first. Choose another one."
                case .aboutYou: "This password is made of your name or address. Choose another one."
                }
            return FieldFault(pointer, rawValue, detail)
        }
    }

    /// NFKC: the same password typed on two keyboards gives the same bytes.
    static func normalized(_ text: String) -> String { text.precomposedStringWithCompatibilityMapping }

    private static func isCommon(_ folded: String) -> Bool {
        if CommonPasswords.whole.contains(folded) || isRepetition(Array(folded.unicodeScalars)) { return true }
        let letters = folded.drop { !$0.isLetter }
        let word = String(letters.prefix { $0.isLetter })
        let rest = letters.dropFirst(word.count)
        return !rest.contains(where: \.isLetter) && (word.isEmpty || CommonPasswords.words.contains(word))
            && hasSimpleDigits(folded)
    }

    /// Whether what surrounds a word is what people put there: few digits, a year, or a run.
    private static func hasSimpleDigits(_ folded: String) -> Bool {
        let digits = folded.unicodeScalars.filter { $0.properties.numericType != nil }
        return digits.count <= 4 || isRun(Array(digits)) || isRepetition(Array(digits))
    }

    /// Whether the text is a block of at most four characters again and again, or one run such as `abcdef` or `654321`.
    private static func isRepetition(_ scalars: [Unicode.Scalar]) -> Bool {
        let isPeriodic = (1...4).contains { period in
            scalars.indices.dropFirst(period).allSatisfy { scalars[$0] == scalars[$0 - period] }
        }
        return isPeriodic || isRun(scalars)
    }

    private static func isRun(_ scalars: [Unicode.Scalar]) -> Bool {
        let steps = zip(scalars, scalars.dropFirst()).map { Int($1.value) - Int($0.value) }
        return steps.allSatisfy { $0 == 1 || $0 == -9 } || steps.allSatisfy { $0 == -1 || $0 == 9 }
    }

    private static func isAbout(_ word: String, _ folded: String) -> Bool {
        let word = normalized(word).lowercased()
        guard word.count >= 4 else { return false }
        let rest = folded.replacing(word, with: "")
        return rest != folded && rest.filter(\.isLetter).count < 4
    }
}
