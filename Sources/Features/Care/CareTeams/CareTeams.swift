import JSON
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
        /// From whom it was taken over.
        let predecessorID: ID<CareTeamMembership>?
    }

    /// To whom a membership goes, and on what day.
    struct HandOver: Sendable {
        let accountID: ID<Account>
        let on: Day?
        let reason: String?

        init(_ body: inout JSONObjectReader) {
            accountID = body.required("accountId", .id())
            on = body.optional("on", .day(.plans))
            reason = body.optional("reason", .line(1...500))
        }
    }

    /// Somebody who is to treat a client or a couple.
    struct New: Sendable {
        let accountID: ID<Account>
        let from: Day?

        init(_ body: inout JSONObjectReader) {
            accountID = body.required("accountId", .id())
            from = body.optional("from", .day(.plans))
        }
    }

    /// Today's team and those who are to come, or whoever was ever in it.
    enum Period: String, Sendable, CaseIterable {
        case current, all
    }

    /// Whose care team.
    enum Subject: Sendable {
        case client(ID<Client>)
        case couple(ID<Couple>)
    }
}
