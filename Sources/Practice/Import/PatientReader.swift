/// Turns one FHIR patient into a client and collects what stands against it.
struct PatientReader {
    private(set) var reasons: [String] = []
    private var warnings: [String] = []
    private let patient: FHIRPatient
    private let today: Day

    init(_ patient: FHIRPatient, today: Day) {
        self.patient = patient
        self.today = today
    }

    /// The client, or nil when something that a chart needs is missing.
    mutating func client() -> ImportedClient? {
        let sourceID = sourceID()
        let name = name()
        let birthDate = birthDate()
        let sex = sex()
        let contactPoints = contactPoints()
        let vitalStatus = vitalStatus(bornOn: birthDate)
        guard let sourceID, let name, let birthDate else { return nil }
        return ImportedClient(
            sourceID: sourceID, name: name, preferredName: preferredName(besides: name),
            birthFamilyName: birthFamilyName(besides: name), birthDate: birthDate, sex: sex,
            contactPoints: contactPoints, address: address(), identifiers: identifiers(), language: language(),
            maritalStatus: maritalStatus(), vitalStatus: vitalStatus, warnings: warnings)
    }

    private mutating func sourceID() -> String? {
        guard let id = clean(patient.id, "id", upTo: 64) else {
            reasons.append("id is missing")
            return nil
        }
        return id
    }

    private mutating func name() -> ImportedClient.PersonName? {
        let names = patient.name ?? []
        let passing: Set = ["nickname", "old", "maiden", "anonymous", "temp"]
        let chosen =
            names.first { $0.use == "official" } ?? names.first { $0.use == "usual" }
            ?? names.first { !passing.contains($0.use ?? "") }
        guard let chosen, let family = clean(chosen.family, "name.family", upTo: 100),
            let given = clean(chosen.given?.joined(separator: " "), "name.given", upTo: 100)
        else {
            reasons.append("name has no given and family name")
            return nil
        }
        return ImportedClient.PersonName(
            given: given, family: family,
            prefix: clean(chosen.prefix?.joined(separator: " "), "name.prefix", upTo: 50),
            suffix: clean(chosen.suffix?.joined(separator: " "), "name.suffix", upTo: 50))
    }

    private mutating func preferredName(besides name: ImportedClient.PersonName) -> String? {
        let names = patient.name ?? []
        let chosen = names.first { $0.use == "nickname" } ?? names.first { $0.use == "usual" }
        let preferred = clean(chosen?.given?.joined(separator: " ") ?? chosen?.text, "name.given", upTo: 100)
        return preferred == name.given ? nil : preferred
    }

    private mutating func birthFamilyName(besides name: ImportedClient.PersonName) -> String? {
        let maiden = patient.name?.first { $0.use == "maiden" }
        let family = clean(maiden?.family, "name.family", upTo: 100)
        return family == name.family ? nil : family
    }

    private mutating func birthDate() -> Day? {
        guard let text = patient.birthDate else {
            reasons.append("birthDate is missing")
            return nil
        }
        guard let day = Day(text), day.components.year >= 1900 else {
            reasons.append("birthDate is not a full day, YYYY-MM-DD, from 1900 on")
            return nil
        }
        if day > today { reasons.append("birthDate lies in the future") }
        return day
    }

    private mutating func sex() -> ImportedClient.Sex {
        guard let gender = patient.gender else { return .unknown }
        guard let sex = ImportedClient.Sex(rawValue: gender) else {
            reasons.append("gender is none of FHIR's words")
            return .unknown
        }
        return sex
    }

    private mutating func vitalStatus(bornOn birthDate: Day?) -> ImportedClient.VitalStatus {
        guard let text = patient.deceasedDateTime else {
            return patient.deceasedBoolean == true ? .died(on: nil) : .living
        }
        // A FHIR dateTime may be a year or a month alone: then the person has died, on a day that is not known.
        let isPartial = text.utf8.count == 4 || text.utf8.count == 7
        guard let day = Day(text.prefix(10)), text.utf8.count == 10 || Instant(text) != nil else {
            if !isPartial { reasons.append("deceasedDateTime is not a FHIR dateTime") }
            return .died(on: nil)
        }
        if let birthDate, day < birthDate { reasons.append("deceasedDateTime lies before birthDate") }
        return .died(on: day)
    }

    private mutating func contactPoints() -> [ImportedClient.ContactPoint] {
        var points: [ImportedClient.ContactPoint] = []
        for point in patient.telecom ?? [] where point.use != "old" {
            let systems = ["phone": ImportedClient.ContactPoint.System.phone, "sms": .phone, "email": .email]
            guard let system = point.system.flatMap({ systems[$0] }) else { continue }
            guard let value = clean(point.value, "telecom.value", upTo: system == .email ? 254 : 40) else { continue }
            guard system != .email || Self.isAddress(value) else {
                warnings.append("telecom.value is not an e-mail address and was left out")
                continue
            }
            guard system != .phone || value.contains(where: \.isNumber) else {
                warnings.append("telecom.value is not a telephone number and was left out")
                continue
            }
            let use = point.use.flatMap(ImportedClient.ContactPoint.Use.init)
            points.append(.init(system: system, value: value, use: use ?? .home))
        }
        return points
    }

    private mutating func address() -> ImportedClient.Address? {
        let addresses = (patient.address ?? []).filter { $0.use != "old" && $0.use != "billing" }
        guard let chosen = addresses.first(where: { $0.use == "home" }) ?? addresses.first else { return nil }
        let address = ImportedClient.Address(
            lines: (chosen.line ?? []).compactMap { clean($0, "address.line", upTo: 200) },
            city: clean(chosen.city, "address.city", upTo: 100), state: clean(chosen.state, "address.state", upTo: 100),
            postalCode: clean(chosen.postalCode, "address.postalCode", upTo: 20),
            country: clean(chosen.country, "address.country", upTo: 60))
        if address.lines.count > 4 { reasons.append("address.line has more than 4 lines") }
        return address == ImportedClient.Address(lines: []) ? nil : address
    }

    private mutating func identifiers() -> [ImportedClient.Identifier] {
        var identifiers: [ImportedClient.Identifier] = []
        for identifier in patient.identifier ?? [] where !identifier.isGovernmental {
            guard let system = clean(identifier.system, "identifier.system", upTo: 300),
                let value = clean(identifier.value, "identifier.value", upTo: 200)
            else { continue }
            let known = ImportedClient.Identifier(system: system, value: value)
            if !identifiers.contains(known) { identifiers.append(known) }
        }
        return identifiers
    }

    private mutating func language() -> String? {
        let languages = patient.communication ?? []
        let chosen = languages.first { $0.preferred == true } ?? languages.first
        return clean(chosen?.language.coding?.first?.code, "communication.language", upTo: 35)
    }

    private func maritalStatus() -> ImportedClient.MaritalStatus? {
        switch patient.maritalStatus?.coding?.first?.code {
        case "A": .annulled
        case "D": .divorced
        case "I": .interlocutory
        case "L": .separated
        case "M": .married
        case "C": .commonLaw
        case "P": .polygamous
        case "T": .partnered
        case "S", "U": .neverMarried
        case "W": .widowed
        case "UNK": .unknown
        default: nil
        }
    }

    /// The text without the blanks at its ends; nil when nothing is left. Control characters are refused.
    private mutating func clean(_ text: String?, _ member: String, upTo limit: Int) -> String? {
        guard let text = text?.withoutOuterBlanks, !JSONValue.text(text).isBlank else { return nil }
        let scalars = text.unicodeScalars
        if scalars.contains(where: { $0.properties.generalCategory == .control }) {
            reasons.append("\(member) has a control character")
        }
        if scalars.count > limit { reasons.append("\(member) is longer than \(limit) characters") }
        return text
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(where: \.isWhitespace)
    }
}

extension FHIRPatient.Identifier {
    /// Whether a government gave it: by its type (HL7 table 0203) or by its system.
    var isGovernmental: Bool {
        let types: Set = ["SS", "SB", "DL", "PPN", "TAX", "PRC", "CZ", "NI", "NIIP", "VS", "MI"]
        let systems = [
            "http://hl7.org/fhir/sid/us-ssn", "http://hl7.org/fhir/sid/passport",
            "http://standardhealthrecord.org/fhir/StructureDefinition/passportNumber",
            // Social security, driver's licences of the states, passports.
            "urn:oid:2.16.840.1.113883.4.1", "urn:oid:2.16.840.1.113883.4.3.", "urn:oid:2.16.840.1.113883.4.330",
        ]
        let hasType = type?.coding?.contains { $0.code.map(types.contains) == true } == true
        return hasType || systems.contains { system?.hasPrefix($0) == true }
    }
}
