/// One thing that is wrong with what somebody sent. All faults of an input are told at once.
public struct FieldFault: Sendable, Hashable {
    /// Where: a JSON pointer into the body (RFC 6901), or the name of a query parameter.
    public let pointer: String
    /// What, in a word that programs can rely on: `required`, `too_long`, …
    public let code: String
    /// What, in plain words for a person. It never repeats what was sent.
    public let detail: String

    /// A fault at a place.
    public init(_ pointer: String, _ code: String, _ detail: String) {
        self.pointer = pointer
        self.code = code
        self.detail = detail
    }

    /// The same fault, of an input that is a part of a larger one: `/schedule` before the pointer.
    public func within(_ pointer: String) -> FieldFault { FieldFault(pointer + self.pointer, code, detail) }
}

/// All that is wrong with an input; never empty when thrown.
public struct FieldFaults: Error, Sendable, Hashable {
    /// The faults, in the order of the input.
    public var faults: [FieldFault]

    /// Collects faults.
    public init(_ faults: [FieldFault]) {
        self.faults = faults
    }

    /// The same faults, of an input that is a part of a larger one: `/schedule` before every pointer.
    public func within(_ pointer: String) -> FieldFaults {
        FieldFaults(faults.map { $0.within(pointer) })
    }
}
