import Foundation
import Postgres
import Testing

@Suite struct PipelineTests {
    @Test func `each query of a pipeline gets its own answer`() async throws {
        try await withClient { client async throws in
            let (numbers, none, changed) = try await client.pipeline(
                Query.rows("select generate_series(1, \(3))") { try $0.next(Int.self) },
                Query.optionalRow("select 1 where false") { try $0.next(Int.self) },
                Query.run("create table words (word text)"))
            #expect(numbers == [1, 2, 3] && none == nil && changed == 0)
            #expect(try await client.pipeline(.run("insert into words select 'x' from generate_series(1, 5)")) == 5)
        }
    }

    @Test func `a batch gives its answers by slot`() async throws {
        try await withClient { client async throws in
            var batch = Batch()
            let slots = (1...40).map { batch.append(Query.number("select \($0) * 2")) }
            let results = try await client.pipeline(batch)
            let numbers = try slots.map { try results[$0] }
            #expect(numbers == (1...40).map { $0 * 2 })
        }
    }

    @Test func `a pipeline without queries answers at once`() async throws {
        try await withClient { client async throws in
            let results = try await client.pipeline(Batch())
            var other = Batch()
            let slot = other.append(Query.number("select 1"))
            #expect(throws: PostgresError.self) { try results[slot] }
        }
    }

    @Test func `when one query fails nothing of the pipeline is kept, and its place is told`() async throws {
        try await withClient { client async throws in
            try await client.pipeline(
                .run("create table words (word text constraint word_is_short check (length(word) < 9))"))
            let insert = { (word: String) in Query.run("insert into words values (\(word))") }
            let error = await failure { try await client.pipeline(insert("kept"), insert("not short at all")) }
            #expect(error?.refusal == .init(sqlState: "23514", constraint: "word_is_short", table: "words"))
            #expect(error?.description.hasSuffix(" at PostgresTests/PipelineTests.swift:\(#line - 3)") == true)
            #expect(try await client.pipeline(Query.number("select count(*) from words")) == 0)
        }
    }

    @Test func `an error holds no text of the server's and no parameter`() async throws {
        try await withClient { client async throws in
            let secret = "Jane Q. Client"
            let error = await #expect(throws: PostgresError.self) {
                try await client.pipeline(Query.number("select \(secret)::text::int8"))
            }
            var everything = ""
            dump(error, to: &everything)
            #expect(error?.sqlState == "22P02")
            #expect(!everything.contains("Jane") && !everything.contains("invalid input"))
        }
    }

    @Test func `a word our own functions raise is kept`() async throws {
        try await withClient { client async throws in
            try await client.pipeline(
                .run(
                    "create function refuse() returns void language plpgsql as $$begin raise exception 'group_full' using errcode = 'PC409'; end$$"
                ))
            let error = await #expect(throws: PostgresError.self) {
                try await client.pipeline(.run("select from refuse()"))
            }
            #expect(error?.refusal == .init(sqlState: "PC409", raisedCode: "group_full"))
        }
    }

    @Test func `a constraint that is checked at the commit fails the pipeline, and the next is not harmed`()
        async throws
    {
        try await withClient({ $0.sharedConnections = 1 }) { client async throws in
            try await client.pipeline(.run("create table parents (id int8 primary key)"))
            try await client.pipeline(
                .run(
                    "create table children (parent int8 constraint child_has_parent references parents deferrable initially deferred)"
                ))
            for _ in 1...3 {
                async let orphan = client.pipeline(
                    Query.run("insert into children values (\(1))"), Query.number("select count(*) from children"))
                async let neighbours = client.pipeline(Query.number("select 1"), Query.number("select 2"))
                do {
                    _ = try await orphan
                    Issue.record("the orphan was kept")
                } catch let error as PostgresError {
                    #expect(
                        error.refusal == .init(sqlState: "23503", constraint: "child_has_parent", table: "children"))
                }
                #expect(try await neighbours == (1, 2))
            }
            #expect(try await client.pipeline(Query.number("select count(*) from children")) == 0)
        }
    }

    @Test func `many at once over few connections all get their own answer`() async throws {
        try await withClient { client async throws in
            try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for number in 0..<2_000 {
                    group.addTask {
                        let (a, b) = try await client.pipeline(
                            Query.number("select \(number)"), Query.number("select \(number) + 1"))
                        #expect(b == a + 1)
                        return (number, a)
                    }
                }
                for try await (asked, answered) in group { #expect(asked == answered) }
            }
        }
    }
}

@Suite struct PreparedStatementTests {
    private static let known = Query.number("select count(*) from pg_prepared_statements")

    @Test func `a statement is prepared once for each connection`() async throws {
        try await withClient({ $0.sharedConnections = 1 }) { client async throws in
            for number in 1...5 { _ = try await client.pipeline(Query.number("select \(number)")) }
            #expect(try await client.pipeline(Self.known) == 2)
        }
    }

    @Test func `a statement whose preparation was skipped works the next time`() async throws {
        try await withClient({ $0.sharedConnections = 1 }) { client async throws in
            let later = Query.number("select \(42)")
            let error = await code { _ = try await client.pipeline(Query.number("select 1 / \(0)"), later) }
            #expect(error == .server(.init(sqlState: "22012")))
            #expect(try await client.pipeline(later) == 42)
            #expect(try await client.pipeline(later) == 42)
        }
    }

    @Test func `no more statements are kept than allowed`() async throws {
        try await withClient({
            $0.sharedConnections = 1
            $0.preparedStatements = 3
        }) { client async throws in
            for number in 1...20 {
                let sql = SQL.joined((0...number).map { "\($0)" }, separator: " + ")
                #expect(try await client.pipeline(Query.number("select \(sql)")) == number * (number + 1) / 2)
            }
            #expect(try await client.pipeline(Self.known) <= 4)
        }
    }

    @Test func `without prepared statements everything works as well`() async throws {
        try await withClient({
            $0.sharedConnections = 1
            $0.preparedStatements = 0
            $0.settings = []
        }) { client async throws in
            #expect(try await client.pipeline(Query.number("select \(1)")) == 1)
            #expect(try await client.pipeline(Self.known) == 0)
        }
    }

    @Test func `a statement whose table has changed is prepared anew`() async throws {
        try await withClient({ $0.sharedConnections = 1 }) { client async throws in
            try await client.pipeline(.run("create table changing (value int4)"))
            try await client.pipeline(.run("insert into changing values (7)"))
            let value = Query.rows("select value from changing") { try $0.next(Int.self) }
            #expect(try await client.pipeline(value) == [7])
            try await client.pipeline(.run("alter table changing alter value type int8"))
            #expect(try await client.pipeline(value) == [7])
            try await client.pipeline(.run("deallocate all"))
            #expect(try await client.pipeline(value) == [7])
        }
    }
}

@Suite struct ReadingTests {
    @Test func `what cannot be read is told by column, and the connection goes on`() async throws {
        try await withClient({ $0.sharedConnections = 1 }) { client async throws in
            let wrong: [(Query<Int>, PostgresDecodingError.Reason)] = [
                (.row("select \("text")") { try $0.next() }, .type(.text)),
                (.row("select null::int8") { try $0.next() }, .null),
                (.row("select \(1), \(2)") { try $0.next() }, .unreadColumns),
                (.row("select \(1)") { try $0.next(Int.self) + $0.next(Int.self) }, .noSuchColumn),
                (.run("select \(1)"), .unexpectedColumns),
                (.row("select \(1)") { _ in throw CancellationError() }, .refused("CancellationError")),
            ]
            for (query, reason) in wrong {
                guard case .decoding(let error) = await code({ _ = try await client.pipeline(query) }) else {
                    Issue.record("\(reason) was not noticed")
                    continue
                }
                #expect(error.reason == reason)
            }
            #expect(try await client.pipeline(Query.number("select 1")) == 1)
        }
    }

    @Test func `one row means one row`() async throws {
        try await withClient { client async throws in
            #expect(await code { _ = try await client.pipeline(Query.number("select 1 where false")) } == .noRow)
            #expect(await code { _ = try await client.pipeline(Query.number("values (1), (2)")) } == .tooManyRows)
        }
    }

    @Test func `a mapped query gives the mapped answer`() async throws {
        try await withClient { client async throws in
            #expect(try await client.pipeline(Query.number("select 20").map { "\($0 + 1)" }) == "21")
        }
    }
}
