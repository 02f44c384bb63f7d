import Postgres
import Practice

extension Me {
    static func query(in practice: ID<Practice>) -> Query<Me> {
        .row(
            """
            select a.name, a.email, a.sign_in_name, a.roles, p.slug, p.name, p.time_zone, s.homework_digest,
                access.own_wards()
            from accounts a join practices p using (practice_id) left join staff s using (practice_id, account_id)
            where a.practice_id = \(practice) and a.account_id = access.account()
            """
        ) { row in
            Me(
                name: try row.next(), email: try row.next(), signInName: try row.next(), roles: try row.next(),
                practiceSlug: try row.next(),
                practiceName: try row.next(), timeZone: try row.next(), wantsDigest: try row.next(),
                wards: try row.next())
        }
    }

    static func setDigest(_ isWanted: Bool) -> Query<Bool> {
        .row("select access.set_own_digest(\(isWanted))") { try $0.next() }
    }

    static func ends(in practice: ID<Practice>, at now: Instant) -> Query<[End]> {
        .rows(
            """
            select sign_in_id, expires_at from sign_ins
            where practice_id = \(practice) and account_id = access.account() and ended_at is null
                and expires_at > \(now)
            """
        ) { row in End(id: try row.next(), at: try row.next()) }
    }

    /// What others did to the account within a month, the latest first: so that who is signed in somewhere sees that
    /// somebody asked for a reset.
    static func notices(in practice: ID<Practice>, at now: Instant) -> Query<[Notice]> {
        .rows(
            """
            select kind, at from account_notices
            where practice_id = \(practice) and account_id = access.account()
                and at > \(now - .seconds(30 * 86_400))
            order by at desc, notice_id desc limit 20
            """
        ) { row in Notice(kind: try row.next(), at: try row.next()) }
    }
}
