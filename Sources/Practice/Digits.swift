extension Sequence<UInt8> {
    /// The bytes as text of digits that hold so many bits each, without padding (RFC 4648): what is left at the end is
    /// filled up with zeros.
    func text(bitsPerDigit width: Int, _ digit: (UInt8) -> UInt8) -> String {
        let mask: UInt32 = 1 << UInt32(width) - 1
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in self {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= width {
                bits -= width
                text.append(digit(UInt8(truncatingIfNeeded: buffer >> UInt32(bits) & mask)))
            }
        }
        if bits > 0 { text.append(digit(UInt8(truncatingIfNeeded: buffer << UInt32(width - bits) & mask))) }
        return String(decoding: text, as: UTF8.self)
    }
}
