import Synchronization

/// Statements that go to the server together and end with one `Sync`: all are kept or none.
///
/// Made by the caller, then owned by the reactor's thread, which answers it exactly once.
final class Segment: Sendable {
    typealias Outcome = Result<[ResultSet], PostgresError>

    let statements: [Statement]
    let kind: Kind
    /// When its transaction's time is over.
    let deadline: ContinuousClock.Instant?
    /// How long a silent server is waited for once it has turned to this segment; nil for as long as it takes.
    let patience: Duration?
    let continuation: CheckedContinuation<Outcome, Never>?
    private let cancelled = Atomic(false)

    init(
        _ statements: [Statement], kind: Kind = .collect, deadline: ContinuousClock.Instant? = nil,
        patience: Duration? = nil, continuation: CheckedContinuation<Outcome, Never>?
    ) {
        self.deadline = deadline
        self.patience = patience
        self.statements = statements
        self.kind = kind
        self.continuation = continuation
    }

    enum Kind: Sendable {
        /// All results are collected and handed over at the end.
        case collect
        /// `LISTEN` to these channels; those who read them are told when it is done.
        case listen([String])
        /// The rows of the one statement go to a sink as they come.
        case stream(StreamBuffer)
        /// The text goes to the server as it is, with the simple protocol; it may hold many statements.
        case script(String)
    }

    /// Whether its task was cancelled, even before the reactor came to know of the segment.
    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Gives the answer to whoever waits for it.
    func answer(_ outcome: Outcome) {
        if case .stream(let buffer) = kind { buffer.finish(outcome.map { _ in }) }
        continuation?.resume(returning: outcome)
    }

    func cancel() {
        cancelled.store(true, ordering: .relaxed)
    }
}

extension Segment: Hashable {
    static func == (left: Segment, right: Segment) -> Bool { left === right }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
