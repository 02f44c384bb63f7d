import Postgres
import Testing

@Suite struct ListeningTests {
    @Test func `a listener begins with a gap and then hears what is said on its channel`() async throws {
        try await withClient { client async throws in
            var heard: [String] = []
            for await notification in client.listen("a \"quoted\" channel") {
                guard !notification.isGap else {
                    try await client.pipeline(.run("select from pg_notify('other', 'not for us')"))
                    try await client.pipeline(.run("select from pg_notify(\("a \"quoted\" channel"), 'one')"))
                    try await client.pipeline(.run("select from pg_notify(\("a \"quoted\" channel"), 'two')"))
                    continue
                }
                heard.append(notification.payload)
                if heard.count == 2 { break }
            }
            #expect(heard == ["one", "two"])
        }
    }

    @Test func `a listener whose connection is lost listens again and is told of the gap`() async throws {
        try await withClient { client async throws in
            var gaps = 0
            for await notification in client.listen("news") {
                guard notification.isGap else {
                    #expect(notification.payload == "after")
                    break
                }
                gaps += 1
                if gaps == 1 {
                    try await client.pipeline(
                        .rows(
                            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen%'"
                        ) {
                            try $0.next(Bool.self)
                        })
                } else {
                    try await client.pipeline(.run("select from pg_notify('news', 'after')"))
                }
            }
            #expect(gaps == 2)
        }
    }
}
