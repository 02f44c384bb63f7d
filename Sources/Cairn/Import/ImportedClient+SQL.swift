import Postgres
import Practice

extension ImportedClient {
    /// The system of the records' own ids.
    static let ownSystem = "urn:cairn:import:patient"

    /// Every number by which the person may be known from an earlier import; the record's own id is one of them.
    var numbers: [Identifier] {
        let own = Identifier(system: Self.ownSystem, value: sourceID)
        return identifiers.contains(own) ? identifiers : identifiers + [own]
    }

    /// The number under which the person is best reached.
    var phone: String? {
        let phones = contactPoints.filter { $0.system == .phone }
        return (phones.first { $0.use == .mobile } ?? phones.first { $0.use == .home } ?? phones.first)?.value
    }

    var email: String? { contactPoints.first { $0.system == .email }?.value }

    /// The status of the chart, and the day of death where it is known.
    var lifeAndDeath: (status: String, diedOn: Day?) {
        if case .died(let day) = vitalStatus { ("deceased", day) } else { ("active", nil) }
    }

    /// The statements that put the person among the clients of a practice.
    func insertion(into practice: ID<Practice>, as id: ID<Client>, at now: Instant) -> [Query<Int>] {
        [client(practice, id, now), contact(practice, id), names(practice, id)]
    }

    private func client(_ practice: ID<Practice>, _ id: ID<Client>, _ now: Instant) -> Query<Int> {
        let (status, diedOn) = lifeAndDeath
        return .run(
            """
            insert into clients
                (practice_id, client_id, given_name, family_name, preferred_name, birth_date, sex, language,
                 marital_status, died_on, status, created_at)
            values (\(practice), \(id), \(name.given), \(name.family), \(preferredName), \(birthDate), \(sex.rawValue),
                    \(language), \(maritalStatus?.rawValue), \(diedOn), \(status), \(now))
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

    private func names(_ practice: ID<Practice>, _ id: ID<Client>) -> Query<Int> {
        .run(
            """
            insert into client_identifiers (practice_id, client_id, system, value)
            select \(practice), \(id), system, value
            from unnest(\(numbers.map(\.system)), \(numbers.map(\.value))) as known (system, value)
            """)
    }
}
