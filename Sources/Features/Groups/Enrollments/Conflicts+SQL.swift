import Postgres
import Practice
import WebAPI

extension PlacementConflict {
    static func list(of client: ID<Client>) -> Query<[Listed]> {
        .rows(
            """
            select conflict_id, kind, other_id, given_name, preferred_name, family_name, account_id, account_name,
                   recorded_at, noted_here
            from access.conflicts_of(\(client))
            """, Listed.init)
    }

    static func note(
        _ new: New, as conflict: ID<PlacementConflict>, on client: ID<Client>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            select from access.note_conflict(
                \(conflict), \(client), \(new.otherID), \(new.staffID), \(new.kind), \(now))
            """)
    }

    static func end(_ conflict: ID<PlacementConflict>, of client: ID<Client>, at now: Instant) -> Query<Int> {
        .run("select from access.end_conflict(\(conflict), \(client), \(now))")
    }
}

extension PlacementConflict.Listed {
    init(_ row: inout Row) throws {
        id = try row.next()
        kind = try row.next()
        let (otherID, given, preferred, family) = (
            try row.next(ID<Client>?.self), try row.next(String?.self), try row.next(String?.self),
            try row.next(String?.self)
        )
        other =
            if let otherID, let given, let family {
                PlacementConflict.Other(
                    id: otherID, name: Enrollment.ClientName(given: given, preferred: preferred, family: family))
            } else {
                nil
            }
        let (accountID, accountName) = (try row.next(ID<Account>?.self), try row.next(String?.self))
        staff =
            if let accountID, let accountName {
                PlacementConflict.Colleague(id: accountID, name: accountName)
            } else {
                nil
            }
        recordedAt = try row.next()
        isNotedHere = try row.next()
    }
}
