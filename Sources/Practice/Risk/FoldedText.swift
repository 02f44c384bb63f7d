import Foundation

/// Text as risk words are looked for in it: words of letters and digits, without case and accents, with one space
/// behind each.
///
/// `Don’t – EVER – give up!` becomes `dont ever give up `. Apostrophes and what cannot be seen (a soft hyphen, a
/// zero-width space) go without parting a word.
struct FoldedText: Sendable, Hashable {
    private(set) var bytes: [UInt8] = []

    init(_ text: String) {
        bytes.reserveCapacity(text.utf8.count + 1)
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            for byte in text.utf8 { add(ascii: byte) }
        } else {
            for scalar in text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars { add(scalar) }
        }
        endWord()
    }

    /// Gives the rest of the text from the beginning of each word.
    func forEachWord(_ body: (ArraySlice<UInt8>) -> Void) {
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == Self.space {
            body(bytes[start...])
            start = index + 1
        }
    }

    private mutating func add(ascii byte: UInt8) {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
        case UInt8(ascii: "'"): break
        default: endWord()
        }
    }

    private mutating func add(_ scalar: Unicode.Scalar) {
        if scalar.isASCII { return add(ascii: UInt8(truncatingIfNeeded: scalar.value)) }
        if scalar.isSilent { return }
        if scalar.isPartOfWord {
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        } else {
            endWord()
        }
    }

    private mutating func endWord() {
        if let last = bytes.last, last != Self.space { bytes.append(Self.space) }
    }

    static let space = UInt8(ascii: " ")
}

extension Unicode.Scalar {
    fileprivate var isPartOfWord: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .spacingMark:
            true
        default: false
        }
    }

    /// Accents, apostrophes and what cannot be seen.
    fileprivate var isSilent: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default:
            properties.isDefaultIgnorableCodePoint || "\u{2018}\u{2019}\u{02BC}\u{FF07}".unicodeScalars.contains(self)
        }
    }
}
