import JSON
import Practice
import Testing
import TestSupport

/// Homework that waits for the client, or for the counselor.
@Suite struct HomeworkWaitingTests {
    @Test func `who leads a group sees what is late in it and can still be done`() async throws {
        try await withHomework { world, scene in
            let house = world.mesa
            let answer = try await world.get(overdue, as: house.facilitator)
            #expect(
                answer.text == """
                    {"asOf":"2026-01-05T16:00:00Z","shows":"pieces","items":[{"homeworkId":"\(scene.overdue[0])",\
                    "clientId":"\(house.client.clientID)","givenName":"Adam","preferredName":null,"familyName":"Archer",\
                    "title":"Weekly check-in","groupId":"\(house.group)","groupName":"Tuesday",\
                    "dueAt":"2025-12-31T01:00:00Z","submittedAt":null,"since":"2025-12-31T01:00:00Z"},\
                    {"homeworkId":"\(scene.overdue[1])","clientId":"\(house.loner.clientID)","givenName":"Dan",\
                    "preferredName":null,"familyName":"Dorsey","title":"Weekly check-in","groupId":"\(house.group)",\
                    "groupName":"Tuesday","dueAt":"2025-12-31T01:00:00Z","submittedAt":"2025-12-29T17:00:00Z",\
                    "since":"2025-12-31T01:00:00Z"}],"next":null}
                    """)
        }
    }

    @Test func `who treats or oversees a client sees the client's, of whatever group`() async throws {
        try await withHomework { world, scene in
            let house = world.mesa
            for person in [house.counselor, house.supervisor] {
                let late = try await world.get(overdue, as: person)
                #expect(late.all("homeworkId") == ["\(scene.overdue[0])"])
                #expect(late.all("clientId") == ["\(house.client.clientID)"])
                #expect(late.items[0]["groupName"] == .null)
                #expect(try await world.get(unreviewed, as: person).items == [])
                let answer = try await world.get(unreviewed + "?days=1", as: person)
                #expect(answer.all("homeworkId") == ["\(scene.waiting)"])
                #expect(answer.all("since") == ["2025-12-29T19:00:00Z"])
            }
            #expect(try await world.get(unreviewed, as: house.facilitator).all("homeworkId") == ["\(scene.unanswered)"])
            for person in [house.newcomer, world.tempe.facilitator, world.tempe.owner] {
                #expect(try await world.get(overdue, as: person).items == [])
                #expect(try await world.get(unreviewed, as: person).items == [])
            }
        }
    }

    @Test func `the owner sees how many there are of each group and counselor, and nobody's name`() async throws {
        try await withHomework { world, _ in
            let house = world.mesa
            let heap = """
                {"groupId":"\(house.group)","groupName":"Tuesday","counselorId":"\(house.facilitator.accountID)",\
                "counselorName":"Fay Flores","pieces":
                """
            let late = try await world.get(overdue, as: house.owner)
            #expect(
                late.text == """
                    {"asOf":"2026-01-05T16:00:00Z","shows":"counts","items":[\(heap)2,\
                    "oldestSince":"2025-12-31T01:00:00Z"}],"next":null}
                    """)
            let answers = try await world.get(unreviewed + "?days=1", as: house.admin)
            #expect(answers.all("counselorName") == ["Fay Flores", "Carl Cohen"])
            #expect(answers.items.map { $0["pieces"] } == [1, 1])
            #expect(answers.items.map { $0["groupName"] } == ["Tuesday", .null])
            let table = try await world.get(overdue, as: house.owner, accepting: "text/csv")
            #expect(
                table.table == """
                    Group,Counselor,Pieces,Oldest waits since,Group id,Counselor id\r\nTuesday,Fay Flores,2,\
                    2025-12-31T01:00:00Z,\(house.group),\(house.facilitator.accountID)\r\n
                    """)
            for answer in [late, answers, table] {
                #expect(!answer.text.contains("Archer") && !answer.text.contains("\(house.client.clientID)"))
            }
        }
    }

    @Test func `pages follow each other, and the table has all of them`() async throws {
        try await withHomework { world, scene in
            for (person, member, expected) in [
                (world.mesa.facilitator, "homeworkId", scene.overdue.map(\.description)),
                (world.mesa.owner, "counselorName", ["Fay Flores", "Carl Cohen"]),
            ] {
                let list = person.accountID == world.mesa.owner.accountID ? unreviewed + "?days=1&" : overdue + "?"
                var (found, path): ([String], String?) = ([], list + "limit=1")
                while let next = path {
                    let page = try await world.get(next, as: person)
                    #expect(page.items.count == 1)
                    found += page.all(member)
                    path = page["next"].text.map { list + "limit=1&cursor=\($0)" }
                }
                #expect(found == expected)
            }
            let table = try await world.get(overdue, as: world.mesa.facilitator, accepting: "text/csv")
            #expect(table.text.split(separator: "\r\n").count == 3)
            #expect(
                table.text.contains("Archer,Adam,Weekly check-in,Tuesday,2025-12-31T01:00:00Z,,2025-12-31T01:00:00Z,"))
            let cursor = try await world.get(overdue + "?limit=1", as: world.mesa.facilitator)["next"].text ?? ""
            #expect(
                try await world.get(unreviewed + "?cursor=\(cursor)", as: world.mesa.facilitator).code
                    == "invalid_cursor")
        }
    }

    @Test(arguments: ["/v1/reports/homework/overdue", "/v1/reports/homework/unreviewed"])
    func `nobody else reads a list`(_ path: String) async throws {
        try await withWorld { world in
            let house = world.mesa
            for person in [house.client, house.guardian, house.intake, house.auditor] {
                let answer = try await world.get(path, as: person)
                #expect(answer.status == 403)
            }
            #expect(try await world.request(.get, path).status == 401)
        }
    }

    private let overdue = "/v1/reports/homework/overdue"
    private let unreviewed = "/v1/reports/homework/unreviewed"
}
