import Practice

/// A streak without punishment.
///
/// The story of a client's homework is told by two kinds of events, in the order in which they happened: a piece was handed
/// in, or its time passed without it (its due time, with the grace). A run is what was handed in between two of the latter.
/// So a gap ends the present run and touches nothing that was reached: ``done`` and ``longest`` only ever grow, because what
/// happened stays happened. To be taken back, sent back or withdrawn takes nothing away. (A due time that somebody puts into
/// the past would be an event in the past: the planner makes none.)
struct ProgressRun: Sendable, Hashable {
    /// How many were handed in since the last gap.
    private(set) var present = 0
    /// The longest run there ever was.
    private(set) var longest = 0
    /// How many were ever handed in.
    private(set) var done = 0
    /// When each was, in that order.
    private(set) var hours: [Instant] = []
    /// When one was handed in after a gap or a pause that followed another.
    private(set) var returns: [Instant] = []
    private var hasPause = false

    init(_ pieces: [ClientProgress.Piece], at now: Instant) {
        var events: [(at: Instant, kind: Event)] = []
        for piece in pieces {
            guard let detail = piece.detail else { continue }
            if let reachedAt = detail.reachedAt { events.append((reachedAt, .done)) }
            let isInTime = detail.reachedAt.map { $0 <= detail.lateFrom } ?? false
            if detail.lateFrom <= now, !isInTime { events.append((detail.lateFrom, piece.isDue ? .gap : .pause)) }
        }
        for event in events.sorted(by: { ($0.at, $0.kind.rawValue) < ($1.at, $1.kind.rawValue) }) {
            note(event.kind, event.at)
        }
    }

    private enum Event: Int {
        case done, gap
        /// The time of a piece that was withdrawn, which breaks no run; but to go on after it is to come back.
        case pause
    }

    private mutating func note(_ event: Event, _ at: Instant) {
        guard event == .done else {
            hasPause = true
            if event == .gap { present = 0 }
            return
        }
        if hasPause, done > 0 { returns.append(at) }
        hasPause = false
        done += 1
        present += 1
        longest = max(longest, present)
        hours.append(at)
    }
}
