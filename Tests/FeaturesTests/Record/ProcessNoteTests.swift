import JSON
import Practice
import Testing
import TestSupport

/// Process notes: for their author, and for nobody else in the world.
@Suite struct ProcessNoteTests {
    @Test func `the author writes, reads, changes and lists process notes`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.client.clientID)/process-notes", as: house.counselor,
                json: ["body": "I was tired."])
            #expect(made.status == 201)
            let note = made.headers["location"] ?? ""
            #expect(try await world.request(.get, note, as: house.counselor)["body"] == "I was tired.")
            let changed = try await world.request(
                .patch, note, as: house.counselor, json: ["body": "I was worried."], ifMatch: 1)
            #expect(changed["body"] == "I was worried." && changed.version == 2)
            #expect(
                try await world.request(.patch, note, as: house.counselor, json: ["body": "No."], ifMatch: 1).status
                    == 412)
            #expect(try await world.request(.patch, note, as: house.counselor, json: ["body": "No."]).status == 428)
            let list = try await world.request(.get, "/v1/process-notes", as: house.counselor)
            #expect(Set(list.items.map { $0["body"]?.text }) == ["I was worried.", "I felt drawn to rescue him."])
        }
    }

    @Test func `nobody else can tell that it is there`() async throws {
        try await withWorld { world in
            let house = world.mesa
            _ = try await world.seed(house) { $0.careTeam(of: house.client, house.newcomer) }
            let (path, missing) = ("/v1/process-notes/\(house.processNote)", "/v1/process-notes/nothing")
            for person in house.everyone + world.tempe.everyone where person.accountID != house.counselor.accountID {
                let answer = try await world.request(.get, path, as: person)
                let nothing = try await world.request(.get, missing, as: person)
                #expect([403, 404].contains(answer.status), "\(person.name)")
                #expect(answer.withoutRequestID == nothing.withoutRequestID, "\(person.name)")
            }
            #expect(try await world.request(.get, "/v1/process-notes", as: house.newcomer).items == [])
            let chart = try await world.request(.get, "/v1/clients/\(house.client.clientID)/notes", as: house.counselor)
            #expect(!chart.text.contains("rescue"))
            let refused = try await world.request(
                .post, "/v1/clients/\(house.client.clientID)/process-notes", as: house.facilitator,
                json: ["body": "x"])
            #expect(refused.status == 404)
        }
    }
}
