import JSON
import Postgres
import Practice
import WebAPI

extension Homework {
    /// A piece with its questions, without what was answered.
    struct Detail: Sendable {
        var item: Item
        var exercise: Questions?
        /// Of a couple's homework, for the client who does it.
        var sharing: Sharing?
        /// For the client who does it.
        var draft: DraftState?
        /// For the client and who may review.
        var discussion: Discussion?

        init(_ row: inout Row) throws(PostgresError) {
            item = try Item(&row)
            exercise = try Questions(&row)
            sharing = try Sharing(&row)
            draft = try DraftState(&row)
            discussion = try Discussion(&row)
        }
    }

    /// What the exercise's version asks.
    struct Questions: Sendable, JSONWritable {
        var title: String
        var instructions: String
        var minutes: Int?
        var fields: JSONB

        init?(_ row: inout Row) throws(PostgresError) {
            guard try row.next(Bool.self) else {
                _ = (try row.next(String?.self), try row.next(String?.self))
                _ = (try row.next(Int?.self), try row.next(JSONB?.self))
                return nil
            }
            title = try row.next()
            instructions = try row.next()
            minutes = try row.next()
            fields = try row.next()
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("title", title)
                json.member("instructions", instructions)
                json.member("minutes", minutes)
                json.member("fields") { $0.raw(fields.bytes) }
            }
        }
    }

    /// The two keys of a couple's homework, as one of the two sees them.
    struct Sharing: Sendable, JSONWritable {
        var agreedAt: Instant?
        /// The partner's piece, once both have submitted and agreed.
        var partnerHomework: ID<Homework>?

        init?(_ row: inout Row) throws(PostgresError) {
            let isCouples: Bool = try row.next()
            agreedAt = try row.next()
            partnerHomework = try row.next()
            if !isCouples { return nil }
        }

        init(agreedAt: Instant?, partnerHomework: ID<Homework>?) {
            self.agreedAt = agreedAt
            self.partnerHomework = partnerHomework
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("withPartner", agreedAt != nil)
                json.member("agreedAt", agreedAt)
                json.member("partnerHomeworkId", partnerHomework)
            }
        }
    }

    /// How the draft of a piece stands.
    struct DraftState: Sendable {
        var revision: Int
        /// Whether the piece is to be gone on with.
        var isPending: Bool

        init?(_ row: inout Row) throws(PostgresError) {
            let revision: Int? = try row.next()
            isPending = try row.next()
            guard let revision else { return nil }
            self.revision = revision
        }
    }

    /// A draft of an earlier version of Cairn (number 0), or a submission.
    struct Answers: Sendable {
        var number: Int
        var sealed: [UInt8]
        var savedAt: Instant
        var isPrivate: Bool
        var withdrawnAt: Instant?
    }

    /// What a counselor answered to a submission.
    struct Review: Sendable {
        var number: Int
        var outcome: Decision
        var sealedComment: [UInt8]?
        var reviewedAt: Instant
        var reviewer: ID<Account>
        var reviewerName: String

        enum Decision: String, PostgresWord, JSONWritable, CaseIterable {
            case reviewed, returned
        }
    }

    /// A piece opened: everything of it that the caller may read.
    struct Opened: JSONWritable {
        var detail: Detail
        var draft: OpenedDraft?
        /// Nil for who may not read answers.
        var submissions: [OpenedAnswers]?

        init(
            _ detail: Detail, _ answers: [Answers], _ draftFields: [DraftField], _ reviews: [Review], _ vault: Vault
        ) throws {
            self.detail = detail
            guard detail.exercise != nil else { return }
            let id = detail.item.id
            var submissions: [OpenedAnswers] = []
            var older: OpenedAnswers?
            for answer in answers {
                let isDraft = answer.number == 0
                var opened = OpenedAnswers(
                    answer: answer, json: try vault.open(answer.sealed, at: isDraft ? .draft(id) : .answers(id)))
                if isDraft {
                    older = opened
                    continue
                }
                if let review = reviews.first(where: { $0.number == answer.number }) {
                    let comment = try review.sealedComment.map { sealed throws(KeyError) in
                        try vault.openText(sealed, at: .comment(id))
                    }
                    opened.review = OpenedReview(
                        review: review, comment: comment, lag: review.reviewedAt - answer.savedAt)
                }
                submissions.append(opened)
            }
            self.submissions = submissions
            guard let draft = detail.draft, draft.isPending || !draftFields.isEmpty else { return }
            let below = [submissions.last, older].compactMap(\.self).max { $0.savedAt < $1.savedAt }
            let opened = try OpenedDraft(revision: draft.revision, over: below, draftFields, of: id, vault)
            // A save that was under way when the piece was handed in often says the same.
            self.draft = draft.isPending || opened?.saysMore == true ? opened : nil
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                detail.item.write(membersTo: &json)
                json.member("exercise", ifPresent: detail.exercise)
                json.member("draft", ifPresent: draft)
                if let submissions { json.array("answers", submissions) }
                json.member("sharing", ifPresent: detail.sharing)
                json.member("discussion", ifPresent: detail.discussion)
            }
        }
    }

    struct OpenedAnswers: JSONWritable {
        var answer: Answers
        var json: [UInt8]
        var review: OpenedReview?

        var savedAt: Instant { answer.savedAt }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("number", answer.number)
                json.member("savedAt", savedAt)
                json.member("answers") { $0.raw(self.json) }
                if answer.isPrivate { json.member("private", true) }
                json.member("withdrawnAt", ifPresent: answer.withdrawnAt)
                json.member("review", ifPresent: review)
            }
        }
    }

    struct OpenedReview: JSONWritable {
        var review: Review
        var comment: String?
        /// How long the client waited for it.
        var lag: Duration

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("outcome", review.outcome)
                json.member("comment", comment)
                json.member("reviewedAt", review.reviewedAt)
                json.member("lagSeconds", Int(lag.components.seconds))
                json.member("reviewerId", review.reviewer)
                json.member("reviewerName", review.reviewerName)
            }
        }
    }
}

extension Place {
    static func draft(_ homework: ID<Homework>) -> Place { Place("homework_answers", "draft", homework) }
    static func answers(_ homework: ID<Homework>) -> Place { Place("homework_answers", "answers", homework) }
    static func comment(_ homework: ID<Homework>) -> Place { Place("homework_reviews", "comment", homework) }
}
