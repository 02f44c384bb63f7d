import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Reports of homework, counted by hand (``HomeworkScene``).
@Suite struct HomeworkReportTests {
    @Test func `the practice's report counts by group what groups were given`() async throws {
        try await withHomework { world, _ in
            let answer = try await world.get("/v1/reports/homework", as: world.mesa.owner)
            #expect(
                answer.text == """
                    {"from":"2025-10-20","to":"2026-01-05","by":"group","total":{"due":7,"done":4,"onTime":3,"late":1,\
                    "missed":1,"open":2,"completion":0.5714,"punctuality":0.75},"rows":[{"id":"\(world.mesa.group)",\
                    "name":"Tuesday","due":7,"done":4,"onTime":3,"late":1,"missed":1,"open":2,"completion":0.5714,\
                    "punctuality":0.75,"review":{"answered":3,"medianLagHours":24.0,"waiting":1,"unreviewed":1}}]}
                    """)
        }
    }

    @Test func `by exercise, counselor and week all homework is counted`() async throws {
        try await withHomework { world, _ in
            let house = world.mesa
            let exercises = try await world.report("?by=exercise", as: house.admin)
            #expect(exercises.rows == ["Daily check-in 8/5/4/1"])
            let counselors = try await world.report("?by=counselor", as: house.admin)
            #expect(counselors.rows == ["Carl Cohen 1/1/1/0", "Fay Flores 7/4/3/1"])
            let weeks = try await world.report("?by=week&from=2025-12-10", as: house.owner)
            #expect(
                weeks["rows"].asArray.map { $0["from"] } == [
                    "2025-12-10", "2025-12-15", "2025-12-22", "2025-12-29", "2026-01-05",
                ])
            #expect(
                weeks["rows"].asArray.map { $0["to"] } == [
                    "2025-12-14", "2025-12-21", "2025-12-28", "2026-01-04", "2026-01-05",
                ])
            #expect(weeks["rows"].asArray.map(\.figures) == ["0/0/0/0", "1/1/0/0", "2/1/1/1", "3/1/1/0", "0/0/0/0"])
            #expect(weeks["rows"].asArray.map { $0["completion"] } == [.null, 1.0, 0.5, 0.3333, .null])
            #expect(
                weeks["rows"].asArray[3]["review"]
                    == ["answered": 0, "medianLagHours": .null, "waiting": 1, "unreviewed": 0])
        }
    }

    @Test func `what came in time stays on time in all figures, though it was returned and is handed in again late`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let homework = house.groupHomework[0]
            // Due on January 12th at 20:00 in Phoenix, to Adam and to Dan.
            #expect(try await world.submit(homework)["late"] == false)
            #expect(
                try await world.review(homework, "returned", comment: "More.", as: house.facilitator, ifMatch: 2)
                    .status == 200)
            try await world.advance(by: .seconds(9 * 86_400))
            func figures() async throws -> [String] {
                let group = try await world.get("/v1/groups/\(house.group)/homework-report", as: house.facilitator)
                let whole = try await world.report("", as: house.owner)
                let roster = try await world.get(
                    "/v1/groups/\(house.group)/roster?asOf=2026-01-12", as: house.facilitator)
                let member = roster["members"].asArray.first { $0["familyName"] == "Archer" }?["homework"] ?? .null
                let isDone = member == ["done": 1, "due": 1]
                return [group["total"].figures, whole["total"].figures, isDone ? "done" : "not done"]
            }
            let before = try await figures()
            let again = try await world.submit(homework, ["feelings": "more"])
            #expect(again.status == 200 && again["late"] == false)
            #expect(try await figures() == before)
            #expect(before == ["2/1/1/0", "2/1/1/0", "done"])
            let kept = try await world.count(
                "from homework where homework_id = \(homework) and first_submitted_at < due_at and submitted_at > due_at"
            )
            #expect(kept == 1)
        }
    }

    @Test func `what is handed in at the very instant from which it would be late is on time`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                let assignment = seed.assignment(in: house, by: house.counselor, client: house.client)
                let piece = Piece(house.client, assignment, "Daily recovery")
                _ = seed.add(piece.due(1, "2025-12-29").handedIn("2025-12-29T18:00"), in: house)
                _ = seed.add(piece.due(2, "2025-12-30").handedIn("2025-12-30T18:01"), in: house)
            }
            #expect(try await world.report("?by=exercise", as: house.admin).rows == ["Daily check-in 2/2/1/0"])
        }
    }

    @Test func `others read what their tie reaches, and strangers to it an empty report`() async throws {
        try await withHomework { world, _ in
            let house = world.mesa
            #expect(try await world.report("?by=exercise", as: house.facilitator).rows == ["Daily check-in 7/4/3/1"])
            #expect(try await world.report("", as: house.facilitator).rows == ["Tuesday 7/4/3/1"])
            for person in [house.counselor, house.supervisor] {
                #expect(try await world.report("?by=exercise", as: person).rows == ["Daily check-in 5/3/2/1"])
                #expect(try await world.report("", as: person).rows == [])
            }
            // Who gave a group its homework is not told to who sees nothing of the group.
            #expect(
                try await world.report("?by=counselor", as: house.counselor).rows
                    == ["Carl Cohen 1/1/1/0", "? 4/2/1/1"])
            for (person, by) in [(house.newcomer, "exercise"), (world.tempe.owner, "counselor")] {
                let answer = try await world.report("?by=\(by)", as: person)
                #expect(answer.rows == [])
                #expect(answer["total"].figures == "0/0/0/0" && answer["total"]["completion"] == .null)
            }
            for person in [house.client, house.guardian, house.intake, house.auditor] {
                #expect(try await world.get("/v1/reports/homework", as: person).status == 403)
            }
            #expect(try await world.request(.get, "/v1/reports/homework").status == 401)
        }
    }

    @Test(arguments: [
        ("?from=2025-12-01&to=2025-11-30", ["to end_before_start"]), ("?to=2026-01-06", ["to in_the_future"]),
        ("?from=2021-01-04", ["from too_long"]), ("?by=client&from=soon", ["from not_a_day", "by not_a_choice"]),
        ("?programId=7", ["programId unknown_parameter"]),
        ("/unreviewed?days=0&from=2025-01-01", ["days out_of_range", "from unknown_parameter"]),
        ("/overdue?limit=0&days=7", ["limit out_of_range", "days unknown_parameter"]),
    ])
    func `words and days that make no sense are refused with what is wrong`(_ query: String, _ faults: [String])
        async throws
    {
        try await withWorld { world in
            let answer = try await world.get("/v1/reports/homework\(query)", as: world.mesa.owner)
            #expect(answer.status == 400)
            #expect(answer.faults.map { $0.replacing("/", with: "") } == faults)
        }
    }

    @Test func `the report is a table and a chart as well`() async throws {
        try await withHomework { world, _ in
            let house = world.mesa
            let table = try await world.get("/v1/reports/homework", as: house.owner, accepting: "text/csv")
            #expect(
                table.table == """
                    Group,Due,Done,On time,Late,Missed,Open,Completion,Punctuality,Answered,Median lag in hours,Waiting,\
                    Unreviewed,Group id\r\nTuesday,7,4,3,1,1,2,0.5714,0.75,3,24.0,1,1,\(house.group)\r\n
                    """)
            let weeks = try await world.get(
                "/v1/reports/homework?by=week&from=2025-12-29&to=2026-01-04", as: house.owner, accepting: "text/csv")
            #expect(
                weeks.table == """
                    From,To,Due,Done,On time,Late,Missed,Open,Completion,Punctuality,Answered,Median lag in hours,Waiting,\
                    Unreviewed\r\n2025-12-29,2026-01-04,3,1,1,0,0,2,0.3333,1.0,0,,1,0\r\n
                    """)
            let chart = try await world.get("/v1/reports/homework", as: house.owner, accepting: "image/svg+xml")
            #expect(chart.headers["content-type"] == "image/svg+xml")
            #expect(chart.text.contains("Tuesday 4 of 7 (57 %)"))
            let lines = try await world.get(
                "/v1/reports/homework?by=week&from=2025-12-22", as: house.owner, accepting: "image/svg+xml")
            #expect(lines.text.contains("2025-12-22 50 %, 2025-12-29 33 %, 2026-01-05 none."))
        }
    }

    @Test func `a cell that a spreadsheet would run is made harmless`() async throws {
        try await withHomework { world, _ in
            try await world.run(
                "update groups set name = '=1+1', version = version + 1 where group_id = \(world.mesa.group)")
            for path in ["", "/overdue"] {
                let table = try await world.get(
                    "/v1/reports/homework\(path)", as: world.mesa.facilitator, accepting: "text/csv")
                #expect(table.text.contains("'=1+1,") && !table.text.contains(",=1+1"))
            }
        }
    }
}

extension World {
    fileprivate func report(_ query: String, as person: Person) async throws -> TestAnswer {
        let answer = try await get("/v1/reports/homework\(query)", as: person)
        #expect(answer.status == 200)
        return answer
    }
}

extension TestAnswer {
    /// `name figures` of each row.
    fileprivate var rows: [String] {
        self["rows"].asArray.map { "\($0["name"]?.text ?? "?") \($0.figures)" }
    }
}
