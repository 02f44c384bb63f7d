import JSON
import Practice
import Testing
import TestSupport

@testable import Features

/// What the rosters come to over time, counted by hand.
@Suite struct ReportTests {
    @Test
    func `the fill rate is that of the rosters at the end of each period, and offers are told by what became of them`()
        async throws
    {
        try await withScene { world, scene in
            let report = try await world.report(
                "fill?from=2025-11-01&programId=\(scene.program)", as: world.mesa.intake)
            #expect(report["from"] == "2025-11-01" && report["to"] == "2026-01-05" && report["by"] == "month")
            let periods = report.programs[0]["periods"]?.asArray ?? []
            #expect(periods.map { $0["to"] } == ["2025-11-30", "2025-12-31", "2026-01-05"])
            #expect(periods.map { $0["seats"] } == [12, 12, 12])
            #expect(periods.map { $0["seatsTaken"] } == [4, 5, 6])
            #expect(periods.map { $0["offered"] } == [0, 0, 1])
            #expect(periods.map { $0["fillRate"] } == [0.3333, 0.4167, 0.5])
            #expect(periods.map { $0["waiting"] } == [0, 1, 1])
            #expect(
                periods.map { $0["offers"] } == [
                    ["made": 1, "accepted": 1, "lapsed": 0, "standing": 0],
                    ["made": 2, "accepted": 1, "lapsed": 1, "standing": 0],
                    ["made": 1, "accepted": 0, "lapsed": 0, "standing": 1],
                ])
        }
    }

    @Test func `an offer that has run out takes no seat, whether or not anybody has noticed`() async throws {
        try await withScene { world, scene in
            try await world.advance(by: .seconds(9 * 86_400))
            let report = try await world.report(
                "fill?from=2026-01-05&by=week&programId=\(scene.program)", as: world.mesa.owner)
            let periods = report.programs[0]["periods"]?.asArray ?? []
            #expect(periods.map { $0["from"] } == ["2026-01-05", "2026-01-12"])
            #expect(periods.map { $0["to"] } == ["2026-01-11", "2026-01-14"])
            #expect(periods.map { $0["seatsTaken"] } == [5, 5])
            let before = try await world.report(
                "fill?from=2026-01-03&to=2026-01-04&programId=\(scene.program)", as: world.mesa.owner)
            let period = before.programs[0]["periods"]?.asArray.first
            #expect(period?["seatsTaken"] == 6)
            #expect(period?["offers"] == ["made": 1, "accepted": 0, "lapsed": 1, "standing": 0])
        }
    }

    @Test func `the funnel counts each client once, by the quarter in which the first seat was taken`() async throws {
        try await withScene { world, scene in
            let report = try await world.report("funnel?programId=\(scene.program)", as: world.mesa.admin)
            #expect(report["asOf"] == "2026-01-05")
            let tracks = report.programs[0]["tracks"]?.asArray ?? []
            #expect(tracks.count == 1 && tracks[0]["id"] == .null)
            func phases(_ one: (Int, Int), _ two: (Int, Int)) -> JSONValue {
                [
                    [
                        "id": .text("\(scene.one)"), "name": "One", "enrolled": .count(one.0),
                        "completed": .count(one.1),
                    ],
                    [
                        "id": .text("\(scene.two)"), "name": "Two", "enrolled": .count(two.0),
                        "completed": .count(two.1),
                    ],
                ]
            }
            #expect(
                tracks[0]["cohorts"] == [
                    ["quarter": "2025-Q1", "began": 3, "phases": phases((3, 2), (2, 0)), "completed": 0],
                    ["quarter": "2025-Q3", "began": 1, "phases": phases((1, 0), (0, 0)), "completed": 0],
                    ["quarter": "2025-Q4", "began": 3, "phases": phases((2, 0), (1, 0)), "completed": 0],
                ])
        }
    }

    @Test func `retention keeps who paused or moved within the program, and leaves out who has not had the time`()
        async throws
    {
        try await withScene { world, scene in
            let report = try await world.report("retention?programId=\(scene.program)", as: world.mesa.intake)
            #expect(report.programs[0]["began"] == 7)
            #expect(report.programs[0].points == ["4: 7/7", "8: 3/5", "12: 2/4", "26: 1/3", "52: 0/0"])
            let cohorts = report.programs[0]["cohorts"]?.asArray ?? []
            #expect(cohorts.map { $0["quarter"] } == ["2025-Q1", "2025-Q3", "2025-Q4"])
            #expect(cohorts[0].points == ["4: 3/3", "8: 1/3", "12: 1/3", "26: 1/3", "52: 0/0"])
            #expect(cohorts[1].points == ["4: 1/1", "8: 1/1", "12: 1/1", "26: 0/0", "52: 0/0"])
            #expect(cohorts[2].points == ["4: 3/3", "8: 1/1", "12: 0/0", "26: 0/0", "52: 0/0"])
            #expect(report.programs[0]["points"]?.asArray.map { $0["rate"] } == [1.0, 0.6, 0.5, 0.3333, .null])
        }
    }

    @Test func `attendance leaves out the excused and the cancelled, by the day on the practice's calendar`()
        async throws
    {
        try await withScene { world, scene in
            let path = "attendance?from=2025-12-01&programId=\(scene.program)"
            let whole = try await world.report(path, as: world.mesa.intake).programs[0]["periods"]?.asArray ?? []
            #expect(whole.map { $0["meetings"] } == [2, 1])
            #expect(whole.map { $0["expected"] } == [3, 1])
            #expect(whole.map { $0["attended"] } == [2, 1])
            #expect(whole.map { $0["rate"] } == [0.6667, 1.0])
            #expect(
                whole[0]["marks"] == [
                    "present": 1, "late": 1, "leftEarly": 0, "remote": 0, "absent": 1, "excused": 1,
                ])
            let first = try await world.report(path + "&groupId=\(scene.first)", as: world.mesa.intake)
            #expect(first["group"] == ["id": .text("\(scene.first)"), "name": "First"])
            #expect(first.programs[0]["periods"]?.asArray.map { $0["rate"] } == [0.6667, .null])
            let elsewhere = "attendance?programId=\(world.mesa.program)&groupId=\(scene.first)"
            #expect(try await world.request(.get, "/v1/reports/" + elsewhere, as: world.mesa.intake).status == 404)
        }
    }

    @Test func `the evening of the last day is in a report, and the evening before the first is not`() async throws {
        try await withScene { world, scene in
            // The first group met on December 31st at 23:30, which is January 1st in Greenwich; the second on the 2nd at 18:00.
            for (from, to, meetings, attended, expected) in [
                ("2025-12-31", "2025-12-31", 1, 0, 1), ("2026-01-01", "2026-01-01", 0, 0, 0),
                ("2026-01-01", "2026-01-02", 1, 1, 1), ("2026-01-03", "2026-01-05", 0, 0, 0),
                ("2025-12-01", "2025-12-31", 2, 2, 3),
            ] {
                let report = try await world.report(
                    "attendance?from=\(from)&to=\(to)&programId=\(scene.program)", as: world.mesa.intake)
                let period = report.programs[0]["periods"]?.asArray.first
                #expect(period?["meetings"] == .count(meetings), "\(from) to \(to)")
                #expect(period?["attended"] == .count(attended) && period?["expected"] == .count(expected))
            }
        }
    }

    @Test func `who leads or oversees groups reads of these alone`() async throws {
        try await withScene { world, scene in
            let path = "fill?from=2026-01-01&programId=\(scene.program)"
            for (person, seats, taken, waiting) in [
                (world.mesa.facilitator, 4, 2, 1), (world.mesa.intern, 3, 2, 0), (world.mesa.supervisor, 3, 2, 0),
            ] {
                let period = try await world.report(path, as: person).programs[0]["periods"]?.asArray.first
                #expect(period?["seats"] == .count(seats) && period?["seatsTaken"] == .count(taken))
                #expect(period?["waiting"] == .count(waiting))
            }
            let funnel = try await world.report("funnel?programId=\(scene.program)", as: world.mesa.facilitator)
            let cohorts = funnel.programs[0]["tracks"]?.asArray.first?["cohorts"]?.asArray ?? []
            #expect(cohorts.map { $0["began"] } == [3, 1, 2])
            #expect(cohorts.map { $0["phases"]?.asArray.map { $0["name"] } } == [["One"], ["One"], ["One"]])
            #expect(cohorts.map { $0["completed"] } == [.null, .null, .null])
            let retention = try await world.report("retention?programId=\(scene.program)", as: world.mesa.facilitator)
            #expect(retention.programs[0]["began"] == 6)
            let group = "/v1/reports/attendance?groupId=\(scene.second)"
            #expect(try await world.request(.get, group, as: world.mesa.facilitator).status == 404)
            #expect(try await world.request(.get, group, as: world.mesa.intern).status == 200)
        }
    }

    @Test(arguments: ["fill", "funnel", "attendance", "retention"])
    func `nobody else reads any of it, and nothing of another practice`(_ name: String) async throws {
        try await withScene { world, scene in
            let (house, path) = (world.mesa, "/v1/reports/\(name)")
            #expect(try await world.report(name, as: house.intake).text.contains("Steps"))
            #expect(try await world.report(name, as: house.newcomer).programs == [])
            for person in [house.client, house.guardian, house.auditor] {
                #expect(try await world.request(.get, path, as: person).status == 403)
            }
            #expect(try await world.request(.get, path).status == 401)
            #expect(!(try await world.report(name, as: world.tempe.owner).text.contains("Steps")))
            let foreign = path + "?programId=\(scene.program)"
            let missing = path + "?programId=\(world.tempe.group)"
            let answers = [
                try await world.request(.get, foreign, as: world.tempe.owner),
                try await world.request(.get, missing, as: world.tempe.owner),
            ]
            #expect(answers.map(\.status) == [404, 404])
            #expect(answers[0].withoutRequestID == answers[1].withoutRequestID)
        }
    }

    @Test(arguments: [
        ("fill?from=2025-12-01&to=2025-11-30", ["to end_before_start"]), ("fill?to=2026-01-06", ["to in_the_future"]),
        ("attendance?from=2026-02-01", ["to end_before_start"]), ("fill?from=2021-01-04", ["from too_long"]),
        ("attendance?from=0001-01-01&by=week", ["from too_long"]),
        ("fill?from=yesterday&by=day", ["from not_a_day", "by not_a_choice"]),
        ("funnel?from=2025-01-01", ["from unknown_parameter"]), ("retention?programId=7", ["programId not_an_id"]),
        ("fill?groupId=019b8ee3-0000-7000-8000-000000000001", ["groupId unknown_parameter"]),
    ])
    func `days and words that make no sense are refused with what is wrong`(_ path: String, _ faults: [String])
        async throws
    {
        try await withWorld { world in
            let answer = try await world.request(.get, "/v1/reports/" + path, as: world.mesa.intake)
            #expect(answer.status == 400)
            #expect(answer.faults == faults.map { "/" + $0 })
        }
    }

    @Test func `five years to the day are no more than five years`() async throws {
        try await withWorld { world in
            let report = try await world.report("fill?from=2021-01-05&by=week", as: world.mesa.intake)
            #expect(report.programs[0]["periods"]?.asArray.count == 262)
        }
    }

    @Test func `each report is a table and a chart as well, and names nobody`() async throws {
        try await withScene { world, scene in
            for (name, header) in [
                ("fill", "Program,From,To,Seats,"), ("funnel", "Program,Track,Cohort,Began,"),
                ("attendance", "Program,From,To,Meetings,"), ("retention", "Program,Cohort,Began,Weeks,"),
            ] {
                let path = "/v1/reports/\(name)?programId=\(scene.program)"
                let table = try await world.request(
                    .get, path, as: world.mesa.intake, headers: ["Accept": "text/csv"])
                #expect(table.table.hasPrefix(header) && table.text.contains("\r\nSteps,"))
                let chart = try await world.request(
                    .get, path, as: world.mesa.intake, headers: ["Accept": "image/svg+xml"])
                #expect(chart.headers["content-type"] == "image/svg+xml")
                #expect(
                    chart.headers["content-security-policy"]?.hasPrefix("default-src 'none'; style-src 'sha256-")
                        == true)
                #expect(chart.text.hasPrefix("<svg ") && chart.text.contains("Steps"))
                let again = try await world.request(
                    .get, path, as: world.mesa.intake, headers: ["Accept": "image/svg+xml"])
                #expect(again.body == chart.body)
                #expect(!(table.text + chart.text).contains("Stepper"))
            }
        }
    }

    @Test func `retention as a table has a row for each point of each cohort`() async throws {
        try await withScene { world, scene in
            let table = try await world.request(
                .get, "/v1/reports/retention?programId=\(scene.program)", as: world.mesa.intake,
                headers: ["Accept": "text/csv"])
            let rows = table.text.split(separator: "\r\n")
            #expect(rows.count == 16)
            #expect(rows[2] == "Steps,2025-Q1,3,8,3,1,0.3333,\(scene.program)")
            #expect(rows[5] == "Steps,2025-Q1,3,52,0,0,,\(scene.program)")
        }
    }
}

extension World {
    fileprivate func report(_ path: String, as person: Person) async throws -> TestAnswer {
        let answer = try await request(.get, "/v1/reports/" + path, as: person)
        #expect(answer.status == 200)
        return answer
    }
}

extension TestAnswer {
    fileprivate var programs: [JSONValue] { self["programs"].asArray }
}

extension JSONValue {
    fileprivate static func count(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    /// The points of a retention curve: `weeks: retained/at risk`.
    fileprivate var points: [String] {
        (self["points"]?.asArray ?? []).map { point in
            func number(_ name: String) -> String { if case .number(let n)? = point[name] { n.text } else { "?" } }
            return "\(number("weeks")): \(number("retained"))/\(number("atRisk"))"
        }
    }
}
