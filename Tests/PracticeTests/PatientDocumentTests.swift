import JSON
import Testing

@testable import Practice

@Suite struct PatientDocumentTests {
    private func document(_ text: String, onLine line: Int = 1) -> PatientDocument {
        PatientDocument(Array(text.utf8), onLine: line)
    }

    @Test func `a Bundle is taken apart into its patients, with the lines on which they begin`() {
        let bundle = document(
            """
            {
              "type": "searchset", "total": 2,
              "link": [{ "relation": "self", "url": "x" }, { "relation": "next", "url": "y" }],
              "entry": [
                { "fullUrl": "urn:uuid:abc", "resource": { "resourceType": "Patient", "id": "1" } },
                { "resource": { "resourceType": "Encounter" } },
                {
                  "resource": {
                    "id": "2", "resourceType": "Patient"
                  }, "search": { "mode": "match" }
                },
                { "resource": { "resourceType": "Encounter" } }
              ],
              "resourceType": "Bundle"
            }
            """, onLine: 10)
        #expect(bundle.records.map(\.line) == [14, 16] && bundle.records.map(\.entry) == [1, 3])
        #expect(bundle.records.first?.bundle?.urn == "abc")
        #expect(bundle.others == ["Encounter": 2] && bundle.hasFurtherPages && bundle.refusals.isEmpty)
    }

    @Test(arguments: [
        "history", "message", "batch-response", "transaction-response", "subscription", "collection\u{65}",
    ])
    func `a Bundle that does not say who is there now is refused`(type: String) {
        let refused = document(
            #"{"resourceType":"Bundle","type":"\#(type)","entry":[{"resource":{"resourceType":"Patient"}}]}"#)
        #expect(refused.records.isEmpty && refused.refusals.count == 1)
    }

    @Test(arguments: ["collection", "searchset", "batch", "transaction", "document"])
    func `others are read`(type: String) {
        let read = document(
            #"{"resourceType":"Bundle","type":"\#(type)","entry":[{"resource":{"resourceType":"Patient"}}]}"#)
        #expect(read.records.count == 1 && read.refusals.isEmpty)
    }

    @Test func `modifiers of a Bundle and entries that ask for something else are told`() {
        let modified = document(#"{"resourceType":"Bundle","type":"batch","implicitRules":"urn:x","entry":[]}"#)
        #expect(
            modified.refusals.map(\.reason) == [
                "the Bundle has a modifier that is not known here, and must not be passed over"
            ])
        let asked = document(
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"request":{"method":"DELETE","url":"Patient/1"}},
            {"resource":{"resourceType":"Patient"},"request":{"method":"PUT","url":"Patient/2"}},
            {"resource":{"resourceType":"Patient"},"modifierExtension":[{"url":"x"}]},{}]}
            """)
        #expect(asked.refusals.map(\.entry) == [1, 3, 4] && asked.refusals.map(\.line) == [2, 4, 4])
        #expect(asked.records.map(\.entry) == [2])
    }

    @Test func `an array is taken apart, and what is no JSON is told as a whole`() {
        let array = document("[\n{\"resourceType\":\"Patient\"},\n 7, {\"resourceType\":\"Patient\"}]")
        #expect(array.records.map(\.entry) == [1, 3] && array.refusals.map(\.reason) == ["the line is not an object"])
        for broken in ["{", "{} {}", "[1,]", "{\"a\":}", "nul", "{\"a\" 1}", "\"x", "{\"a\":\"\n\"}"] {
            let document = document(broken)
            #expect(!document.isJSON && document.refusals.map(\.reason) == ["the line is not JSON"], "\(broken)")
        }
        #expect(document("[]").refusals.map(\.reason) == ["the array is empty"])
        let deep = String(repeating: "[", count: 5_000)
        #expect(document(deep).refusals.map(\.reason) == ["the line is not JSON"])
    }

    @Test func `who has no id is known by the URN of the entry`() throws {
        let patient = try PatientUnderTest()
        let bytes = Array(#"{"resourceType":"Patient","name":[{"family":"Lee"}]}"#.utf8)
        let patients = PatientImport(today: try #require(Day("2026-11-23")))
        let entry = BundleEntry(fullURL: "urn:uuid:0193f2a0", ids: [:])
        #expect(try patients.client(of: bytes, in: entry).sourceID == "0193f2a0")
        #expect(throws: PatientImport.Refusal.self) { try patients.client(of: bytes) }
        let other = BundleEntry(fullURL: "https://one.example/Patient/2", ids: [:])
        #expect(throws: PatientImport.Refusal.self) { try patient.client(#""name":[{"family":"Lee"}]"#, in: other) }
    }
}

@Suite struct PartialDayTests {
    @Test(arguments: [
        ("1975", "1975-01-01", "1975-12-31"), ("1976-02", "1976-02-01", "1976-02-29"),
        ("1976-12", "1976-12-01", "1976-12-31"),
        ("1976-02-03", "1976-02-03", "1976-02-03"),
    ])
    func `a year and a month are the days in them`(text: String, first: String, last: String) throws {
        let day = try #require(PartialDay(text))
        #expect(day.earliest.description == first && day.latest.description == last && day.description == text)
        #expect(PartialDay(day: day.day, part: day.part) == day)
    }

    @Test(arguments: ["", "75", "1975-", "1975-1", "1975-13", "1975-02-30", "1975-06-07 ", "abcd"])
    func `nothing else is one`(text: String) {
        #expect(PartialDay(text) == nil)
    }

    @Test func `an age is known when it does not depend on the day`() throws {
        let day = try #require(Day("2026-06-15"))
        #expect(PartialDay("1975")?.age(on: day) == nil && PartialDay("1975")?.ages(on: day) == 50...51)
        #expect(PartialDay("1975-05")?.age(on: day) == 51 && PartialDay("1975-06")?.ages(on: day) == 50...51)
        #expect(PartialDay("1975-06-15")?.age(on: day) == 51)
        #expect(try PartialDay("1975")?.age(on: #require(Day("2026-12-31"))) == 51)
    }
}
