import Postgres
import Practice
import WebAPI

// What a client does with a piece. Each statement locks the row, decides on what the row is then, and changes it only if
// all is well; so that of two who come at once the second sees what the first has done. The answer says how it came out.

extension Homework {
    /// How an attempt to change a piece came out.
    enum Outcome: String, PostgresWord {
        case accepted
        /// It had been done before in the same words: nothing changed, and nothing is wrong.
        case repeated
        case stale
        case withdrawn
        case notOpenYet = "not_open_yet"
        case closed
        case alreadySubmitted = "already_submitted"
        case alreadyReviewed = "already_reviewed"
        case notSubmitted = "not_submitted"
        case notCouples = "not_couples_homework"
        case exerciseVersionMismatch = "exercise_version_mismatch"
        case attachmentMissing = "attachment_missing"
    }

    /// What was sent, checked and sealed.
    struct Filled: Sendable {
        var version: ID<ExerciseVersion>
        var sealed: [UInt8]
        /// What the same answers to the same homework have again.
        var digest: [UInt8]
        var attachments = Attachment.Named([])
    }

    /// What a draft or a submission came to.
    struct Kept: Sendable {
        var outcome: Outcome
        var version: Int
        var number: Int
        var at: Instant?
    }

    /// Hands answers in.
    static func submit(
        _ filled: Filled, for homework: ID<Homework>, of practice: ID<Practice>, ifVersion: Int?, at now: Instant
    ) -> Query<Kept> {
        .row(
            """
            with target as materialized (
                select h.version, h.submissions, h.submitted_at, case
                    when h.exercise_version_id <> \(filled.version) then 'exercise_version_mismatch'
                    when h.state = 'withdrawn' then 'withdrawn'
                    when h.state in ('submitted', 'reviewed') then
                        case when h.submitted_digest = \(filled.digest) then 'repeated' else 'already_submitted' end
                    when h.opens_at > \(now) then 'not_open_yet'
                    when h.closes_at <= \(now) and h.state <> 'returned' then 'closed'
                    when h.version <> \(ifVersion) then 'stale'
                    when \(Attachment.isMissing(filled.attachments, of: homework, in: practice)) then 'attachment_missing'
                    else 'accepted' end as outcome
                from homework h
                where h.practice_id = \(practice) and h.homework_id = \(homework)
                for no key update
            ), changed as (
                update homework h
                set state = 'submitted', submissions = h.submissions + 1, submitted_at = \(now),
                    submitted_digest = \(filled.digest), reviewed_at = null, shared_at = null, version = h.version + 1
                from target t
                where h.practice_id = \(practice) and h.homework_id = \(homework) and t.outcome = 'accepted'
                returning h.client_id, h.couple_id, h.group_id, h.version, h.submissions
            ), kept as (
                insert into homework_answers
                    (practice_id, homework_id, number, client_id, couple_id, group_id, exercise_version_id, answers,
                     digest, saved_at)
                select \(practice), \(homework), c.submissions, c.client_id, c.couple_id, c.group_id, \(filled.version),
                    \(filled.sealed), \(filled.digest), \(now)
                from changed c
            )\(Attachment.handedIn(filled.attachments, of: homework, in: practice, isPrivate: false))
            select t.outcome, coalesce(c.version, t.version), coalesce(c.submissions, t.submissions),
                case when c.version is null then t.submitted_at else \(now) end
            from target t left join changed c on true
            """
        ) { row in Kept(outcome: try row.next(), version: try row.next(), number: try row.next(), at: try row.next()) }
    }

    /// Keeps a draft, in place of the one before.
    static func draft(
        _ filled: Filled, for homework: ID<Homework>, of practice: ID<Practice>, ifVersion: Int, at now: Instant
    ) -> Query<Kept> {
        .row(
            """
            with target as materialized (
                select h.version, case
                    when h.exercise_version_id <> \(filled.version) then 'exercise_version_mismatch'
                    when h.state = 'withdrawn' then 'withdrawn'
                    when h.state in ('submitted', 'reviewed') then 'already_submitted'
                    when h.opens_at > \(now) then 'not_open_yet'
                    when h.closes_at <= \(now) and h.state <> 'returned' then 'closed'
                    when h.version <> \(ifVersion) then 'stale'
                    else 'accepted' end as outcome
                from homework h
                where h.practice_id = \(practice) and h.homework_id = \(homework)
                for no key update
            ), changed as (
                update homework h
                set state = case h.state when 'assigned' then 'draft' else h.state end, version = h.version + 1
                from target t
                where h.practice_id = \(practice) and h.homework_id = \(homework) and t.outcome = 'accepted'
                returning h.client_id, h.couple_id, h.group_id, h.version
            ), kept as (
                insert into homework_answers as a
                    (practice_id, homework_id, number, client_id, couple_id, group_id, exercise_version_id, answers,
                     digest, saved_at)
                select \(practice), \(homework), 0, c.client_id, c.couple_id, c.group_id, \(filled.version),
                    \(filled.sealed), \(filled.digest), \(now)
                from changed c
                on conflict (practice_id, homework_id, number) do update
                set answers = excluded.answers, digest = excluded.digest, saved_at = excluded.saved_at,
                    exercise_version_id = excluded.exercise_version_id
            )
            select t.outcome, coalesce(c.version, t.version), 0, case when c.version is not null then \(now) end
            from target t left join changed c on true
            """
        ) { row in Kept(outcome: try row.next(), version: try row.next(), number: try row.next(), at: try row.next()) }
    }

    /// Whether the piece asks the questions of a version: asked before its faults are told to anybody.
    static func asks(_ version: ID<ExerciseVersion>, _ homework: ID<Homework>, of practice: ID<Practice>) -> Query<Bool>
    {
        .row(
            """
            select h.exercise_version_id = \(version) from homework h
            where h.practice_id = \(practice) and h.homework_id = \(homework)
            """
        ) { try $0.next() }
    }

    /// Turns one of the two keys of a couple's homework, or turns it back.
    static func share(
        _ isShared: Bool, _ homework: ID<Homework>, of practice: ID<Practice>, ifVersion: Int, at now: Instant
    ) -> Query<Kept> {
        .row(
            """
            with target as materialized (
                select h.version, h.shared_at, case
                    when h.couple_id is null then 'not_couples_homework'
                    when \(isShared) and h.state not in ('submitted', 'reviewed') then 'not_submitted'
                    when (h.shared_at is not null) = \(isShared) then 'repeated'
                    when h.version <> \(ifVersion) then 'stale'
                    else 'accepted' end as outcome
                from homework h
                where h.practice_id = \(practice) and h.homework_id = \(homework)
                for no key update
            ), changed as (
                update homework h
                set shared_at = case when \(isShared) then \(now) end, version = h.version + 1
                from target t
                where h.practice_id = \(practice) and h.homework_id = \(homework) and t.outcome = 'accepted'
                returning h.version, h.shared_at
            )
            select t.outcome, coalesce(c.version, t.version), 0,
                case when c.version is null then t.shared_at else c.shared_at end
            from target t left join changed c on true
            """
        ) { row in Kept(outcome: try row.next(), version: try row.next(), number: try row.next(), at: try row.next()) }
    }

    /// The partner's piece, once both keys are turned.
    static func partnerHomework(beside homework: ID<Homework>) -> Query<ID<Homework>?> {
        .row("select access.partner_homework(\(homework))") { try $0.next() }
    }
}

extension Homework.Outcome {
    /// What the caller is told where nothing was changed; nil where all is well.
    var problem: Problem? {
        switch self {
        case .accepted, .repeated: nil
        case .stale: .stale
        case .exerciseVersionMismatch: .exerciseVersionMismatch
        default: .conflict(rawValue, detail)
        }
    }

    private var detail: String {
        switch self {
        case .withdrawn: "This homework was withdrawn."
        case .notOpenYet: "This homework is not open yet."
        case .closed: "The time for this homework is over."
        case .alreadySubmitted: "This homework was handed in before, with other answers."
        case .alreadyReviewed: "This homework was reviewed, and that is final."
        case .notSubmitted: "This homework has not been handed in."
        case .notCouples: "This homework was not given to a couple, so there is no partner to share it with."
        default: "The present state of things does not allow this."
        }
    }
}
