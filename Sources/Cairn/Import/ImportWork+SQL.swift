import JSON
import Postgres
import Practice

extension ImportWork {
    typealias Match = (number: Int, client: ID<Client>)

    /// A chart that has a number of a person.
    struct Owner: Sendable {
        let number: Int
        let client: ID<Client>
        /// Whether the number is the record's own id.
        let isByID: Bool
        /// Whether name and birth date say that this is somebody else.
        let contradicts: Bool
    }

    /// Whose numbers the people have, within the source. A record that says what it said before is not judged anew: what
    /// is its chart's may have been merged, or corrected, since.
    func owners(of people: [Pending]) -> Query<[Owner]> {
        let numbers = people.flatMap { entry in entry.client.numbers.map { (entry.number, $0) } }
        let clients = people.map(\.client)
        return .rows(
            """
            select owner.number, owner.client_id, owner.by_id,
                not (owner.by_id and (owner.said ->> 'given', owner.said ->> 'family', owner.said ->> 'birth')
                    is not distinct from (said.given, said.family, nullif(said.birth, '')))
                and access.contradicts(owner.client_id, said.given, nullif(said.preferred, ''), said.family,
                    said.others::jsonb, said.sex, said.born_from, said.born_until, owner.by_id)
            from (
                select wanted.number, i.client_id, bool_or(wanted.by_id) as by_id,
                    (array_agg(i.said) filter (where wanted.by_id))[1] as said
                from unnest(\(numbers.map(\.0)), \(numbers.map(\.1.system)), \(numbers.map(\.1.value)),
                            \(numbers.map { $0.1.system == ImportedClient.ownSystem })) as wanted (number, system, value, by_id)
                    join client_identifiers i on i.practice_id = \(practice) and i.source = \(source.name)
                        and i.system = wanted.system and i.value = wanted.value
                group by 1, 2) owner
            join unnest(\(people.map(\.number)), \(clients.map(\.name.given)), \(clients.map { $0.preferredName ?? "" }),
                        \(clients.map(\.name.family)), \(clients.map(\.otherNamesText)), \(clients.map(\.sex.rawValue)),
                        \(clients.map { $0.birthDate?.description ?? "" }), \(clients.map(\.birthDate?.earliest)),
                        \(clients.map(\.birthDate?.latest)))
                as said (number, given, preferred, family, others, sex, birth, born_from, born_until)
                on said.number = owner.number
            order by 1, 2
            """
        ) { row in
            Owner(
                number: try row.next(), client: try row.next(), isByID: try row.next(), contradicts: try row.next())
        }
    }

    /// The one chart that is surely of a person: the same name, birth date and telephone or e-mail, and no other number of
    /// a system that has given this person one.
    func alike(_ strangers: [Pending]) -> Query<[Match]> {
        let strangers = strangers.filter { $0.client.birthDate?.day != nil }
        let people = strangers.map(\.client)
        let numbers = strangers.flatMap { entry in
            entry.client.identifiers.map { (entry.number, $0.system) }.filter { $0.1 != ImportedClient.ownSystem }
        }
        return .rows(
            """
            select wanted.number, (array_agg(c.client_id))[1]
            from unnest(\(strangers.map(\.number)), \(people.map(\.name.given)),
                        \(people.map { $0.preferredName ?? "" }), \(people.map(\.name.family)),
                        \(people.map { $0.birthDate?.day }), \(people.map { $0.phone ?? "" }),
                        \(people.map { $0.email ?? "" })) as wanted (number, given, preferred, family, born, phone, email)
                cross join lateral access.people_described(
                    wanted.given, nullif(wanted.preferred, ''), wanted.family, wanted.born, wanted.phone, wanted.email) found
                join clients c on c.practice_id = \(practice) and c.client_id = found.client_id
            where c.created_at < \(now) and 'birthDate' = any (found.reasons) and found.reasons && '{phone,email}'
                and c.family_key = fold(coalesce(nullif(wanted.family, ''), wanted.given))
                and c.given_key = fold(coalesce(nullif(wanted.given, ''), wanted.family))
                and not exists (
                    select from unnest(\(numbers.map(\.0)), \(numbers.map(\.1))) as own (number, system)
                        join client_identifiers i on i.practice_id = c.practice_id and i.client_id = c.client_id
                            and i.source = \(source.name) and i.system = own.system
                    where own.number = wanted.number)
            group by wanted.number having count(*) = 1
            order by wanted.number
            """
        ) { row in (number: try row.next(), client: try row.next()) }
    }

    /// Writes down whom the people just added may be; gives how many of them may be somebody.
    func propose(_ added: [ID<Client>]) -> Query<Int> {
        .row(
            """
            with proposed as (
                insert into possible_duplicates (practice_id, client_id, other_id, reasons, found_at)
                select \(practice), least(added.id, d.client_id), greatest(added.id, d.client_id), d.reasons, \(now)
                from unnest(\(added)) as added (id) cross join lateral access.duplicates_of(added.id) d
                on conflict do nothing
                returning client_id, other_id)
            select count(*) from unnest(\(added)) as added (id)
            where exists (select from proposed p where added.id in (p.client_id, p.other_id))
            """
        ) { try $0.next() }
    }

    /// The charts of records, or of numbers, of the source.
    func charts(of numbers: [ImportedClient.Identifier]) -> Query<[ImportedClient.Identifier: ID<Client>]> {
        let pairs: Query<[(ImportedClient.Identifier, ID<Client>)]> = .rows(
            """
            select i.system, i.value, i.client_id
            from unnest(\(numbers.map(\.system)), \(numbers.map(\.value))) as wanted (system, value)
                join client_identifiers i on i.practice_id = \(practice) and i.source = \(source.name)
                    and i.system = wanted.system and i.value = wanted.value
            """
        ) { row in
            (ImportedClient.Identifier(system: try row.next(), value: try row.next()), try row.next())
        }
        return pairs.map { Dictionary($0, uniquingKeysWith: { first, _ in first }) }
    }

    /// Adds a name under which a chart is found as well.
    func alias(_ names: [OtherName], of client: ID<Client>) -> Query<Int> {
        let names = JSONB(bytes: JSONValue.array(names.map(\.json)).bytes)
        return .run(
            """
            update clients c set other_names = access.names_joined(c.other_names, \(names)), version = c.version + 1
            where c.practice_id = \(practice) and c.client_id = \(client)
                and c.other_names <> access.names_joined(c.other_names, \(names))
            """)
    }

    /// Remembers what a record says that is a name of another's chart.
    func remember(_ person: ImportedClient) -> Query<Int> {
        let said = JSONB(bytes: person.said.bytes)
        return .run(
            """
            update client_identifiers i set said = \(said)
            where i.practice_id = \(practice) and i.source = \(source.name) and i.system = \(ImportedClient.ownSystem)
                and i.value = \(person.sourceID) and i.said is distinct from \(said)
            """)
    }

    /// A chart whose record was replaced by another's is out of use, and the two are proposed as one person's; gives how many
    /// charts that closed. When that was done before, somebody may have judged otherwise since.
    func retire(_ client: ID<Client>, for survivor: ID<Client>) -> Query<Int> {
        .row(
            """
            with paired as (
                \(pairing(client, survivor)) returning 1)
            select count(*) from (
                select access.retire_chart(c.client_id) from clients c
                where c.practice_id = \(practice) and c.client_id = \(client) and c.status = 'active'
                    and exists (select from paired)) retired
            """
        ) { try $0.next() }
    }

    /// In which areas something is open of a client who is in care no more.
    func leftOpen(_ client: ID<Client>) -> Query<[String]> {
        .row(
            """
            select array(select distinct o.area from access.open_things(\(client)) o where c.status = 'inactive' order by 1)
            from clients c where c.practice_id = \(practice) and c.client_id = \(client)
            """
        ) { try $0.next() }
    }

    /// Proposes two charts as one person's, as their records say; who was told apart stays so.
    func pair(_ one: ID<Client>, _ other: ID<Client>) -> Query<Int> { .run(pairing(one, other)) }

    private func pairing(_ one: ID<Client>, _ other: ID<Client>) -> SQL {
        """
        insert into possible_duplicates as d (practice_id, client_id, other_id, reasons, found_at)
        values (\(practice), least(\(one), \(other)), greatest(\(one), \(other)), '{link}', \(now))
        on conflict (practice_id, client_id, other_id) do update set reasons = d.reasons || '{link}'
        where d.distinct_at is null and not 'link' = any (d.reasons)
        """
    }
}

extension ImportedClient {
    fileprivate var otherNamesText: String { String(decoding: otherNamesJSON.bytes, as: UTF8.self) }
}
