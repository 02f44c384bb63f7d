import JSON
import Postgres
import Practice
import WebAPI

extension Homework {
    /// What was handed in, checked and sealed.
    struct Filled: Sendable {
        var version: ID<ExerciseVersion>
        /// Of a couple's homework: for its author alone.
        var isPrivate = false
        /// When the client finished it, by the device's clock, where it is sent later.
        var completedAt: Instant?
        /// The revision of the draft that the device has seen; 0 for none.
        var base = 0
        var sealed: [UInt8]
        /// What the same answers to the same homework have again.
        var digest: [UInt8]
        /// What in it somebody should look at soon.
        var risk: Query<Bool>?
        /// What a draft has in each field that says the same.
        var fieldDigests: [[UInt8]] = []
        var attachments = Attachment.Named([])

        /// How long after it closed a piece is taken that was finished before.
        static let hoursAfterClosing = 72
    }

    /// What handing in came to.
    struct Submitted: Sendable {
        var outcome: Outcome
        var version: Int
        /// Nil where nothing has been handed in.
        var receipt: Receipt?
    }

    /// What a client has in hand for what was handed in.
    struct Receipt: Sendable, JSONWritable {
        var homework: ID<Homework>
        var number: Int
        var title: String
        var submittedAt: Instant
        var isLate: Bool
        var isPrivate: Bool
        var withdrawnAt: Instant?
        var digest: [UInt8]

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("homeworkId", homework)
                json.member("number", number)
                json.member("title", title)
                json.member("submittedAt", submittedAt)
                json.member("late", isLate)
                json.member("private", isPrivate)
                json.member("withdrawnAt", withdrawnAt)
                json.member("receipt", Hex.text(digest.prefix(16)))
                json.member("notice", Self.notice(isPrivate: isPrivate))
            }
        }

        /// A submission may say that somebody is in danger, and nobody may be reading.
        private static func notice(isPrivate: Bool) -> String {
            let reader =
                isPrivate ? "Nobody but you reads this." : "Your counselor reads this before your next appointment."
            return """
                \(reader) Nobody watches messages day and night: in danger call 911, in a crisis call or text 988.
                """
        }
    }
}
