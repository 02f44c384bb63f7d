import Postgres
import Practice
import WebAPI

// How what people do with a piece comes out. The statements that do it are in HomeworkDoing+SQL.swift.

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
    struct Changed: Sendable {
        var outcome: Outcome
        var version: Int
        var number: Int
        var at: Instant?

        init(_ row: inout Row) throws {
            (outcome, version) = (try row.next(), try row.next())
            (number, at) = (try row.next(), try row.next())
        }
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
