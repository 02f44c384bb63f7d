import JSON
import Postgres
import Practice
import WebAPI

extension Client.Listed {
    /// Whom the caller sees, in the order asked for. The policies say who that is.
    static func all(_ filter: Client.ListFilter, in practice: ID<Practice>) throws(Problem) -> Query<[Client.Listed]> {
        var conditions = filter.conditions(in: practice)
        if let key = filter.page.after { conditions.append(try filter.sort.after(key)) }
        return .rows(
            """
            select \(columns(of: "c")) from clients c where \(SQL.joined(conditions, separator: " and "))
            order by \(filter.sort.order) limit \(filter.page.fetch)
            """
        ) { try Client.Listed(&$0) }
    }

    static func total(_ filter: Client.ListFilter, in practice: ID<Practice>) -> Query<Int?> {
        filter.page.total("from clients c where \(SQL.joined(filter.conditions(in: practice), separator: " and "))")
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

extension Client {
    /// Which clients a list shows, and in which order.
    struct ListFilter: Sendable {
        let status: Status?
        let sort: Order
        let page: Page

        init(_ query: inout QueryReader) {
            status = query.optional("status", .choice())
            sort = query.optional("sort", .choice(Order.self)) ?? .name
            page = query.countedPage()
        }

        /// Whose status or first day is not shown is not found by it, nor placed by it.
        fileprivate func conditions(in practice: ID<Practice>) -> [SQL] {
            var conditions: [SQL] = ["c.practice_id = \(practice)"]
            if status != nil || sort != .name { conditions.append(Listed.isIdentified("c")) }
            if let status { conditions.append("c.status = \(status.rawValue)") }
            return conditions
        }
    }

    /// An id says when it was made: that order needs no index of its own.
    enum Order: String, Sendable, CaseIterable {
        case name
        case oldestFirst = "createdAt"
        case newestFirst = "-createdAt"

        fileprivate var order: SQL {
            switch self {
            case .name: "c.family_key, c.given_key, c.client_id"
            case .oldestFirst: "c.client_id"
            case .newestFirst: "c.client_id desc"
            }
        }

        fileprivate func after(_ key: PageKey) throws(Problem) -> SQL {
            switch self {
            case .name:
                let (family, given) = (try key.text(0), try key.text(1))
                return "(\(order)) > (\(family), \(given), \(try key.id(2, of: Client.self)))"
            case .oldestFirst: return "c.client_id > \(try key.id(0, of: Client.self))"
            case .newestFirst: return "c.client_id < \(try key.id(0, of: Client.self))"
            }
        }

        func key(of listed: Listed) -> PageKey {
            switch self {
            case .name: PageKey(listed.familyKey, listed.givenKey, listed.id)
            case .oldestFirst, .newestFirst: PageKey(listed.id)
            }
        }
    }
}
