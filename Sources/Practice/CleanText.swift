extension String {
    /// The text as it is taken, from whoever sends it: without blanks and line breaks at its ends, and anywhere without marks
    /// that nobody sees and that mean nothing but how other text is shown. Such a mark can turn around what is shown behind
    /// a name (U+202E), or make two names of what looks like one.
    ///
    /// What makes one letter or picture of several is kept: joiners and non-joiners, which names in Persian and in the
    /// scripts of India need, variation selectors, and the tags behind a black flag.
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
        return scalars.filter { scalar in
            let isTag = scalar.isTag
            isInFlag = scalar == "\u{1F3F4}" || (isInFlag && isTag)
            return !scalar.isUnseenMark && (!isTag || isInFlag)
        }
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
    /// Whether a text is cut of it at its ends: Unicode's white space.
    fileprivate var isBlank: Bool {
        switch value {
        case 0x20, 0x09...0x0D: true
        case ..<0x80: false
        default: properties.isWhitespace
        }
    }

    /// Whether it is left out of every text: soft hyphens, spaces without width, marks of direction, byte order marks, signs of
    /// mathematics that are not written, annotations, and controls that Unicode gave up.
    fileprivate var isUnseenMark: Bool {
        switch value {
        case 0xAD, 0x061C, 0x180E, 0x200B, 0x200E...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F, 0xFEFF,
            0xFFF9...0xFFFB:
            true
        default: false
        }
    }

    /// Whether it is one of the unseen letters of which flags of regions are made.
    fileprivate var isTag: Bool { value == 0xE0001 || (0xE0020...0xE007F).contains(value) }
}
