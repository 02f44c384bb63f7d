import Postgres
import Practice
import WebAPI

// How what people do with a piece comes out, and the two keys of a couple's. Each statement locks the row, decides on what
// the row is then, and changes it only if all is well; so that of two who come at once the second sees what the first has
// done.

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
        case alreadyReturned = "already_returned"
        case draftFull = "draft_full"
        case keptPrivate = "kept_private"
        case notSubmitted = "not_submitted"
        case notCouples = "not_couples_homework"
        case exerciseVersionMismatch = "exercise_version_mismatch"
        case attachmentMissing = "attachment_missing"
    }

    /// What a change came to.
    struct Kept: Sendable {
        var outcome: Outcome
        var version: Int
        var number: Int
        var at: Instant?
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

    /// Holds both partners' pieces of a couple's due date, in one order always: goes before whatever turns a key or may take
    /// an answer from the partner. Of other homework it holds nothing.
    static func holdBoth(_ homework: ID<Homework>) -> Query<Int> {
        .run("select from access.hold_both_pieces(\(homework))")
    }

    /// Turns one of the two keys of a couple's homework, or turns it back, after ``holdBoth(_:)``.
    static func share(
        _ isShared: Bool, _ homework: ID<Homework>, of practice: ID<Practice>, ifVersion: Int, at now: Instant
    ) -> Query<Kept> {
        .row(
            """
            with target as materialized (
                select h.version, h.shared_at, case
                    when h.couple_id is null then 'not_couples_homework'
                    when \(isShared) and homework_after('share', h.state) is null
                        then homework_refusal('share', h.state)
                    when \(isShared) and h.private then 'kept_private'
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
        case .notOpenYet: "This homework is not open yet. Keep what you wrote, and send it when it opens."
        case .closed: "The time for this homework is over. Ask your counselor for more."
        case .alreadySubmitted:
            "This homework was handed in before, with other answers. Take it back first, and hand it in again."
        case .alreadyReviewed: "This homework was reviewed, and that is final."
        case .alreadyReturned: "Your counselor has returned this homework. Change it, and hand it in again."
        case .draftFull:
            "This draft has as much text as it can hold. Settle the conflicts that are kept in it, or shorten it."
        case .keptPrivate:
            "You keep these answers to yourself. To share them take them back, and hand them in again without private."
        case .notSubmitted: "This homework has not been handed in."
        case .notCouples:
            "This homework was not given to a couple: there is no partner to share it with or to keep it from."
        default: "The present state of things does not allow this."
        }
    }
}
