import Postgres
import Practice

extension Operator {
    /// All practices, by the names they have in addresses.
    static let practices: Query<[(id: ID<Practice>, slug: String, name: String)]> =
        .rows("select practice_id, slug, name from practices order by slug") { row in
            (id: try row.next(ID<Practice>.self), slug: try row.next(String.self), name: try row.next(String.self))
        }

    static func insert(
        _ id: ID<Practice>, slug: String, name: String, timeZone: String, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into practices (practice_id, slug, name, time_zone, created_at)
            values (\(id), \(slug), \(name), \(timeZone), \(now))
            """)
    }
}
