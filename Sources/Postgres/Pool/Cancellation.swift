/// The cancelling of what runs on one connection. Pure.
///
/// PostgreSQL cancels whatever runs when the request arrives, not what was meant. While a request is in the air
/// nothing new is sent on the connection; what was in flight until it landed may be hit in innocence and is sent again.
struct Cancellation {
    private enum Phase {
        case none
        case flying
        /// Landed; this many segments were in flight then and may still be hit.
        case landed(exposed: Int)
    }

    private var phase = Phase.none

    /// Nothing may be sent on the connection now.
    var isFlying: Bool {
        if case .flying = phase { true } else { false }
    }

    /// A segment that fails as cancelled, though nobody cancelled it, was hit in innocence.
    var excuses: Bool {
        if case .none = phase { false } else { true }
    }

    /// The segment at the head is to be cancelled; true if a request is to be sent now.
    mutating func begin() -> Bool {
        guard !isFlying else { return false }
        phase = .flying
        return true
    }

    /// The request was delivered, while this many segments were in flight.
    mutating func landed(inFlight: Int) {
        phase = inFlight == 0 ? .none : .landed(exposed: inFlight)
    }

    /// A segment was answered.
    mutating func answered() {
        guard case .landed(let exposed) = phase else { return }
        phase = exposed > 1 ? .landed(exposed: exposed - 1) : .none
    }
}
