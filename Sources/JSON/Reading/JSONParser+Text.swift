extension JSONParser {
    /// Reads a string from its opening quote. Runs without an escape are taken as they are.
    mutating func text() throws(Malformed) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return String(decoding: bytes[start..<position], as: UTF8.self)
            case UInt8(ascii: "\\"): return try escapedText(from: start)
            case ..<0x20: throw malformed("a control character must be escaped")
            default: position += 1
            }
        }
        throw malformed("the end of a text was expected")
    }

    private mutating func escapedText(from start: Int) throws(Malformed) -> String {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: scratch, as: UTF8.self)
            case UInt8(ascii: "\\"):
                position += 1
                try escape()
            case ..<0x20: throw malformed("a control character must be escaped")
            default:
                scratch.append(byte)
                position += 1
            }
        }
        throw malformed("the end of a text was expected")
    }

    private mutating func escape() throws(Malformed) {
        guard let byte = peek() else { throw malformed("an escape was expected") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(byte)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"): try unicodeEscape()
        default: throw malformed("an escape was expected")
        }
    }

    private mutating func unicodeEscape() throws(Malformed) {
        let unit = try codeUnit()
        if unit == 0 {
            sink.record("nul", "Text must not contain the character NUL.")
        } else if UTF16.isLeadSurrogate(unit), let trail = try trailSurrogate() {
            append(0x10000 + (UInt32(unit & 0x3FF) << 10) + UInt32(trail & 0x3FF))
        } else if UTF16.isSurrogate(unit) {
            sink.record("lone_surrogate", "Text must not contain half of a surrogate pair.")
        } else {
            append(UInt32(unit))
        }
    }

    /// The second half of a pair, or nil, with nothing consumed, when what follows is not one.
    private mutating func trailSurrogate() throws(Malformed) -> UInt16? {
        let start = position
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            position = start
            return nil
        }
        let unit = try codeUnit()
        if UTF16.isTrailSurrogate(unit) { return unit }
        position = start
        return nil
    }

    private mutating func codeUnit() throws(Malformed) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Hex.value(byte) else {
                throw malformed("four hexadecimal digits were expected")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private mutating func append(_ value: UInt32) {
        guard let scalar = Unicode.Scalar(value) else { return }
        scratch.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }

    /// Passes over a string without reading it.
    mutating func skipText() throws(Malformed) {
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        throw malformed("the end of a text was expected")
    }
}
