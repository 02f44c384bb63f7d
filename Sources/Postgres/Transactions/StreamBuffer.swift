import Synchronization

/// Rows between the connection's thread, which puts them in, and the task that reads them.
///
/// When it is full, the connection is no longer read, and the server waits: that is the backpressure.
final class StreamBuffer: Sendable {
    static let capacity = 256

    private let state = Mutex(State())

    private struct State {
        var rows: [ResultSet] = []
        var end: Result<Void, PostgresError>?
        var reader: CheckedContinuation<Chunk, Never>?
        var isPaused = false
        var isAbandoned = false

        /// True if the connection waits to be read again.
        mutating func unpause() -> Bool {
            defer { isPaused = false }
            return isPaused
        }
    }

    /// What a reader gets: rows, or nil at the end.
    typealias Chunk = Result<[ResultSet]?, PostgresError>

    /// Nobody will read any more; what still comes is dropped.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// Puts rows in; true if the connection is to be read no further for now.
    func append(_ rows: [ResultSet]) -> Bool {
        let reader = state.withLock { state -> CheckedContinuation<Chunk, Never>? in
            guard !state.isAbandoned else { return nil }
            if let reader = state.reader.take() { return reader }
            state.rows += rows
            state.isPaused = state.rows.count >= Self.capacity
            return nil
        }
        guard let reader else { return state.withLock { $0.isPaused } }
        reader.resume(returning: .success(rows))
        return false
    }

    func finish(_ end: Result<Void, PostgresError>) {
        let reader = state.withLock { state in
            state.end = end
            state.isPaused = false
            return state.reader.take()
        }
        reader?.resume(returning: end.map { nil })
    }

    /// Takes all rows there are, or waits for some. `resume` is called when the connection may be read again.
    func next(resume: () -> Void) async -> Chunk {
        let chunk = await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Chunk? in
                if !state.rows.isEmpty {
                    defer { state.rows = [] }
                    return .success(state.rows)
                }
                if let end = state.end { return end.map { nil } }
                state.reader = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
        if state.withLock({ $0.unpause() }) { resume() }
        return chunk
    }

    /// Drops what is there and what will come; true if the connection is to be read again for that.
    func abandon() -> Bool {
        state.withLock { state in
            state.isAbandoned = true
            state.rows = []
            return state.unpause()
        }
    }
}
