import Synchronization

/// Wakes those who sleep when there may be something to do. A ring that nobody heard is not lost: it is counted.
final class Bell: Sendable {
    private let state = Mutex(State())

    private struct State {
        var count = 0
        var sleepers: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }

    /// How often it rang.
    var count: Int { state.withLock { $0.count } }

    func ring() {
        let sleepers = state.withLock { state in
            state.count += 1
            defer { state.sleepers = [:] }
            return Array(state.sleepers.values)
        }
        for sleeper in sleepers { sleeper.resume() }
    }

    /// Sleeps until it rings again, unless it has since `heard`, or until the time is over or the task cancelled.
    func wait(after heard: Int, atMost limit: Duration) async {
        await withTaskGroup { group in
            group.addTask { await self.sleep(after: heard) }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func sleep(after heard: Int) async {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isAwake = state.withLock { state in
                    guard state.count == heard, !Task.isCancelled else { return true }
                    state.sleepers[number] = continuation
                    return false
                }
                if isAwake { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number) }?.resume()
        }
    }
}
