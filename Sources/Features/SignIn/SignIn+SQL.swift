import Postgres
import Practice
import WebAPI

extension SignIn.Attempt {
    /// The practice, which may exist although the account does not.
    var practiceID: Query<ID<Practice>?> {
        .optionalRow("select practice_id from access.practice_named(\(practice))") { try $0.next() }
    }

    var candidate: Query<SignIn.Candidate?> {
        .optionalRow(
            """
            select practice_id, account_id, password_hash, second_factor
            from access.sign_in_candidate(\(practice), \(name))
            """
        ) { row in
            SignIn.Candidate(
                practiceID: try row.next(), accountID: try row.next(), passwordHash: try row.next(),
                secondFactor: try row.next())
        }
    }
}

extension SignIn.Candidate {
    func open(
        _ id: ID<SignIn>, _ token: Token, _ proof: SecondFactor.Proof, _ call: Call
    ) -> Query<SignIn.Opened> {
        .row(
            """
            select sign_in_id, name, roles, client_id, idle_minutes, expires_at, second_factor, replayed
            from access.open_sign_in(
                \(practiceID), \(accountID), \(id), \(token.hash), \(proof.step), \(proof.recovery), \(call.now),
                \(call.requestID), \(call.proof))
            """
        ) { row in
            SignIn.Opened(
                id: try row.next(), name: try row.next(), roles: try row.next(), clientID: try row.next(),
                idleMinutes: try row.next(), expiresAt: try row.next(), secondFactor: try row.next(),
                isReplayed: try row.next())
        }
    }
}

extension SignIn {
    /// The caller's sign-ins that work, newest first.
    static func mine(_ call: Call, _ page: Page) throws(Problem) -> Query<[Listed]> {
        var after: SQL = ""
        if let key = page.after {
            after = "and (created_at, sign_in_id) < (\(try key.instant(0)), \(try key.id(1, of: SignIn.self)))"
        }
        return .rows(
            """
            select sign_in_id, created_at, last_seen_at, expires_at from sign_ins
            where practice_id = \(call.practiceID) and account_id = access.account() and ended_at is null
                and expires_at > \(call.now) and last_seen_at + idle_limit > \(call.now) \(after)
            order by created_at desc, sign_in_id desc limit \(page.fetch)
            """
        ) { row in
            Listed(
                id: try row.next(), createdAt: try row.next(), lastSeenAt: try row.next(), expiresAt: try row.next())
        }
    }

    static func endAll(_ call: Call) -> Query<Int> {
        .run(
            """
            update sign_ins set ended_at = \(call.now)
            where practice_id = \(call.practiceID) and account_id = access.account() and ended_at is null
            """)
    }

    static func end(_ id: ID<SignIn>, _ call: Call) -> Query<Int> {
        .run(
            """
            update sign_ins set ended_at = \(call.now)
            where practice_id = \(call.practiceID) and account_id = access.account() and sign_in_id = \(id)
                and ended_at is null
            """)
    }
}

extension Invitation {
    static func letter(_ key: Key, _ call: Call) -> Query<Letter?> {
        .optionalRow(
            """
            select practice_id, slug, practice_name, account_id, account_name, email, sign_in_name, kind, factor,
                secret, expires_at
            from access.invitation(\(key.practice), \(key.hash), \(call.now))
            """
        ) { row in
            Letter(
                practiceID: try row.next(), practiceSlug: try row.next(), practiceName: try row.next(),
                accountID: try row.next(), accountName: try row.next(), email: try row.next(),
                signInName: try row.next(), kind: try row.next(),
                factor: Factor(rawValue: try row.next()) ?? .required, secret: try row.next(),
                expiresAt: try row.next())
        }
    }

    static func accept(
        _ key: Key, _ hash: PasswordHash, _ shown: ShownFactor, _ call: Call
    ) -> Query<Int> {
        .run(
            """
            select from access.accept_invitation(
                \(key.practice), \(key.hash), \(hash.text), \(shown.new?.secret), \(shown.new?.step),
                \(shown.new?.recovery.hashes ?? []), \(shown.present.step), \(shown.present.recovery), \(call.now),
                \(call.requestID), \(call.proof))
            """)
    }

    /// The practice that a key names, if there is one.
    static func practice(of key: Key) -> Query<ID<Practice>?> {
        .row("select \(key.practice)") { try $0.next() }
    }
}
