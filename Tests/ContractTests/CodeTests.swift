import Foundation
import JSON
import Practice
import Testing
import TestSupport

/// The codes of problems and of their members: those in `openapi.yaml` are those that the server can say. What tests get
/// told is held against the file with each answer; here it is what Swift and SQL could say.
@Suite struct CodeTests {
    private let contract: Contract
    private let swift: [Source]
    private let sql: [Source]

    init() throws {
        contract = try Contract.current()
        swift = try Source.all(in: "Sources", ending: ".swift").filter { !$0.path.contains("Sources/Postgres/") }
        sql = try Source.all(in: "Migrations", ending: ".sql")
    }

    /// Words that no caller is told.
    private static let untold: Set = [
        // Nobody reads what is answered to who has hung up.
        "abandoned",
        // For the worker alone.
        "lease_is_over",
        // Its places are told, with a code for each kind of thing.
        "no_such_reference",
        // Told as out_of_range, before_from and after_death, with the range or the way out.
        "days_to_come", "ends_before_it_begins", "ends_after_a_death",
    ]
    /// Words of outcomes that are no refusals, or that become another problem.
    private static let outcomes: Set = ["accepted", "repeated", "stale", "reviewed", "returned"]

    private var problemCodes: Set<String> { Set(contract.words(of: "ProblemCode")) }
    private var fieldCodes: Set<String> { Set(contract.words(of: "FieldCode")) }

    @Test func `the file has every code of a problem that Swift makes`() {
        let said = swift.flatMap { $0.literals(in: [("Problem", 1, 3), ("conflict", 0, 2)]) }
        #expect(Set(said).count > 40)
        #expect(Set(said).subtracting(problemCodes).subtracting(Self.untold) == [])
    }

    @Test func `the file has every code of a member that Swift makes`() {
        let said = swift.flatMap { source in
            source.literals(in: [
                ("FieldFault", 1, 3), ("fault", 1, 3), ("fault", 2, 4), ("check", 2, 4), ("refuse", 0, 2),
                ("record", 0, 2),
                ("record(member:", 1, 3), ("code:", 0, 0), ("refusal", 0, 2),
            ])
        }
        // A question's own faults have no place yet.
        let own = swift.filter { $0.path.contains("Exercises/Field+") }.flatMap { source in
            source.text.matches(of: /\bfault\(\s*"([a-z_]+)",\s*"[^"]*"\s*\)/).map { String($0.1) }
        }
        #expect(Set(said).count > 70)
        #expect(Set(said + own).subtracting(fieldCodes) == [])
    }

    @Test func `the file has every word of an outcome that becomes a code`() {
        let known = problemCodes.union(fieldCodes).union(Self.outcomes)
        var count = 0
        for source in swift where source.text.contains(/(conflict|FieldFault)\([^)]*rawValue/) {
            for word in source.enumWords {
                count += 1
                #expect(known.contains(word), "\(word) in \(source.path)")
            }
        }
        #expect(count > 30)
    }

    @Test func `the file has every word that SQL refuses with`() {
        var count = 0
        for source in sql {
            for refusal in source.text.matches(
                of: /raise exception\s+(?<said>[^;]*?)using\s+errcode = 'PC4(?<kind>09|22)'/)
            {
                for word in String(refusal.said).matches(of: /'([a-z][a-z0-9_]*)'/).map({ String($0.1) }) {
                    count += 1
                    let known = refusal.kind == "09" ? problemCodes : fieldCodes
                    // The second half of a word that is put together: not_placeable_partner is told as not_placeable.
                    let isKnown = known.contains(word) || known.contains(String(word.trimmingSuffix("_")))
                    #expect(isKnown || Self.untold.contains(word), "\(word) in \(source.path)")
                }
            }
        }
        #expect(count > 100)
    }

    @Test func `every code of the file is said somewhere`() {
        let said = (swift + sql).reduce(into: Set<String>()) { said, source in
            said.formUnion(source.text.matches(of: /["']([a-z][a-z0-9_]*)["']/).map { String($0.1) })
            said.formUnion(source.enumWords)
        }
        #expect(problemCodes.union(fieldCodes).subtracting(said) == [])
    }

    @Test func `codes are in order, each once`() {
        for name in ["ProblemCode", "FieldCode"] {
            let words = contract.words(of: name)
            #expect(words == Set(words).sorted(), "\(name)")
        }
    }
}

extension Contract {
    fileprivate func words(of name: String) -> [String] {
        document["components"]?["schemas"]?[name]?["enum"]?.words ?? []
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> Substring {
        hasSuffix(suffix) ? dropLast(suffix.count) : self[...]
    }
}
