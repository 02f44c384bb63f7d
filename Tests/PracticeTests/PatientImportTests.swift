import Foundation
import JSON
@testable import Practice
import Testing

@Suite struct PatientImportTests {
    private let patients: PatientImport

    init() throws {
        patients = PatientImport(today: try #require(Day("2026-11-23")))
    }

    private func client(_ line: String) throws -> ImportedClient { try patients.client(of: Array(line.utf8)) }

    private func reasons(_ line: String) -> [String] {
        do {
            _ = try client(line)
            return []
        } catch let error as PatientImport.Refusal {
            return error.reasons
        } catch { return ["\(error)"] }
    }

    private let complete = """
        {"resourceType":"Patient","id":"p-1","meta":{"profile":["x"]},"identifier":[
        {"system":"urn:old:chart","value":"77"},{"system":"urn:old","value":"78"},{"type":{"coding":[{"code":"MR"}]},"system":"http://hospital","value":"1788"},
        {"type":{"coding":[{"code":"SS"}]},"system":"http://hl7.org/fhir/sid/us-ssn","value":"999-88-9260"},
        {"system":"urn:oid:2.16.840.1.113883.4.3.4","value":"D1"},{"type":{"coding":[{"code":"PPN"}]},"value":"X8"}],
        "name":[{"use":"maiden","family":"Núñez","given":["María José"]},
        {"use":"official","family":"O’Brien","given":["María","José"],"prefix":["Ms."]},
        {"use":"nickname","given":["Majo"]}],
        "gender":"female","birthDate":"1988-02-29","deceasedDateTime":"2026-07-15T23:31:16.014466-07:00",
        "address":[{"use":"old","city":"Boston"},{"use":"home","line":["1 Main St","Apt 2"],"city":"Mesa",
        "state":"AZ","postalCode":"85201","country":"US"}],
        "telecom":[{"system":"fax","value":"1"},{"system":"phone","value":"555-0100","use":"mobile"},
        {"system":"email","value":"majo@example.com"}],
        "maritalStatus":{"coding":[{"code":"D"}]},
        "communication":[{"language":{"coding":[{"code":"en-US"}]}},
        {"language":{"coding":[{"code":"es"}]},"preferred":true}]}
        """

    @Test func `a death is on the day that is written, and no zone makes it one of the future`() throws {
        let noon = try #require(Instant("2026-11-23T19:00:00Z"))
        let here = PatientImport(at: noon, in: try #require(TimeZoneID("America/Phoenix")))
        func died(_ text: String) throws -> (ImportedClient.VitalStatus, [String])? {
            let line =
                #"{"resourceType":"Patient","id":"1","name":[{"family":"A","given":["B"]}],"deceasedDateTime":"\#(text)"}"#
            do {
                let client = try here.client(of: Array(line.utf8))
                return (client.vitalStatus, client.warnings)
            } catch {
                return nil
            }
        }
        for (text, day) in [
            ("2026-11-20T01:30:00+14:00", "2026-11-20"), ("2026-11-20T23:30:00-12:00", "2026-11-20"),
            ("2026-11-23", "2026-11-23"), ("2026-11-23T00:10:00+14:00", "2026-11-23"),
        ] {
            let known = try #require(try died(text))
            #expect(known.0 == .died(on: Day(day)) && known.1 == [], "\(text)")
        }
        // In Kiritimati it is the 24th already.
        let east = try #require(try died("2026-11-24T08:00:00+14:00"))
        #expect(east.0 == .died(on: Day("2026-11-23")) && east.1.count == 1)
        for text in ["2026-11-24T10:00:00+14:00", "2026-11-24", "2026-11-24T00:00:00Z", "2026-12", "2027"] {
            #expect(try died(text) == nil, "\(text)")
        }
        for text in ["2025", "2026-11", "2026"] {
            let partial = try #require(try died(text))
            #expect(partial.0 == .died(on: nil))
            #expect(
                partial.1 == ["deceasedDateTime names no day: the chart says that the person has died, and not when"])
        }
    }

    @Test func `a complete patient is mapped member by member`() throws {
        let client = try client(complete)
        #expect(client.sourceID == "p-1")
        #expect(client.name == .init(given: "María José", family: "O’Brien", prefix: "Ms."))
        #expect(client.preferredName == "Majo")
        #expect(client.birthFamilyName == "Núñez")
        #expect(client.birthDate?.description == "1988-02-29")
        #expect(client.sex == .female)
        #expect(
            client.contactPoints == [
                .init(system: .phone, value: "555-0100", use: .mobile),
                .init(system: .email, value: "majo@example.com", use: .home),
            ])
        #expect(
            client.address
                == .init(
                    lines: ["1 Main St", "Apt 2"], city: "Mesa", state: "AZ", postalCode: "85201", country: "US"))
        #expect(client.language == "es")
        #expect(client.maritalStatus == .divorced)
        #expect(client.vitalStatus == .died(on: Day("2026-07-15")))
    }

    @Test func `the ids of the old system are kept, and those of a government are not`() throws {
        #expect(
            try client(complete).identifiers == [
                .init(system: "urn:old:chart", value: "77"), .init(system: "http://hospital", value: "1788"),
            ])
    }

    @Test func `what may be missing is missing`() throws {
        let client = try client(
            #"{"resourceType":"Patient","id":"p-2","name":[{"family":"Lee","given":["Ann"]}],"birthDate":"2011-05-06"}"#
        )
        #expect(client.sex == .unknown)
        #expect(client.address == nil)
        #expect(client.maritalStatus == nil)
        #expect(client.vitalStatus == .living)
        #expect(client.identifiers.isEmpty)
    }

    @Test func `texts are taken over without the blanks at their ends`() throws {
        let client = try client(
            """
            {"resourceType":"Patient","id":" p-3\\n","name":[{"family":"\\u200bLee\\u00a0","given":["Ann\\t"]}],
            "birthDate":"2011-05-06","telecom":[{"system":"email","value":" ann@example.com\\r\\n"},
            {"system":"phone","value":"\\u202a480 555 0100\\u202c"}]}
            """)
        #expect(client.sourceID == "p-3" && client.name == .init(given: "Ann", family: "Lee"))
        #expect(client.contactPoints.map(\.value) == ["ann@example.com", "480 555 0100"])
    }

    @Test(arguments: [
        ("", "the line is not JSON"), ("{", "the line is not JSON"), ("[]", "the line is not an object"),
        (#"{"resourceType":"Observation"}"#, "the line is not a Patient resource"),
        (#"{"resourceType":"Patient","birthDate":7}"#, "birthDate has the wrong type"),
        (#"{"resourceType":"Patient","name":[{"given":"Ann"}]}"#, "name[0].given has the wrong type"),
    ])
    func `a line that is no patient is refused`(line: String, reason: String) {
        #expect(reasons(line) == [reason])
    }

    @Test func `all reasons against a patient are told at once and repeat nothing of it`() {
        let line = """
            {"resourceType":"Patient","name":[{"use":"old","family":"Secret"}],"birthDate":"1988-13","gender":"f",\
            "telecom":[{"system":"email","value":"secret"},{"system":"phone","value":"secret"}],\
            "deceasedDateTime":"secretly","link":[{"other":{"display":"secret"},"type":"secret"}]}
            """
        let reasons = reasons(line)
        #expect(
            reasons == [
                "id is missing", "name has no present name: all of them have ended",
                "birthDate is not a day, a month or a year (YYYY-MM-DD, YYYY-MM, YYYY) from 1900 on",
                "gender is none of FHIR's words", "deceasedDateTime is not a FHIR dateTime",
                "link[0].type is none of FHIR's words",
            ])
        #expect(!reasons.joined().lowercased().contains("secret"))
    }

    @Test func `an address or a number that is none is left out, and said so without repeating it`() throws {
        let client = try client(
            """
            {"resourceType":"Patient","id":"p","name":[{"family":"Lee","given":["Ann"]}],"birthDate":"1988-02-01",\
            "telecom":[{"system":"email","value":"a secret@example.com"},{"system":"phone","value":"secret"},\
            {"system":"email","value":"ann@example.com"}]}
            """)
        #expect(client.contactPoints == [.init(system: .email, value: "ann@example.com", use: .home)])
        #expect(
            client.warnings == [
                "telecom.value is not an e-mail address and was left out",
                "telecom.value is not a telephone number and was left out",
            ])
    }

    @Test func `a day of death or of birth that cannot be is refused`() {
        let line = #"{"resourceType":"Patient","id":"p","name":[{"family":"Lee","given":["Ann"]}],"birthDate":"#
        #expect(reasons(line + #""2026-11-24"}"#) == ["birthDate lies in the future"])
        #expect(
            reasons(line + #""2001-01-02","deceasedDateTime":"2001-01-01"}"#)
                == ["deceasedDateTime lies before birthDate"])
        #expect(reasons(line + #""2001-01-02","deceasedDateTime":"2020"}"#) == [])
        #expect(
            reasons(line + #""2001-01-02","deceasedDateTime":"2026-11-24"}"#)
                == ["deceasedDateTime lies in the future"])
        #expect(
            reasons(line + #""2001","deceasedDateTime":"2000-12"}"#) == ["deceasedDateTime lies before birthDate"])
        #expect(
            reasons(line + #""2001","deceasedBoolean":false,"deceasedDateTime":"2020"}"#)
                == ["deceasedBoolean and deceasedDateTime are both there"])
    }

    private static let shared = URL(
        filePath: "../../../shared/data/patients.ndjson", relativeTo: URL(filePath: #filePath)
    ).standardizedFileURL

    @Test(.enabled(if: FileManager.default.fileExists(atPath: shared.path), "The example data lie beside the clone."))
    func `every line of the example data is mapped`() throws {
        let lines = try Data(contentsOf: Self.shared).split(separator: UInt8(ascii: "\n"))
        let clients = try lines.map { try patients.client(of: $0) }
        #expect(clients.count == 200)
        #expect(clients.count { $0.vitalStatus != .living } == 23)
        #expect(clients.count { $0.birthFamilyName != nil } == 40)
        #expect(clients.allSatisfy { $0.identifiers.count == 1 && $0.address != nil })
        #expect(clients.count { $0.contactPoints.count == 2 } == 196 && clients.count { !$0.warnings.isEmpty } == 4)
        #expect(clients.count { $0.maritalStatus == nil } == 19)
    }
}

extension ImportedClient {
    /// The family name at birth, where that differs.
    fileprivate var birthFamilyName: String? { otherNames.first { $0.kind == .maiden }?.family.ifAny }
}
