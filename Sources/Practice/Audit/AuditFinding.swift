import Foundation

/// Something in the audit that the server did not write as it stands.
public enum AuditFinding: Sendable, Hashable, CustomStringConvertible {
    /// A row whose proof is not of this server: inserted, or its request id changed.
    case rowNotAsked(event: Int)
    /// Rows of one request that tell different things, or twice what a request does once: one of them was inserted.
    case requestContradicted(request: UUID, event: Int)
    /// The rows under a seal, or what the seal says of itself, are not what was sealed.
    case sealBroken(seal: Int, rows: Int, rowsSealed: Int)
    /// A seal that does not follow the one before it.
    case sealUnlinked(seal: Int)
    /// Seals that should lie between others and are gone.
    case sealsMissing(ClosedRange<Int>)
    /// Rows that name a seal which does not exist.
    case rowsWithoutTheirSeal(seal: Int, rows: Int)
    /// The chain is shorter than the remembered head.
    case chainCut(remembered: Int)
    /// The seal of the remembered head's number is another one.
    case chainRewritten(remembered: Int)

    public var description: String {
        switch self {
        case .rowNotAsked(let event): "event \(event): not written by this server"
        case .requestContradicted(let request, let event):
            "event \(event): request \(request.uuidString.lowercased()) is told more than once, differently"
        case .sealBroken(let seal, let rows, let sealed) where rows < sealed:
            "seal \(seal): \(sealed - rows) of \(sealed) events are missing"
        case .sealBroken(let seal, let rows, let sealed) where rows > sealed:
            "seal \(seal): \(rows - sealed) events were added to \(sealed)"
        case .sealBroken(let seal, _, _): "seal \(seal): an event, or the seal itself, was changed"
        case .sealUnlinked(let seal): "seal \(seal): does not follow the seal before it"
        case .sealsMissing(let seals) where seals.count == 1: "seal \(seals.lowerBound): missing"
        case .sealsMissing(let seals): "seals \(seals.lowerBound) to \(seals.upperBound): missing"
        case .rowsWithoutTheirSeal(let seal, let rows): "seal \(seal): missing, though \(rows) events name it"
        case .chainCut(let remembered): "the chain ends before the remembered seal \(remembered)"
        case .chainRewritten(let remembered): "seal \(remembered) is not the remembered one"
        }
    }
}

/// What a verification went through.
public struct AuditSummary: Sendable, Hashable {
    /// How many rows there are.
    public internal(set) var events = 0
    /// How many of them no seal covers yet. Only their proofs could be checked.
    public internal(set) var unsealed = 0
    /// How many seals there are.
    public internal(set) var seals = 0
    /// How many findings were reported.
    public internal(set) var findings = 0
    /// The last seal; nil while there is none. Keep it where nobody who can change the database can change it.
    public internal(set) var head: AuditHead?
}
