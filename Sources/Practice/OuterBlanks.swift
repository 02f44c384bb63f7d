extension String {
    /// The text without what cannot be seen at its beginning and its end: blanks of every kind, line breaks, and the marks that
    /// other programs put around what is copied out of them (zero-width spaces, byte order marks, marks of direction). What
    /// stands between is left as it is, and so is what makes one letter or picture of several: joiners, variation selectors.
    public var withoutOuterBlanks: String {
        let scalars = unicodeScalars
        guard let first = scalars.first, let last = scalars.last, first.isOuterBlank || last.isOuterBlank else {
            return self
        }
        guard let start = scalars.firstIndex(where: { !$0.isOuterBlank }),
            let end = scalars.lastIndex(where: { !$0.isOuterBlank })
        else { return "" }
        return String(scalars[start...end])
    }
}

extension JSONValue {
    /// The value with every text in it cut; the names of members are no texts.
    public var withoutOuterBlanks: JSONValue {
        switch self {
        case .null, .bool, .number: self
        case .text(let text): .text(text.withoutOuterBlanks)
        case .array(let values): .array(values.map(\.withoutOuterBlanks))
        case .object(let members): .object(members.map { JSONMember($0.name, $0.value.withoutOuterBlanks) })
        }
    }
}

extension Unicode.Scalar {
    /// Whether a text is cut of it at its ends: Unicode's white space, and marks that are invisible and mean nothing there.
    fileprivate var isOuterBlank: Bool {
        switch value {
        case 0x20, 0x09...0x0D: true
        case ..<0x80: false
        case 0xAD, 0x061C, 0x180E, 0x200B, 0x200E...0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: true
        default: properties.isWhitespace
        }
    }
}
