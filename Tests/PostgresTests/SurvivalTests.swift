import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct SurvivalTests {
    @Test func `connections ended by the server are made again, and what they carried is sent again`() async throws {
        try await withClient({ $0.sharedConnections = 1 }) { client async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                try await client.holdingGate {
                    for number in 1...3 { group.addTask { try await client.passGate(number) } }
                    try await until { client.statistics.inFlight == 3 }
                    _ = try await client.transaction { tx async throws in
                        try await tx.pipeline(
                            Query.rows(
                                """
                                select pg_terminate_backend(pid) from pg_stat_activity
                                where datname = current_database() and wait_event_type = 'Lock'
                                """
                            ) { try $0.next(Bool.self) })
                    }
                }
                var sum = 0
                for try await number in group { sum += number }
                #expect(sum == 6)
            }
        }
    }

    @Test func `a connection killed between sync and answer leaves the outcome unknown`() async throws {
        try await ThrowawayCluster.with { cluster in
            let lost = Atomic(0)
            try await withRunning(.patient(cluster.connection)) { client async throws in
                let piped = Task { try await client.pipeline(.run("select from pg_sleep(600)")) }
                let transacted = Task {
                    try await client.transaction { try await $0.pipeline(.run("select from pg_sleep(600)")) }
                }
                try await until { client.statistics.inFlight == 2 }
                try await cluster.stop(.immediate)
                #expect(await code { _ = try await piped.value } == .connectionLost(sent: true))
                #expect(await code { _ = try await transacted.value } == .connectionLost(sent: true))
                try await cluster.start()
                #expect(try await client.pipeline(Query.number("select 1")) == 1)
                lost.add(1, ordering: .relaxed)
            }
            #expect(lost.load(ordering: .relaxed) == 1)
        }
    }

    @Test(arguments: [ThrowawayCluster.Stop.fast, .immediate])
    func `a restart under load loses nothing that was acknowledged and does nothing twice`(
        stop: ThrowawayCluster.Stop
    ) async throws {
        try await ThrowawayCluster.with { cluster in
            try await withRunning(.patient(cluster.connection)) { client async throws in
                try await client.pipeline(.run("create table kept (id int8)"))
                let load = Load()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<16 { group.addTask { try await load.run(client, worker) } }
                    try await until { load.acknowledged >= 200 }
                    try await cluster.stop(stop)
                    try await cluster.start()
                    let before = load.acknowledged
                    try await until { load.acknowledged >= before + 200 }
                    load.stop()
                    try await group.waitForAll()
                }
                try await load.verify(client)
            }
        }
    }
}

/// Inserts one row after the other from many tasks, and remembers what it was told of each.
private final class Load: Sendable {
    private let state = Mutex((kept: Set<Int>(), unknown: Set<Int>(), isOver: false))

    var acknowledged: Int { state.withLock { $0.kept.count } }

    func stop() {
        state.withLock { $0.isOver = true }
    }

    func run(_ client: PostgresClient, _ worker: Int) async throws {
        var id = worker * 1_000_000
        while !state.withLock({ $0.isOver }) {
            id += 1
            let current = id
            do throws(PostgresError) {
                _ = try await client.pipeline(
                    Query.run("insert into kept values (\(current))"), Query.number("select count(*) from kept"))
                state.withLock { _ = $0.kept.insert(current) }
            } catch {
                guard error.code == .connectionLost(sent: true) else { throw error }
                state.withLock { _ = $0.unknown.insert(current) }
            }
        }
    }

    func verify(_ client: PostgresClient) async throws {
        let rows = try await client.pipeline(Query.rows("select id from kept") { try $0.next(Int.self) })
        let (kept, unknown) = state.withLock { ($0.kept, $0.unknown) }
        #expect(Set(rows).count == rows.count, "a row was inserted twice")
        #expect(kept.isSubset(of: rows), "an acknowledged row is missing")
        #expect(Set(rows).isSubset(of: kept.union(unknown)), "a row is there that was said not to be")
    }
}
