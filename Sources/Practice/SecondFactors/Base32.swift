/// Base 32 as people type it (RFC 4648, 6), without padding.
public enum Base32 {
    /// The text of some bytes.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        bytes.text(bitsPerDigit: 5) { $0 < 26 ? UInt8(ascii: "A") + $0 : UInt8(ascii: "2") + $0 - 26 }
    }
}
