import JSON
import Practice

extension JSONObjectReader {
    /// Reads a whole body.
    ///
    /// - Throws: a ``Problem``: 400 when the bytes are not JSON, 422 with all faults otherwise.
    static func read<Value>(
        _ bytes: UnsafeBufferPointer<UInt8>, at now: Instant? = nil, cursors: CursorBinding? = nil,
        _ read: (inout JSONObjectReader) -> Value
    ) throws(Problem) -> Value {
        try readWhole(bytes, at: now, cursors: cursors, read).value
    }

    /// Reads a whole body, and gives what the database has to judge of it too: ids, and days that must have come.
    static func readWhole<Value>(
        _ bytes: UnsafeBufferPointer<UInt8>, at now: Instant? = nil, cursors: CursorBinding? = nil,
        _ read: (inout JSONObjectReader) -> Value
    ) throws(Problem) -> (value: Value, references: [Reference], days: [NamedDay]) {
        let parsed: JSONParser.Parsed
        do throws(JSONFault) { parsed = try JSONParser.parse(bytes).get() } catch { throw Problem(error) }
        guard case .object(let members) = parsed.value else {
            throw .invalid(parsed.faults + [FieldFault("", "wrong_type", "The body must be an object.")])
        }
        let asked = Asked(now: now, cursors: cursors)
        var reader = JSONObjectReader(members, FaultSink(parsed.faults, context: asked))
        let value = read(&reader)
        let sink = reader.finish()
        if !sink.faults.isEmpty { throw .invalid(sink.faults) }
        if let problem = sink.asked.cursorFault { throw problem }
        return (value, sink.asked.references, sink.asked.days)
    }

    /// The page that a search by POST asks for: the members `limit` (1–100, 25 when absent) and `cursor`.
    public mutating func page() -> Page {
        let limit = optional("limit", .integer(Page.limits)) ?? Page.usualLimit
        let cursors = faults.asked.cursors?.filtered(by: members)
        guard let cursor = optional("cursor", .line(1...4096)) else { return Page(limit: limit, cursors: cursors) }
        guard let after = cursors?.open(cursor) else {
            faults.asked.cursorFault = .invalidCursor
            return Page(limit: limit, cursors: cursors)
        }
        return Page(limit: limit, after: after, cursors: cursors)
    }
}
