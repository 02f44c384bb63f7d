import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn

/// A practice into which files are imported.
struct ImportUnderTest: Sendable {
    let hands: Operator
    let practice: ID<Practice>
    let superuser: PostgresClient

    static func with(_ body: @Sendable @escaping (ImportUnderTest) async throws -> Void) async throws {
        try await withPractice { hands, practice, superuser in
            try await body(ImportUnderTest(hands: hands, practice: practice, superuser: superuser))
        }
    }

    @discardableResult
    func take(_ text: String, from source: String? = nil, keepsGood: Bool = false) async throws -> ClientImport.Report {
        try await withFile(text) { path in try await take(file: path, from: source, keepsGood: keepsGood) }
    }

    func take(file path: String, from source: String? = nil, keepsGood: Bool = false) async throws
        -> ClientImport.Report
    {
        try await ClientImport(
            hands: hands, practice: practice, path: path, source: source, keepsGood: keepsGood, isTrial: false
        ).run()
    }

    /// What a query gives of each row, as one text.
    func rows(_ sql: SQL) async throws -> [String] {
        try await superuser.pipeline(Query.rows(sql) { try $0.next(String.self) })
    }

    /// The charts by name: `Lee, Ann 1990-01-02 active`.
    func charts() async throws -> [String] {
        try await rows(
            """
            select concat_ws(', ', nullif(family_name, ''), nullif(given_name, '')) || ' '
                || coalesce(birth_date::text, born_in, 'unknown') || ' ' || status
            from clients order by 1
            """)
    }

    /// Whom a word of a name finds.
    func found(_ name: String) async throws -> [String] {
        try await rows(
            """
            select family_name || ', ' || given_name from clients c
            where access.name_rank(c.name_key, name_words(\(name))) = 0 order by 1
            """)
    }

    func change(_ sql: SQL) async throws {
        _ = try await superuser.pipeline(
            Query.run("set local session_replication_role = replica"), Query.run(sql))
    }
}

/// One line of a file.
func person(_ id: String, _ given: String, _ family: String, born: String? = "1990-01-02", _ more: String = "")
    -> String
{
    let birth = born.map { #","birthDate":"\#($0)""# } ?? ""
    return #"{"resourceType":"Patient","id":"\#(id)","name":[{"family":"\#(family)","given":["\#(given)"]}]\#(birth)"#
        + (more.isEmpty ? "" : ",") + more + "}"
}

/// A member `identifier` with one number of a type of table 0203.
func number(_ value: String, _ system: String = "urn:mrn", _ type: String = "MR") -> String {
    #""identifier":[{"type":{"coding":[{"code":"\#(type)"}]},"system":"\#(system)","value":"\#(value)"}]"#
}

@Suite struct ImportSourceTests {
    @Test func `the same id and number of two systems are two people's, unchanged by each other`() async throws {
        try await ImportUnderTest.with { it in
            let one = person("1001", "Anton", "Alpha", born: "1950-05-05", #""gender":"male","# + number("7"))
            let two = person("1001", "Berta", "Beta", #""gender":"female","deceasedBoolean":true,"# + number("7"))
            #expect(try await it.take(one, from: "one").added == 1)
            let second = try await it.take(two, from: "two")
            #expect(second.counts == "1 new, 0 linked, 0 changed, 0 unchanged, 0 refused")
            #expect(try await it.charts() == ["Alpha, Anton 1950-05-05 active", "Beta, Berta 1990-01-02 deceased"])
            #expect(try await it.rows("select sex from clients where family_name = 'Alpha'") == ["male"])
            for (file, source) in [(one, "one"), (two, "two")] {
                let again = try await it.take(file, from: source)
                #expect(again.counts == "0 new, 0 linked, 0 changed, 1 unchanged, 0 refused")
            }
        }
    }

    @Test func `a number whose chart has another name and birth date refuses the line, and tells which`() async throws {
        try await ImportUnderTest.with { it in
            try await it.take(person("1", "Anton", "Alpha", born: "1950-05-05", number("7")))
            let stranger = person("1", "Berta", "Beta", number("8"))
            let byID = try await it.take("\n" + stranger)
            #expect(
                byID.bad.map(\.line) == [2] && byID.bad.first?.reason.hasPrefix("its id is that of a chart") == true)
            let byNumber = try await it.take(person("2", "Berta", "Beta", #""deceasedBoolean":true,"# + number("7")))
            #expect(byNumber.bad.first?.reason.hasPrefix("an identifier is that of a chart with another name") == true)
            #expect(byNumber.bad.first?.reason.contains("Alpha") == false)
            #expect(try await it.charts() == ["Alpha, Anton 1950-05-05 active"])
        }
    }

    @Test(arguments: [
        // The record, which has the id or the number alone, and whether it may be the chart's: Ann Lee, born 1990-05-06.
        ("Ann", "Lee", "1990-05-06", true, true), ("Ann", "Smith", "1990-05-06", true, true),
        ("Anne", "Lee", "1990-05-06", false, true), ("Ann", "Smith", "1990-05-06", false, true),
        // Twins, and a new given name in the very same record.
        ("Bea", "Lee", "1990-05-06", false, false), ("Bea", "Lee", "1990-05-06", true, true),
        ("Bea", "Smith", "1990-05-06", true, false),
        // A slip of the pen in the date, and a mother of the same name.
        ("Ann", "Lee", "1990-06-05", false, true), ("Ann", "Lee", "1991-05-06", false, true),
        ("Ann", "Lee", "1962-11-30", true, false), ("Ann", "Lee", "1962", false, false),
        // What is not known contradicts nothing, and proves nothing.
        ("Ann", "Lee", nil, false, true), ("Ann", "Lee", "1990", false, true), ("Bea", "Smith", nil, true, false),
        ("Lee", "Ann", "1990-05-06", false, true),
        // Names are alike as duplicates are: joined or split, in part, or another form of a given name.
        ("Annie", "Lee", "1990-05-06", false, true), ("Ann Marie", "Van Lee", "1990-05-06", false, true),
    ])
    func `what contradicts is another person`(
        _ given: String, _ family: String, _ born: String?, _ isByID: Bool, _ isSame: Bool
    ) async throws {
        try await ImportUnderTest.with { it in
            try await it.take(person("1", "Ann", "Lee", born: "1990-05-06", number("7")))
            let record = person(isByID ? "1" : "2", given, family, born: born, isByID ? "" : number("7"))
            let report = try await it.take(record)
            #expect(report.bad.isEmpty == isSame && report.added == 0, "\(report.counts)")
            #expect(try await it.rows("select client_id::text from clients").count == 1)
        }
    }

    @Test func `numbers that a family shares link nobody, and are not kept`() async throws {
        try await ImportUnderTest.with { it in
            for type in ["AN", "MB", "SN", "GI", "MC"] {
                let file = [
                    person("g-\(type)", "Gareth", "Gamble", born: "1961-02-03", number("F-1", "urn:account", type)),
                    person("s-\(type)", "Gus", "Gamble", born: "2010-02-03", number("F-1", "urn:account", type)),
                ].joined(separator: "\n")
                let report = try await it.take(file, from: type)
                #expect(report.added == 2 && report.bad.isEmpty, "\(type): \(report.counts)")
            }
            #expect(try await it.rows("select value from client_identifiers where system = 'urn:account'") == [])
        }
    }

    @Test func `a source is derived from the numbers, kept, and must be named once there are two`() async throws {
        try await ImportUnderTest.with { it in
            let first = try await it.take(person("1", "Ann", "Lee", number("7", "urn:b:mrn")))
            #expect(first.source == ImportSource(name: "urn:b:mrn", isNew: true))
            #expect(first.notes == ["Source: urn:b:mrn, from which nobody was taken over before."])
            // A file of the same source is known by a system, or by nothing that says otherwise.
            let more = #""identifier":[{"system":"urn:a:mrn","value":"1"},{"system":"urn:b:mrn","value":"9"}]"#
            #expect(try await it.take(person("2", "Bo", "Ray", more)).source?.name == "urn:b:mrn")
            #expect(try await it.take(person("3", "Cy", "Fox")).source?.name == "urn:b:mrn")
            let other = try await it.take(person("1", "Di", "Poe", number("7", "urn:c")))
            #expect(other.source == ImportSource(name: "urn:c", isNew: true) && other.added == 1)
            await #expect(throws: Refusal.self) {
                try await it.take(person("4", "Ed", "Orr", number("7", "urn:b:mrn")))
            }
            #expect(try await it.take(person("4", "Ed", "Orr"), from: "urn:c").added == 1)
            // Numbers of a system that nobody had are of another source, where the first one had none and a name.
            try await ImportUnderTest.with { (it: ImportUnderTest) async throws in
                #expect(try await it.take(person("1", "Ann", "Lee"), from: "old").source?.name == "old")
                #expect(try await it.take(person("1", "Di", "Poe", number("7", "urn:c"))).source?.name == "urn:c")
                #expect(try await it.charts().count == 2)
            }
            for wrong in ["cairn", "", " a", "a\n"] {
                await #expect(throws: Refusal.self) { try await it.take(person("5", "Fe", "Nox"), from: wrong) }
            }
        }
    }

    @Test func `an id that looks like a social security number is recognised, and kept nowhere`() async throws {
        try await ImportUnderTest.with { it in
            let line = person("900-00-0001", "Ann", "Lee")
            let reasons = try await it.take(line).warnings.map(\.reason)
            #expect(reasons == ["id looks like a government's number: a keyed hash stands for it"])
            #expect(try await it.take(line).unchanged == 1)
            #expect(try await it.rows("select value from client_identifiers where value like '%900%0001%'") == [])
            #expect(try await it.rows("select left(value, 6) from client_identifiers") == ["keyed:"])
        }
    }
}
