import Postgres
import Practice

extension ImportSource {
    /// The sources of a practice, with the systems of their numbers.
    static func known(in practice: ID<Practice>) -> Query<[(source: String, system: String)]> {
        .rows(
            """
            select distinct source, system from client_identifiers
            where practice_id = \(practice) and source <> \(own)
            """
        ) { row in (source: try row.next(), system: try row.next()) }
    }
}
