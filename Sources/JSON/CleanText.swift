extension String {
    /// The text as it is taken, from whoever sends it: without blanks and line breaks at its ends, and anywhere without marks
    /// that nobody sees and that mean nothing but how other text is shown. Such a mark can turn around what is shown behind
    /// a name (U+202E), or make two names of what looks like one.
    ///
    /// What makes one letter or picture of several is kept: joiners and non-joiners, which names in Persian and in the
    /// scripts of India need, and variation selectors, behind what they can change, which no Latin, Greek or Cyrillic letter
    /// is; and the tags behind a black flag. Of names the database holds the same (Migrations/routines/people/clean_names.sql).
    public var cleaned: String {
        let scalars = unicodeScalars
        guard let first = scalars.first, let last = scalars.last else { return self }
        if first.isBlank || last.isBlank || utf8.contains(where: { $0 >= 0x80 }) {
            let seen = String(String.UnicodeScalarView(Self.seen(in: scalars))).unicodeScalars
            guard let start = seen.firstIndex(where: { !$0.isBlank }), let end = seen.lastIndex(where: { !$0.isBlank })
            else { return "" }
            return String(seen[start...end])
        }
        return self
    }

    private static func seen(in scalars: UnicodeScalarView) -> [Unicode.Scalar] {
        var isInFlag = false
        var seen: [Unicode.Scalar] = []
        for scalar in scalars {
            let isTag = scalar.isTag
            isInFlag = scalar == "\u{1F3F4}" || (isInFlag && isTag)
            if scalar.isUnseenMark || (isTag && !isInFlag) { continue }
            if scalar.isBlankCell, !(seen.last?.isBrailleCell ?? false) { continue }
            if scalar.changesWhatItFollows, !scalar.isMeant(behind: seen.last) { continue }
            seen.append(scalar)
        }
        return seen
    }
}

extension JSONValue {
    /// The value with every text in it cleaned; the names of members are no texts.
    public var cleaned: JSONValue {
        switch self {
        case .null, .bool, .number: self
        case .text(let text): .text(text.cleaned)
        case .array(let values): .array(values.map(\.cleaned))
        case .object(let members): .object(members.map { JSONMember($0.name, $0.value.cleaned) })
        }
    }
}

extension Unicode.Scalar {
    /// Whether a text is cut of it at its ends: Unicode's white space, and a cell of Braille without dots.
    fileprivate var isBlank: Bool {
        switch value {
        case 0x20, 0x09...0x0D: true
        case ..<0x80: false
        default: properties.isWhitespace || isBlankCell
        }
    }

    /// A cell of Braille without dots looks like nothing; behind one that has dots it parts words.
    fileprivate var isBlankCell: Bool { value == 0x2800 }
    fileprivate var isBrailleCell: Bool { (0x2801...0x28FF).contains(value) }

    /// Whether it is left out of every text: soft hyphens, spaces without width, fillers of Hangul, vowels of Khmer that are
    /// not written, marks of direction, byte order marks, signs of mathematics, music and shorthand that are not written,
    /// joiners and fillers of scripts that are written no more, annotations, controls that Unicode gave up or keeps for
    /// later, and what is no character.
    fileprivate var isUnseenMark: Bool {
        switch value {
        case 0xAD, 0x034F, 0x061C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180E, 0x200B, 0x200E...0x200F, 0x202A...0x202E,
            0x2060...0x206F, 0x3164, 0xFDD0...0xFDEF, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0x1107F, 0x13430...0x1343F,
            0x16FE4, 0x1BCA0...0x1BCA3, 0x1D159, 0x1D173...0x1D17A, 0xE0000...0xE001F, 0xE0080...0xE00FF,
            0xE01F0...0xE0FFF:
            true
        default: value & 0xFFFE == 0xFFFE
        }
    }

    /// Whether it is one of the unseen letters of which flags of regions are made.
    fileprivate var isTag: Bool { (0xE0020...0xE007F).contains(value) }

    /// Whether it is a joiner, a non-joiner or a variation selector, of which Mongolian has its own.
    fileprivate var changesWhatItFollows: Bool {
        switch value {
        case 0x180B...0x180D, 0x180F, 0xFE00...0xFE0F, 0xE0100...0xE01EF: true
        default: isJoiner
        }
    }

    private var isJoiner: Bool { value == 0x200C || value == 0x200D }

    /// Whether it changes what stands before it: something that it can change, and that it has not changed already.
    fileprivate func isMeant(behind previous: Unicode.Scalar?) -> Bool {
        guard let previous, !previous.isBlank, !previous.isOfOneShape, !(isJoiner && previous.isASCII) else {
            return false
        }
        return previous != self && (isJoiner || previous.isJoiner || !previous.changesWhatItFollows)
    }

    /// Whether it is a letter of an alphabet whose letters have no other shapes, or an accent of one: Latin, Greek,
    /// Cyrillic; or a mark of punctuation. A digit, `#`, `*`, `©`, `®`, `‼` and `⁉` can be pictures of themselves.
    private var isOfOneShape: Bool {
        switch value {
        case 0x21...0x22, 0x24...0x29, 0x2B...0x2F, 0x3A...0x7E, 0xA1...0xA8, 0xAA...0xAD, 0xAF...0x02AF,
            0x0300...0x052F, 0x1E00...0x1FFF, 0x2010...0x2027, 0x2030...0x203B, 0x203D...0x2048, 0x204A...0x205E,
            0x2C60...0x2C7F, 0xA720...0xA7FF, 0xAB30...0xAB6F, 0xFF21...0xFF3A, 0xFF41...0xFF5A:
            true
        default: false
        }
    }
}
