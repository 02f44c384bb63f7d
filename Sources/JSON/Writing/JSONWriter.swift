/// What can be written as one JSON value.
public protocol JSONWritable {
    /// Writes exactly one value.
    func write(to json: inout JSONWriter)
}

/// Writes JSON straight to bytes: no tree, no `Codable`, no dictionary.
///
/// Commas take care of themselves: a member or element writes one unless the byte before it opens its container.
public struct JSONWriter: Sendable {
    /// What has been written so far.
    public internal(set) var bytes: [UInt8] = []

    /// Makes an empty writer with room for a usual answer.
    public init(reservingCapacity capacity: Int = 1024) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes an object; the closure writes its members.
    @inlinable
    public mutating func object(_ members: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes an array; the closure writes its elements.
    @inlinable
    public mutating func array(_ elements: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        elements(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes a member whose value is written by a closure.
    @inlinable
    public mutating func member(_ name: StaticString, _ value: (inout JSONWriter) -> Void) {
        self.name(name)
        value(&self)
    }

    /// Writes a member. The name is one of ours and needs no escape.
    @inlinable
    public mutating func member(_ name: StaticString, _ value: some JSONWritable) {
        self.name(name)
        value.write(to: &self)
    }

    /// Writes a member when there is a value, and nothing when there is none.
    @inlinable
    public mutating func member(_ name: StaticString, ifPresent value: (some JSONWritable)?) {
        if let value { member(name, value) }
    }

    /// Writes a member that is an object.
    @inlinable
    public mutating func object(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
        self.name(name)
        object(members)
    }

    /// Writes a member that is an array of the values given.
    @inlinable
    public mutating func array(_ name: StaticString, _ values: some Sequence<some JSONWritable>) {
        self.name(name)
        array { json in
            for value in values { json.element(value) }
        }
    }

    /// Writes an element of an array.
    @inlinable
    public mutating func element(_ value: some JSONWritable) {
        separate()
        value.write(to: &self)
    }

    /// Writes a text, escaped.
    public mutating func text(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let wrote: Void? = text.utf8.withContiguousStorageIfAvailable { escape($0) }
        if wrote == nil { Array(text.utf8).withUnsafeBufferPointer { escape($0) } }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes text that needs no escape, between quotes; the closure appends it.
    public mutating func plain(_ append: (inout [UInt8]) -> Void) {
        bytes.append(UInt8(ascii: "\""))
        append(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes bytes that are JSON already, such as a `jsonb` column's.
    public mutating func raw(_ json: some Sequence<UInt8>) {
        bytes.append(contentsOf: json)
    }

    /// Writes `null`.
    public mutating func null() { word("null") }

    package mutating func word(_ word: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// Writes a member whose name was not known when this was compiled.
    public mutating func member(named name: String, _ value: some JSONWritable) {
        separate()
        text(name)
        bytes.append(UInt8(ascii: ":"))
        value.write(to: &self)
    }

    @usableFromInline
    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        word(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    @usableFromInline
    mutating func open(_ bracket: UInt8) { bytes.append(bracket) }

    @usableFromInline
    mutating func close(_ bracket: UInt8) { bytes.append(bracket) }

    @usableFromInline
    mutating func separate() {
        guard let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") else { return }
        bytes.append(UInt8(ascii: ","))
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: text[start..<index])
            escape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: text[start...])
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            word("u00")
            bytes.append(UInt8(ascii: "0") + (byte >> 4))
            bytes.append((byte & 0xF) + (byte & 0xF < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        }
    }
}
