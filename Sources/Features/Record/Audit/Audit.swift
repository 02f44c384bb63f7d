import JSON
import Practice
import WebAPI

extension AuditEvent {
    /// One row of the audit.
    struct Entry: Sendable {
        let id: Int
        let at: Instant
        let requestID: ID<Void>
        let accountID: ID<Account>?
        let role: String?
        let relation: String?
        let action: String
        let kind: String?
        let resourceID: ID<Void>?
        let clientIDs: [ID<Client>]
        let outcome: String
    }

    /// Which rows are asked for.
    struct Filter: Sendable {
        let from: Instant?
        let to: Instant?
        let accountID: ID<Account>?
        let clientID: ID<Client>?
        let outcome: Outcome?
        let page: Page

        init(_ query: inout QueryReader) {
            from = query.optional("from", .instant)
            to = query.optional("to", .instant)
            accountID = query.optional("accountId", .criterion())
            clientID = query.optional("clientId", .criterion())
            outcome = query.optional("outcome", .choice())
            page = query.page()
            if let from, let to, to <= from { query.fault("to", "before_from", "This must be after `from`.") }
        }
    }

    /// What became of a request.
    enum Outcome: String, Sendable, CaseIterable {
        case allowed, unauthenticated, forbidden, conflict, stale, invalid
        case notFound = "not_found"
        case wrongCredentials = "wrong_credentials"
        case brokenOff = "broken_off"
    }
}
