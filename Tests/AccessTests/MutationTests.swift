import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

/// The proof that the tests of the access layer would notice a mistake in it: each rule dropped or widened, each condition of
/// each policy and of each relation forgotten, one at a time, and each asked for by what these tests ask.
@Suite struct MutationTests {
    @Test func `every mistake in the access layer is noticed`() async throws {
        let run = MutationRun()
        try await withThrowingTaskGroup { group in
            for _ in 0..<2 { group.addTask { try await withStage { try await run.work($0) } } }
            try await group.waitForAll()
        }
        let fates = run.fates
        print(MutationRun.summary(fates))
        let survivors = fates.filter { $0.fate == .survived }.map(\.mutant.name)
        #expect(survivors == [])
        // What is excused is still there, and is not noticed after all.
        let noticed = fates.filter { Equivalent.of($0.mutant) != nil && $0.fate == .caught }.map(\.mutant.name)
        #expect(noticed == [])
        #expect(Set(fates.compactMap { Equivalent.of($0.mutant)?.reason }) == Set(Equivalent.all.map(\.reason)))
        for kind in Mutant.Kind.allCases {
            #expect(fates.contains { $0.mutant.kind == kind && $0.fate == .caught }, "\(kind.rawValue)")
        }
    }
}

/// Puts mutants into copies of the stage, one at a time, and takes them out again.
final class MutationRun: Sendable {
    enum Fate: Sendable { case caught, survived, excused, stillborn }

    private let state = Mutex(State())

    private struct State {
        var waiting: [Mutant]?
        var fates: [(mutant: Mutant, fate: Fate)] = []
    }

    var fates: [(mutant: Mutant, fate: Fate)] { state.withLock { $0.fates } }

    /// Takes up one mutant after another, until there are none.
    func work(_ stage: Stage) async throws {
        let database = stage.world.database.superuser
        try await database.run("select from asking.open_tables()")
        let all = try await Mutant.all(in: database)
        state.withLock { if $0.waiting == nil { $0.waiting = all.reversed() } }
        while let mutant = state.withLock({ $0.waiting?.popLast() }) {
            let fate = try await fate(of: mutant, in: database)
            state.withLock { $0.fates.append((mutant, fate)) }
        }
    }

    private func fate(of mutant: Mutant, in database: PostgresClient) async throws -> Fate {
        let isBorn = Mutex(false)
        do {
            return try await database.transaction(TransactionOptions(timeout: .seconds(120))) { tx in
                try await tx.script(mutant.script)
                isBorn.withLock { $0 = true }
                for check in mutant.checks {
                    let complaints = try await tx.pipeline(
                        Query.rows("select * from \(check)") { try $0.next(String.self) })
                    if !complaints.isEmpty { throw Undone(fate: .caught) }
                }
                throw Undone(fate: Equivalent.of(mutant) == nil ? .survived : .excused)
            }
        } catch let undone as Undone {
            return undone.fate
        } catch let error as PostgresError {
            // What cannot be said in SQL is no mistake that anybody makes; what fails when it is asked is noticed.
            guard error.sqlState != nil else { throw error }
            return isBorn.withLock { $0 } ? .caught : .stillborn
        }
    }

    private struct Undone: Error {
        let fate: Fate
    }

    /// How many of each kind there were, and what became of them.
    static func summary(_ fates: [(mutant: Mutant, fate: Fate)]) -> String {
        let lines = Mutant.Kind.allCases.map { kind in
            let ofKind = fates.filter { $0.mutant.kind == kind }
            func count(_ fate: Fate) -> Int { ofKind.count { $0.fate == fate } }
            return """
                \(kind.rawValue): \(ofKind.count - count(.stillborn)) mutants, \(count(.caught)) caught, \
                \(count(.excused)) equivalent, \(count(.survived)) survived
                """
        }
        let born = fates.filter { $0.fate != .stillborn }
        return """
            mutation of the access layer: \(born.count) mutants, \(born.count { $0.fate == .caught }) caught
            \(lines.map { "  " + $0 }.joined(separator: "\n"))
            """
    }
}
