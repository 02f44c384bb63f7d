import Postgres
import Practice

extension Client.New {
    /// Makes the chart, with its contact.
    func insert(_ id: ID<Client>, in practice: ID<Practice>, at now: Instant) -> [Query<Int>] {
        let contact = contact ?? .none
        return [
            .run(
                """
                insert into clients
                    (practice_id, client_id, given_name, family_name, preferred_name, other_names, birth_date, born_in,
                     sex, pronouns, language, marital_status, created_at)
                values (\(practice), \(id), \(givenName), \(familyName), \(preferredName),
                        \(keptNames), \(birthDate?.day),
                        \(birthDate?.part), \(sex?.rawValue), \(pronouns), \(language), \(maritalStatus?.rawValue), \(now))
                """),
            .run(
                """
                insert into client_contacts
                    (practice_id, client_id, email, phone, address_lines, city, region, postal_code, country,
                     safe_channels, voicemail_allowed, neutral_sender, safe_times, homework_reminders)
                values (\(practice), \(id), \(contact.email), \(contact.phone), \(contact.addressLines),
                        \(contact.city), \(contact.region), \(contact.postalCode), \(contact.country),
                        \(contact.safeChannels.map(\.rawValue)), \(contact.isVoicemailAllowed),
                        \(contact.isSenderNeutral), \(contact.safeTimes.map(\.text)), \(contact.wantsReminders))
                """),
        ]
    }
}
