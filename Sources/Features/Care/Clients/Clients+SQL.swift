import Postgres
import Practice

extension Client.Chart {
    static func query(_ id: ID<Client>, in practice: ID<Practice>, at now: Instant) -> Query<Client.Chart> {
        .row(
            """
            select c.client_id, c.given_name, c.family_name, c.preferred_name,
                case when shown.age then certain_age(c.born_from, c.born_until, p.today) end, c.version,
                shown.identity, case when shown.identity then c.birth_date end, case when shown.identity then c.born_in end,
                case when shown.identity then c.other_names else '[]' end, case when shown.identity then c.sex end,
                case when shown.identity then c.pronouns end, case when shown.identity then c.language end,
                case when shown.identity then c.marital_status end, case when shown.identity then c.died_on end,
                c.status, c.created_at,
                k.client_id is not null, shown.contact,
                case when shown.contact or 'email' = any (k.safe_channels) then k.email end,
                case when shown.contact or k.safe_channels && '{phone,text}' then k.phone end,
                case when shown.contact or 'mail' = any (k.safe_channels) then k.address_lines end,
                case when shown.contact or 'mail' = any (k.safe_channels) then k.city end,
                case when shown.contact or 'mail' = any (k.safe_channels) then k.region end,
                case when shown.contact or 'mail' = any (k.safe_channels) then k.postal_code end,
                case when shown.contact or 'mail' = any (k.safe_channels) then k.country end,
                k.safe_channels, k.voicemail_allowed, k.neutral_sender, k.safe_times, k.homework_reminders
            from clients c
                join (select practice_id, (\(now) at time zone time_zone)::date as today from practices) p
                    using (practice_id)
                cross join (
                    select access.shows('identity') as identity, access.shows('contact') as contact,
                        access.shows('identity') or access.shows('age') as age) shown
                left join client_contacts k using (practice_id, client_id)
            where c.practice_id = \(practice) and c.client_id = \(id)
            """
        ) { row in
            let (id, given, family) = (
                try row.next(ID<Client>.self), try row.next(String.self), try row.next(String.self)
            )
            return Client.Chart(
                id: id, givenName: given, familyName: family, preferredName: try row.next(), age: try row.next(),
                version: try row.next(), identity: try Client.Identity(shownIn: &row),
                contact: try Client.Contact(shownIn: &row))
        }
    }

    /// The names of a client in older systems, where identity is shown.
    static func identifiers(_ id: ID<Client>, in practice: ID<Practice>) -> Query<[Client.Identifier]> {
        .rows(
            """
            select source, system, value from client_identifiers
            where practice_id = \(practice) and client_id = \(id) and access.shows('identity')
            order by source, system, value
            """
        ) { row in Client.Identifier(source: try row.next(), system: try row.next(), value: try row.next()) }
    }
}

extension Client.Identity {
    fileprivate init?(shownIn row: inout Row) throws {
        let isShown = try row.next(Bool.self)
        self.init(
            birthDate: try PartialDay(day: row.next(), part: row.next()), otherNames: try OtherName.all(in: row.next()),
            sex: try row.next(), pronouns: try row.next(), language: try row.next(),
            maritalStatus: try row.next(), diedOn: try row.next(), status: try row.next(), createdAt: try row.next())
        if !isShown { return nil }
    }
}

extension Client.Contact {
    fileprivate init?(shownIn row: inout Row) throws {
        let (isThere, isWhole) = (try row.next(Bool.self), try row.next(Bool.self))
        self.init(
            email: try row.next(), phone: try row.next(), addressLines: try row.next([String]?.self) ?? [],
            city: try row.next(), region: try row.next(), postalCode: try row.next(), country: try row.next(),
            safeChannels: try row.next([String]?.self) ?? [],
            isVoicemailAllowed: try row.next(Bool?.self) ?? false,
            isSenderNeutral: try row.next(Bool?.self) ?? true,
            safeTimes: try row.next([SafeTimes.Span]?.self) ?? [],
            wantsReminders: try row.next(Bool?.self) ?? true, isWhole: isWhole)
        if !isThere { return nil }
    }
}

extension Client {
    /// What gives the account of a client, and makes it under this id where there is none.
    static func account(_ id: ID<Account>, of client: ID<Client>, email: String?, at now: Instant) -> SQL {
        "access.account_for_client(\(client), \(id), \(email), null, \(now))"
    }
}
