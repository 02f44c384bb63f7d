import Practice
import WebAPI

extension CareTeamMembership {
    /// One membership; what the caller may not see is nil.
    struct Member: Sendable {
        let id: ID<CareTeamMembership>?
        let accountID: ID<Account>?
        let name: String
        let credentials: String?
        let from: Day?
        let until: Day?
    }

    /// Somebody who is to treat a client or a couple.
    struct New: Sendable {
        let accountID: ID<Account>
        let from: Day?

        init(_ body: inout JSONObjectReader) {
            accountID = body.required("accountId", .id())
            from = body.optional("from", .day)
        }
    }

    /// Whose care team.
    enum Subject: Sendable {
        case client(ID<Client>)
        case couple(ID<Couple>)
    }
}
