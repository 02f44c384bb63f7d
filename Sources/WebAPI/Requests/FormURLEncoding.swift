import JSON
import Practice

/// `application/x-www-form-urlencoded` as browsers and curl write it.
enum FormURLEncoding {
    static func parse(_ query: Substring, _ faults: inout FaultSink) -> [(name: String, value: String)] {
        guard !query.isEmpty else { return [] }
        var parameters: [(name: String, value: String)] = []
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1] : parts[0].prefix(0)
            guard let name = decode(parts[0]), let value = decode(value)
            else {
                faults.record("malformed", "The query is not percent-encoded UTF-8 text.")
                continue
            }
            parameters.append((name, value))
        }
        return parameters
    }

    /// Decodes a component; nil for a bad escape, bytes that are not UTF-8, and NUL.
    static func decode(_ text: Substring.UTF8View, plusIsSpace: Bool = true) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(Hex.value), let low = rest.popFirst().flatMap(Hex.value) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }
}
