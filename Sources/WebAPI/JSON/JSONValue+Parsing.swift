import Practice

extension JSONValue {
    /// Reads one JSON document, strictly.
    ///
    /// - Throws: a ``Problem`` (400 `malformed_json`) when the bytes are not JSON,
    ///   or (422 `invalid`) with every duplicate member, NUL, lone surrogate and value nested too deep.
    public init(parsing bytes: [UInt8]) throws(Problem) {
        let parsed = try bytes.withUnsafeBufferPointer(JSONParser.parse).get()
        if !parsed.faults.isEmpty { throw .invalid(parsed.faults) }
        self = parsed.value
    }
}
