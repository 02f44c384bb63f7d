import Postgres
import Synchronization

/// One step of a transaction: what it asks, and what that came to.
public typealias InterleavedStep = @Sendable (Transaction) async throws -> Void

/// What became of a transaction that was stepped through.
public enum Interleaved: Sendable, Hashable {
    case committed
    /// Undone, by a code of ours or an SQLSTATE.
    case refused(String)
}

/// Steps transactions beside each other, one statement of one of them at a time, in an order that the test says, so that
/// every order can be tried. A transaction that waits for a lock is seen to wait, by the server's own account of who waits
/// for whom, and its turns are passed over until what it waits for is over. In the end all are led to their ends.
///
/// - Parameters:
///   - order: who has the next turn, by place in `transactions`. A turn is a step, or after the last one the commit.
///   - transactions: the steps of each.
///   - clients: as whom each goes; the server where nobody is said.
///   - givingWay: whether a function that gives way does so after half a second, as in the product (decision 0025). It is
///     needed where each of two waits for the other. Otherwise all wait for as long as the order wants.
/// - Returns: what became of each, who was seen to wait, and in which order they ended.
public func interleave(
    _ order: [Int], _ transactions: [[InterleavedStep]], in database: TestDatabase, as clients: [PostgresClient] = [],
    givingWay: Bool = false
) async throws -> (outcomes: [Interleaved], waited: Set<Int>, ended: [Int]) {
    if givingWay { try await Template.setLockTimeout(Template.halfASecond, database.superuser) }
    let players = transactions.map { _ in Player() }
    return try await withThrowingTaskGroup { group in
        for (index, player) in players.enumerated() {
            let client = clients.isEmpty ? database.server : clients[index]
            group.addTask { await player.play(transactions[index], on: client) }
        }
        defer { for player in players { player.stop() } }
        var (waited, ended) = (try await rest(players, database), [Int]())
        func turn(of index: Int) async throws {
            players[index].go()
            waited.formUnion(try await rest(players, database))
            // Whose turn it was ended before whom it let go on.
            for index in [index] + players.indices where players[index].outcome != nil && !ended.contains(index) {
                ended.append(index)
            }
        }
        for index in order where players[index].isReady { try await turn(of: index) }
        while players.contains(where: { $0.outcome == nil }) {
            if let index = players.firstIndex(where: \.isReady) {
                try await turn(of: index)
            } else {
                // All wait, and for each other: the server finds that out, and undoes one of them.
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        for index in players.indices where !ended.contains(index) { ended.append(index) }
        return (players.compactMap(\.outcome), waited, ended)
    }
}

/// All orders in which transactions of so many turns can go beside each other.
public func orders(_ first: Int, _ second: Int) -> [[Int]] {
    if first == 0 { return [Array(repeating: 1, count: second)] }
    if second == 0 { return [Array(repeating: 0, count: first)] }
    return orders(first - 1, second).map { [0] + $0 } + orders(first, second - 1).map { [1] + $0 }
}

extension Query {
    /// As a step: asks it, and hands on what it came to.
    public func step(_ told: @escaping @Sendable (Answer) -> Void = { _ in }) -> InterleavedStep
    where Answer: Sendable {
        { tx in told(try await tx.pipeline(self)) }
    }
}

/// Waits until everybody is at rest, has ended, or waits for a lock; gives the places of those who wait.
private func rest(_ players: [Player], _ database: TestDatabase) async throws -> Set<Int> {
    while true {
        let busy = players.indices.filter { players[$0].isBusy }
        if busy.isEmpty { return [] }
        let known = busy.compactMap { players[$0].backend }
        if known.count == busy.count {
            let waiting = try await database.superuser.pipeline(
                Query.rows("select p from unnest(\(known)) p where cardinality(pg_blocking_pids(p)) > 0") {
                    try $0.next(Int32.self)
                })
            // One that went on while the server was asked is looked at again.
            let stillBusy = players.indices.filter { players[$0].isBusy }
            if stillBusy == busy, waiting.count == busy.count { return Set(busy) }
        }
        try await Task.sleep(for: .microseconds(200))
    }
}

/// A transaction that takes a step when it is told to.
private final class Player: Sendable {
    private struct State {
        var backend: Int32?
        var isBusy = true
        var isStopped = false
        var outcome: Interleaved?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private struct Stopped: Error {}

    private let state = Mutex(State())

    var backend: Int32? { state.withLock { $0.backend } }
    var isBusy: Bool { state.withLock { $0.isBusy && $0.outcome == nil } }
    var isReady: Bool { state.withLock { !$0.isBusy && $0.outcome == nil } }
    var outcome: Interleaved? { state.withLock { $0.outcome } }

    /// Takes the next step of one that is ready.
    func go() {
        state.withLock { state in
            state.isBusy = true
            return state.waiter.take()
        }?.resume()
    }

    /// Takes no step any more, and undoes what was done.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            return state.waiter.take()
        }?.resume()
    }

    func play(_ steps: [InterleavedStep], on client: PostgresClient) async {
        let outcome: Interleaved
        do {
            try await client.transaction { tx in
                let backend = try await tx.pipeline(Query.row("select pg_backend_pid()") { try $0.next(Int32.self) })
                state.withLock { $0.backend = backend }
                for step in steps {
                    try await turn()
                    try await step(tx)
                }
                try await turn()
            }
            outcome = .committed
        } catch let error as PostgresError {
            outcome = .refused(error.refusal?.raisedCode ?? error.sqlState ?? "\(error)")
        } catch {
            outcome = .refused("\(error)")
        }
        state.withLock { $0.outcome = outcome }
    }

    /// Is at rest until it is told to go on.
    private func turn() async throws {
        await withCheckedContinuation { continuation in
            let isStopped = state.withLock { state in
                state.isBusy = false
                if !state.isStopped { state.waiter = continuation }
                return state.isStopped
            }
            if isStopped { continuation.resume() }
        }
        if state.withLock({ $0.isStopped }) { throw Stopped() }
    }
}
