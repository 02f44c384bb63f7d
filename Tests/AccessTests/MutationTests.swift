import Foundation
import JSON
import Postgres
import Synchronization
import Testing
import TestSupport

/// The proof that the tests of the access layer would notice a mistake in it: each rule dropped or widened, each condition of
/// each policy and of each relation forgotten, one at a time, and each asked for by what these tests ask.
struct MutationTests {
    /// `CAIRN_MUTANTS=locate_ deploy/test --filter MutationTests` tries only those whose kind or name has this in it, and says
    /// of each what became of it.
    private static let wanted = ProcessInfo.processInfo.environment["CAIRN_MUTANTS"]

    @Test func `every mistake in the access layer is noticed`() async throws {
        let run = MutationRun(wanted: Self.wanted)
        try await withThrowingTaskGroup { group in
            for _ in 0..<2 { group.addTask { try await withStage { try await run.work($0) } } }
            try await group.waitForAll()
        }
        let fates = run.fates
        print(MutationRun.summary(fates))
        if Self.wanted != nil { for one in fates { print(one.fate, one.mutant.name) } }
        #expect(fates.filter { $0.fate == .survived }.map(\.mutant.name).sorted() == [])
        // What cannot be said in SQL: a column that two lists of `using` share is ambiguous without one of them.
        let stillborn = fates.filter { $0.fate == .stillborn }.map(\.mutant)
        #expect(stillborn.filter { !$0.change.hasPrefix("without using ") }.map(\.name) == [])
        // An excuse is for a mutant that is there, and that nothing notices.
        let noticed = fates.filter { Equivalent.of($0.mutant) != nil && ![.excused, .stillborn].contains($0.fate) }
        #expect(noticed.map(\.mutant.name) == [])
        guard Self.wanted == nil else { return }
        #expect(Set(fates.compactMap { Equivalent.of($0.mutant)?.reason }) == Set(Equivalent.all.map(\.reason)))
        for kind in Mutant.Kind.allCases {
            #expect(fates.contains { $0.mutant.kind == kind && $0.fate == .caught }, "\(kind.rawValue)")
        }
    }

    @Test func `what is written again as it was is not complained of`() async throws {
        try await withStage { (stage: Stage) async throws in
            let database = stage.world.database.superuser
            try await database.run("select from asking.open_tables()")
            let functions = ["treats", "reach_guards_member", "locate_note", "released"]
            let all = try await Mutant.all(in: database)
            for name in functions + ["consents sees using", "consents adds with check", "exercise_tags removes using"] {
                let mutant = try #require(all.first { $0.place == name })
                let same: Query<String> =
                    functions.contains(name)
                    ? .row("select pg_get_functiondef(\("access.\(name)")::regproc)") { try $0.next() }
                    : .row(
                        """
                        select format('alter policy %I on %s %s (%s)', polname, polrelid::regclass,
                                      case when polqual is null then 'with check' else 'using' end,
                                      pg_get_expr(coalesce(polqual, polwithcheck), polrelid))
                        from pg_policy where polrelid::regclass || ' ' || polname = \(name.split(separator: " ").prefix(2).joined(separator: " "))
                        """
                    ) { try $0.next() }
                let rewritten = Mutant(
                    kind: mutant.kind, place: name, change: "none", script: try await database.pipeline(same),
                    checks: mutant.checks)
                #expect(try await MutationRun(wanted: nil).fate(of: rewritten, in: database) == .survived, "\(name)")
            }
        }
    }

    @Test func `doors that are made anew from the rules answer as before`() async throws {
        try await withStage { stage in
            let actions = Matrix.allActions + Matrix.workersActions + ["inquiry.submit"]
            let complaints = try await stage.complaints(of: actions, isUndone: true) { "asking.wrong_remade(\($0), 5)" }
            #expect(complaints == [])
        }
    }
}

/// Puts mutants into copies of the stage, one at a time, and takes them out again.
final class MutationRun: Sendable {
    enum Fate: Sendable, Hashable { case caught, failed, survived, proven, excused, stillborn }

    private let state = Mutex(State())
    private let wanted: String?

    init(wanted: String?) {
        self.wanted = wanted
    }

    private struct State {
        var waiting: [Mutant]?
        var fates: [(mutant: Mutant, fate: Fate)] = []
    }

    var fates: [(mutant: Mutant, fate: Fate)] { state.withLock { $0.fates } }

    /// Takes up one mutant after another, until there are none.
    func work(_ stage: Stage) async throws {
        let database = stage.world.database.superuser
        try await database.run("select from asking.open_tables()")
        let all = try await Mutant.all(in: database).filter { mutant in
            wanted.map { "\(mutant.kind.rawValue) \(mutant.name)".contains($0) } ?? true
        }
        state.withLock { if $0.waiting == nil { $0.waiting = all.reversed() } }
        while let mutant = state.withLock({ $0.waiting?.popLast() }) {
            var fate = try await fate(of: mutant, in: database)
            if fate == .survived, let proof = mutant.proof {
                let tellsApart = try await database.transaction { tx in
                    try await tx.pipeline(Query.row("select \(proof)") { try $0.next(Bool.self) })
                }
                if !tellsApart { fate = .proven }
            }
            if fate == .survived, Equivalent.of(mutant) != nil { fate = .excused }
            state.withLock { $0.fates.append((mutant, fate)) }
        }
    }

    func fate(of mutant: Mutant, in database: PostgresClient) async throws -> Fate {
        let isBorn = Mutex(false)
        do {
            return try await database.transaction(
                TransactionOptions(timeout: Patience.long, statementTime: Patience.long)
            ) { tx in
                try await tx.script(mutant.script)
                isBorn.withLock { $0 = true }
                for check in mutant.checks {
                    let complaints = try await tx.pipeline(
                        Query.rows("select * from \(check)") { try $0.next(String.self) })
                    if !complaints.isEmpty { throw Undone(fate: .caught) }
                }
                throw Undone(fate: .survived)
            }
        } catch let undone as Undone {
            return undone.fate
        } catch let error as PostgresError {
            // What cannot be said in SQL is no mistake that anybody makes; what fails when it is asked would be noticed.
            guard error.sqlState != nil else { throw error }
            return isBorn.withLock { $0 } ? .failed : .stillborn
        }
    }

    private struct Undone: Error {
        let fate: Fate
    }

    /// How many of each kind there were, and what became of them.
    static func summary(_ fates: [(mutant: Mutant, fate: Fate)]) -> String {
        func line(_ name: String, _ fates: [(mutant: Mutant, fate: Fate)]) -> String {
            func count(_ some: Fate...) -> Int { fates.count { some.contains($0.fate) } }
            return """
                \(name): \(fates.count - count(.stillborn)) mutants, \(count(.caught, .failed)) caught \
                (\(count(.failed)) of them as they failed), \(count(.proven)) proven equivalent, \
                \(count(.excused)) equivalent for a reason, \(count(.survived)) survived; \(count(.stillborn)) stillborn
                """
        }
        let lines = Mutant.Kind.allCases.map { kind in
            line("  " + kind.rawValue, fates.filter { $0.mutant.kind == kind })
        }
        return ([line("mutation of the access layer", fates)] + lines).joined(separator: "\n")
    }
}
