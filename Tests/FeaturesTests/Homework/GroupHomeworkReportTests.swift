import JSON
import Practice
import Testing
import TestSupport

/// A group's homework, member by member.
@Suite struct GroupHomeworkReportTests {
    @Test func `a week of a group, with each member's part of it`() async throws {
        try await withHomework { world, scene in
            let house = world.mesa
            let answer = try await world.get(
                path(house) + "?from=2025-12-22&to=2025-12-28", as: house.facilitator)
            func figures(_ done: Int, _ missed: Int, _ punctuality: String) -> String {
                """
                "due":1,"done":\(done),"onTime":\(done),"late":0,"missed":\(missed),"open":0,"completion":\(done).0,\
                "punctuality":\(punctuality)
                """
            }
            func member(_ person: Person, _ names: String, _ figures: String) -> String {
                """
                {"clientId":"\(person.clientID)",\(names),\(figures),"cells":[{"assignmentId":"\(scene.weekly)",\
                "week":"2025-12-22",\(figures)}]}
                """
            }
            let adam = #""givenName":"Adam","preferredName":null,"familyName":"Archer""#
            let dan = #""givenName":"Dan","preferredName":null,"familyName":"Dorsey""#
            let both = """
                "due":2,"done":1,"onTime":1,"late":0,"missed":1,"open":0,"completion":0.5,"punctuality":1.0
                """
            #expect(
                answer.text == """
                    {"group":{"id":"\(house.group)","name":"Tuesday"},"from":"2025-12-22","to":"2025-12-28",\
                    "total":{\(both)},"members":[\(member(house.client, adam, figures(0, 1, "null"))),\
                    \(member(house.loner, dan, figures(1, 0, "1.0")))],"assignments":[{"id":"\(scene.weekly)",\
                    "title":"Weekly check-in",\(both)}],"weeks":[{"from":"2025-12-22","to":"2025-12-28",\(both)}]}
                    """)
        }
    }

    @Test func `a member's figures are those of the roster, today and as of a day`() async throws {
        try await withHomework { world, _ in
            let house = world.mesa
            for (day, query) in [
                ("2026-01-05", ""), ("2025-12-31", "?asOf=2025-12-31"), ("2025-12-30", "?asOf=2025-12-30"),
            ] {
                let roster = try await world.get("/v1/groups/\(house.group)/roster\(query)", as: house.facilitator)
                let report = try await world.get(path(house) + "?from=2025-01-01&to=\(day)", as: house.facilitator)
                func figures(_ answer: TestAnswer, _ read: (JSONValue) -> JSONValue?) -> [String] {
                    answer["members"].asArray.map { member in
                        let counts = read(member) ?? .null
                        return
                            "\(member["familyName"]?.text ?? "") \(counts["done"] ?? .null)/\(counts["due"] ?? .null)"
                    }
                }
                let members = figures(report) { $0 }
                #expect(members.count == 2)
                #expect(figures(roster) { $0["homework"] } == members)
            }
        }
    }

    @Test func `what was handed in after a day is not done on the roster of that day`() async throws {
        try await withHomework { world, _ in
            let house = world.mesa
            let roster = try await world.get("/v1/groups/\(house.group)/roster?asOf=2025-12-17", as: house.facilitator)
            #expect(
                roster["members"].asArray.map { $0["homework"] } == [
                    ["done": 1, "due": 2], ["done": 1, "due": 1],
                ])
        }
    }

    @Test func `the owner is told no member`() async throws {
        try await withHomework { world, scene in
            let house = world.mesa
            for person in [house.owner, house.admin] {
                let answer = try await world.get(path(house), as: person)
                #expect(answer["members"] == [])
                #expect(answer["total"].figures == "7/4/3/1")
                #expect(answer["assignments"].asArray.map(\.figures) == ["7/4/3/1"])
                #expect(
                    answer["weeks"].asArray.map(\.figures) == ["2/2/2/0", "1/1/0/0", "2/1/1/1", "2/0/0/0"])
                let table = try await world.get(path(house), as: person, accepting: "text/csv")
                #expect(
                    table.table.hasPrefix(
                        """
                        Assignment,Week,Due,Done,On time,Late,Missed,Open,Completion,Punctuality,Assignment id\r
                        Weekly check-in,2025-12-08,2,2,2,0,0,0,1.0,1.0,\(scene.weekly)\r\n
                        """))
                for form in [answer, table] {
                    #expect(!form.text.contains("Archer") && !form.text.contains("\(house.client.clientID)"))
                }
            }
        }
    }

    @Test func `the table has a row for each cell, and the chart shows no member`() async throws {
        try await withHomework { world, scene in
            let house = world.mesa
            let table = try await world.get(path(house), as: house.facilitator, accepting: "text/csv")
            let rows = table.text.split(separator: "\r\n")
            #expect(rows.count == 8)
            #expect(
                rows[2]
                    == "Archer,Adam,Weekly check-in,2025-12-15,1,1,0,1,0,0,1.0,0.0,\(scene.weekly),\(house.client.clientID)"
            )
            let chart = try await world.get(path(house), as: house.facilitator, accepting: "image/svg+xml")
            #expect(chart.text.contains("Weekly check-in 4 of 7 (57 %)"))
            #expect(chart.text.contains("2025-12-08 100 %, 2025-12-15 100 %, 2025-12-22 50 %, 2025-12-29 0 %."))
            #expect(!chart.text.contains("Adam") && !chart.text.contains("Archer"))
        }
    }

    @Test func `nobody reads of a group that is not theirs, and an empty one is empty`() async throws {
        try await withHomework { world, _ in
            let house = world.mesa
            let missing = try await world.get(
                "/v1/groups/\(world.tempe.client.clientID)/homework-report", as: house.owner)
            #expect(missing.status == 404)
            for person in [
                house.counselor, house.intern, house.supervisor, house.newcomer, world.tempe.facilitator,
                world.tempe.owner,
            ] {
                let answer = try await world.get(path(house), as: person)
                #expect(answer.withoutRequestID == missing.withoutRequestID)
            }
            for person in [house.client, house.guardian, house.intake, house.auditor] {
                #expect(try await world.get(path(house), as: person).status == 403)
            }
            let empty = try await world.get("/v1/groups/\(house.valorGroup)/homework-report", as: house.facilitator)
            #expect(empty["members"] == [] && empty["weeks"] == [] && empty["total"].figures == "0/0/0/0")
            let wrong = try await world.get(path(house) + "?from=2026-01-06&by=week", as: house.facilitator)
            #expect(wrong.status == 400 && wrong.faults == ["/by unknown_parameter"])
        }
    }

    private func path(_ house: House) -> String { "/v1/groups/\(house.group)/homework-report" }
}
