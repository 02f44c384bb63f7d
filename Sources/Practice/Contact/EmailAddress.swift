/// An address to which mail can be sent: something, one `@`, a domain with a dot; at most 254 bytes (RFC 5321), and
/// nothing that would mean more than an address in the header of a letter.
public struct EmailAddress: Sendable, Hashable {
    /// The address as it was given.
    public let text: String

    /// Nil for what is no address. White space, control characters and the specials of RFC 5322 are refused, so that an
    /// address can neither end a header line nor name a second person.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, !parts[0].isEmpty, parts[0].count <= 64 else { return nil }
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let hasOnlyPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"\"(),:;<>[\\]".utf8.contains($0) }
        guard hasOnlyPlain, labels.count >= 2, labels.allSatisfy({ !$0.isEmpty && $0.count <= 63 }) else { return nil }
        self.text = text
    }

    /// What follows the `@`.
    public var domain: Substring { text[(text.lastIndex(of: "@").map(text.index(after:)) ?? text.startIndex)...] }
}
