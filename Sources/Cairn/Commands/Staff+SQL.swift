import Foundation
import Postgres
import Practice

extension NewStaff {
    /// Makes the account one of staff.
    var staff: Query<Int> {
        .run(
            """
            insert into staff (practice_id, account_id, credentials)
            values (\(practice), \(account), \(credentials))
            """)
    }
}

extension StaffReset {
    /// Starts the reset; the name of the person, nil where there is nobody.
    func reset(with key: ID<Invitation>, at now: Instant, _ note: UUID, proof: [UInt8]) -> Query<String?> {
        .optionalRow(
            """
            select account_name from access.reset_by_operator(
                \(practice), \(name), \(key), \(token.hash), \(takesFactor), \(now), \(note),
                \(proof))
            """
        ) { try $0.next(String.self) }
    }
}
