import JSON
import Practice
import WebAPI

extension Letter {
    /// A letter as the desk sees it in a list: for whom and where it stands, without its link.
    struct Listed: Sendable {
        let id: ID<Letter>
        let state: LetterState
        /// Why it is kept.
        let reason: String?
        let stateSince: Instant
        let createdAt: Instant
        let expiresAt: Instant
        /// When the worker takes it up next, of one that waits.
        let nextAttemptAt: Instant?
        let accountID: ID<Account>
        let name: String
        let clientID: ID<Client>?
        /// Of a letter that bears a key and has not gone: where it goes.
        let to: String?
    }

    struct Filter: Sendable {
        let state: LetterState?
        let page: Page

        init(_ query: inout QueryReader) {
            state = query.optional("state", .choice())
            page = query.countedPage()
        }
    }
}
