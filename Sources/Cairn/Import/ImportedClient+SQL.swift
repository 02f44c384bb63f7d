import JSON
import Postgres
import Practice

extension ImportedClient {
    /// The system of the records' own ids.
    static let ownSystem = "urn:cairn:import:patient"

    /// The record's own id.
    var ownNumber: Identifier { Identifier(system: Self.ownSystem, value: sourceID) }

    /// Every number by which the person may be known from an earlier import; the record's own id is one of them.
    var numbers: [Identifier] { identifiers.contains(ownNumber) ? identifiers : identifiers + [ownNumber] }

    /// The number under which the person is best reached.
    var phone: String? {
        let phones = contactPoints.filter { $0.system == .phone }
        let best =
            phones.first { $0.rank != nil } ?? phones.first { $0.use == .mobile } ?? phones.first { $0.use == .home }
        return (best ?? phones.first)?.value
    }

    var email: String? { contactPoints.first { $0.system == .email }?.value }

    /// The status of the chart, and the day of death where it is known.
    var standing: (status: String, diedOn: Day?) {
        if case .died(let day) = vitalStatus { return ("deceased", day) }
        return (isActive ? "active" : "inactive", nil)
    }

    /// The names besides the present one, as the database keeps them.
    var otherNamesJSON: JSONB { JSONB(bytes: JSONValue.array(otherNames.prefix(OtherName.most).map(\.json)).bytes) }

    /// What the record says, of what a later file may say otherwise; what it says nothing of is not in it.
    var said: JSONValue {
        let deceased: JSONValue? =
            switch vitalStatus {
            case .living: nil
            case .saidToLive: false
            case .died: true
            }
        let members: [(String, JSONValue?)] = [
            ("given", .text(name.given)), ("family", .text(name.family)),
            ("preferred", preferredName.map { .text($0) }),
            ("birth", birthDate.map { .text($0.description) }), ("sex", sex == .unknown ? nil : .text(sex.rawValue)),
            ("language", language.map { .text($0) }), ("maritalStatus", maritalStatus.map { .text($0.rawValue) }),
            ("active", .bool(isActive)), ("deceased", deceased),
            ("diedOn", standing.diedOn.map { .text($0.description) }), ("names", .array(otherNames.map(\.json))),
            ("links", .array(links.map(\.json))),
        ]
        return .object(members.compactMap { name, value in value.map { JSONMember(name, $0) } })
    }

    /// The statements that put the person among the clients of a practice.
    func insertion(
        into practice: ID<Practice>, from source: String, as id: ID<Client>, at now: Instant
    ) -> [Query<Int>] {
        [client(practice, id, now), contact(practice, id), numbers(practice, source, id)]
    }

    private func client(_ practice: ID<Practice>, _ id: ID<Client>, _ now: Instant) -> Query<Int> {
        let (status, diedOn) = standing
        return .run(
            """
            insert into clients
                (practice_id, client_id, given_name, family_name, preferred_name, other_names, birth_date, born_in, sex,
                 language, marital_status, died_on, status, created_at)
            values (\(practice), \(id), \(name.given), \(name.family), \(preferredName), \(otherNamesJSON),
                    \(birthDate?.day), \(birthDate?.part), \(sex.rawValue), \(language), \(maritalStatus?.rawValue),
                    \(diedOn), \(status), \(now))
            """)
    }

    private func contact(_ practice: ID<Practice>, _ id: ID<Client>) -> Query<Int> {
        .run(
            """
            insert into client_contacts
                (practice_id, client_id, email, phone, address_lines, city, region, postal_code, country)
            values (\(practice), \(id), \(email), \(phone), \(address?.lines ?? []), \(address?.city),
                    \(address?.state), \(address?.postalCode), \(address?.country))
            """)
    }

    /// Adds the numbers that the person does not have in this source. They are known within it: another source may have
    /// given the same number to somebody else.
    func numbers(_ practice: ID<Practice>, _ source: String, _ id: ID<Client>) -> Query<Int> {
        .run(
            """
            insert into client_identifiers (practice_id, source, client_id, system, value, said)
            select \(practice), \(source), \(id), known.system, known.value,
                case when known.system = \(Self.ownSystem) and known.value = \(sourceID) then \(JSONB(bytes: said.bytes)) end
            from unnest(\(numbers.map(\.system)), \(numbers.map(\.value))) as known (system, value)
            on conflict do nothing
            """)
    }

    /// Takes in what the record says otherwise than before, and fills in what the chart does not say. That the record of
    /// somebody who is in care here already is out of use elsewhere ends no care. Nil where it would change whether the
    /// person lives or is in care, and the chart `isHeld` not: then nothing is taken in.
    func following(_ id: ID<Client>, from source: String, isLink: Bool, isHeld: Bool) -> Query<Bool?> {
        var said = said
        if isLink, case .object(let members) = said { said = .object(members.filter { $0.name != "active" }) }
        return .row(
            """
            select access.follow_record(\(id), \(source), \(Self.ownSystem), \(sourceID), \(JSONB(bytes: said.bytes)),
                \(isHeld))
            """
        ) { try $0.next() }
    }
}

extension ImportedClient.Link {
    fileprivate var json: JSONValue {
        let other: JSONValue =
            switch self.other {
            case .record(let id): .text(ImportedClient.isLikeGovernmentNumber(id) ? "" : id)
            case .number, .elsewhere: ""
            }
        return ["type": .text(kind.rawValue), "other": other]
    }
}
