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
