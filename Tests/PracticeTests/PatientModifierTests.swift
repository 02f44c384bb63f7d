import Testing

@testable import Practice

@Suite struct PatientModifierTests {
    private let patient: PatientUnderTest

    init() throws { patient = try PatientUnderTest() }

    @Test func `a record that is out of use is one of somebody who is not in care`() throws {
        #expect(try !patient.with(#""active":false"#).isActive)
        #expect(try patient.with(#""active":true"#).isActive && patient.with(#""gender":"male""#).isActive)
        #expect(patient.reasons(#""active":"false""#) == ["active has the wrong type"])
    }

    @Test func `that somebody lives is something else than nothing`() throws {
        #expect(try patient.with(#""deceasedBoolean":false"#).vitalStatus == .saidToLive)
        #expect(try patient.with(#""deceasedBoolean":true"#).vitalStatus == .died(on: nil))
        #expect(try patient.with(#""gender":"male""#).vitalStatus == .living)
    }

    @Test(arguments: [
        (#""modifierExtension":[{"url":"urn:x","valueBoolean":true}]"#, "modifierExtension"),
        (
            #""link":[{"modifierExtension":[{"url":"urn:x"}],"other":{"reference":"Patient/2"},"type":"refer"}]"#,
            "link[0].modifierExtension"
        ),
        (#""contact":[{},{"modifierExtension":[{"url":"urn:x"}]}]"#, "contact[1].modifierExtension"),
        (#""communication":[{"modifierExtension":[{}],"language":{}}]"#, "communication[0].modifierExtension"),
        (#""modifierExtensio\u006e":[{"url":"urn:x"}]"#, "modifierExtension"),
        (#""address":[{"modifierExtension":{}}]"#, "address[0].modifierExtension"),
    ])
    func `a modifier that nobody knows refuses the record, wherever it stands`(members: String, place: String) {
        #expect(patient.reasons(members) == ["\(place) is not known here, and must not be passed over"])
    }

    @Test func `so do rules that nobody knows, and a member that is there twice`() {
        #expect(
            patient.reasons(#""implicitRules":"urn:x""#)
                == ["implicitRules names rules that are not known here, and must not be passed over"])
        #expect(patient.reasons(#""gender":"male","gender":"female""#) == ["gender is there more than once"])
        #expect(patient.reasons(#""id":"2""#) == ["id is there more than once"])
    }

    @Test func `extensions, empty modifiers and those of contained resources refuse nothing`() {
        #expect(patient.reasons(#""extension":[{"url":"x","valueString":"y"}],"modifierExtension":[]"#) == [])
        #expect(
            patient.reasons(
                #""contained":[{"resourceType":"Organization","modifierExtension":[{"url":"x"}],"implicitRules":"y"}]"#)
                == [])
    }

    @Test(arguments: [
        ("Patient/1001", ImportedClient.Link.Other.record("1001")), ("Patient/1001/_history/3", .record("1001")),
        ("http://other.example/fhir/Patient/1001", .elsewhere), ("RelatedPerson/7", .elsewhere), ("#p1", .elsewhere),
        ("urn:uuid:0193f2a0-7b1c-7000-8000-000000000001", .record("0193f2a0-7b1c-7000-8000-000000000001")),
    ])
    func `links name records of the same source, and no others`(
        reference: String, other: ImportedClient.Link.Other
    ) throws {
        let client = try patient.with(#""link":[{"other":{"reference":"\#(reference)"},"type":"replaced-by"}]"#)
        #expect(client.links == [.init(kind: .replacedBy, other: other)] && client.replacement == other)
    }

    @Test func `in a Bundle a link may name an entry, or a record of its server`() throws {
        let entry = BundleEntry(
            fullURL: "https://one.example/fhir/Patient/1",
            ids: ["urn:uuid:abc": "77", "https://one.example/fhir/Patient/1": "1"])
        func other(_ reference: String) throws -> ImportedClient.Link.Other? {
            try patient.client(
                #""name":[{"family":"Lee"}],"link":[{"other":{"reference":"\#(reference)"},"type":"seealso"}]"#,
                in: entry
            ).links.first?.other
        }
        #expect(try other("urn:uuid:abc") == .record("77"))
        #expect(try other("https://one.example/fhir/Patient/9") == .record("9"))
        #expect(try other("https://two.example/fhir/Patient/9") == .elsewhere)
    }

    @Test func `links that say nothing, or two things, refuse the record`() throws {
        #expect(patient.reasons(#""link":[{"type":"refer"}]"#) == ["link[0].other is missing"])
        #expect(
            patient.reasons(#""link":[{"other":{"reference":"Patient/2"},"type":"twin"}]"#)
                == ["link[0].type is none of FHIR's words"])
        #expect(
            patient.reasons(
                #""link":[{"other":{"reference":"Patient/2"},"type":"replaced-by"},{"other":{"reference":"Patient/3"},"type":"replaced-by"}]"#
            )
                == ["link says that several records replace this one"])
        let byNumber = try patient.with(
            #""link":[{"other":{"identifier":{"system":"urn:x","value":"7"}},"type":"replaces"}]"#)
        #expect(byNumber.links == [.init(kind: .replaces, other: .number(.init(system: "urn:x", value: "7")))])
    }
}
