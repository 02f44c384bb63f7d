import JSON
import Practice
import Testing
import TestSupport

@testable import Postgres

/// How long inquiries wait, how long they may, and why they end.
@Suite struct InquiryClockTests {
    @Test func `each state has a clock, whoever started it and why`() async throws {
        try await withWorld { world in
            try await world.addIntakeLibrary()
            let path = "/v1/inquiries/\(world.mesa.inquiry)"
            let intake = world.mesa.intake
            let steps: [JSONValue] = [
                ["state": "screening"], ["state": "offered"], ["state": "waitlisted"],
                ["state": "referred", "reasonCode": "no_capacity", "reason": "Called twice."],
            ]
            for (index, step) in steps.enumerated() {
                world.clock.advance(by: .seconds(60))
                let moved = try await world.request(.patch, path, as: intake, json: step, ifMatch: index + 1)
                #expect(moved.status == 200)
                #expect(moved["waitingSince"] == (index < 3 ? moved["stateSince"] : .null))
            }
            let first = try await world.request(.get, path + "/states?limit=3", as: intake)
            #expect(first.all("state") == ["received", "screening", "offered"])
            #expect(
                first.items[1]["since"] == "2026-01-05T16:01:00Z" && first.items[1]["until"] == "2026-01-05T16:02:00Z")
            #expect(first.items[0]["enteredBy"] == .null)
            #expect(first.items[1]["enteredBy"] == .text("\(intake.accountID)"))
            let cursor = try #require(first["next"].text)
            let rest = try await world.request(.get, path + "/states?limit=3&cursor=\(cursor)", as: intake)
            #expect(rest.all("state") == ["waitlisted", "referred"] && rest["next"] == .null)
            #expect(rest.items[1]["reasonCode"] == "no_capacity" && rest.items[1]["until"] == .null)
            #expect(try await world.request(.get, path + "/states", as: world.mesa.newcomer).status == 404)
            #expect(try await world.request(.get, path + "/states", as: world.tempe.intake).status == 404)
            #expect(try await world.request(.get, path + "/states", as: world.mesa.client).status == 403)
        }
    }

    @Test func `the report counts what waits, and what waits longer than the practice's limits`() async throws {
        try await withWorld { world in
            let intake = world.mesa.intake
            try await world.seed(world.mesa) { seed in
                _ = try seed.inquiry(from: "Jane Jones")
                _ = try seed.inquiry(from: "Kim Kay")
                seed.add("update inquiries set state = 'screening', version = 2 where contact_name = 'Kim Kay'")
            }
            try await world.advance(by: .seconds(24 * 3_600 + 1))
            let report = try await world.request(.get, "/v1/reports/inquiries", as: intake)
            #expect(
                report.text == """
                    {"asOf":"2026-01-06T16:00:01Z","states":[\
                    {"state":"received","limitHours":24,"count":2,"overdue":2,"oldest":"2026-01-05T16:00:00Z"},\
                    {"state":"screening","limitHours":72,"count":1,"overdue":0,"oldest":"2026-01-05T16:00:00Z"},\
                    {"state":"offered","limitHours":168,"count":0,"overdue":0,"oldest":null},\
                    {"state":"waitlisted","limitHours":720,"count":0,"overdue":0,"oldest":null}]}
                    """)
            let late = try await world.request(.get, "/v1/inquiries?overdue=true&limit=1", as: intake)
            #expect(late.all("name") == ["Ivan Ilves"] && late.items[0]["dueAt"] == "2026-01-06T16:00:00Z")
            let cursor = try #require(late["next"].text)
            let more = try await world.request(
                .get, "/v1/inquiries?overdue=true&limit=1&cursor=\(cursor)", as: intake)
            #expect(more.all("name") == ["Jane Jones"] && more["next"] == .null)
            #expect(try await world.request(.get, "/v1/inquiries?overdue=false", as: intake).all("name") == ["Kim Kay"])
            let table = try await world.request(
                .get, "/v1/reports/inquiries", as: intake, headers: ["Accept": "text/csv"])
            #expect(table.table.hasPrefix("State,Limit in hours,Waiting,Overdue,Oldest\r\nreceived,24,2,2,2026-"))
            let own = try await world.request(.get, "/v1/reports/inquiries", as: world.mesa.counselor)
            #expect(own["states"].list.map { $0["count"] } == [0, 0, 0, 0])
            #expect(try await world.request(.get, "/v1/reports/inquiries?state=x", as: intake).status == 400)
            #expect(try await world.request(.get, "/v1/reports/inquiries", as: world.mesa.client).status == 403)
        }
    }

    @Test func `limits are the practice's own, and who may change the practice sets them`() async throws {
        try await withWorld { world in
            let usual = try await world.request(.get, "/v1/inquiry-limits", as: world.mesa.intake)
            #expect(usual.json == ["received": 24, "screening": 72, "offered": 168, "waitlisted": 720])
            let short: JSONValue = ["received": 1, "screening": 2, "offered": 3, "waitlisted": 4]
            for _ in 1...2 {
                let set = try await world.request(.put, "/v1/inquiry-limits", as: world.mesa.admin, json: short)
                #expect(set.json == short)
            }
            let elsewhere = try await world.request(.get, "/v1/inquiry-limits", as: world.tempe.intake)
            #expect(elsewhere.json == usual.json)
            let read = try await world.request(
                .get, "/v1/inquiries/\(world.mesa.inquiry)", as: world.mesa.intake)
            #expect(read["dueAt"] == "2026-01-05T17:00:00Z")
            let wrong = try await world.request(
                .put, "/v1/inquiry-limits", as: world.mesa.admin,
                json: ["received": 0, "screening": "2", "offered": 3, "accepted": 4])
            #expect(
                Set(wrong.faults) == [
                    "/received out_of_range", "/screening wrong_type", "/waitlisted required",
                    "/accepted unknown_member",
                ])
            for person in [world.mesa.intake, world.mesa.counselor, world.mesa.client] {
                #expect(try await world.request(.put, "/v1/inquiry-limits", as: person, json: short).status == 403)
            }
            #expect(try await world.count("from inquiry_limits where hours < 5") == 4)
        }
    }

    @Test func `an ending has one of the practice's reasons, in words where those are needed`() async throws {
        try await withWorld { world in
            try await world.addIntakeLibrary()
            let (path, intake) = ("/v1/inquiries/\(world.mesa.inquiry)", world.mesa.intake)
            func end(_ json: JSONValue) async throws -> TestAnswer {
                try await world.request(.patch, path, as: intake, json: json, ifMatch: 1)
            }
            #expect(try await end(["state": "declined"]).faults == ["/reason required"])
            #expect(
                try await end(["state": "declined", "reasonCode": "bad_weather"]).faults
                    == ["/reasonCode no_such_reason"])
            #expect(
                try await end(["state": "declined", "reasonCode": "no_answer"]).faults
                    == ["/reasonCode reason_of_another_state"])
            #expect(try await end(["state": "declined", "reasonCode": "other"]).faults == ["/reason required"])
            #expect(
                try await end(["state": "screening", "reasonCode": "no_capacity"]).faults
                    == ["/reasonCode reason_of_another_state"])
            let own: JSONValue = [
                "items": [["code": "full_until_may", "label": "Full until May", "states": ["declined"]]]
            ]
            let set = try await world.request(.put, "/v1/inquiry-reasons", as: world.mesa.owner, json: own)
            #expect(set.items.filter { $0["inUse"] == true }.map { $0["code"] } == ["full_until_may"])
            #expect(set.items.count == 12)
            #expect(
                try await end(["state": "declined", "reasonCode": "no_capacity"]).faults
                    == ["/reasonCode no_such_reason"])
            #expect(try await end(["state": "declined", "reasonCode": "full_until_may"]).status == 200)
            let list = try await world.request(.get, "/v1/inquiry-reasons?limit=100", as: world.mesa.counselor)
            #expect(list.text == set.text)
            #expect(try await world.request(.get, "/v1/inquiry-reasons", as: world.tempe.intake).items == [])
        }
    }

    @Test func `reasons are worded by who may change the practice`() async throws {
        try await withWorld { world in
            let own: JSONValue = ["items": [["code": "a", "label": "A", "states": ["declined"]]]]
            for person in [world.mesa.intake, world.mesa.supervisor, world.mesa.guardian] {
                #expect(try await world.request(.put, "/v1/inquiry-reasons", as: person, json: own).status == 403)
            }
            let wrong = try await world.request(
                .put, "/v1/inquiry-reasons", as: world.mesa.admin,
                json: [
                    "items": [
                        ["code": "No", "label": "A", "states": ["declined"]],
                        ["code": "b", "label": "", "states": ["accepted"]], ["code": "c", "label": "C", "states": []],
                    ]
                ])
            #expect(
                Set(wrong.faults) == [
                    "/items/0/code not_a_code", "/items/1/label too_short", "/items/1/states not_a_choice",
                    "/items/2/states too_few",
                ])
            #expect(try await world.count("from inquiry_reasons") == 0)
        }
    }
}
