extension String: JSONWritable {
    public func write(to json: inout JSONWriter) { json.text(self) }
}

extension Bool: JSONWritable {
    public func write(to json: inout JSONWriter) { json.word(self ? "true" : "false") }
}

extension Int: JSONWritable {
    public func write(to json: inout JSONWriter) {
        if self >= 0, self < 10 { return json.raw(CollectionOfOne(UInt8(ascii: "0") + UInt8(self))) }
        json.raw(String(self).utf8)
    }
}

extension Int16: JSONWritable {
    public func write(to json: inout JSONWriter) { Int(self).write(to: &json) }
}

extension Int32: JSONWritable {
    public func write(to json: inout JSONWriter) { Int(self).write(to: &json) }
}

extension Double: JSONWritable {
    /// Writes the shortest text that reads back as the same number; what is not a number is null.
    public func write(to json: inout JSONWriter) {
        guard isFinite else { return json.null() }
        json.raw(description.utf8)
    }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
    /// Writes the value, or null.
    public func write(to json: inout JSONWriter) {
        switch self {
        case .some(let value): value.write(to: &json)
        case .none: json.null()
        }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    public func write(to json: inout JSONWriter) {
        json.array { json in
            for value in self { json.element(value) }
        }
    }
}

extension RawRepresentable where RawValue == String, Self: JSONWritable {
    /// Writes the raw value: declare an enum as `enum Status: String, JSONWritable`.
    public func write(to json: inout JSONWriter) { rawValue.write(to: &json) }
}

extension JSONValue: JSONWritable {
    public func write(to json: inout JSONWriter) { json.raw(bytes) }
}

extension JSONWritable {
    /// The value as bytes.
    public func jsonBytes() -> [UInt8] {
        var json = JSONWriter()
        write(to: &json)
        return json.bytes
    }
}
