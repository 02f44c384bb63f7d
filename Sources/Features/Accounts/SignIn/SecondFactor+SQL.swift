import Postgres
import Practice

extension SecondFactor {
    static let own: Query<Credentials> = .row(
        "select practice_name, name, is_required, password_hash, secret, since from access.own_credentials()"
    ) { row in
        Credentials(
            practiceName: try row.next(), name: try row.next(), isRequired: try row.next(),
            passwordHash: try row.next(),
            secret: try row.next(), since: try row.next())
    }

    static func codesLeft(in practice: ID<Practice>) -> Query<Int> {
        .row(
            """
            select count(*) from recovery_codes
            where practice_id = \(practice) and account_id = access.account() and used_at is null
            """
        ) { try $0.next() }
    }

    /// Sets the caller's authenticator, or removes it, at the price of a code of the present one.
    static func set(_ new: New?, for proof: Proof, at now: Instant) -> Query<Int> {
        .run(
            """
            select from access.set_own_second_factor(
                \(new?.secret), \(new?.step), \(new?.recovery.hashes ?? []), \(proof.step), \(proof.recovery), \(now))
            """)
    }

    static func set(_ recovery: Recovery, for proof: Proof, at now: Instant) -> Query<Int> {
        .run(
            """
            select from access.set_own_recovery_codes(
                \(recovery.hashes), \(proof.step), \(proof.recovery), \(now))
            """)
    }
}
