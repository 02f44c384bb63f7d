import JSON
import Testing

@testable import Practice

@Suite struct PatientNumberTests {
    private let patient: PatientUnderTest
    private static let table = "http://terminology.hl7.org/CodeSystem/v2-0203"

    init() throws { patient = try PatientUnderTest() }

    private func numbers(_ identifiers: String) throws -> [String] {
        try patient.with(#""identifier":[\#(identifiers)]"#).identifiers.map(\.value)
    }

    private func typed(_ code: String, _ more: String = "") -> String {
        #"{"type":{"coding":[{"system":"\#(Self.table)","code":"\#(code)"}]},"system":"urn:example:x","value":"A-1"\#(more)}"#
    }

    @Test func `numbers of records are taken over, by what table 0203 calls them`() throws {
        for code in ["MR", "PI", "PT"] { #expect(try numbers(typed(code)) == ["A-1"], "\(code)") }
        #expect(try numbers(#"{"type":{"text":"Medical Record Number"},"system":"urn:x","value":"A-1"}"#) == ["A-1"])
        #expect(try numbers(#"{"type":{"text":"MRN"},"system":"urn:oid:1.2.36.146.595.217.0.1","value":"9"}"#) == ["9"])
        #expect(
            try numbers(
                #"{"type":{"coding":[{"system":"urn:local","code":"X1","display":"Chart no."}]},"system":"urn:x","value":"7"}"#
            )
                == ["7"])
        // Without a type the system itself has to say that it numbers records.
        #expect(try numbers(#"{"system":"urn:old:system","value":"7"}"#) == [])
        #expect(try numbers(#"{"system":"urn:old:charts","value":"7"}"#) == ["7"])
        #expect(try numbers(#"{"type":{},"system":"http://family-clinic.example/mrn","value":"7"}"#) == ["7"])
    }

    @Test(arguments: [
        "SS", "SB", "DL", "PPN", "TAX", "MC", "MA", "NI", "NH", "HC", "MI", "CZ", "PRC", "AN", "ANT", "GI", "GN", "MB",
        "SN",
        "PN", "VN", "MRT", "XX", "U", "",
    ])
    func `no other kind of number is`(code: String) throws {
        #expect(try numbers(typed(code)) == [])
    }

    @Test(arguments: [
        #"{"type":{"text":"Social Security Number"},"system":"urn:x","value":"A1"}"#,
        #"{"type":{"text":"SSN"},"system":"http://www.ssa.gov/","value":"A1"}"#,
        #"{"type":{"coding":[{"system":"urn:local","code":"SSN"}]},"system":"urn:x","value":"A1"}"#,
        #"{"type":{"coding":[{"system":"urn:local","code":"17","display":"Driver's License"}]},"system":"urn:x","value":"A1"}"#,
        #"{"type":{"coding":[{"code":"MR"},{"code":"SS"}]},"system":"urn:x","value":"A1"}"#,
        #"{"type":{"coding":[{"code":"MR"}],"text":"Medicaid ID"},"system":"urn:x","value":"A1"}"#,
        #"{"type":{"coding":[{"system":"urn:local","code":"MR"}]},"system":"urn:x","value":"A1"}"#,
        #"{"type":{"text":"Account Number"},"system":"urn:x","value":"A1"}"#,
        #"{"system":"2.16.840.1.113883.4.1","value":"A1"}"#,
        #"{"system":"urn:oid:2.16.840.1.113883.4.1","value":"A1"}"#,
        #"{"system":"URN:OID:2.16.840.1.113883.4.3.4","value":"D1"}"#,
        #"{"system":"oid:2.16.840.1.113883.4.572","value":"A1"}"#,
        #"{"type":{"coding":[{"code":"MR"}]},"system":"urn:oid:2.16.840.1.113883.4.330.840","value":"A1"}"#,
        #"{"system":"http://hl7.org/fhir/sid/us-mbi","value":"A1"}"#,
        #"{"system":"https://secure.ssa.gov/x","value":"A1"}"#,
        #"{"system":"urn:example:ss","value":"A1"}"#,
        #"{"system":"urn:example:drivers-license","value":"D1"}"#, #"{"system":"urn:example:us_ssn","value":"A1"}"#,
        #"{"system":"urn:example:account","value":"FAM-900"}"#,
        #"{"system":"http://x.example/guarantor#id","value":"F"}"#,
        #"{"system":"urn:x","value":"A1","assigner":{"display":"Social Security Administration"}}"#,
        #"{"value":"A1"}"#, #"{"system":"urn:x"}"#,
        #"{"type":{"coding":[{"code":"MR"}]},"system":"urn:x","value":"A1","use":"old"}"#,
        #"{"type":{"coding":[{"code":"MR"}]},"system":"urn:x","value":"A1","period":{"end":"2020"}}"#,
    ])
    func `what a government or a family's account is named in, by whatever words, is left behind`(number: String) throws
    {
        let client = try patient.with(#""identifier":[\#(number)]"#)
        #expect(client.identifiers == [] && client.warnings == [])
    }

    @Test(arguments: [
        "900-00-0001", "900000001", "900 00 0001", "900–00–0001", "SSN 900-00-0001", "900.00.0001", "XXX-XX-1234",
        "***-**-1234",
        "٩٠٠٠٠٠٠٠١", "900-00-0001A", "1EG4-TE5-MK73", "1AA0AA0AA00", "see 900-00-0001 (old)", "900000001-01",
    ])
    func `a value that looks like a government's number comes in as nothing else`(value: String) throws {
        let number = #"{"type":{"coding":[{"code":"MR"}]},"system":"urn:x","value":"\#(value)"}"#
        let client = try patient.with(#""identifier":[\#(number)]"#)
        #expect(client.identifiers == [])
        #expect(client.warnings == ["identifier.value looks like a government's number and was left out"])
        #expect(!client.warnings.joined().contains(value))
    }

    @Test(arguments: [
        "A-23", "1788699", "d9dc59451b998973", "12345678", "1234567890", "480-555-0100", "2020-01-02", "B-17-0001",
        "123456-01",
    ])
    func `other values are numbers of records`(value: String) throws {
        #expect(try numbers(#"{"type":{"coding":[{"code":"MR"}]},"system":"urn:x","value":"\#(value)"}"#) == [value])
    }
}
