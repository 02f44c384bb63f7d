extension PatientReader {
    /// The numbers by which letters and invoices of the old systems name the person, and a later file finds the same one
    /// again. What kind of number it is must be known to be one of these (decision 0004); a number that has ended may be
    /// another person's by now.
    mutating func identifiers() -> [ImportedClient.Identifier] {
        var identifiers: [ImportedClient.Identifier] = []
        for identifier in patient.identifier ?? [] {
            guard identifier.isRecordNumber, identifier.use != "old", identifier.use != "temp",
                standing(identifier.period, "identifier") == .present,
                let system = clean(identifier.system, "identifier.system", upTo: 300),
                let value = clean(identifier.value, "identifier.value", upTo: 200)
            else { continue }
            guard !GovernmentNumber.isLike(value) else {
                warnings.append("identifier.value looks like a government's number and was left out")
                continue
            }
            let known = ImportedClient.Identifier(system: system, value: value)
            if !identifiers.contains(known) { identifiers.append(known) }
        }
        return identifiers
    }
}

extension FHIRPatient.Identifier {
    /// Whether this is a record's number, as far as it says so: of a type that is one, and nothing in it names a
    /// government or a family's account. Without a type its system must name records itself.
    var isRecordNumber: Bool {
        guard let system, !GovernmentNumber.isSystem(system) else { return false }
        let codings = type?.coding ?? []
        let words = ([type?.text, assigner?.display] + codings.flatMap { [$0.display, $0.code] }).compactMap(\.self)
        guard !words.contains(where: GovernmentNumber.isNamed) else { return false }
        let isTyped = type?.text != nil || codings.contains { $0.code != nil || $0.display != nil }
        guard isTyped else { return !GovernmentNumber.speaksOfOne(system) && Self.isOfRecords(system) }
        let coded = codings.filter { $0.code != nil && ($0.system.map(Self.tables.contains) ?? true) }
        guard coded.isEmpty else { return coded.allSatisfy { Self.types.contains($0.code ?? "") } }
        return ([type?.text] + codings.map(\.display)).contains { $0.map(Self.isRecordNumber) == true }
    }

    /// Of HL7's table 0203: medical record number, patient internal identifier, patient external identifier. Others are
    /// a government's (`SS`, `DL`, `MC`, `MA`, …), are shared by families (`AN`, `MB`, `SN`, `GI`, …), are given anew
    /// (`MRT`), or are of one visit (`VN`).
    private static let types: Set = ["MR", "PI", "PT"]

    /// Under which names table 0203 is known.
    private static let tables: Set = [
        "http://terminology.hl7.org/CodeSystem/v2-0203", "http://hl7.org/fhir/v2/0203",
        "http://hl7.org/fhir/identifier-type", "urn:oid:2.16.840.1.113883.18.108", "2.16.840.1.113883.18.108",
        "urn:oid:2.16.840.1.113883.12.203", "2.16.840.1.113883.12.203",
    ]

    private static let texts: Set = [
        "mrn", "medicalrecordnumber", "medicalrecordno", "medicalrecord", "recordnumber", "chartnumber", "chartno",
        "chartid", "patientid", "patientidentifier", "patientnumber", "patientinternalidentifier",
        "patientexternalidentifier", "clientid", "clientnumber",
    ]

    private static func isRecordNumber(_ text: String) -> Bool {
        texts.contains(String(text.lowercased().filter(\.isLetter)))
    }

    /// The last parts of a system, but not its host, say that it numbers records, and nothing that a family shares.
    private static func isOfRecords(_ system: String) -> Bool {
        let parts = system.lowercased().split { "/:#?".contains($0) }
        let last = parts.dropFirst(system.contains("://") ? 2 : 1).suffix(2).joined(separator: " ")
        let words = last.split { !$0.isLetter }.map(String.init)
        return words.contains(where: ofRecords.contains) && !words.contains(where: ofFamilies.contains)
    }

    private static let ofRecords: Set = [
        "mrn", "mr", "pi", "pid", "record", "records", "recordnumber", "medicalrecord", "medicalrecordnumber", "chart",
        "charts", "chartid", "chartnumber", "patient", "patients", "patientid", "patientnumber", "client", "clients",
        "clientid", "clientnumber",
    ]

    private static let ofFamilies: Set = [
        "account", "accounts", "acct", "an", "guarantor", "guarantors", "member", "members", "memberid", "mb",
        "subscriber", "subscribers", "subscriberid", "insurance", "insured", "policy", "payer", "payor", "billing",
        "household", "family",
    ]
}
