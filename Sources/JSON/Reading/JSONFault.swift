/// Why bytes were not read.
public enum JSONFault: Error, Sendable, Hashable {
    /// They are not JSON at all: what they are instead, in words that follow "it is".
    case malformed(String)
    /// They are JSON that cannot be meant: with every duplicate member, NUL, lone surrogate and value nested too deep.
    case faults(FieldFaults)
}

extension JSONValue {
    /// Reads one JSON document, strictly.
    public init(reading bytes: [UInt8]) throws(JSONFault) {
        let parsed = try bytes.withUnsafeBufferPointer(JSONParser.parse).get()
        if !parsed.faults.isEmpty { throw .faults(FieldFaults(parsed.faults)) }
        self = parsed.value
    }
}
