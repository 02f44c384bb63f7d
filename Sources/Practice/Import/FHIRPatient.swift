/// The parts of a FHIR R4 `Patient` resource (hl7.org/fhir/R4/patient.html) that are read; all others are passed over.
struct FHIRPatient: Decodable {
    var resourceType: String?
    var id: String?
    var identifier: [Identifier]?
    var name: [HumanName]?
    var telecom: [ContactPoint]?
    var gender: String?
    var birthDate: String?
    var deceasedBoolean: Bool?
    var deceasedDateTime: String?
    var address: [Address]?
    var maritalStatus: CodeableConcept?
    var communication: [Communication]?

    struct Identifier: Decodable {
        var type: CodeableConcept?
        var system: String?
        var value: String?
    }

    struct HumanName: Decodable {
        var use: String?
        var text: String?
        var family: String?
        var given: [String]?
        var prefix: [String]?
        var suffix: [String]?
    }

    struct ContactPoint: Decodable {
        var system: String?
        var value: String?
        var use: String?
    }

    struct Address: Decodable {
        var use: String?
        var line: [String]?
        var city: String?
        var state: String?
        var postalCode: String?
        var country: String?
    }

    struct Communication: Decodable {
        var language: CodeableConcept
        var preferred: Bool?
    }

    struct CodeableConcept: Decodable {
        var coding: [Coding]?
    }

    struct Coding: Decodable {
        var system: String?
        var code: String?
    }
}
