import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Of two pieces of one assignment one gives way in a merge only if nobody has written anything on it.
@Suite struct MergeHomeworkTests {
    @Test(arguments: ["draft", "comment"], [[0], [1], [0, 1]])
    func `a piece that somebody wrote on stands, though nothing was handed in`(work: String, worked: [Int])
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (people, pieces) = ([house.client, house.loner], house.groupHomework)
            for index in worked {
                if work == "comment" {
                    #expect(try await world.addComment(pieces[index], "When?", as: people[index]).status == 201)
                    continue
                }
                let saved = try await world.saveDraft(pieces[index], ["feelings": "begun"], as: people[index])
                #expect(saved.status == 200, "\(saved.text)")
                // It need not be done any more; what was begun is there still.
                let version = try await world.read(pieces[index], as: house.facilitator).version
                let withdrawn = try await world.request(
                    .put, "/v1/homework/\(pieces[index])/withdrawal", as: house.facilitator, json: [:],
                    ifMatch: version)
                #expect(withdrawn.status == 200, "\(withdrawn.text)")
            }
            let written: SQL = work == "comment" ? "homework_comments" : "homework_draft_fields"
            #expect(try await world.count("from \(written)") == worked.count)
            try await world.mergeAndReverse(people[1], into: people[0]) { () async throws in
                let standing = try await world.database.superuser.pipeline(
                    Query.rows("select homework_id from homework where homework_id = any (\(pieces))") {
                        try $0.next(ID<Homework>.self)
                    })
                #expect(Set(standing) == Set(worked.map { pieces[$0] }))
                #expect(
                    try await world.count("from \(written) where client_id = \(people[0].clientID)") == worked.count)
            }
        }
    }
}
