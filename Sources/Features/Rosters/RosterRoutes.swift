import Practice
import WebAPI

/// The roster of a group.
struct RosterRoutes: RouteGroup {
    var routes: [Route] {
        [.get("/v1/groups/{groupId}/roster", "roster.read", of: .group("groupId"), read)]
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let group = call.id("groupId", of: Group.self)
        let (heading, members) = try await call.run(
            Roster.heading(of: group, in: call.practiceID),
            Roster.members(of: group, in: call.practiceID, at: call.now))
        let roster = Roster(heading: heading, members: members)
        return call.representation(of: .json, .csv) == .csv
            ? .csv(roster.csv, named: "roster-\(heading.day).csv")
            : .json(etag: nil, roster)
    }
}
