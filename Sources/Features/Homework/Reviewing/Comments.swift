import JSON
import Postgres
import Practice
import WebAPI

extension HomeworkComment {
    /// What client or counselor said about a piece, sealed.
    struct Sealed: Sendable {
        var id: ID<HomeworkComment>
        var author: ID<Account>
        var authorName: String
        /// Whether the client wrote it, and not who answers.
        var isByClient: Bool
        var sealed: [UInt8]
        var createdAt: Instant
    }

    /// The same, opened.
    struct Opened: Sendable, JSONWritable {
        var comment: Sealed
        var text: String

        init(_ comment: Sealed, _ vault: Vault) throws(KeyError) {
            self.comment = comment
            text = try vault.openText(comment.sealed, at: .homeworkComment(comment.id))
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("id", comment.id)
                json.member("authorId", comment.author)
                json.member("authorName", comment.authorName)
                json.member("byClient", comment.isByClient)
                json.member("text", text)
                json.member("createdAt", comment.createdAt)
            }
        }
    }
}

extension Place {
    static func homeworkComment(_ comment: ID<HomeworkComment>) -> Place {
        Place("homework_comments", "text", comment)
    }
}
