import Postgres
import Practice
import WebAPI

extension Client.Listed {
    /// Whom the caller sees, by name. The policies say who that is.
    static func all(_ call: Call, _ page: Page) throws(Problem) -> Query<[Client.Listed]> {
        var conditions: [SQL] = ["c.practice_id = \(call.practiceID)"]
        if let key = page.after {
            let (family, given) = (try key.text(0), try key.text(1))
            let id: ID<Client> = try key.id(2)
            conditions.append("(c.family_key, c.given_key, c.client_id) > (\(family), \(given), \(id))")
        }
        return .rows(
            """
            select \(columns(of: "c")) from clients c where \(SQL.joined(conditions, separator: " and "))
            order by c.family_key, c.given_key, c.client_id limit \(page.fetch)
            """
        ) { try Client.Listed(&$0) }
    }

    /// What a list shows of a client.
    static func columns(of clients: SQL) -> SQL {
        """
        \(clients).client_id, \(clients).given_name, \(clients).family_name, \(clients).preferred_name,
        case when \(isIdentified(clients)) then \(clients).birth_date end,
        case when \(isIdentified(clients)) then \(clients).born_in end,
        case when \(isIdentified(clients)) then \(clients).status end, \(clients).family_key, \(clients).given_key
        """
    }

    /// Whether more than the name is shown: to a search, which any tie lets in, of each client by the tie to that client.
    static func isIdentified(_ clients: SQL) -> SQL {
        """
        (access.shows('identity') or \(clients).client_id = any ((select access.identified())::uuid[]))
        """
    }

    init(_ row: inout Row) throws {
        self.init(
            id: try row.next(), givenName: try row.next(), familyName: try row.next(), preferredName: try row.next(),
            birthDate: try PartialDay(day: row.next(), part: row.next()), status: try row.next(),
            familyKey: try row.next(), givenKey: try row.next())
    }
}
