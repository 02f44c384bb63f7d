import Postgres
import Testing

@Suite struct TaskCancellationTests {
    @Test func `a cancelled task's query is cancelled on the server, and its neighbours are not`() async throws {
        try await withClient({ $0.sharedConnections = 1 }) { client async throws in
            let held = Task { try await client.holdingGate { try await Task.sleep(for: .seconds(600)) } }
            try await client.waitForGateHeld()
            let first = Task { try await client.passGate(1) }
            try await until { client.statistics.inFlight == 1 }
            async let second = client.pipeline(Query.number("select 2"))
            async let third = client.pipeline(Query.number("select 3"))
            try await until { client.statistics.inFlight == 3 }
            first.cancel()
            #expect(await code { _ = try await first.value } == .cancelled)
            #expect(try await second == 2)
            #expect(try await third == 3)
            held.cancel()
            _ = await held.result
        }
    }

    @Test func `a query cancelled behind another does not harm it`() async throws {
        try await withClient({ $0.sharedConnections = 1 }) { client async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                let second = try await client.cancelledBehindTheGate(&group)
                #expect(try await group.next() == 1)
                let outcome = await second.result
                // It was sent already: cancelled if the request came in time, answered if not, but never lost.
                switch outcome {
                case .success(let number): #expect(number == 2)
                case .failure(let error): #expect((error as? PostgresError)?.code == .cancelled)
                }
                #expect(try await client.pipeline(Query.number("select 3")) == 3)
            }
        }
    }

    @Test func `a task cancelled while it waits leaves the queue`() async throws {
        try await withClient({
            $0.sharedConnections = 1
            $0.segmentsInFlight = 1
        }) { client async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                try await client.holdingGate {
                    group.addTask { try await client.passGate(1) }
                    try await until { client.statistics.inFlight == 1 }
                    let waiting = Task { try await client.passGate(2) }
                    try await until { client.statistics.waiting == 1 }
                    waiting.cancel()
                    #expect(await code { _ = try await waiting.value } == .cancelled)
                }
                #expect(try await group.next() == 1)
            }
        }
    }

    @Test func `a task that is cancelled already asks nothing of the server`() async throws {
        try await withClient { client async throws in
            try await client.pipeline(.run("create table touched (id int8)"))
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                try await client.pipeline(.run("insert into touched values (1)"))
            }
            task.cancel()
            #expect(await code { try await task.value } == .cancelled)
            #expect(try await client.pipeline(Query.number("select count(*) from touched")) == 0)
        }
    }

    @Test func `among many that are cancelled every other keeps exactly its own work`() async throws {
        try await withClient({ $0.sharedConnections = 2 }) { client async throws in
            try await client.pipeline(.run("create table kept (id int8 primary key)"))
            let kept: [Int] = await withTaskGroup(of: Int?.self) { group in
                for id in 1...400 { group.addTask { await Self.insert(id, client) } }
                return await group.reduce(into: []) { kept, id in if let id { kept.append(id) } }
            }
            let rows = try await client.pipeline(
                Query.rows("select id from kept order by id") { try $0.next(Int.self) })
            #expect(rows == kept.sorted())
            #expect(rows.count >= 400 * 3 / 4 * 6 / 7)
        }
    }

    /// Inserts a row; some are cancelled at once and some a moment later. Gives the id if it was told it is kept.
    private static func insert(_ id: Int, _ client: PostgresClient) async -> Int? {
        let work = Task {
            try await client.pipeline(
                Query.run("insert into kept values (\(id))"), Query.run("select from pg_sleep(0.002)"))
        }
        if id.isMultiple(of: 4) { work.cancel() }
        if id.isMultiple(of: 7) {
            await Task.yield()
            work.cancel()
        }
        switch await work.result {
        case .success: return id
        case .failure(let error):
            #expect((error as? PostgresError)?.code == .cancelled)
            #expect(id.isMultiple(of: 4) || id.isMultiple(of: 7))
            return nil
        }
    }
}

@Suite struct TimeoutTests {
    @Test func `a statement that takes too long is ended by the server, and the connection goes on`() async throws {
        try await withClient({
            $0.sharedConnections = 1
            $0.statementTime = .milliseconds(50)
        }) { client async throws in
            #expect(await code { try await client.pipeline(.run("select from pg_sleep(600)")) } == .timedOut)
            #expect(try await client.pipeline(Query.number("select 1")) == 1)
        }
    }

    @Test func `a transaction that takes too long is ended, whether it works or idles`() async throws {
        try await withClient { client async throws in
            let options = TransactionOptions(timeout: .milliseconds(50))
            let working = await code {
                try await client.transaction(options) { try await $0.pipeline(.run("select from pg_sleep(600)")) }
            }
            #expect(working == .timedOut)
            let idling = await code {
                try await client.transaction(options) { tx async throws in
                    try await Task.sleep(for: .milliseconds(60))
                    try await tx.pipeline(.run("select"))
                }
            }
            #expect(idling == .timedOut)
        }
    }
}

extension PostgresClient {
    /// Waits until somebody has taken the gate.
    fileprivate func waitForGateHeld() async throws {
        let held = Query.number(
            """
            select count(*) from pg_locks join pg_database on pg_database.oid = pg_locks.database
            where locktype = 'advisory' and granted and objid = \(gate) and datname = current_database()
            """)
        try await until { try await self.pipeline(held) > 0 }
    }

    /// While the gate is closed, lets one query wait for it and cancels the one behind it.
    fileprivate func cancelledBehindTheGate(
        _ group: inout ThrowingTaskGroup<Int, any Error>
    ) async throws -> Task<Int, any Error> {
        let held = Task { try await holdingGate { try await Task.sleep(for: .seconds(600)) } }
        try await waitForGateHeld()
        group.addTask { try await self.passGate(1) }
        try await until { self.statistics.inFlight == 1 }
        let second = Task { try await self.pipeline(Query.number("select 2")) }
        try await until { self.statistics.inFlight == 2 }
        second.cancel()
        held.cancel()
        _ = await held.result
        return second
    }
}
