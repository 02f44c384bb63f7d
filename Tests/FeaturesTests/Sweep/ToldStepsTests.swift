import Foundation
import Postgres
import Practice
import TestSupport
import Testing
import WebAPI

@testable import Features

/// What Swift and the documentation tell of rules that the database judges: they say what its words say (decision 0052).
@Suite struct ToldStepsTests {
    @Test func `what is told of the steps of an enrollment is what may follow`() async throws {
        try await withWorld { (world: World) async throws in
            for status in Enrollment.Status.allCases {
                for next in Enrollment.Status.allCases {
                    let follows: Bool = try await world.said("access.step_follows(\(status), \(next))")
                    #expect(follows == status.mayBecome.contains(next), "\(status) to \(next)")
                }
                let goesOn: Bool = try await world.said("enrollment_goes_on(\(status))")
                #expect(goesOn == !status.mayBecome.isEmpty, "\(status)")
                let hasEnded: Bool = try await world.said("enrollment_has_ended(\(status))")
                #expect(hasEnded != goesOn, "\(status)")
            }
        }
    }

    /// A history may leave steps out, and never goes where no steps lead.
    @Test func `a history leads where steps lead, one or several`() async throws {
        try await withWorld { (world: World) async throws in
            for status in Enrollment.Status.allCases {
                var reached: Set = [status]
                while case let more = reached.union(reached.flatMap(\.mayBecome)), more != reached { reached = more }
                for next in Enrollment.Status.allCases {
                    let leads: Bool = try await world.said("access.steps_lead(\(status), \(next))")
                    #expect(leads == reached.contains(next), "\(status) to \(next)")
                }
            }
        }
    }

    @Test func `what is told of the steps of an inquiry is what may follow`() async throws {
        try await withWorld { (world: World) async throws in
            for state in Inquiry.State.allCases {
                for next in Inquiry.State.allCases {
                    let follows: Bool = try await world.said("inquiry_follows(\(state), \(next))")
                    #expect(follows == state.next.contains(next), "\(state) to \(next)")
                }
                let waits: Bool = try await world.said("inquiry_waits(\(state))")
                #expect(waits == Inquiry.State.waiting.contains(state) && waits == !state.next.isEmpty, "\(state)")
            }
        }
    }

    @Test func `who is of age is so for Swift and for the database`() async throws {
        try await withWorld { (world: World) async throws in
            let years: Int = try await world.said("years_of_age()::bigint")
            #expect(years == Acceptance.yearsOfAge)
        }
    }

    // MARK: Homework

    private static let states = ["assigned", "draft", "submitted", "returned", "reviewed", "withdrawn"]

    @Test func `the page on the steps of homework says what may follow what`() async throws {
        let page = try String(
            contentsOf: Repository.file("Sources/Cairn/Documentation.docc/StepsOfHomework.md"), encoding: .utf8)
        try await withWorld { (world: World) async throws in
            var table = ["| step | \(Self.states.joined(separator: " | ")) |"]
            var arrows: Set<String> = []
            for step in try await world.said("homework_steps()") as [String] {
                var cells: [String] = []
                for state in [String?.none] + Self.states.map(Optional.some) {
                    let next: String? = try await world.said("homework_after(\(step), \(state)::text)")
                    let refusal: String? = try await world.said("homework_refusal(\(step), \(state)::text)")
                    #expect((next == nil) == (refusal != nil), "\(step) from \(state ?? "nothing")")
                    if let next, next != state { arrows.insert("\(state ?? "[*]") --> \(next): \(step)") }
                    if state != nil { cells.append(next ?? "(\(refusal ?? ""))") }
                }
                if step != "assign" { table.append("| \(step) | \(cells.joined(separator: " | ")) |") }
            }
            let lines = page.split(separator: "\n").map(String.init)
            #expect(lines.filter { $0.hasPrefix("|") && !$0.hasPrefix("|-") } == table)
            let drawn = lines.filter { $0.contains(" --> ") }.map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(Set(drawn) == arrows && drawn.count == arrows.count)
        }
    }

    @Test func `a piece begins as its first step leaves it`() async throws {
        try await withWorld { (world: World) async throws in
            let first: String? = try await world.said("homework_after('assign', null)")
            let column: String = try await world.said(
                """
                (select column_default from information_schema.columns
                 where table_schema = 'public' and table_name = 'homework' and column_name = 'state')::text
                """)
            #expect(first.map { "'\($0)'::text" } == column)
        }
    }

    @Test func `each word with which a step is refused is one that is told`() async throws {
        try await withWorld { (world: World) async throws in
            let words: [String] = try await world.said(
                """
                array(select distinct homework_refusal(step, state) from unnest(homework_steps()) step,
                      unnest(\(Self.states)) state where step <> 'assign' and homework_after(step, state) is null)
                """)
            #expect(words.count == 5)
            for word in words {
                #expect(Homework.Outcome(rawValue: word)?.problem?.code == word, "\(word)")
            }
        }
    }
}

extension World {
    /// What the database says.
    fileprivate func said<Value: PostgresDecodable>(_ expression: SQL) async throws -> Value {
        try await database.superuser.pipeline(Query.row("select \(expression)") { try $0.next() })
    }
}
