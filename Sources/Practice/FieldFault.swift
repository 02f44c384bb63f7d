/// One thing that is wrong with what somebody sent. All faults of an input are told at once.
public struct FieldFault: Error, Sendable, Hashable {
    /// Where: a JSON pointer into the body (RFC 6901), or the name of a query parameter.
    public var pointer: String
    /// What, in a word that programs can rely on: `required`, `too_long`, …
    public var code: String
    /// What, in plain words for a person. It never repeats what was sent.
    public var detail: String

    /// A fault at a place.
    public init(_ pointer: String, _ code: String, _ detail: String) {
        self.pointer = pointer
        self.code = code
        self.detail = detail
    }
}

/// All that is wrong with an input; never empty when thrown.
public struct FieldFaults: Error, Sendable, Hashable {
    /// The faults, in the order of the input.
    public var faults: [FieldFault]

    /// Collects faults.
    public init(_ faults: [FieldFault]) {
        self.faults = faults
    }
}

extension String {
    /// This text as one step of a JSON pointer: `~` and `/` are escaped (RFC 6901, 3).
    public var asPointerStep: String {
        guard utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return self }
        var step = ""
        for character in unicodeScalars {
            switch character {
            case "~": step += "~0"
            case "/": step += "~1"
            default: step.unicodeScalars.append(character)
            }
        }
        return step
    }
}
