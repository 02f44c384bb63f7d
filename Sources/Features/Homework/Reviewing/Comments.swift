import JSON
import Postgres
import Practice
import WebAPI

extension HomeworkComment {
    /// What client or counselor said about a piece, sealed.
    struct Kept: Sendable {
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
        var kept: Kept
        var text: String

        init(_ kept: Kept, _ vault: Vault) throws(KeyError) {
            self.kept = kept
            text = try vault.openText(kept.sealed, at: .homeworkComment(kept.id))
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("id", kept.id)
                json.member("authorId", kept.author)
                json.member("authorName", kept.authorName)
                json.member("byClient", kept.isByClient)
                json.member("text", text)
                json.member("createdAt", kept.createdAt)
            }
        }
    }
}

extension Place {
    static func homeworkComment(_ comment: ID<HomeworkComment>) -> Place {
        Place("homework_comments", "text", comment)
    }
}
