import Postgres
import Practice

extension ClientImport {
    /// The name of the practice's time zone.
    var timeZone: Query<String> {
        .row("select time_zone from practices where practice_id = \(practice)") { try $0.next(String.self) }
    }

    /// Makes imports into one practice wait for each other.
    var lock: Query<Int> {
        .run("select from pg_advisory_xact_lock(hashtextextended(\("import \(practice)"), 0))")
    }
}

extension ImportWork {
    /// Holds what a change of whether somebody lives and is in care is about.
    static func hold(_ clients: Set<ID<Client>>) -> Query<Int> {
        .run("select from access.hold_for_standing(\(Array(clients)))")
    }
}
