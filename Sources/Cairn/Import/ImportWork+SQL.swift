import Postgres
import Practice

extension ImportWork {
    typealias Match = (line: Int, client: ID<Client>)

    /// Whose numbers the lines have.
    func known(_ pending: [Pending]) -> Query<[Match]> {
        let numbers = pending.flatMap { entry in entry.client.numbers.map { (entry.line, $0) } }
        return .rows(
            """
            select distinct wanted.line, i.client_id
            from unnest(\(numbers.map(\.0)), \(numbers.map(\.1.system)), \(numbers.map(\.1.value)))
                    as wanted (line, system, value)
                join client_identifiers i on i.practice_id = \(practice)
                    and i.system = wanted.system and i.value = wanted.value
            """
        ) { row in (line: try row.next(), client: try row.next()) }
    }

    /// The one chart that is surely of the person of a line: the same name, birth date and telephone or e-mail, and no
    /// other number of a system that has given this person one.
    func alike(_ strangers: [Pending]) -> Query<[Match]> {
        let people = strangers.map(\.client)
        let numbers = strangers.flatMap { entry in
            entry.client.identifiers.map { (entry.line, $0.system) }.filter { $0.1 != ImportedClient.ownSystem }
        }
        return .rows(
            """
            select wanted.line, (array_agg(c.client_id))[1]
            from unnest(\(strangers.map(\.line)), \(people.map(\.name.given)), \(people.map { $0.preferredName ?? "" }),
                        \(people.map(\.name.family)), \(people.map(\.birthDate)), \(people.map { $0.phone ?? "" }),
                        \(people.map { $0.email ?? "" })) as wanted (line, given, preferred, family, born, phone, email)
                cross join lateral access.people_described(
                    wanted.given, nullif(wanted.preferred, ''), wanted.family, wanted.born, wanted.phone, wanted.email) found
                join clients c on c.practice_id = \(practice) and c.client_id = found.client_id
            where c.created_at < \(now) and 'birthDate' = any (found.reasons) and found.reasons && '{phone,email}'
                and c.family_key = fold(wanted.family) and c.given_key = fold(wanted.given)
                and not exists (
                    select from unnest(\(numbers.map(\.0)), \(numbers.map(\.1))) as own (line, system)
                        join client_identifiers i on i.practice_id = c.practice_id and i.client_id = c.client_id
                            and i.system = own.system
                    where own.line = wanted.line)
            group by wanted.line having count(*) = 1
            order by wanted.line
            """
        ) { row in (line: try row.next(), client: try row.next()) }
    }

    /// Writes down whom the people just added may be; gives how many pairs there are.
    func propose(_ added: [ID<Client>]) -> Query<Int> {
        .run(
            """
            insert into possible_duplicates (practice_id, client_id, other_id, reasons, found_at)
            select \(practice), least(added.id, d.client_id), greatest(added.id, d.client_id), d.reasons, \(now)
            from unnest(\(added)) as added (id) cross join lateral access.duplicates_of(added.id) d
            on conflict do nothing
            """)
    }
}

extension ImportedClient {
    /// Fills in what a chart does not say, and adds the numbers it does not have. What somebody wrote stays, and contact
    /// data are not touched: what is not there may have been taken out because it was not safe.
    func filling(_ id: ID<Client>, in practice: ID<Practice>) -> [Query<Int>] {
        let (status, diedOn) = lifeAndDeath
        let sex = sex == .unknown ? nil : sex.rawValue
        let numbers: Query<Int> = .run(
            """
            insert into client_identifiers (practice_id, client_id, system, value)
            select \(practice), \(id), system, value
            from unnest(\(numbers.map(\.system)), \(numbers.map(\.value))) as known (system, value)
            on conflict do nothing
            """)
        let chart: Query<Int> = .run(
            """
            update clients c
            set birth_date = coalesce(c.birth_date, \(birthDate)), sex = coalesce(nullif(c.sex, 'unknown'), \(sex), c.sex),
                language = coalesce(c.language, \(language)),
                marital_status = coalesce(c.marital_status, \(maritalStatus?.rawValue)),
                status = case \(status) when 'deceased' then 'deceased' else c.status end,
                died_on = coalesce(c.died_on, \(diedOn)), version = c.version + 1
            where c.practice_id = \(practice) and c.client_id = \(id)
                and (c.birth_date is null or coalesce(c.sex, 'unknown') = 'unknown' and \(sex) is not null
                    or c.language is null and \(language) is not null
                    or c.marital_status is null and \(maritalStatus?.rawValue) is not null
                    or \(status) = 'deceased' and c.status <> 'deceased'
                    or c.died_on is null and \(diedOn) is not null)
            """)
        return [numbers, chart]
    }
}
