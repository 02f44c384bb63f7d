import Postgres
import Practice
import WebAPI

extension SignIn.Attempt {
    /// The account that it may be for, and whether there were too many failures before it.
    func tried(_ origin: Origin, _ limits: Limits, _ call: Call) -> Query<SignIn.Tried> {
        let limits = [limits.signInsByAccount, limits.signInsByAccountAnywhere, limits.signInsByAddress]
        let nameless = call.keys.rateLimit.code(for: Array("sign-in/\(practice)/\(ContactKey.email(name))".utf8))
        return .row(
            """
            select practice_id, account_id, password_hash, second_factor, must_set, practice_name, account_name,
                buckets, allowed, resets_at, left_over
            from access.try_to_sign_in(
                \(practice), \(name), \(nameless), \(origin.place), \(origin.shown), \(limits.most),
                \(limits.seconds), \(call.now))
            """
        ) { row in
            let (practice, account) = (try row.next(ID<Practice>?.self), try row.next(ID<Account>?.self))
            let (hash, factor) = (try row.next(String?.self), try row.next([UInt8]?.self))
            let mustSet = try row.next(Bool.self)
            let (practiceName, name) = (try row.next(String?.self), try row.next(String?.self))
            let buckets = try row.next([[UInt8]].self)
            var candidate: SignIn.Candidate?
            if let practice, let account, let hash {
                candidate = SignIn.Candidate(
                    practiceID: practice, accountID: account, passwordHash: hash, secondFactor: factor,
                    mustSetFactor: mustSet, practiceName: practiceName ?? "", name: name ?? "")
            }
            return SignIn.Tried(
                practiceID: practice, candidate: candidate,
                failures: try Failures(buckets, limits, saidIn: &row, call))
        }
    }
}

extension SignIn.Candidate {
    func open(
        _ id: ID<SignIn>, _ token: Token, _ shown: SignIn.ShownFactor, _ origin: Origin, audit: ProvenRequest,
        request: ProvenRequest, at now: Instant
    ) -> Query<SignIn.Opened> {
        .row(
            """
            select sign_in_id, name, roles, client_id, idle_minutes, expires_at, second_factor, replayed
            from access.open_sign_in(
                \(practiceID), \(accountID), \(id), \(token.hash), \(shown.step), \(shown.proof.recovery), \(now),
                \(request.id), \(request.proof), \(origin.place), \(origin.device), \(origin.words),
                \(shown.new?.secret), \(shown.new?.recovery.hashes ?? []), \(audit.id), \(audit.proof), \(passwordHash))
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
    static func mine(_ page: Page, in practice: ID<Practice>, at now: Instant) throws(Problem) -> Query<[Listed]> {
        var after: SQL = ""
        if let key = page.after {
            after = "and (created_at, sign_in_id) < (\(try key.instant(0)), \(try key.id(1, of: SignIn.self)))"
        }
        return .rows(
            """
            select sign_in_id, created_at, last_seen_at, expires_at, device from sign_ins
            where practice_id = \(practice) and account_id = access.account() and ended_at is null
                and expires_at > \(now) and last_seen_at + idle_limit > \(now) \(after)
            order by created_at desc, sign_in_id desc limit \(page.fetch)
            """
        ) { row in
            Listed(
                id: try row.next(), createdAt: try row.next(), lastSeenAt: try row.next(),
                expiresAt: try row.next(), device: try row.next())
        }
    }

    /// All but one.
    static func endOthers(than id: ID<SignIn>, in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            update sign_ins set ended_at = \(now)
            where practice_id = \(practice) and account_id = access.account() and sign_in_id <> \(id)
                and ended_at is null
            """)
    }

    static func endAll(in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            update sign_ins set ended_at = \(now)
            where practice_id = \(practice) and account_id = access.account() and ended_at is null
            """)
    }

    static func end(_ id: ID<SignIn>, in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            update sign_ins set ended_at = \(now)
            where practice_id = \(practice) and account_id = access.account() and sign_in_id = \(id)
                and ended_at is null
            """)
    }
}

extension Invitation {
    static func letter(_ key: Key, at now: Instant) -> Query<Letter?> {
        .optionalRow(
            """
            select practice_id, slug, practice_name, account_id, account_name, email, sign_in_name, kind, factor,
                secret, expires_at
            from access.invitation(\(key.practice), \(key.hash), \(now))
            """
        ) { row in
            Letter(
                practiceID: try row.next(), practiceSlug: try row.next(), practiceName: try row.next(),
                accountID: try row.next(), accountName: try row.next(), email: try row.next(),
                signInName: try row.next(), kind: try row.next(),
                factor: try row.next(), secret: try row.next(), expiresAt: try row.next())
        }
    }

    static func accept(
        _ key: Key, _ hash: PasswordHash, _ shown: ShownFactor, device: [UInt8]?, request: ProvenRequest,
        at now: Instant
    ) -> Query<Int> {
        .run(
            """
            select from access.accept_invitation(
                \(key.practice), \(key.hash), \(hash.text), \(shown.new?.secret), \(shown.new?.step),
                \(shown.new?.recovery.hashes ?? []), \(shown.present.step), \(shown.present.recovery), \(now),
                \(request.id), \(request.proof), \(device))
            """)
    }

    /// The practice that a key names, if there is one.
    static func practice(of key: Key) -> Query<ID<Practice>?> {
        .row("select \(key.practice)") { try $0.next() }
    }
}

extension Invitation.Key {
    /// What gives the practice of this name.
    static func practice(named slug: String) -> SQL {
        "(select practice_id from access.practice_named(\(slug)))"
    }
}
