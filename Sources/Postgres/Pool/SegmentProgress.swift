/// Follows the answers to one segment, from its first statement to its `Sync`.
///
/// Pure: takes what libpq gives out, one thing after the other, and says what to do about it.
struct SegmentProgress {
    /// What the server is asked for, in order.
    enum Step: Equatable {
        case prepare(StatementKey)
        case execute(Int)
    }

    /// What libpq gave out.
    enum Received {
        case result
        case failure(PostgresError)
        /// The step did not run, since an earlier one failed.
        case aborted
        /// libpq's null pointer: the step is over.
        case endOfStep
        case sync
    }

    enum Action: Equatable {
        case none
        /// The result belongs to the statement's answer.
        case keep
        case prepared(StatementKey)
        case notPrepared(StatementKey)
        case finished(PostgresError?)
        /// The connection cannot be understood any more.
        case desynchronized
    }

    private let steps: [Step]?
    private let count: Int
    private var position = 0
    private var failure: PostgresError?
    /// The statement that failed, for the place in the code that wrote it.
    private(set) var failedStatement: Int?

    /// A segment of which every statement is prepared already.
    init(statements: Int) {
        steps = nil
        count = statements
    }

    init(steps: [Step]) {
        self.steps = steps
        count = steps.count
    }

    private var step: Step? {
        guard position < count else { return nil }
        return steps?[position] ?? .execute(position)
    }

    mutating func receive(_ received: Received) -> Action {
        switch (received, step) {
        case (.result, .execute): return .keep
        case (.result, .prepare(let key)): return .prepared(key)
        case (.failure(let error), let step):
            // After the last step this is the commit itself that failed, such as a deferred constraint.
            fail(error, step)
            if case .prepare(let key) = step { return .notPrepared(key) }
            return .none
        case (.aborted, .prepare(let key)): return .notPrepared(key)
        case (.aborted, .execute): return .none
        case (.endOfStep, .some):
            position += 1
            return .none
        case (.endOfStep, nil): return .none
        case (.sync, nil): return .finished(failure)
        case (.sync, .some), (.result, nil), (.aborted, nil): return .desynchronized
        }
    }

    private mutating func fail(_ error: PostgresError, _ step: Step?) {
        guard failure == nil else { return }
        failure = error
        if case .execute(let index) = step { failedStatement = index }
        if case .prepare = step, case .execute(let index)? = steps?[position + 1] { failedStatement = index }
    }
}
