import Postgres
import Practice

/// Who is told today how much homework waits: counts, and nobody's name.
struct Digest: Sendable {
    let accountID: ID<Account>
    let address: String
    let day: Day
    let waiting: Int
    let oldest: Instant

    static func practices(at now: Instant) -> Query<[ID<Practice>]> {
        .rows("select p from access.practices_to_digest(\(now)) as p order by 1") { try $0.next() }
    }

    /// Those who have not had the letter of today.
    static func due(at now: Instant) -> Query<[Digest]> {
        .rows("select account_id, email, day, waiting, oldest from access.digests(\(now)) order by 1") { row in
            Digest(
                accountID: try row.next(), address: try row.next(), day: try row.next(), waiting: try row.next(),
                oldest: try row.next())
        }
    }

    func letter(_ id: ID<Letter>, at now: Instant) -> NewLetter {
        NewLetter(
            id, digestOf: day, waiting: waiting, oldest: oldest, account: accountID, address: address, at: now)
    }
}
