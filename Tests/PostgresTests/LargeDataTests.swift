import Testing

@testable import Postgres

@Suite struct StreamTests {
    @Test func `a stream gives every row in order`() async throws {
        try await withClient { client async throws in
            try await client.transaction { tx async throws in
                var expected = 0
                for try await number in try await tx.stream(Self.numbers(20_000)) {
                    expected += 1
                    #expect(number == expected)
                }
                #expect(expected == 20_000)
                #expect(try await tx.pipeline(Query.number("select 1")) == 1)
            }
        }
    }

    @Test func `leaving a stream early drops the rest, and the transaction goes on`() async throws {
        try await withClient { client async throws in
            try await client.transaction { tx async throws in
                for try await number in try await tx.stream(Self.numbers(20_000)) where number == 10 { break }
                #expect(try await tx.pipeline(Query.number("select 1")) == 1)
            }
        }
    }

    @Test func `while a stream is unread nothing else runs in its transaction`() async throws {
        try await withClient { client async throws in
            try await client.transaction { tx async throws in
                let stream = try await tx.stream(Self.numbers(20_000))
                let outcome = await code { _ = try await tx.pipeline(Query.number("select 1")) }
                #expect(outcome == .misuse("something else still runs in the transaction"))
                var rows = 0
                for try await _ in stream { rows += 1 }
                #expect(rows == 20_000)
            }
        }
    }

    @Test func `an error in the middle of a stream comes after the rows before it`() async throws {
        try await withClient { client async throws in
            var rows = 0
            let outcome = await code {
                try await client.transaction { tx async throws in
                    let query = Query.rows("select 1 / (1000 - n) from generate_series(1, \(2000)) n") {
                        try $0.next(Int.self)
                    }
                    for try await _ in try await tx.stream(query) { rows += 1 }
                }
            }
            #expect(outcome == .server(.init(sqlState: "22012")))
            #expect(rows == 999)
        }
    }

    @Test func `a row that cannot be read ends the stream and the transaction`() async throws {
        try await withClient { client async throws in
            let outcome = await code {
                try await client.transaction { tx async throws in
                    let query = Query.rows("select n::text from generate_series(1, \(2000)) n") {
                        try $0.next(Int.self)
                    }
                    for try await _ in try await tx.stream(query) {}
                }
            }
            guard case .decoding(let error) = outcome else { return #expect(outcome == nil) }
            #expect(error.reason == .type(.text))
            #expect(try await client.transaction { try await $0.pipeline(Query.number("select 1")) } == 1)
        }
    }

    @Test func `a full buffer stops the reading until it is emptied`() async {
        let buffer = StreamBuffer()
        #expect(!buffer.append([]))
        let finished = buffer
        finished.finish(.success(()))
        var resumed = 0
        let chunk = await buffer.next { resumed += 1 }
        guard case .success(nil) = chunk else { return #expect(resumed == -1) }
        #expect(resumed == 0)
    }

    private static func numbers(_ last: Int) -> Query<[Int]> {
        .rows("select generate_series(1, \(last)), repeat('x', 100)") { row in
            let (number, filler) = (try row.next(Int.self), try row.next(String.self))
            #expect(filler.utf8.count == 100)
            return number
        }
    }
}
