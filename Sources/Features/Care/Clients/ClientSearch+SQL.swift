import Postgres
import Practice
import WebAPI

extension Client.Listed {
    /// Whom the caller sees and all that was given fits, best first, then by name.
    static func found(
        by search: Client.Search, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[Client.Listed]> {
        let after = try page.after.map(After.init)
        guard search.birthDate == nil, search.phone == nil, search.identifier == nil, let name = search.name else {
            return .rows(filtered(by: search, after, page, in: practice), read)
        }
        // By the name alone the index of trigrams finds, which policies do not let a query use: a function looks there.
        return .rows(
            """
            select \(columns(of: "c")), n.rank
            from access.clients_named(\(name), \(after?.rank), \(after?.family), \(after?.given), \(after?.id),
                                      \(Int32(page.fetch))) n
                join clients c on c.practice_id = \(practice) and c.client_id = n.client_id
            order by n.rank, c.family_key, c.given_key, c.client_id
            """, read)
    }

    /// Where a birth date, a number or an identifier says which rows, the name is compared with those. Nobody finds by
    /// these whom they do not show: a group's leader is told a member's name, and finds by the name alone.
    private static func filtered(
        by search: Client.Search, _ after: After?, _ page: Page, in practice: ID<Practice>
    ) -> SQL {
        var conditions: [SQL] = ["c.practice_id = \(practice)", isIdentified("c"), "fit.rank is not null"]
        if let birthDate = search.birthDate { conditions.append(born(birthDate)) }
        if let phone = search.phone { conditions.append(phones(endingIn: phone, in: practice)) }
        if let identifier = search.identifier { conditions.append(known(as: identifier, in: practice)) }
        if let after {
            conditions.append(
                """
                (fit.rank, c.family_key, c.given_key, c.client_id)
                    > (\(after.rank), \(after.family), \(after.given), \(after.id))
                """)
        }
        let rank: SQL = search.name.map { "access.name_rank(c.name_key, name_words(\($0)))" } ?? "0"
        return """
            select \(columns(of: "c")), fit.rank
            from clients c cross join lateral (select \(rank) as rank) fit
            where \(SQL.joined(conditions, separator: " and "))
            order by fit.rank, c.family_key, c.given_key, c.client_id limit \(page.fetch)
            """
    }

    /// Who was born on the day, or in the year or the month; and of whom no more is known than that it may be so.
    private static func born(_ date: PartialDay) -> SQL {
        """
        (c.birth_date between \(date.earliest) and \(date.latest)
            or c.born_in is not null and c.born_from <= \(date.latest) and c.born_until >= \(date.earliest))
        """
    }

    /// The digits are kept from the last to the first: the end of a number is a prefix, and a prefix is a range.
    private static func phones(endingIn phone: String, in practice: ID<Practice>) -> SQL {
        let last = "\u{10FFFF}"
        return """
            c.client_id in (
                select k.client_id from client_contacts k
                where k.practice_id = \(practice) and k.phone_key >= phone_key(\(phone))
                    and k.phone_key < phone_key(\(phone)) || \(last))
            """
    }

    private static func known(as identifier: Client.SoughtIdentifier, in practice: ID<Practice>) -> SQL {
        let system: SQL = identifier.system.map { "and i.system = \($0)" } ?? ""
        return """
            c.client_id in (
                select i.client_id from client_identifiers i
                where i.practice_id = \(practice) and i.value = \(identifier.value) \(system))
            """
    }

    @Sendable private static func read(_ row: inout Row) throws -> Client.Listed {
        var listed = try Client.Listed(&row)
        listed.rank = try row.next()
        return listed
    }

    /// The last of the page before.
    private struct After {
        let rank: Int32
        let family: String
        let given: String
        let id: ID<Client>

        init(_ key: PageKey) throws(Problem) {
            rank = Int32(clamping: try key.integer(0))
            (family, given, id) = (try key.text(1), try key.text(2), try key.id(3))
        }
    }
}
