import Crypto
import Dispatch
import Synchronization

/// Hashes and verifies passwords on threads of its own, a few at a time: one costs 32 MiB and tens of milliseconds, so
/// a flood of sign-ins would otherwise starve every other request.
public final class Passwords: Sendable {
    private let surroundings: Surroundings
    private let cost: PasswordHash.Cost
    private let stranger: PasswordHash
    private let queue = DispatchQueue(label: "cairn.passwords", qos: .userInitiated, attributes: .concurrent)
    private let state: Mutex<State>

    /// At most `running` computations at once; at most `waiting` callers wait for their turn, the next is refused.
    public init(
        surroundings: Surroundings = .live, cost: PasswordHash.Cost = .standard, running: Int = 2, waiting: Int = 64
    ) {
        self.surroundings = surroundings
        self.cost = cost
        stranger = PasswordHash(
            cost: cost, salt: Array(repeating: 0, count: 16), output: surroundings.randomBytes(32))
        state = Mutex(State(turnstile: Turnstile(room: running, bench: waiting)))
    }

    /// The hash of a new password, with a salt of its own.
    public func hash(_ password: Password) async throws(PasswordError) -> PasswordHash {
        let salt = surroundings.randomBytes(16)
        let output = try await compute(password.bytes, salt: salt, cost: cost)
        return PasswordHash(cost: cost, salt: salt, output: output.withUnsafeBytes { Array($0) })
    }

    /// Whether a text is the password of a hash. Without a hash, for an account that does not exist or has no password
    /// yet, it computes as long and answers false, so that the time says nothing about who has an account.
    public func verify(_ text: String, against hash: PasswordHash?) async throws(PasswordError) -> Bool {
        let normalized = Array(Password.normalized(text).utf8.prefix(1_024))
        let expected = hash ?? stranger
        let output = try await compute(normalized, salt: expected.salt, cost: expected.cost)
        // Keys compare in constant time.
        return output == SymmetricKey(data: expected.output) && hash != nil
    }

    private func compute(
        _ password: [UInt8], salt: [UInt8], cost: PasswordHash.Cost
    ) async throws(PasswordError) -> SymmetricKey {
        guard await enter() else { throw Task.isCancelled ? .cancelled : .busy }
        defer { leave() }
        let output = await withCheckedContinuation { done in
            queue.async {
                done.resume(returning: Result { try PasswordHash.compute(password, salt: salt, cost: cost) })
            }
        }
        guard case .success(let key) = output else { throw .busy }
        return key
    }

    /// Waits for a turn; false when there is none to be had.
    private func enter() async -> Bool {
        let ticket = state.withLock { $0.newTicket() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { turn in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    switch state.turnstile.enter(ticket) {
                    case .proceed: return true
                    case .refuse: return false
                    case .wait:
                        state.turns[ticket] = turn
                        return nil
                    }
                }
                if let answer { turn.resume(returning: answer) }
            }
        } onCancel: {
            let turn = state.withLock { state in
                state.turnstile.giveUp(ticket)
                return state.turns.removeValue(forKey: ticket)
            }
            turn?.resume(returning: false)
        }
    }

    private func leave() {
        let turn = state.withLock { state in
            state.turnstile.leave().flatMap { state.turns.removeValue(forKey: $0) }
        }
        turn?.resume(returning: true)
    }

    private struct State {
        var turnstile: Turnstile
        var turns: [Int: CheckedContinuation<Bool, Never>] = [:]
        private var tickets = 0

        init(turnstile: Turnstile) {
            self.turnstile = turnstile
        }

        mutating func newTicket() -> Int {
            tickets &+= 1
            return tickets
        }
    }
}

/// Why a password was neither hashed nor verified.
public enum PasswordError: Error, Sendable, Hashable {
    /// Too many are waiting: try again in a few seconds.
    case busy
    /// The task was cancelled while it waited.
    case cancelled
}

/// Lets a few in at a time and has the others wait in order. Pure: it decides, and its owner acts.
struct Turnstile {
    private let room: Int
    private let bench: Int
    private var inside = 0
    private var waiting: [Int] = []

    init(room: Int, bench: Int) {
        self.room = room
        self.bench = bench
    }

    enum Answer {
        case proceed, wait, refuse
    }

    mutating func enter(_ ticket: Int) -> Answer {
        if inside < room {
            inside += 1
            return .proceed
        }
        guard waiting.count < bench else { return .refuse }
        waiting.append(ticket)
        return .wait
    }

    /// The one inside leaves; the answer is whose turn it is now.
    mutating func leave() -> Int? {
        guard !waiting.isEmpty else {
            inside -= 1
            return nil
        }
        return waiting.removeFirst()
    }

    mutating func giveUp(_ ticket: Int) {
        waiting.removeAll { $0 == ticket }
    }
}
