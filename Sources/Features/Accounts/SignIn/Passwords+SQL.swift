import Postgres
import Practice

extension Forgotten {
    var practiceID: Query<ID<Practice>?> {
        .optionalRow("select practice_id from access.practice_named(\(practice))") { try $0.next() }
    }

    func ask(
        _ reset: NewInvitation, _ sealed: [UInt8], isFlood: Bool, request: ProvenRequest, in practice: ID<Practice>,
        at now: Instant
    ) -> Query<Int> {
        .run(
            """
            select from access.forget_password(
                \(practice), \(name), \(reset.id), \(reset.token.hash), \(sealed), \(isFlood), \(now),
                \(request.id), \(request.proof))
            """)
    }
}

extension OwnPassword {
    static let words: Query<Words> = .row(
        """
        select array_remove(array[a.name, a.email, a.sign_in_name, p.name, p.slug], null)
        from accounts a join practices p using (practice_id)
        where a.practice_id = access.practice() and a.account_id = access.account()
        """
    ) { Words(own: try $0.next()) }

    static func set(
        _ new: PasswordHash, inPlaceOf old: String, by signIn: ID<SignIn>, audit: ProvenRequest, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            select from access.set_own_password(
                \(old), \(new.text), \(signIn), \(now), \(audit.id), \(audit.proof))
            """)
    }
}
