/// How a value is read from JSON: what it must be, and the faults that say what it is not.
///
/// A shape never throws. It records what is wrong and returns nil; the reader then goes on with a placeholder, and
/// the whole body is refused at its end with every fault at once.
public struct JSONShape<Value: Sendable>: Sendable {
    package let placeholder: @Sendable () -> Value
    package let read: @Sendable (JSONValue, inout FaultSink) -> Value?

    package init(
        placeholder: @escaping @autoclosure @Sendable () -> Value,
        read: @escaping @Sendable (JSONValue, inout FaultSink) -> Value?
    ) {
        self.placeholder = placeholder
        self.read = read
    }

    /// Reads a value that was kept as JSON, with the same care as one that was sent.
    ///
    /// - Throws: all faults.
    public func value(of json: JSONValue) throws(FieldFaults) -> Value {
        var faults = FaultSink()
        let value = read(json, &faults)
        guard let value, faults.faults.isEmpty else { throw FieldFaults(faults.faults) }
        return value
    }

    /// A shape that makes a value from what this one reads, or records the fault given when it cannot.
    public func map<Other: Sendable>(
        or placeholder: @escaping @autoclosure @Sendable () -> Other, code: String, detail: String,
        _ make: @escaping @Sendable (Value) -> Other?
    ) -> JSONShape<Other> {
        JSONShape<Other>(placeholder: placeholder()) { json, faults in
            guard let value = read(json, &faults) else { return nil }
            guard let made = make(value) else { return faults.refuse(code, detail) }
            return made
        }
    }
}

extension JSONShape where Value == String {
    /// Text of so many characters (Unicode scalars, as PostgreSQL counts them), cleaned (``Swift/String/cleaned``). Line
    /// breaks and tabs may be in it, other control characters may not; text that must not be empty must not be blank either.
    public static func text(_ length: ClosedRange<Int>) -> Self {
        Self(placeholder: "") { json, faults in faults.text(json, length, allowsLines: true) }
    }

    /// Text on one line: a name, a title. Line breaks at its ends are cut as other blanks are.
    public static func line(_ length: ClosedRange<Int>) -> Self {
        Self(placeholder: "") { json, faults in faults.text(json, length, allowsLines: false) }
    }
}

extension FaultSink {
    /// Every text of a body or a query comes through here, and is cleaned here.
    package mutating func text(
        _ json: JSONValue, _ length: ClosedRange<Int>, allowsLines: Bool, isCleaned: Bool = true
    ) -> String? {
        guard case .text(let sent) = json else { return wrongType("text") }
        let text = isCleaned ? sent.cleaned : sent
        let count = text.unicodeScalars.count
        if !sent.isEmpty, length.lowerBound > 0, JSONValue.text(text).isBlank {
            return refuse("blank", "This must not be blank.")
        }
        if count > length.upperBound {
            return refuse("too_long", "This may have \(length.upperBound) characters at most.")
        }
        if count < length.lowerBound {
            return refuse("too_short", "This must have \(length.lowerBound) characters at least.")
        }
        if text.unicodeScalars.contains(where: { $0.isControl && !(allowsLines && $0.isOfLines) }) {
            return refuse("control_character", "This must not contain control characters.")
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        switch value {
        case ..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Whether it ends a line, or stands between words in one.
    fileprivate var isOfLines: Bool { [0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029].contains(value) }
}
