/// The parts of a FHIR R4 `Patient` resource (hl7.org/fhir/R4/patient.html) that are read; all others are passed over,
/// but for the modifiers, which must not be (``JSONOutline/objections(to:)``). A null stands in an array of primitive
/// values where only their extensions say something.
struct FHIRPatient: Decodable {
    var resourceType: String?
    var id: String?
    var identifier: [Identifier]?
    var active: Bool?
    var name: [HumanName]?
    var telecom: [ContactPoint]?
    var gender: String?
    var birthDate: String?
    var deceasedBoolean: Bool?
    var deceasedDateTime: String?
    var address: [Address]?
    var maritalStatus: CodeableConcept?
    var communication: [Communication]?
    var link: [Link]?

    struct Identifier: Decodable {
        var use: String?
        var type: CodeableConcept?
        var system: String?
        var value: String?
        var period: Period?
        var assigner: Reference?
    }

    struct HumanName: Decodable {
        var use: String?
        var text: String?
        var family: String?
        var given: [String?]?
        var prefix: [String?]?
        var suffix: [String?]?
        var period: Period?
    }

    struct ContactPoint: Decodable {
        var system: String?
        var value: String?
        var use: String?
        var rank: Int?
        var period: Period?
    }

    struct Address: Decodable {
        var use: String?
        var text: String?
        var line: [String?]?
        var city: String?
        var state: String?
        var postalCode: String?
        var country: String?
        var period: Period?
    }

    struct Communication: Decodable {
        var language: CodeableConcept
        var preferred: Bool?
    }

    struct Link: Decodable {
        var other: Reference?
        var type: String?
    }

    struct Reference: Decodable {
        var reference: String?
        var identifier: LogicalIdentifier?
        var display: String?
    }

    /// An identifier in a reference: without what it says of itself, which could refer again.
    struct LogicalIdentifier: Decodable {
        var system: String?
        var value: String?
    }

    struct Period: Decodable {
        var start: String?
        var end: String?
    }

    struct CodeableConcept: Decodable {
        var coding: [Coding]?
        var text: String?
    }

    struct Coding: Decodable {
        var system: String?
        var code: String?
        var display: String?
    }
}
