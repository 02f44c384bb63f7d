import Synchronization

/// Lets a few in at a time; the others wait in order. Swift Testing starts all tests at once, and a server does not
/// have connections for all of them.
final class Gate: Sendable {
    static let databases = Gate(room: 6)

    private let state: Mutex<State>

    private struct State {
        var room: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    init(room: Int) {
        state = Mutex(State(room: room))
    }

    func pass<R>(_ body: () async throws -> R) async throws -> R {
        await withCheckedContinuation { turn in
            let isFree = state.withLock { state in
                guard state.room > 0 else {
                    state.waiting.append(turn)
                    return false
                }
                state.room -= 1
                return true
            }
            if isFree { turn.resume() }
        }
        defer { leave() }
        return try await body()
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.room += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
