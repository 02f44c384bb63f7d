import Foundation

/// By what a telephone number and an e-mail address are known again, however somebody wrote them: limits and duplicates go
/// by meaning, not by spelling. `public.phone_key` and `public.email_key` in the database say the same.
public enum ContactKey {
    /// The digits of a telephone number from the last to the first, without the country code of North America and without
    /// an extension; nil where there is no digit.
    public static func phone(_ text: String) -> String? {
        let scalars = Array(text.precomposedStringWithCompatibilityMapping.lowercased().unicodeScalars)
        var digits = scalars[..<(extensionStart(in: scalars) ?? scalars.count)].filter(\.isDigit)
        let prefix = digits.count - 10
        if (prefix == 1 && digits.starts(with: "1".unicodeScalars))
            || (prefix == 3 && digits.starts(with: "001".unicodeScalars))
        {
            digits.removeFirst(prefix)
        }
        guard !digits.isEmpty else { return nil }
        return String(String.UnicodeScalarView(digits.reversed()))
    }

    /// All the numbers that somebody could read in a telephone number, for limits: each run of ten digits in it, whatever stands
    /// between, before and behind, in whatever script. So a prefix, an extension or a second number makes no new bucket.
    /// Sorted, so that whoever counts them locks them in one order; empty where there is no digit.
    public static func phoneNumbers(in text: String) -> [String] {
        let digits = text.unicodeScalars.compactMap { scalar in
            scalar.properties.numericType == .decimal ? scalar.properties.numericValue.map { String(Int($0)) } : nil
        }
        guard digits.count > 10 else { return digits.isEmpty ? [] : [digits.joined()] }
        return Set((0...digits.count - 10).map { digits[$0..<$0 + 10].joined() }).sorted()
    }

    /// An e-mail address without blanks around it and without case. Dots and what follows a plus stay: who may say that
    /// two mailboxes are one is the mail server of that domain.
    public static func email(_ text: String) -> String {
        let trimmed = text.trimmingCharacters(in: CharacterSet(charactersIn: " \t\r\n"))
        var lowered = String.UnicodeScalarView()
        // Letter by letter, as the database does it: what a letter becomes does not hang on its neighbours.
        for scalar in trimmed.precomposedStringWithCanonicalMapping.unicodeScalars {
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            lowered.append(lower.first.map { lower.count == 1 || $0 == "i" ? $0 : scalar } ?? scalar)
        }
        return String(lowered)
    }

    /// Where an extension begins: after a digit, with nothing but signs between, an `x`, `ext` or `#`.
    private static func extensionStart(in scalars: [Unicode.Scalar]) -> Int? {
        for index in scalars.indices where scalars[index].isDigit {
            var next = index + 1
            while next < scalars.count, !scalars[next].isDigit, !("a"..."z").contains(scalars[next]) {
                if scalars[next] == "#" { return index + 1 }
                next += 1
            }
            let rest = scalars[next...]
            if rest.first == "x" || rest.starts(with: "ext".unicodeScalars) { return index + 1 }
        }
        return nil
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
