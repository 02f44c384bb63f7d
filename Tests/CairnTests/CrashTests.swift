import Foundation
import Postgres
import TestSupport
import Testing

@testable import Cairn

/// What was acknowledged is there, once, whatever was killed.
@Suite(.serialized) struct CrashTests {
    @Test func `the server killed in mid-load has kept every acknowledged write, once`() async throws {
        try await withCairn { cairn in
            let load = try await Load(cairn, submissions: 200, exercises: 60)
            try await load.run(after: 80) {
                cairn.signal(SIGKILL)
                #expect(try await cairn.end() == 128 + SIGKILL)
                try await cairn.start()
            }
            try await expectEverythingOnce(load, cairn)
        }
    }

    @Test func `PostgreSQL stopped at once in mid-load has kept every acknowledged write, once`() async throws {
        try await withCairn { cairn in
            let load = try await Load(cairn, submissions: 200, exercises: 60)
            try await load.run(after: 80) { try cairn.stopPostgresAtOnce() }
            try await expectEverythingOnce(load, cairn)
        }
    }

    @Test func `told to stop, the server finishes what is in flight`() async throws {
        try await withCairn { cairn in
            let load = try await Load(cairn, submissions: 1, exercises: 0)
            let homework = try #require(load.homework.first)
            try await cairn.withDatabase { database in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    try await database.transaction { tx in
                        _ = try await tx.pipeline(
                            Query.rows("select version from homework where homework_id = \(homework) for update") {
                                try $0.next(Int.self)
                            })
                        group.addTask { try await load.submit(homework) }
                        try await untilSomebodyWaits(database)
                        cairn.signal(SIGTERM)
                        try await Task.sleep(for: .milliseconds(300))
                    }
                    #expect(try await group.next() == 200)
                }
            }
            #expect(try await cairn.end() == 0)
            try await cairn.start()
            #expect(try await load.submit(homework) == 200)
        }
    }

    /// The row that the request needs is locked: it waits in the database.
    private func untilSomebodyWaits(_ database: PostgresClient) async throws {
        let waiting = Query<Int>.row("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") {
            try $0.next()
        }
        guard try await Patience.until({ try await database.pipeline(waiting) > 0 }) else {
            throw CrashTestError("the request did not reach the row")
        }
    }

    private func expectEverythingOnce(_ load: Load, _ cairn: RunningCairn) async throws {
        #expect(load.count == load.homework.count + load.exercises.count)
        try await cairn.withDatabase { database in
            let (fsync, submissions, submitted, exercises, titles) = try await database.pipeline(
                Query.row("select current_setting('fsync')") { try $0.next(String.self) },
                Query.row(
                    "select count(*) from homework_answers where homework_id = any(\(load.homework)) and number > 0"
                ) { try $0.next(Int.self) },
                Query.row(
                    "select count(*) from homework where homework_id = any(\(load.homework)) and state = 'submitted'"
                ) { try $0.next(Int.self) },
                Query.row("select count(*) from exercises where title = any(\(load.exercises))") {
                    try $0.next(Int.self)
                },
                Query.row("select count(distinct title) from exercises where title = any(\(load.exercises))") {
                    try $0.next(Int.self)
                })
            #expect(fsync == "on")
            #expect((submissions, submitted) == (load.homework.count, load.homework.count))
            #expect((exercises, titles) == (load.exercises.count, load.exercises.count))
        }
    }
}
