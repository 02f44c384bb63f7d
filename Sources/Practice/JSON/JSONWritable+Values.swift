import JSON

import struct Foundation.UUID

extension UUID: JSONWritable {
    public func write(to json: inout JSONWriter) { ID<Void>(self).write(to: &json) }
}

extension ID: JSONWritable {
    public func write(to json: inout JSONWriter) { json.plain { append(to: &$0) } }
}

extension Day: JSONWritable {
    public func write(to json: inout JSONWriter) { json.plain { append(to: &$0) } }
}

extension PartialDay: JSONWritable {
    public func write(to json: inout JSONWriter) { json.text(description) }
}

extension Instant: JSONWritable {
    public func write(to json: inout JSONWriter) { json.plain { append(to: &$0) } }
}

extension LocalTime: JSONWritable {
    public func write(to json: inout JSONWriter) { json.text(description) }
}

extension TimeZoneID: JSONWritable {
    public func write(to json: inout JSONWriter) { json.text(name) }
}
