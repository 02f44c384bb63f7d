import JSON

/// Turns one FHIR patient into a client and collects what stands against it.
struct PatientReader {
    var reasons: [String] = []
    var warnings: [String] = []
    let patient: FHIRPatient
    let entry: BundleEntry?
    let today: Day
    private let clock: PatientImport.Clock?

    init(_ patient: FHIRPatient, in entry: BundleEntry?, today: Day, _ clock: PatientImport.Clock? = nil) {
        self.clock = clock
        self.patient = patient
        self.entry = entry
        self.today = today
    }

    /// The client, or nil when something that a chart needs is missing.
    mutating func client() -> ImportedClient? {
        let sourceID = sourceID()
        let names = names()
        let birthDate = birthDate()
        let sex = sex()
        let contactPoints = contactPoints()
        let vitalStatus = vitalStatus(bornOn: birthDate)
        let links = links()
        guard let sourceID, let names else { return nil }
        return ImportedClient(
            sourceID: sourceID, name: names.present, preferredName: names.preferred, otherNames: names.others,
            birthDate: birthDate, sex: sex, contactPoints: contactPoints, address: address(),
            identifiers: identifiers(), language: language(), maritalStatus: maritalStatus(),
            vitalStatus: vitalStatus, isActive: patient.active ?? true, links: links, warnings: warnings)
    }

    /// The id of the record; in a Bundle, who has none may be told by the URN under which the entry is known.
    private mutating func sourceID() -> String? {
        if let full = entry?.fullURL, let id = patient.id, let told = BundleEntry.patientID(in: full), told != id {
            reasons.append("id is not that of the entry's fullUrl")
        }
        guard let id = clean(patient.id ?? entry?.urn, "id", upTo: 64) else {
            reasons.append("id is missing")
            return nil
        }
        return id
    }

    private mutating func birthDate() -> PartialDay? {
        guard let text = patient.birthDate else { return nil }
        guard let born = PartialDay(text), born.earliest.components.year >= 1900 else {
            reasons.append("birthDate is not a day, a month or a year (YYYY-MM-DD, YYYY-MM, YYYY) from 1900 on")
            return nil
        }
        if born.earliest > today { reasons.append("birthDate lies in the future") }
        return born
    }

    private mutating func sex() -> ImportedClient.Sex {
        guard let gender = patient.gender else { return .unknown }
        guard let sex = ImportedClient.Sex(rawValue: gender) else {
            reasons.append("gender is none of FHIR's words")
            return .unknown
        }
        return sex
    }

    private mutating func vitalStatus(bornOn birthDate: PartialDay?) -> ImportedClient.VitalStatus {
        if patient.deceasedBoolean != nil, patient.deceasedDateTime != nil {
            reasons.append("deceasedBoolean and deceasedDateTime are both there")
        }
        guard let text = patient.deceasedDateTime else {
            return patient.deceasedBoolean.map { $0 ? .died(on: nil) : .saidToLive } ?? .living
        }
        // A FHIR dateTime may be a year or a month alone: then the person has died, on a day that is not known.
        guard let died = PartialDay(dateTime: text) else {
            reasons.append("deceasedDateTime is not a FHIR dateTime")
            return .died(on: nil)
        }
        if let birthDate, died.latest < birthDate.earliest { reasons.append("deceasedDateTime lies before birthDate") }
        guard let day = died.day else {
            if died.earliest > today { reasons.append("deceasedDateTime lies in the future") }
            warnings.append("deceasedDateTime names no day: the chart says that the person has died, and not when")
            return .died(on: nil)
        }
        guard let day = day > today ? dayHere(of: text) : day else {
            reasons.append("deceasedDateTime lies in the future")
            return .died(on: nil)
        }
        return .died(on: day >= birthDate?.earliest ?? day ? day : nil)
    }

    /// The practice's day of an instant that has passed, though the day that is written with it has not come here: east of
    /// the practice it is tomorrow already.
    private mutating func dayHere(of text: String) -> Day? {
        guard text.utf8.count > 10, let clock, let instant = Instant(text), instant <= clock.now else { return nil }
        warnings.append(
            "deceasedDateTime is of a day that has not come where the practice is: its day of then is taken")
        return clock.zone.day(at: instant)
    }

    private mutating func links() -> [ImportedClient.Link] {
        let links = (patient.link ?? []).enumerated().compactMap { index, link -> ImportedClient.Link? in
            guard let kind = link.type.flatMap(ImportedClient.Link.Kind.init) else {
                reasons.append("link[\(index)].type is none of FHIR's words")
                return nil
            }
            guard let other = link.other else {
                reasons.append("link[\(index)].other is missing")
                return nil
            }
            return ImportedClient.Link(kind: kind, other: self.other(other))
        }
        if Set(links.filter { $0.kind == .replacedBy }.map(\.other)).count > 1 {
            reasons.append("link says that several records replace this one")
        }
        return links
    }

    private func other(_ reference: FHIRPatient.Reference) -> ImportedClient.Link.Other {
        if let text = reference.reference {
            return BundleEntry.recordID(of: text, asSeenFrom: entry).map { .record($0) } ?? .elsewhere
        }
        guard let system = reference.identifier?.system, let value = reference.identifier?.value else {
            return .elsewhere
        }
        return .number(ImportedClient.Identifier(system: system, value: value))
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

    /// Several texts as one.
    mutating func clean(_ texts: [String?]?, _ member: String, upTo limit: Int) -> String? {
        clean(texts?.compactMap(\.self).joined(separator: " "), member, upTo: limit)
    }

    /// The text without the blanks at its ends, and with a space for each tab and line break; nil when nothing is left.
    /// Other control characters are refused.
    mutating func clean(_ text: String?, _ member: String, upTo limit: Int) -> String? {
        let line = text?.split { $0.isWhitespace && $0 != " " && $0 != "\u{A0}" }.joined(separator: " ")
        guard let text = line?.cleaned, !JSONValue.text(text).isBlank else { return nil }
        let scalars = text.unicodeScalars
        if scalars.contains(where: { $0.properties.generalCategory == .control }) {
            reasons.append("\(member) has a control character")
        }
        if scalars.count > limit { reasons.append("\(member) is longer than \(limit) characters") }
        return text
    }
}

extension PartialDay {
    /// Reads FHIR's `dateTime`: a year, a month, a day, or an instant, of which the day is kept that was written.
    init?(dateTime text: String) {
        guard text.utf8.count > 10 else {
            self.init(text)
            return
        }
        guard let day = Day(text.prefix(10)), Instant(text) != nil else { return nil }
        self.init(day)
    }
}

extension FHIRPatient.Period {
    /// Where a period stands on a day.
    enum Standing {
        case past, present, future
    }

    /// Nil when one of its ends is not a FHIR dateTime. A period whose end is a month lasts to its last day.
    func standing(on today: Day) -> Standing? {
        let (from, until) = (start.map(PartialDay.init(dateTime:)), end.map(PartialDay.init(dateTime:)))
        if from == .some(nil) || until == .some(nil) { return nil }
        if let until, let until, until.latest < today { return .past }
        if let from, let from, from.earliest > today { return .future }
        return .present
    }
}

extension PatientReader {
    /// Where something stands that has a period; without one it is present.
    mutating func standing(_ period: FHIRPatient.Period?, _ member: String) -> FHIRPatient.Period.Standing {
        guard let period else { return .present }
        guard let standing = period.standing(on: today) else {
            reasons.append("\(member).period is not one of FHIR dateTimes")
            return .past
        }
        return standing
    }
}
