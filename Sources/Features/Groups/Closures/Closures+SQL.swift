import Postgres
import Practice
import WebAPI

extension Closure {
    static func list(of practice: ID<Practice>, from day: Day?, _ page: Page) throws(Problem) -> Query<[Details]> {
        var conditions: SQL = "practice_id = \(practice)"
        if let day { conditions = "\(conditions) and upper(during) > \(day)" }
        if let key = page.after {
            let (first, id) = (try key.day(0), try key.id(1, of: Closure.self))
            conditions = "\(conditions) and (lower(during), closure_id) > (\(first), \(id))"
        }
        return .rows(
            "select \(columns) from closures where \(conditions) order by lower(during), closure_id limit \(page.fetch)",
            Details.init)
    }

    static func details(of closure: ID<Closure>, in practice: ID<Practice>) -> Query<Details> {
        .row(
            "select \(columns) from closures where practice_id = \(practice) and closure_id = \(closure)", Details.init)
    }

    static func insert(_ new: New, as closure: ID<Closure>, in practice: ID<Practice>) -> Query<Details> {
        .row(
            """
            insert into closures (practice_id, closure_id, name, during)
            values (\(practice), \(closure), \(new.name), daterange(\(new.firstDay), \(new.lastDay), '[]'))
            returning \(columns)
            """, Details.init)
    }

    /// Days that come in the wrong order are refused as an empty span is.
    static func update(
        _ change: Change, of closure: ID<Closure>, in practice: ID<Practice>, version: Int
    ) -> Query<Details> {
        var changes = Changes(version: version)
        changes.set("name", change.name)
        changes.set("during", to: "case when d.last < d.first then 'empty' else daterange(d.first, d.last, '[]') end")
        return .row(
            """
            update closures c set \(changes.sql)
            from (select coalesce(\(change.firstDay), lower(during)) as first,
                         coalesce(\(change.lastDay), upper(during) - 1) as last
                  from closures where practice_id = \(practice) and closure_id = \(closure)) d
            where c.practice_id = \(practice) and c.closure_id = \(closure)
            returning c.closure_id, case when access.shows('name') then c.name end, lower(c.during), upper(c.during) - 1, c.version
            """, Details.init)
    }

    /// Takes a closure away, if it is the one that was seen.
    static func delete(_ closure: ID<Closure>, in practice: ID<Practice>, version: Int) -> Query<Int> {
        .run(
            """
            delete from closures
            where practice_id = \(practice) and closure_id = \(closure) and version = \(version)
            """)
    }

    // Names are the practice's own words: a day off may be somebody's funeral.
    private static let columns: SQL = """
        closure_id, case when access.shows('name') then name end, lower(during), upper(during) - 1, version
        """
}

extension Closure.Details {
    init(_ row: inout Row) throws {
        id = try row.next()
        name = try row.next()
        firstDay = try row.next()
        lastDay = try row.next()
        version = try row.next()
    }
}
