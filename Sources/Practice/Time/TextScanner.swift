/// Reads fixed-width texts, such as dates, from left to right. Every step answers nil where the text is not as asked.
struct TextScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: some StringProtocol) {
        bytes = Array(text.utf8.prefix(40))
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
        position += 1
        return true
    }

    /// A number of exactly so many digits.
    mutating func number(_ digits: Int, upTo limit: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var number = 0
        for byte in bytes[position..<position + digits] {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        guard number <= limit else { return nil }
        position += digits
        return number
    }

    /// `YYYY-MM-DD`.
    mutating func day() -> Day? {
        guard let year = number(4, upTo: 9999), take("-"), let month = number(2, upTo: 12), take("-"),
            let day = number(2, upTo: 31)
        else { return nil }
        return Day(year: year, month: month, day: day)
    }

    /// Nothing, or a point and one to nine digits: microseconds.
    mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        var digits = 0
        var microseconds = 0
        while digits < 9, let digit = number(1, upTo: 9) {
            if digits < 6 { microseconds = microseconds * 10 + digit }
            digits += 1
        }
        guard digits > 0 else { return nil }
        for _ in 0..<max(0, 6 - digits) { microseconds *= 10 }
        return microseconds
    }

    /// `Z`, or an offset from UTC such as `-07:00`: seconds.
    mutating func offset() -> Int? {
        if take("Z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2, upTo: 23), take(":"), let minutes = number(2, upTo: 59)
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return isEast ? seconds : -seconds
    }
}
