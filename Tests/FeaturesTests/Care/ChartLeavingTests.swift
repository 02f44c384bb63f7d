import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What is asked about somebody who is to be in care no more, and what begins no more.
@Suite struct ChartLeavingTests {
    @Test func `who is in care no more is asked about, area by area`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.client.clientID)"
            let open = try await world.request(.get, path + "/open-things", as: house.intake)
            #expect(
                Set(open.items.compactMap { $0["area"]?.text }) == [
                    "seats", "homework", "account", "couple", "careTeam",
                ])
            let seat = open.items.first { $0["area"] == "seats" }
            #expect(seat?["name"] == "Tuesday" && seat?["id"] == .text("\(house.enrollment)"))
            let unsaid = try await world.change(
                house.client, ["status": "inactive", "closing": ["seats": "end", "account": "keep"]], as: house.intake)
            #expect(
                unsaid.faults == ["/closing/careTeam open", "/closing/couple open", "/closing/homework open"],
                "\(unsaid.text)")
            #expect(try await world.request(.get, path, as: house.intake)["status"] == "active")
            #expect(try await world.status(of: "/v1/enrollments/\(house.enrollment)") == "active")

            let said = try await world.change(
                house.client,
                [
                    "status": "inactive",
                    "closing": [
                        "seats": "end", "account": "keep", "careTeam": "end", "couple": "keep", "homework": "end",
                    ],
                ], as: house.intake)
            #expect(said.status == 200 && said["status"] == "inactive")
            #expect(try await world.days(of: "/v1/enrollments/\(house.enrollment)") == ["withdrawn", "2026-01-05"])
            #expect(try await world.request(.get, "/v1/me", as: house.client).status == 200)
            #expect(try await world.request(.get, path, as: house.counselor).status == 404)
            #expect(
                try await world.count(
                    "from couples where couple_id = \(house.couple) and upper_inf(during)") == 1)
            let closings = try await world.request(.get, path + "/closings", as: house.intake)
            #expect(closings.items.map { $0["cause"] } == ["inactive"])
            #expect(closings.items.first?["kept"] == ["account", "couple"])
            #expect(closings.items.first?["closedBy"] == .text("\(house.intake.accountID)"))
            // The account that was kept is one whose password can be lost, and set anew by its own address.
            let reset = try await world.request(.post, path + "/invitation", as: house.intake, json: [:])
            #expect(reset.status == 201 && reset["kind"] == "reset")
            #expect(
                try await world.count(
                    "from outbox where kind = 'reset' and account_id = \(house.client.accountID)") == 1)
        }
    }

    @Test func `what nothing is open of needs no word, and a word needs somebody who leaves`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan")
            let left = try await world.request(
                .patch, "/v1/clients/\(nell)", as: house.intake, json: ["status": "inactive"], ifMatch: 1)
            #expect(left.status == 200 && left["status"] == "inactive")
            let stays = try await world.change(house.client, ["closing": ["seats": "end"]], as: house.intake)
            #expect(stays.faults == ["/closing not_with_this"])
        }
    }

    @Test func `nothing begins for a closed chart`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com", born: "2012-03-03")
            let una = try await world.newClient("Una", "Ulm")
            let (minor, adult) = ("/v1/clients/\(nell)", "/v1/clients/\(una)")
            for path in [minor, adult] {
                _ = try await world.request(.patch, path, as: house.intake, json: ["status": "inactive"], ifMatch: 1)
            }
            let beginnings: [(String, JSONValue)] = [
                ("\(minor)/invitation", [:]),
                ("\(minor)/guardians", ["guardian": ["name": "Gail Nolan"], "scopes": []]),
                ("\(minor)/consents", ["kind": "treatment"]),
                ("/v1/couples", ["clientIds": [.text("\(una)"), .text("\(house.loner.clientID)")]]),
                ("/v1/groups/\(house.valorGroup)/enrollments", ["clientId": .text("\(una)")]),
                ("\(adult)/care-team", ["accountId": .text("\(house.newcomer.accountID)")]),
            ]
            for (uri, json) in beginnings {
                let refused = try await world.request(.post, uri, as: house.intake, json: json)
                #expect(refused.status == 409 && refused.code == "client_is_not_active", "\(uri): \(refused.text)")
            }
            for path in [minor, adult] {
                _ = try await world.request(.patch, path, as: house.intake, json: ["status": "active"], ifMatch: 2)
            }
            for (uri, json) in beginnings {
                let made = try await world.request(.post, uri, as: house.intake, json: json)
                #expect(made.status == 201, "\(uri): \(made.text)")
            }
        }
    }

    @Test func `of who has left already is said later what is to become of what was kept`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let kept: JSONValue = [
                "seats": "keep", "account": "keep", "careTeam": "keep", "couple": "keep", "homework": "keep",
            ]
            let left = try await world.change(
                house.client, ["status": "inactive", "closing": kept], as: house.intake)
            #expect(left.status == 200, "\(left.text)")
            #expect(try await world.status(of: "/v1/enrollments/\(house.enrollment)") == "active")
            try await world.advance(by: .seconds(2 * 86_400))
            let more = try await world.change(
                house.client, ["status": "inactive", "closing": ["seats": "end", "account": "end"]], as: house.intake)
            #expect(more.status == 200 && more["status"] == "inactive", "\(more.text)")
            #expect(try await world.days(of: "/v1/enrollments/\(house.enrollment)") == ["withdrawn", "2026-01-07"])
            #expect(try await world.request(.get, "/v1/me", as: house.client).status == 401)
            let path = "/v1/clients/\(house.client.clientID)"
            let closings = try await world.request(.get, path + "/closings", as: house.intake)
            #expect(closings.items.count == 1 && closings.items.first?["day"] == "2026-01-05", "\(closings.text)")
            #expect(closings.items.first?["kept"] == ["careTeam", "couple", "homework"])
            let ended = closings.items.first?["ended"]?.list.compactMap { $0["kind"]?.text } ?? []
            #expect(Set(ended) == ["active", "account"])
            // What nothing is said of stays as it was, and what is ended is not open.
            let open = try await world.request(.get, path + "/open-things", as: house.intake)
            #expect(Set(open.items.compactMap { $0["area"]?.text }) == ["homework", "couple", "careTeam"])
            let again = try await world.change(house.client, ["status": "inactive"], as: house.intake)
            #expect(again.status == 200)
            let still = try await world.request(.get, path + "/open-things", as: house.intake)
            #expect(still.items == open.items)
        }
    }

    @Test func `who was said to have died and has merely left is asked about like anybody`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.change(house.client, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            let unsaid = try await world.change(
                house.client, ["diedOn": .null, "status": "inactive"], as: house.intake)
            #expect(unsaid.faults == ["/closing/careTeam open"], "\(unsaid.text)")
            let said = try await world.change(
                house.client, ["diedOn": .null, "status": "inactive", "closing": ["careTeam": "end"]], as: house.intake)
            #expect(said.status == 200 && said["status"] == "inactive", "\(said.text)")
            #expect(
                try await world.request(.get, "/v1/clients/\(house.client.clientID)", as: house.counselor).status == 404
            )
        }
    }

    @Test func `the desk is asked about what a file left open until everything of it is said`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            _ = try await world.seed(house) { $0.task("closed_with_open_things", about: house.loner) }
            try await world.seed(house) { seed in
                seed.add(
                    "update clients set status = 'inactive', version = version + 1 where client_id = \(house.loner.clientID)"
                )
            }
            func asked() async throws -> Int {
                let tasks = try await world.request(.get, "/v1/tasks", as: house.intake)
                return tasks.items.filter { $0["kind"] == "closed_with_open_things" }.count
            }
            #expect(try await asked() == 1)
            let one = try await world.change(
                house.loner, ["status": "inactive", "closing": ["account": "keep"]], as: house.intake)
            #expect(one.status == 200, "\(one.text)")
            #expect(try await asked() == 1)
            let open = try await world.request(
                .get, "/v1/clients/\(house.loner.clientID)/open-things", as: house.intake)
            let areas = Set(open.items.compactMap { $0["area"]?.text })
            #expect(areas.isSuperset(of: ["account", "seats", "homework"]))
            let all = try await world.change(
                house.loner,
                ["status": "inactive", "closing": .object(areas.sorted().map { JSONMember($0, "end") })],
                as: house.intake)
            #expect(all.status == 200, "\(all.text)")
            #expect(try await asked() == 0)
            #expect(
                try await world.days(of: "/v1/enrollments/\(house.lonerEnrollment)") == ["withdrawn", "2026-01-05"])
        }
    }

    @Test(arguments: ["inactive", "deceased"])
    func `homework of which all is made is over, and open it is at no moment`(status: String) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            // All of it is made, and done.
            try await world.seed(house) { seed in
                seed.add(
                    """
                    update homework set state = 'withdrawn', version = version + 1
                    where practice_id = \(house.id) and client_id = \(house.client.clientID)
                    """)
                seed.add(
                    """
                    update homework_assignments set plan_next = null
                    where practice_id = \(house.id) and assignment_id = \(house.assignment)
                    """)
            }
            let path = "/v1/clients/\(house.client.clientID)/open-things"
            func homework() async throws -> [JSONValue] {
                try await world.request(.get, path, as: house.intake).items.filter { $0["area"] == "homework" }
            }
            #expect(try await homework() == [])
            let closing: JSONValue = ["seats": "end", "account": "end", "careTeam": "end", "couple": "end"]
            let change: JSONValue =
                status == "inactive" ? ["status": "inactive", "closing": closing] : ["status": "deceased"]
            let closed = try await world.change(house.client, change, as: house.intake)
            #expect(closed.status == 200, "\(closed.text)")
            #expect(try await homework() == [])
            // It is looked at once more all the same: what lies ahead may have to go.
            #expect(
                try await world.count(
                    """
                    from homework_assignments where assignment_id = \(house.assignment) and ended_at is null
                        and plan_next is not null
                    """) == 1)
        }
    }
}
