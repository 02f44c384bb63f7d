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
    package let members: [JSONMember]
    private var isTaken: [Bool]
    package var faults: FaultSink

    package init(_ members: [JSONMember], _ faults: FaultSink) {
        self.members = members
        self.faults = faults
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

    /// Takes what nobody has taken, and records one fault of all of it, at the object itself.
    package mutating func refuseRest(_ code: String, _ detail: String) {
        if isTaken.contains(false) { faults.record(code, detail) }
        ignoreRest()
    }

    /// Takes what nobody has taken: where something else is wrong, nothing can be said of it.
    package mutating func ignoreRest() {
        isTaken = isTaken.map { _ in true }
    }

    /// Ends the reading: what was not taken is unknown.
    package mutating func finish() -> FaultSink {
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
