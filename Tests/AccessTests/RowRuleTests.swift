import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What requests see and write of each table is what the rules of the tests say, row by row.
@Suite(.onOpenStage) struct RowRuleTests {
    private static let tables = RowRule.all.map(\.table)

    @Test func `every table has a rule here`() async throws {
        let stage = try #require(Stage.current)
        let tables = Set(try await stage.tables().map(\.fullName)).subtracting(["cairn_migrations"])
        #expect(tables == Set(Self.tables))
        #expect(Set(Self.tables).count == Self.tables.count)
    }

    @Test func `every rule has rows that are seen and rows that are not`() async throws {
        let stage = try #require(Stage.current)
        let superuser = stage.world.database.superuser
        let counts = try await superuser.pipeline(
            Query.rows(
                """
                select name, count(distinct cardinality(seen)), sum(cardinality(tried)),
                       count(*) filter (where true = any (added)), count(*) filter (where false = any (added))
                from asking.sights group by name
                """
            ) { row in
                (
                    name: try row.next(String.self), seen: try row.next(Int.self), tried: try row.next(Int.self),
                    passed: try row.next(Int.self), refused: try row.next(Int.self)
                )
            })
        #expect(counts.count == Self.tables.count)
        for count in counts {
            let rule = try #require(RowRule.all.first { $0.table == count.name })
            // Kept by the server for itself, or wrapped by a key that is not in the database.
            let isSeenByNobody = ["rate_limits", "practice_keys", "known_devices"].contains(count.name)
            #expect(count.seen > 1 || isSeenByNobody, "\(count.name)")
            #expect(isSeenByNobody || count.refused > 0 && count.tried > 100, "\(count.name)")
            #expect(count.passed > 0 || rule.writers.isEmpty || isSeenByNobody, "\(count.name)")
        }
    }

    @Test func `each scope sees the rows that are for it, and no other`() async throws {
        let stage = try #require(Stage.current)
        let complaints = try await stage.complaints(of: Self.tables) { "asking.wrong_sights(\($0), 10)" }
        #expect(complaints == [])
    }

    @Test func `each scope adds, changes and takes out what is for it, and nothing else`() async throws {
        let stage = try #require(Stage.current)
        let complaints = try await stage.complaints(of: Self.tables) { "asking.wrong_writes(\($0), 10)" }
        #expect(complaints == [])
    }

    @Test func `what is reached by way of other tables is what the ties say, and no more`() async throws {
        let stage = try #require(Stage.current)
        let names = try await stage.world.database.superuser.pipeline(
            Query.rows("select distinct name from asking.sayings") { try $0.next(String.self) })
        #expect(names.count == 9)
        let complaints = try await stage.complaints(of: names) { "asking.wrong_sayings(\([$0]), 20)" }
        #expect(complaints == [])
    }

    @Test func `what is named beside the path is there for whom a rule of reading shows it, and nobody else`()
        async throws
    {
        let stage = try #require(Stage.current)
        let (asked, missing) = try await stage.world.database.superuser.pipeline(
            Query.row("select count(*), count(*) filter (where missing <> '{}') from asking.named") {
                (try $0.next(Int.self), try $0.next(Int.self))
            })
        #expect(asked > stage.scenes.count && missing >= stage.scenes.count)
        #expect(try await stage.complaints("asking.wrong_judgements(20)") == [])
    }

    @Test func `what an update leaves behind is judged by the same words as what it may change`() async throws {
        let stage = try #require(Stage.current)
        let others = try await stage.world.database.superuser.pipeline(
            Query.rows(
                """
                select polrelid::regclass || ' ' || polname from pg_policy
                where polcmd in ('w', '*') and polwithcheck is not null order by 1
                """
            ) { try $0.next(String.self) })
        #expect(
            others == [
                // Open as a whole, to the worker or the server, and why is said at RowRule.kept.
                "audit_seals seals", "jobs takes", "practice_keys keys", "practices lists",
            ])
    }
}
