import Postgres
import Practice
import WebAPI

extension EmailChange.New {
    func start(
        with vault: Vault, audit: ProvenRequest, as id: ID<EmailChange>, telling letter: ID<Letter>, at now: Instant
    ) throws(Problem) -> Query<Instant> {
        let (newSealed, oldSealed): ([UInt8], [UInt8])
        do { (newSealed, oldSealed) = (try new.sealed(with: vault), try old.sealed(with: vault)) } catch {
            throw .unexpected
        }
        return .row(
            """
            select access.start_email_change(
                \(email), \(id), \(new.id), \(new.token.hash), \(newSealed), \(old.id),
                \(old.token.hash), \(oldSealed), \(letter), \(now), \(audit.id), \(audit.proof))
            """
        ) { try $0.next() }
    }
}

extension EmailChange {
    static func withdraw(at now: Instant) -> Query<Int> {
        .run("select from access.withdraw_email_change(\(now))")
    }

    static func waiting(in practice: ID<Practice>, at now: Instant) -> Query<Waiting?> {
        .optionalRow(
            """
            select email, new_proved_at is not null, old_email is null or old_proved_at is not null, expires_at
            from email_changes
            where practice_id = \(practice) and account_id = access.account() and done_at is null
                and withdrawn_at is null and expires_at > \(now)
            """
        ) { row in
            Waiting(
                email: try row.next(), isNewProved: try row.next(), isOldProved: try row.next(),
                expiresAt: try row.next())
        }
    }

    static func standing(_ token: Token, at now: Instant) -> Query<Standing?> {
        .optionalRow(
            """
            select side, is_new_proved, is_old_proved, expires_at
            from access.email_change(\(token.practiceID), \(token.hash), \(now))
            """, read)
    }

    static func prove(_ token: Token, request: ProvenRequest, at now: Instant) -> Query<Standing?> {
        .optionalRow(
            """
            select side, is_new_proved, is_old_proved, expires_at
            from access.prove_email(
                \(token.practiceID), \(token.hash), \(now), \(request.id), \(request.proof))
            """, read)
    }

    @Sendable private static func read(_ row: inout Row) throws -> Standing {
        Standing(
            side: try row.next(), isNewProved: try row.next(), isOldProved: try row.next(), expiresAt: try row.next())
    }
}
