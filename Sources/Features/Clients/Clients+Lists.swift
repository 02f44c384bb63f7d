import Postgres
import Practice
import WebAPI

extension Client.Listed {
    /// Whom the caller sees, by name. The policies say who that is.
    static func all(_ call: Call, _ page: Page) throws(Problem) -> Query<[Client.Listed]> {
        .rows(try select([], page, call), read)
    }

    static func found(by search: Client.Search, _ call: Call, _ page: Page) throws(Problem) -> Query<[Client.Listed]> {
        var conditions: [SQL] = []
        if let name = search.name { conditions.append(begins(with: name)) }
        if let birthDate = search.birthDate { conditions.append("c.birth_date = \(birthDate)") }
        if let identifier = search.identifier {
            conditions.append(
                """
                c.client_id in (
                    select i.client_id from client_identifiers i
                    where i.practice_id = \(call.practiceID) and i.system = \(identifier.system)
                        and i.value = \(identifier.value))
                """)
        }
        return .rows(try select(conditions, page, call), read)
    }

    /// A prefix is a range of keys: from itself to what follows every text that it begins.
    private static func begins(with name: String) -> SQL {
        let last = "\u{10FFFF}"
        let columns: [SQL] = ["c.family_key", "c.given_key", "c.preferred_key"]
        let ranges = columns.map { column -> SQL in
            "(\(column) >= fold(\(name)) and \(column) < fold(\(name)) || \(last))"
        }
        return "(\(SQL.joined(ranges, separator: " or ")))"
    }

    private static func select(_ conditions: [SQL], _ page: Page, _ call: Call) throws(Problem) -> SQL {
        var conditions = conditions
        conditions.insert("c.practice_id = \(call.practiceID)", at: 0)
        if let key = page.after {
            let (family, given) = (try key.text(0), try key.text(1))
            let id: ID<Client> = try key.id(2)
            conditions.append("(c.family_key, c.given_key, c.client_id) > (\(family), \(given), \(id))")
        }
        return """
            select c.client_id, c.given_name, c.family_name, c.preferred_name,
                case when access.shows('identity') then c.birth_date end,
                case when access.shows('identity') then c.status end, c.family_key, c.given_key
            from clients c where \(SQL.joined(conditions, separator: " and "))
            order by c.family_key, c.given_key, c.client_id limit \(page.fetch)
            """
    }

    @Sendable private static func read(_ row: inout Row) throws -> Client.Listed {
        Client.Listed(
            id: try row.next(), givenName: try row.next(), familyName: try row.next(), preferredName: try row.next(),
            birthDate: try row.next(), status: try row.next(), familyKey: try row.next(), givenKey: try row.next())
    }
}
