import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn

@Suite struct ImportFileTests {
    @Test(arguments: ["\u{FEFF}", ""], ["\n", "\r\n"])
    func `lines come with and without a mark, and end in either way`(mark: String, end: String) async throws {
        try await ImportUnderTest.with { it in
            let lines = [person("1", "Ann", "Lee"), "", person("2", "Bo", "Ray")]
            let report = try await it.take(mark + lines.joined(separator: end) + end)
            #expect(report.counts == "2 new, 0 linked, 0 changed, 0 unchanged, 0 refused")
        }
    }

    @Test func `JSON over several lines is read: one patient, several, an array, a Bundle`() async throws {
        let pretty = """
            {
              "resourceType": "Patient",
              "id": "1", "name": [ { "family": "Lee" } ]
            }
            """
        let other = pretty.replacing("\"1\"", with: "\"2\"")
        let bundle =
            #"{"resourceType":"Bundle","type":"collection","entry":[\#n{"resource":\#(pretty)},\#n{"resource":\#(other)}]}"#
        for (text, count) in [(pretty, 1), (pretty + "\n" + other, 2), ("[\(pretty),\(other)]", 2), (bundle, 2)] {
            try await ImportUnderTest.with { it in
                for text in [text, "\u{FEFF}\n" + text + "\n"] {
                    let report = try await it.take(text)
                    #expect(report.added + report.unchanged == count && report.bad.isEmpty, "\(text)")
                }
                #expect(try await it.rows("select family_name from clients").count == count)
            }
        }
    }

    @Test func `of a Bundle other resources are counted, and a bad entry is told by its line and number`() async throws
    {
        try await ImportUnderTest.with { it in
            let bundle = """
                {"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"x"}],"entry":[
                {"resource":{"resourceType":"Practitioner"}},{"resource":{"resourceType":"Organization"}},
                {"resource":\(person("1", "Ann", "Lee", born: "2090"))},
                {"resource":\(person("2", "Bo", "Ray"))}]}
                """
            let report = try await it.take(bundle, keepsGood: true)
            #expect(report.added == 1 && report.bad.map { "\($0.place)" } == ["line 3, entry 3"])
            #expect(
                report.notes.suffix(2) == [
                    "Other resources were passed over: 1 Organization, 1 Practitioner.",
                    "A Bundle is one page of several: import the others too.",
                ])
            #expect(try await it.take(bundle, keepsGood: true).unchanged == 1)
        }
    }

    @Test func `a broken line harms no other, and what breaks off is told where`() async throws {
        try await ImportUnderTest.with { it in
            let lines = [#"{"resourceType":"Patient","id":"1""#, person("2", "Bo", "Ray"), "oops", #"{"a":1} x"#]
            let report = try await it.take(lines.joined(separator: "\n"), keepsGood: true)
            #expect(report.added == 1 && report.bad.map(\.line) == [1, 3, 4])
            let broken = try await it.take(
                "{\n\"resourceType\":\"Patient\",\"id\":\"3\",\n\"name\":[{\"family\":\"Lee\"}]}\n{\n\"a\"",
                keepsGood: true)
            #expect(broken.added == 1 && broken.bad.map(\.line) == [5])
            #expect(broken.bad.first?.reason == "from here on the file is not JSON, or it is cut off")
        }
    }

    @Test func `a line that is there twice is one person's, and another one of the same id is refused`() async throws {
        try await ImportUnderTest.with { it in
            let (ann, other) = (person("1", "Ann", "Lee", number("7")), person("1", "Ann", "Ray", number("7")))
            let report = try await it.take([ann, person("2", "Bo", "Ray"), ann].joined(separator: "\n"))
            #expect(report.counts == "2 new, 0 linked, 0 changed, 1 unchanged, 0 refused")
            #expect(report.warnings.map { "\($0.place): \($0.reason)" } == ["line 3: it says what line 1 says"])
            let twice = try await it.take([ann, ann, other].joined(separator: "\n"), keepsGood: true)
            #expect(twice.bad.map(\.line) == [3] && twice.unchanged == 2)
            #expect(twice.bad.first?.reason == "an identifier is that of line 1")
        }
    }

    @Test func `a Bundle that is cut off, and one in another, are told in one sentence`() async throws {
        try await ImportUnderTest.with { it in
            let lines = ["{", #""resourceType": "Bundle","#, #""type": "collection","#, #""entry": ["#]
            let whole = (1...9).map { "{\n\"resource\": \(person("\($0)", "Ann", "Lee"))\n}" }.joined(separator: ",\n")
            let text = lines.joined(separator: "\n") + "\n" + whole + "]\n}"
            let broken = try await it.take(String(text.dropLast(20)), keepsGood: true)
            #expect(broken.bad.count == 1 && broken.added == 0)
            #expect(broken.bad.first?.reason == "from here on the file is not JSON, or it is cut off")
            #expect(broken.bad.first?.line == 30)
            let nested = #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":\#(text)}]}"#
            let report = try await it.take(nested, keepsGood: true)
            #expect(report.bad.map { "\($0.place)" } == ["line 1, entry 1"] && report.added == 0)
        }
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 8, 0], "compressed"), ([0x50, 0x4B, 3, 4], "ZIP"), ([0xFF, 0xFE, 0x7B, 0], "UTF-16"),
            ([0xFE, 0xFF, 0, 0x7B], "UTF-16"), ([0x7B, 0, 0x22, 0], "UTF-16"),
            (Array("<?xml ?><Patient/>".utf8), "XML"),
            (Array("MSH|^~\\&|A".utf8), "HL7 version 2"), (Array("id,name\n1,Ann\n".utf8), "no JSON"),
            (Array("   \n x".utf8), "no JSON"),
        ] as [([UInt8], String)])
    func `what is no JSON is said in one sentence`(bytes: [UInt8], word: String) async throws {
        try await ImportUnderTest.with { it in
            let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
            try Data(bytes).write(to: URL(filePath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            let refusal = await #expect(throws: Refusal.self) { try await it.take(file: path) }
            #expect(
                refusal?.sentences.count == 1 && refusal?.description.contains(word) == true,
                "\(String(describing: refusal))")
        }
    }

    @Test func `a file of nothing, a folder, and one that is not there are told in one sentence each`() async throws {
        try await ImportUnderTest.with { (it: ImportUnderTest) async throws in
            func told(_ path: String) async throws -> String? {
                let refusal = await #expect(throws: Refusal.self) { try await it.take(file: path) }
                #expect(refusal?.sentences.count == 1)
                return refusal?.description
            }
            #expect(try await told("/tmp")?.contains("/tmp is a folder") == true)
            #expect(try await told("/nowhere") == "There is no file /nowhere.")
            // A file that even root opens and cannot read.
            #expect(try await told("/proc/self/mem")?.contains("cannot be read") == true)
            for (text, words) in [("", "is empty"), ("\n\n", "blank lines"), ("\u{FEFF} \n", "blank lines")] {
                try await withFile(text) { (path: String) async throws in
                    #expect(try await told(path)?.contains(words) == true)
                }
            }
        }
    }

    private static func shared(_ name: String) -> URL {
        URL(filePath: "../../../shared/data/\(name)", relativeTo: URL(filePath: #filePath)).standardizedFileURL
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: shared("README.md").path),
            "The example data lie beside the clone."))
    func `the two files that went wrong come in as they should`() async throws {
        try await ImportUnderTest.with { it in
            let (one, two) = (
                Self.shared("hard-patients-one.ndjson").path, Self.shared("hard-patients-two.ndjson").path
            )
            let first = try await it.take(file: one, keepsGood: true)
            #expect(first.counts == "10 new, 1 linked, 0 changed, 0 unchanged, 1 refused")
            #expect(first.bad.map(\.line) == [11] && first.source?.name == "urn:example:one:mrn")
            let second = try await it.take(file: two)
            #expect(second.counts == "2 new, 0 linked, 0 changed, 0 unchanged, 0 refused")
            #expect(second.source?.name == "urn:example:two:mrn")
            #expect(
                try await it.charts() == [
                    "Alphaone, Anton 1950-05-05 active", "Betatwo, Berta 1990-09-09 active",
                    "De La Cruz, Rosa 1983-03-03 active", "Gamble, Gareth 1961-02-03 active",
                    "Gamble, Gus 2010-02-03 active", "Inactive, Ines 1990-10-10 inactive", "Mono 1975 active",
                    "Nulls, Anna 1988-08-08 active", "Numbers, Nora 1966-06-06 active",
                    "Present, Wilma 1985-04-04 active",
                    "Rank, Ron 1979-09-09 active", "Tex Tonly 1975-06 active",
                ])
            #expect(
                try await it.rows(
                    """
                    select c.given_name || ' ' || i.value from client_identifiers i join clients c using (practice_id, client_id)
                    where i.system <> 'urn:cairn:import:patient' order by 1
                    """) == ["Anton A-17", "Berta B-17", "Nora A-23"])
            #expect(
                try await it.rows(
                    "select phone || ' ' || email from client_contacts join clients using (practice_id, client_id) where given_name = 'Ron'"
                )
                    == ["480-555-0143 ron@example.com"])
            for (name, person) in [
                ("Former", "Present, Wilma"), ("Rex Replaced", "Alphaone, Anton"), ("whitlow", "De La Cruz, Rosa"),
                ("de la cruz", "De La Cruz, Rosa"), ("delacruz", "De La Cruz, Rosa"),
            ] {
                #expect(try await it.found(name) == [person])
            }
            for (file, source, counts) in [
                (one, "urn:example:one:mrn", "0 new, 0 linked, 0 changed, 11 unchanged, 1 refused"),
                (two, "urn:example:two:mrn", "0 new, 0 linked, 0 changed, 2 unchanged, 0 refused"),
            ] {
                #expect(try await it.take(file: file, from: source, keepsGood: true).counts == counts)
            }
        }
    }
}
