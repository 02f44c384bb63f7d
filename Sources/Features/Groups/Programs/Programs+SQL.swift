import Postgres
import Practice
import WebAPI

extension Program {
    static func list(of practice: ID<Practice>, _ page: Page) throws(Problem) -> Query<[Details]> {
        var after: SQL = ""
        if let key = page.after {
            after = "and (name, program_id) > (\(try key.text(0)), \(try key.id(1, of: Program.self)))"
        }
        return .rows(
            """
            select \(columns) from programs where practice_id = \(practice) \(after)
            order by name, program_id limit \(page.fetch)
            """, Details.init)
    }

    static func details(of program: ID<Program>, in practice: ID<Practice>) -> Query<Details> {
        .row(
            "select \(columns) from programs where practice_id = \(practice) and program_id = \(program)",
            Details.init)
    }

    static func insert(
        _ new: New, as program: ID<Program>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Details> {
        .row(
            """
            insert into programs
                (practice_id, program_id, name, description, published, minimum_age, maximum_age, consents, created_at)
            values (\(practice), \(program), \(new.name), \(new.description), \(new.isPublished),
                    \(new.minimumAge), \(new.maximumAge), \(new.consents), \(now))
            returning \(columns)
            """, Details.init)
    }

    static func update(
        _ change: Change, of program: ID<Program>, in practice: ID<Practice>, version: Int
    ) -> Query<Details> {
        var changes = Changes(version: version)
        changes.set("name", change.name)
        changes.set("description", change.description)
        changes.set("published", change.isPublished)
        changes.set("minimum_age", change.minimumAge)
        changes.set("maximum_age", change.maximumAge)
        changes.set("consents", change.consents)
        return .row(
            """
            update programs set \(changes.sql) where practice_id = \(practice) and program_id = \(program)
            returning \(columns)
            """, Details.init)
    }

    private static let columns: SQL =
        "program_id, name, description, published, minimum_age, maximum_age, consents, version"
}

extension Program.Details {
    init(_ row: inout Row) throws {
        id = try row.next()
        name = try row.next()
        description = try row.next()
        isPublished = try row.next()
        minimumAge = try row.next()
        maximumAge = try row.next()
        consents = try row.next()
        version = try row.next()
    }
}
