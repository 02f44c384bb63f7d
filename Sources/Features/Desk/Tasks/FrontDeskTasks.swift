import Postgres
import Practice
import WebAPI

extension FrontDeskTask {
    struct Item: Sendable {
        let id: ID<FrontDeskTask>
        let kind: String
        /// Nil of a proposal: who is meant is still to be found.
        let clientID: ID<Client>?
        let clientName: String?
        let dueOn: Day
        let openedAt: Instant
        let doneAt: Instant?
        /// Of an address to settle: the account that waits for it, and the one that signs in with it.
        let accountID: ID<Account>?
        let holderID: ID<Account>?
        var proposal: Proposal?
    }

    /// What the leader of a group has asked for, and who that was.
    struct Proposal: Sendable {
        let groupID: ID<Group>
        let groupName: String
        let proposedBy: ID<Account>
        let proposedByName: String
        let sealed: [UInt8]
        var opened: PlacementProposal?
    }

    struct Filter: Sendable {
        let isDone: Bool
        let page: Page

        init(_ query: inout QueryReader) {
            isDone = query.bool("done") ?? false
            page = query.countedPage()
        }
    }
}

extension FrontDeskTask.Item {
    /// With what was proposed in words.
    func opened(for call: Call) async throws -> FrontDeskTask.Item {
        guard let sealed = proposal?.sealed else { return self }
        var opened = self
        opened.proposal?.opened = try PlacementProposal(sealed: sealed, of: id, with: try await call.vault())
        return opened
    }
}
