/// The digits of a JSON number that say something, and the power of ten by which they are multiplied: exact, and as short
/// as the text, whatever its exponent.
struct JSONDigits {
    private let isNegative: Bool
    private let digits: [UInt8]
    private let exponent: Int

    /// More than any number that is kept has digits.
    private static let exponentLimit = 1_000_000

    /// Takes a number of the grammar of RFC 8259.
    init(_ text: String) {
        var (digits, places, written) = ([UInt8](), 0, 0)
        var (isFraction, isExponent, hasNegativeExponent) = (false, false, false)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9") where isExponent:
                written = min(written * 10 + Int(byte & 0xF), Self.exponentLimit)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if isFraction { places += 1 }
                if byte != UInt8(ascii: "0") || !digits.isEmpty { digits.append(byte & 0xF) }
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): isExponent = true
            case UInt8(ascii: "-") where isExponent: hasNegativeExponent = true
            default: break
            }
        }
        let zeros = digits.reversed().prefix { $0 == 0 }.count
        self.digits = digits.dropLast(zeros)
        exponent = (hasNegativeExponent ? -written : written) - places + zeros
        isNegative = text.utf8.first == UInt8(ascii: "-")
    }

    /// Nothing is left behind the point.
    var isWhole: Bool { digits.isEmpty || exponent >= 0 }

    /// Nil when the number is not whole, or does not fit.
    var integer: Int? {
        if digits.isEmpty { return 0 }
        guard exponent >= 0, digits.count + exponent <= 19 else { return nil }
        var value = 0
        for digit in digits + [UInt8](repeating: 0, count: exponent) {
            let (tenfold, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) =
                isNegative
                ? tenfold.subtractingReportingOverflow(Int(digit)) : tenfold.addingReportingOverflow(Int(digit))
            guard !isTooLarge, !overflows else { return nil }
            value = sum
        }
        return value
    }
}
