import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// Whom a group's leader would have in the group: the leader names somebody in words, and the desk places.
struct ProposalRoutes: RouteGroup {
    var routes: [Route] {
        [.post("/v1/groups/{groupId}/proposals", "enrollment.propose", of: .group("groupId"), propose)]
    }

    /// The answer is the same whoever is meant, and whether or not the practice knows them.
    private func propose(_ call: Call) async throws -> Answer {
        let proposal = try call.body(PlacementProposal.init)
        let (id, group) = (call.newID(FrontDeskTask.self), call.id("groupId", of: Group.self))
        let sealed = try proposal.sealed(for: id, with: try await call.vault())
        _ = try await call.run(FrontDeskTask.propose(id, sealed: sealed, for: group, in: call.practiceID, at: call.now))
        return .json(.created) { json in
            json.member("id", id)
            json.member("groupId", group)
            json.member("proposedAt", call.now)
        }
    }
}
