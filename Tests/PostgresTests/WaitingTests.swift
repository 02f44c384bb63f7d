import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct WaitingTests {
    @Test func `ten thousand wait for one connection and all are served`() async throws {
        try await withClient({
            $0.sharedConnections = 1
            $0.segmentsInFlight = 1
            $0.waitTime = Patience.long
        }) { client async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                try await client.holdingGate {
                    group.addTask { try await client.passGate(0) }
                    for number in 1...10_000 {
                        group.addTask { try await client.pipeline(Query.number("select \(number)")) }
                    }
                    try await until { client.statistics.waiting == 10_000 && client.statistics.inFlight == 1 }
                }
                var sum = 0
                for try await number in group { sum += number }
                #expect(sum == 10_000 * 10_001 / 2)
            }
            try await until { client.statistics.waiting == 0 }
        }
    }

    @Test func `when too many wait the next is turned away`() async throws {
        try await withClient({
            $0.sharedConnections = 1
            $0.segmentsInFlight = 1
            $0.waitersLimit = 2
        }) { client async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                try await client.holdingGate {
                    for number in 1...3 { group.addTask { try await client.passGate(number) } }
                    try await until { client.statistics.waiting == 2 && client.statistics.inFlight == 1 }
                    #expect(await code { _ = try await client.passGate(4) } == .poolFull)
                }
                var sum = 0
                for try await number in group { sum += number }
                #expect(sum == 6)
            }
        }
    }

    @Test func `who waits longer than allowed is told so, and has left the queue`() async throws {
        try await withClient { client async throws in
            var configuration = client.configuration
            configuration.sharedConnections = 1
            configuration.segmentsInFlight = 1
            configuration.exclusiveConnections = 0
            configuration.waitTime = .milliseconds(50)
            try await withRunning(configuration) { hurried async throws in
                try await until { hurried.statistics.idle == 1 }
                try await withThrowingTaskGroup(of: Int.self) { group in
                    try await client.holdingGate {
                        group.addTask { try await hurried.passGate(1) }
                        try await until { hurried.statistics.inFlight == 1 }
                        #expect(await code { try await hurried.passGate(2) } == .poolTimeout)
                        #expect(await code { try await hurried.transaction { _ in } } == .poolTimeout)
                        try await until { hurried.statistics.waiting == 0 }
                    }
                    #expect(try await group.next() == 1)
                }
            }
        }
    }

    @Test func `a client that cannot connect says so, and does not wait for ever`() async throws {
        var configuration = PostgresConfiguration(connection: "postgresql:///postgres?host=/nonexistent&user=postgres")
        configuration.waitTime = .milliseconds(50)
        try await withRunning(configuration) { client async throws in
            #expect(await code { _ = try await client.pipeline(Query.number("select 1")) } == .connectionFailed)
            #expect(await code { try await client.transaction { _ in } } == .connectionFailed)
        }
    }

    @Test func `a client that ends finishes what is in flight and takes nothing new`() async throws {
        try await withClient { client async throws in
            // The inner client ends while its query waits for the gate, which the outer one opens only then.
            let inner = try PostgresClient(client.configuration, logger: Logger(label: "test"))
            try await withThrowingTaskGroup(of: Int.self) { answers in
                let running = Task { try await inner.run() }
                try await client.holdingGate {
                    answers.addTask { try await inner.passGate(7) }
                    try await until { inner.statistics.inFlight == 1 }
                    running.cancel()
                    try await until { await code { _ = try await inner.passGate(8) } == .closed }
                }
                #expect(try await answers.next() == 7)
                try await running.value
                #expect(await code { _ = try await inner.passGate(9) } == .closed)
            }
        }
    }
}
