import Practice

/// What a merge patch says about a member (RFC 7396): nothing, remove it, or this value.
public enum Patch<Value: Sendable>: Sendable {
    case absent
    case null
    case value(Value)

    /// What the member becomes, given what it is now.
    public func applied(to current: Value?) -> Value? {
        switch self {
        case .absent: current
        case .null: nil
        case .value(let value): value
        }
    }

    /// Whether the patch leaves the member as it is.
    public var isAbsent: Bool {
        if case .absent = self { true } else { false }
    }
}

/// Reads the members of one object, strictly. Each method takes one member; what no method took is unknown, and
/// refused. Nothing throws: a fault is recorded with its pointer and a placeholder returned, so that the one who
/// sent the body learns of every fault at once. No placeholder reaches a handler.
///
/// ```swift
/// let request = try call.body { body in
///     NewClient(
///         givenName: body.required("givenName", .line(1...100)),
///         bornOn: body.optional("bornOn", .day))
/// }
/// ```
public struct JSONObjectReader {
    private let members: [JSONMember]
    private var isTaken: [Bool]
    private var faults: FaultSink
    private let cursors: CursorBinding?
    private(set) var cursorFault: Problem?

    init(_ members: [JSONMember], _ faults: FaultSink, _ cursors: CursorBinding? = nil) {
        self.members = members
        self.faults = faults
        self.cursors = cursors
        isTaken = [Bool](repeating: false, count: members.count)
    }

    /// A member that must be there.
    public mutating func required<Value>(_ name: String, _ shape: JSONShape<Value>) -> Value {
        guard let json = take(name), json != .null else {
            faults.record(member: name, "required", "This is required.")
            return shape.placeholder()
        }
        return read(name, json, shape) ?? shape.placeholder()
    }

    /// A member that may be absent or null.
    public mutating func optional<Value>(_ name: String, _ shape: JSONShape<Value>) -> Value? {
        guard let json = take(name), json != .null else { return nil }
        return read(name, json, shape)
    }

    /// A member of a merge patch whose value may be removed with null.
    public mutating func patch<Value>(_ name: String, _ shape: JSONShape<Value>) -> Patch<Value> {
        guard let json = take(name) else { return .absent }
        if json == .null { return .null }
        return read(name, json, shape).map(Patch.value) ?? .absent
    }

    /// A member of a merge patch whose value can be changed but not removed: nil when it is absent.
    public mutating func change<Value>(_ name: String, _ shape: JSONShape<Value>) -> Value? {
        guard let json = take(name) else { return nil }
        if json == .null {
            faults.record(member: name, "required", "This can be changed, but not removed.")
            return nil
        }
        return read(name, json, shape)
    }

    /// The page that a search by POST asks for: the members `limit` (1–100, 25 when absent) and `cursor`.
    public mutating func page() -> Page {
        let limit = optional("limit", .integer(Page.limits)) ?? Page.usualLimit
        let cursors = cursors?.filtered(by: members)
        guard let cursor = optional("cursor", .line(1...4096)) else { return Page(limit: limit, cursors: cursors) }
        guard let after = cursors?.open(cursor) else {
            cursorFault = .invalidCursor
            return Page(limit: limit, cursors: cursors)
        }
        return Page(limit: limit, after: after, cursors: cursors)
    }

    /// Records a fault of a member that only the reader's user can see, such as an end before its start.
    public mutating func fault(_ name: String, _ code: String, _ detail: String) {
        faults.record(member: name, code, detail)
    }

    /// Records a fault of a member unless a condition holds.
    public mutating func check(
        _ condition: @autoclosure () -> Bool, _ name: String, _ code: String, _ detail: String
    ) {
        if !faults.isMuted, !condition() { fault(name, code, detail) }
    }

    /// Records what another reader found wrong in this object, or in one of its members.
    public mutating func record(_ found: FieldFaults, in name: String? = nil) {
        if let name { faults.path.enter(member: name) }
        faults.record(found)
        if name != nil { faults.path.leave() }
    }

    /// How many faults have been found so far: if no more than before, what was read in between is sound.
    public var faultCount: Int { faults.faults.count }

    /// Takes members that say nothing beside the others, where they were sent with their documented default: who fills in all
    /// defaults is told of none of them.
    public mutating func allowDefaults(_ usual: KeyValuePairs<String, JSONValue>) {
        for (name, value) in usual {
            guard let index = members.firstIndex(where: { $0.name == name }), members[index].value.isSame(as: value)
            else { continue }
            isTaken[index] = true
        }
    }

    /// Whether the member was sent, is not null, and nobody has taken it.
    public func isLeft(_ name: String) -> Bool {
        members.indices.contains { members[$0].name == name && members[$0].value != .null && !isTaken[$0] }
    }

    /// Whether the member was sent, be it null.
    public func has(_ name: String) -> Bool { members.contains { $0.name == name } }

    /// Ends the reading: what was not taken is unknown.
    mutating func finish() -> FaultSink {
        for (index, member) in members.enumerated() where !isTaken[index] {
            faults.record(member: member.name, "unknown_member", "There is no such member here.")
        }
        return faults
    }

    static func placeholder<Value>(_ read: (inout JSONObjectReader) -> Value) -> Value {
        var faults = FaultSink()
        faults.isMuted = true
        var reader = JSONObjectReader([], faults)
        return read(&reader)
    }

    private mutating func take(_ name: String) -> JSONValue? {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
        isTaken[index] = true
        return members[index].value
    }

    private mutating func read<Value>(_ name: String, _ json: JSONValue, _ shape: JSONShape<Value>) -> Value? {
        faults.path.enter(member: name)
        defer { faults.path.leave() }
        return shape.read(json, &faults)
    }
}

extension JSONValue {
    /// Whether two values are one, however their numbers are written.
    fileprivate func isSame(as other: JSONValue) -> Bool {
        if case .number(let number) = self, case .number(let second) = other { return number.integer == second.integer }
        return self == other
    }
}

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
        let parsed = try JSONParser.parse(bytes).get()
        guard case .object(let members) = parsed.value else {
            throw .invalid(parsed.faults + [FieldFault("", "wrong_type", "The body must be an object.")])
        }
        var reader = JSONObjectReader(members, FaultSink(parsed.faults, at: now), cursors)
        let value = read(&reader)
        let sink = reader.finish()
        if !sink.faults.isEmpty { throw .invalid(sink.faults) }
        if let problem = reader.cursorFault { throw problem }
        return (value, sink.references, sink.days)
    }
}
