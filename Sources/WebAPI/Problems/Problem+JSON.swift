import JSON

extension Problem {
    /// 400 (`malformed_json`) of what is not JSON, 422 (`invalid`) with all faults of what is and cannot be meant.
    public init(_ fault: JSONFault) {
        self =
            switch fault {
            case .malformed(let what): .malformedJSON("The body is \(what).")
            case .faults(let faults): .invalid(faults.faults)
            }
    }
}

extension JSONValue {
    /// Reads one JSON document, strictly.
    ///
    /// - Throws: a ``Problem``: 400 when the bytes are not JSON, 422 with what cannot be meant.
    public init(parsing bytes: [UInt8]) throws(Problem) {
        do throws(JSONFault) { try self.init(reading: bytes) } catch { throw Problem(error) }
    }
}
