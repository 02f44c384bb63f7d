import Postgres
import Practice

/// A letter as the worker meets it, with what its recipient has called safe. Staff and guardians have said nothing:
/// their letters go at once; and whose account is of staff alone knows the practice.
struct Outgoing: Sendable {
    let kind: LetterKind
    let state: LetterState
    let sealed: [UInt8]?
    /// Where a letter that bears a key, or tells of an account, goes.
    let address: String?
    let isUnknown: Bool
    let expiresAt: Instant
    let practiceName: String
    let zone: TimeZoneID
    let isEmailSafe: Bool
    let isSenderNeutral: Bool
    let safeTimes: SafeTimes
    let quietHours: QuietHours

    enum Reason: String, Sendable {
        case noMailer = "no_mailer"
        case notSafe = "not_safe"
        case notDelivered = "not_delivered"
        case outcomeUnknown = "outcome_unknown"
    }

    /// Where it comes to stand, and why.
    enum Destination: Sendable {
        case waiting, handed, sent, withdrawn
        case kept(Reason)

        fileprivate var words: (state: LetterState, reason: Reason?) {
            switch self {
            case .waiting: (.waiting, nil)
            case .handed: (.handed, nil)
            case .sent: (.sent, nil)
            case .withdrawn: (.withdrawn, nil)
            case .kept(let reason): (.kept, reason)
            }
        }

        fileprivate var isOver: Bool {
            switch self {
            case .sent, .withdrawn: true
            case .waiting, .handed, .kept: false
            }
        }
    }

    /// The letter, locked until the end of the transaction.
    static func query(_ id: ID<Letter>, _ job: TakenJob) -> Query<Outgoing?> {
        .optionalRow(
            """
            select o.kind, o.state, o.sealed, access.letter_address(o.letter_id),
                o.reason is not distinct from 'outcome_unknown', o.expires_at, p.name, p.time_zone,
                o.client_id is null or 'email' = any (k.safe_channels),
                case when o.client_id is null then not coalesce(access.is_staff(a.roles), false)
                     else coalesce(k.neutral_sender, true) end,
                coalesce(k.safe_times, '{}'), p.quiet_from, p.quiet_until
            from outbox o
                join practices p on p.practice_id = o.practice_id
                left join accounts a on a.practice_id = o.practice_id and a.account_id = o.account_id
                left join client_contacts k on k.practice_id = o.practice_id and k.client_id = o.client_id
            where o.practice_id = \(job.practiceID) and o.letter_id = \(id)
            for update of o
            """
        ) { row in
            Outgoing(
                kind: try row.next(), state: try row.next(), sealed: try row.next(), address: try row.next(),
                isUnknown: try row.next(),
                expiresAt: try row.next(),
                practiceName: try row.next(), zone: try row.next(), isEmailSafe: try row.next(Bool?.self) ?? false,
                isSenderNeutral: try row.next(),
                safeTimes: SafeTimes(try row.next([String].self).map(span)),
                quietHours: QuietHours(from: try row.next(), until: try row.next()))
        }
    }

    /// Nil where the letter has nothing to say any more, or its reader may not hear it. Whoever hands in what it reminds of
    /// goes first or afterwards.
    static func standing(_ id: ID<Letter>, at now: Instant) -> Query<Standing?> {
        .optionalRow("select address, waiting, oldest from access.letter_stands(\(id), \(now))") { row in
            Standing(address: try row.next(), waiting: try row.next(), oldest: try row.next())
        }
    }

    /// What is known when a letter goes, and may be another thing than when it was written.
    struct Standing: Sendable {
        /// The reader's address; nil where it is the letter's own.
        let address: String?
        /// How much homework waits, of a digest, and since when.
        let waiting: Int?
        let oldest: Instant?

        /// What the letter says now; nil where it would go to another address than it was written to.
        func content(of letter: LetterContent, at now: Instant) -> LetterContent? {
            if let address, ContactKey.email(address) != ContactKey.email(letter.address) { return nil }
            guard case .homeworkDigest = letter.matter, let waiting, let oldest else { return letter }
            return LetterContent(address: letter.address, .digest(waiting: waiting, since: oldest, at: now))
        }
    }

    static func state(of id: ID<Letter>, _ job: TakenJob) -> Query<LetterState?> {
        .optionalRow("select state from outbox where practice_id = \(job.practiceID) and letter_id = \(id)") {
            try $0.next()
        }
    }

    /// Has the letter forgotten later; one that dies twice is forgotten once.
    static func forget(
        _ id: ID<Letter>, _ forgetting: ID<QueuedJob>, _ job: TakenJob, from instant: Instant, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into jobs (practice_id, job_id, kind, key, ids, run_at, created_at)
            values (\(job.practiceID), \(forgetting), 'outbox.forget', \("letter/\(id)"), \([id]), \(instant), \(now))
            on conflict on constraint jobs_once_per_event do nothing
            """)
    }

    /// What cannot be read must not count as a time at which everything is safe.
    @Sendable private static func span(_ text: String) throws -> SafeTimes.Span {
        guard let span = SafeTimes.Span(text) else { throw Unreadable() }
        return span
    }

    struct Unreadable: Error {}

    static func move(_ id: ID<Letter>, to destination: Destination, _ job: TakenJob, at now: Instant) -> Query<Int> {
        let (state, reason) = destination.words
        return .run(
            """
            update outbox
            set state = \(state), reason = \(reason?.rawValue), state_since = \(now)\(destination.isOver ? forgetting : "")
            where practice_id = \(job.practiceID) and letter_id = \(id)
            """)
    }

    private static let forgetting: SQL = ", sealed = null"
}
