/// Lower-case hexadecimal digits, without a table in memory.
enum Hex {
    /// The ASCII digit of the low four bits.
    @inline(__always)
    static func digit(_ nibble: UInt8) -> UInt8 {
        let value = nibble & 0x0F
        return value < 10 ? 0x30 &+ value : 0x57 &+ value
    }

    /// The value of an ASCII hexadecimal digit of either case, or nil.
    @inline(__always)
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit &- 0x30
        case 0x61...0x66: digit &- 0x57
        case 0x41...0x46: digit &- 0x37
        default: nil
        }
    }
}
