import Foundation
import JSON
import Testing

@testable import Practice

/// Reads patients of which only a few members matter; today is 2026-11-23.
struct PatientUnderTest {
    private let patients: PatientImport

    init() throws {
        patients = PatientImport(today: try #require(Day("2026-11-23")))
    }

    func client(_ members: String, in entry: BundleEntry? = nil) throws -> ImportedClient {
        try patients.client(of: Array(#"{"resourceType":"Patient","id":"1",\#(members)}"#.utf8), in: entry)
    }

    func named(_ names: String) throws -> ImportedClient { try client(#""name":[\#(names)]"#) }

    /// Of somebody whose name is in order.
    func with(_ members: String) throws -> ImportedClient {
        try client(#""name":[{"family":"Lee","given":["Ann"]}],\#(members)"#)
    }

    func reasons(_ members: String, name: String = #"{"family":"Lee","given":["Ann"]}"#) -> [String] {
        do {
            _ = try client(#""name":[\#(name)],\#(members)"#)
            return []
        } catch let error as PatientImport.Refusal {
            return error.reasons
        } catch { return ["\(error)"] }
    }
}

@Suite struct PatientNameTests {
    private let patient: PatientUnderTest

    init() throws { patient = try PatientUnderTest() }

    @Test func `what has ended is never the present name, and is found as a former one`() throws {
        let wilma = try patient.named(
            """
            {"use":"official","family":"Former","given":["Wilma"],"period":{"end":"2020-06-30"}},
            {"use":"official","family":"Present","given":["Wilma"]}
            """)
        #expect(wilma.name == .init(given: "Wilma", family: "Present"))
        #expect(
            wilma.otherNames == [OtherName(.former, given: "Wilma", family: "Former", until: PartialDay("2020-06-30"))])
    }

    @Test(arguments: [
        ("2026-11-22", false), ("2026-11-23", true), ("2026-11", true), ("2026-10", false), ("2026", true),
        ("2025", false), ("2026-11-23T08:00:00Z", true), ("2020-01-01T00:00:00+02:00", false), ("2027-01-01", true),
    ])
    func `a period lasts to the end of the day, the month or the year that is said`(end: String, lasts: Bool) throws {
        let client = try patient.named(
            #"{"use":"official","family":"A","given":["X"],"period":{"end":"\#(end)"}},{"family":"B","given":["X"]}"#)
        #expect(client.name.family == (lasts ? "A" : "B"))
    }

    @Test func `a name that has not begun is none yet, and of two the one that began last is the present one`() throws {
        let married = try patient.named(
            """
            {"use":"official","family":"Next","given":["X"],"period":{"start":"2027"}},
            {"use":"official","family":"First","given":["X"],"period":{"start":"1990"}},
            {"use":"official","family":"Second","given":["X"],"period":{"start":"2015-05"}}
            """)
        #expect(married.name.family == "Second")
        #expect(married.otherNames.map(\.family) == ["First"] && married.otherNames.map(\.kind) == [.alias])
    }

    @Test func `old and maiden names are never the present one, and a name for a time only for want of another`() throws
    {
        let usual = try patient.named(
            """
            {"use":"temp","family":"Doe","given":["Jane"]},{"use":"old","family":"Was","given":["Ann"]},
            {"use":"maiden","family":"Born"},{"use":"usual","family":"Is","given":["Annie"]}
            """)
        #expect(usual.name == .init(given: "Annie", family: "Is") && usual.warnings == [])
        #expect(
            usual.otherNames == [
                OtherName(.former, given: "Ann", family: "Was"), OtherName(.maiden, given: "", family: "Born"),
            ])
        let temporary = try patient.named(
            #"{"use":"temp","family":"Doe","given":["Jane"]},{"use":"old","family":"Was"}"#)
        #expect(temporary.name.family == "Doe")
        #expect(temporary.warnings == ["name.use is temp: it was taken for want of another"])
        #expect(
            patient.reasons(
                #""gender":"male""#, name: #"{"use":"old","family":"Was"},{"use":"maiden","family":"Born"}"#)
                == ["name has no present name: all of them have ended"])
        #expect(patient.reasons(#""gender":"male""#, name: #"{"use":"official"}"#) == ["name is missing"])
    }

    @Test(arguments: [
        (#"{"given":["Mono"]}"#, "Mono", ""), (#"{"family":"Sukarno"}"#, "", "Sukarno"),
        (#"{"text":"Tex Tonly"}"#, "Tex Tonly", ""),
        (#"{"text":"Ann B. Lee","family":"Lee","given":["Ann"]}"#, "Ann", "Lee"),
        (#"{"family":"Nulls","given":["Anna",null],"_given":[null,{"extension":[]}]}"#, "Anna", "Nulls"),
        (#"{"family":"Lee","given":["An\nna","  Mae "]}"#, "An na   Mae", "Lee"),
    ])
    func `one name is enough, and what is null or broken into lines does no harm`(
        name: String, given: String, family: String
    ) throws {
        let client = try patient.named(name)
        #expect(client.name == .init(given: given, family: family))
    }

    @Test func `nobody is born on a day that nobody knows`() throws {
        #expect(try patient.with(#""birthDate":"1975""#).birthDate == PartialDay("1975"))
        #expect(try patient.with(#""birthDate":"1975-06""#).birthDate?.part == "1975-06")
        #expect(try patient.with(#""birthDate":"1975-06-07""#).birthDate?.day == Day("1975-06-07"))
        #expect(try patient.with(#""_birthDate":{"extension":[{"url":"x","valueCode":"unknown"}]}"#).birthDate == nil)
        #expect(patient.reasons(#""birthDate":"2026-12""#) == ["birthDate lies in the future"])
        #expect(patient.reasons(#""birthDate":"2026""#) == [])
        for wrong in ["1899", "1975-6", "75", "1975-06-07T00:00:00Z", "1975-02-30", ""] {
            #expect(patient.reasons(#""birthDate":"\#(wrong)""#).count == 1, "\(wrong)")
        }
    }
}

@Suite struct PatientContactTests {
    private let patient: PatientUnderTest

    init() throws { patient = try PatientUnderTest() }

    @Test func `what has ended is no contact, and rank orders what is left`() throws {
        let ron = try patient.with(
            """
            "telecom":[
            {"system":"phone","value":"0141","use":"mobile","period":{"end":"2015-01-01"}},
            {"system":"phone","value":"0142","use":"mobile","rank":2},{"system":"phone","value":"0143","use":"work","rank":1},
            {"system":"phone","value":"0144","use":"old"},{"system":"phone","value":"0145","use":"home"},
            {"system":"sms","value":"tel:0146","use":"temp"},{"system":"phone","value":"0147","period":{"start":"2030"}},
            {"system":"email","value":"shared@example.com","period":{"end":"2019-12-31"}},
            {"system":"email","value":"mailto:ron@example.com"}]
            """)
        #expect(ron.contactPoints.map(\.value) == ["0143", "0142", "0145", "ron@example.com"])
        #expect(ron.warnings == ["telecom.use is temp: it was left out"])
        let tied = try patient.with(
            #""telecom":[{"system":"phone","value":"1","rank":3},{"system":"phone","value":"2","rank":0},"#
                + #"{"system":"phone","value":"3","rank":3}]"#)
        #expect(tied.contactPoints.map(\.value) == ["1", "3", "2"])
    }

    @Test func `nobody lives where they lived, or for a time only`() throws {
        let moved = try patient.with(
            """
            "address":[{"use":"home","city":"Shared","period":{"end":"2021"}},{"use":"old","city":"Older"},
            {"use":"temp","city":"Shelter"},{"use":"home","city":"First","period":{"start":"2021"}},
            {"use":"home","city":"Now","period":{"start":"2024-02-01"}},{"use":"work","city":"Office"}]
            """)
        #expect(moved.address?.city == "Now" && moved.warnings == ["address.use is temp: it was left out"])
        let gone = try patient.with(#""address":[{"use":"home","city":"Shared","period":{"end":"2021"}}]"#)
        #expect(gone.address == nil)
    }

    @Test func `a line break in an address begins another line`() throws {
        func lines(_ address: String) throws -> [String]? {
            try patient.with(#""address":[\#(address)]"#).address?.lines
        }
        #expect(
            try lines(#"{"line":["1 Main St\nApt 2"," \r\n ",null,"c/o\tLee"]}"#) == ["1 Main St", "Apt 2", "c/o Lee"])
        #expect(try lines(#"{"text":"1 Main St\nMesa, AZ"}"#) == ["1 Main St", "Mesa, AZ"])
        #expect(try lines(#"{"line":["1","2","3\u20284","5"]}"#) == ["1", "2", "3", "4, 5"])
        #expect(patient.reasons(#""address":[{"line":["a\u0000b"]}]"#) == ["address.line has a control character"])
        #expect(
            patient.reasons(#""telecom":[{"system":"phone","value":"1","period":{"end":"soon"}}]"#)
                == ["telecom.period is not one of FHIR dateTimes"])
    }
}
