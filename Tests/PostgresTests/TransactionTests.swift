import Postgres
import Synchronization
import Testing

@Suite struct TransactionTests {
    private static let count = Query.number("select count(*) from words")
    private struct Stop: Error {}

    @Test func `a transaction keeps all when its closure returns and nothing when it throws`() async throws {
        try await withWords { client async throws in
            let seen = try await client.transaction { tx async throws in
                try await tx.pipeline(.run("insert into words values ('a')"))
                return try await tx.pipeline(Self.count)
            }
            #expect(seen == 1)
            await #expect(throws: Stop.self) {
                try await client.transaction { tx async throws in
                    try await tx.pipeline(.run("insert into words values ('b')"))
                    throw Stop()
                }
            }
            #expect(try await client.pipeline(Self.count) == 1)
        }
    }

    @Test func `an error that the closure swallows still fails the transaction`() async throws {
        try await withWords { client async throws in
            let outcome = await code {
                try await client.transaction { tx async throws in
                    try await tx.pipeline(.run("insert into words values ('a')"))
                    _ = await code { _ = try await tx.pipeline(Query.number("select 1 / \(0)")) }
                }
            }
            #expect(outcome == .server(.init(sqlState: "22012")))
            #expect(try await client.pipeline(Self.count) == 0)
        }
    }

    @Test func `a constraint checked at the commit fails the transaction`() async throws {
        try await withWords { client async throws in
            let outcome = await code {
                try await client.transaction { try await $0.pipeline(.run("insert into replies values ('lost')")) }
            }
            #expect(outcome == .server(.init(sqlState: "23503", constraint: "reply_to_word", table: "replies")))
        }
    }

    @Test func `a serialization failure is tried again where the caller says so`() async throws {
        try await withWords { client async throws in
            try await client.pipeline(.run("insert into words values ('a')"))
            let attempts = Atomic(0)
            let options = TransactionOptions(isolation: .repeatableRead, retries: 3)
            try await client.transaction(options) { tx async throws in
                _ = try await tx.pipeline(Self.count)
                if attempts.add(1, ordering: .relaxed).newValue == 1 {
                    try await client.pipeline(.run("update words set word = 'b'"))
                }
                try await tx.pipeline(.run("update words set word = word || '!'"))
            }
            #expect(attempts.load(ordering: .relaxed) == 2)
            let word = try await client.pipeline(Query.row("select word from words") { try $0.next(String.self) })
            #expect(word == "b!")
        }
    }

    @Test func `a read-only transaction refuses to write`() async throws {
        try await withWords { client async throws in
            let outcome = await code {
                try await client.transaction(TransactionOptions(isReadOnly: true)) {
                    try await $0.pipeline(.run("insert into words values ('a')"))
                }
            }
            #expect(outcome == .server(.init(sqlState: "25006")))
        }
    }

    @Test func `a transaction ended by cancellation leaves a clean connection`() async throws {
        try await withWords({ $0.exclusiveConnections = 1 }) { client async throws in
            let task = Task {
                try await client.transaction { tx async throws in
                    try await tx.pipeline(.run("insert into words values ('a')"))
                    try await tx.pipeline(.run("select from pg_sleep(600)"))
                }
            }
            let sleeping = Query.number(
                """
                select count(*) from pg_stat_activity
                where datname = current_database() and wait_event = 'PgSleep'
                """)
            try await until { try await client.pipeline(sleeping) > 0 }
            task.cancel()
            #expect(await code { try await task.value } == .cancelled)
            #expect(try await client.transaction { try await $0.pipeline(Self.count) } == 0)
        }
    }

    @Test func `a transaction that escapes its closure is closed`() async throws {
        try await withWords { client async throws in
            let escaped = try await client.transaction { $0 }
            #expect(await code { try await escaped.pipeline(.run("select")) } == .closed)
        }
    }

    @Test func `transactions wait for a connection and take turns`() async throws {
        try await withWords({ $0.exclusiveConnections = 2 }) { client async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        try await client.transaction { tx async throws in
                            try await tx.pipeline(.run("insert into words values (\(String(index)))"))
                            _ = try await tx.pipeline(Self.count)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await client.pipeline(Self.count) == 50)
            #expect(client.statistics.open <= 6)
        }
    }

    private func withWords(
        _ change: (inout PostgresConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (PostgresClient) async throws -> Void
    ) async throws {
        try await withClient(change) { client async throws in
            try await client.pipeline(.run("create table words (word text primary key)"))
            try await client.pipeline(
                .run(
                    "create table replies (word text constraint reply_to_word references words deferrable initially deferred)"
                ))
            try await body(client)
        }
    }
}
