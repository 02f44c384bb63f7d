extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC: `2026-01-05T16:00:00Z`, with three or six digits of a fraction where there is one.
    public var description: String { withText { String(decoding: $0, as: UTF8.self) } }

    /// Appends the text of ``description``.
    public func append(to bytes: inout [UInt8]) {
        withText { bytes.append(contentsOf: $0) }
    }

    /// Reads RFC 3339: `T` and `Z` in capitals, an offset in place of `Z`, one to nine digits of a fraction (those
    /// beyond microseconds are dropped). Nil for anything else: a day that does not exist, a leap second, `24:00`.
    public init?(_ text: some StringProtocol) {
        var scanner = TextScanner(text)
        guard let day = scanner.day(), scanner.take("T"),
            let hour = scanner.number(2, upTo: 23), scanner.take(":"),
            let minute = scanner.number(2, upTo: 59), scanner.take(":"),
            let second = scanner.number(2, upTo: 59),
            let fraction = scanner.fraction(),
            let offset = scanner.offset(),
            scanner.isAtEnd
        else { return nil }
        let seconds = day.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset
        let microseconds = Int64(seconds) * 1_000_000 + Int64(fraction)
        self.init(microsecondsSince1970: microseconds)
        guard microsecondsSince1970 == microseconds else { return nil }
    }

    func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 27) { text in
            let seconds = secondsSince1970
            let second = Int(seconds.flooredRemainder(by: 86_400))
            let fraction = Int(microsecondsSince1970.flooredRemainder(by: 1_000_000))
            Day(daysSince1970: Int(seconds.flooredQuotient(by: 86_400))).write(to: text)
            text[10] = UInt8(ascii: "T")
            text.writeDigits(second / 3_600, count: 2, at: 11)
            text[13] = UInt8(ascii: ":")
            text.writeDigits(second / 60 % 60, count: 2, at: 14)
            text[16] = UInt8(ascii: ":")
            text.writeDigits(second % 60, count: 2, at: 17)
            var end = 19
            if fraction != 0 {
                let digits = fraction % 1_000 == 0 ? 3 : 6
                text[19] = UInt8(ascii: ".")
                text.writeDigits(digits == 3 ? fraction / 1_000 : fraction, count: digits, at: 20)
                end = 20 + digits
            }
            text[end] = UInt8(ascii: "Z")
            return body(UnsafeBufferPointer(rebasing: text[...end]))
        }
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Writes a number in decimal with leading zeros.
    func writeDigits(_ number: Int, count digits: Int, at position: Int) {
        var rest = number
        for index in stride(from: position + digits - 1, through: position, by: -1) {
            self[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
