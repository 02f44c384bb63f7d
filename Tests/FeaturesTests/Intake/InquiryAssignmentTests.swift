import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Who answers an inquiry: by license, caseload and conflict.
@Suite struct InquiryAssignmentTests {
    @Test func `an inquiry is handed over with its history, and who had it sees it no more`() async throws {
        try await withWorld { world in
            let (path, intake) = ("/v1/inquiries/\(world.mesa.inquiry)", world.mesa.intake)
            let (carl, nora) = (world.mesa.counselor, world.mesa.newcomer)
            let first = try await assign(carl, reason: "Knows the field.", ifMatch: 1, world)
            #expect(first["assignedTo"] == .text("\(carl.accountID)") && first.version == 2)
            #expect(try await world.request(.get, path, as: carl).status == 200)
            world.clock.advance(by: .seconds(60))
            #expect(try await assign(nora, reason: "Carl is ill.", ifMatch: 1, world).status == 412)
            #expect(try await world.count("from inquiry_assignments") == 1)
            #expect(try await assign(nora, reason: "Carl is ill.", ifMatch: 2, world).status == 200)
            #expect(try await assign(nora, ifMatch: 3, world).version == 3, "nothing is new")
            #expect(try await world.request(.get, path, as: carl).status == 404)
            let history = try await world.request(.get, path + "/assignments", as: nora)
            #expect(history.all("name") == [carl.name, nora.name])
            #expect(history.all("reason") == ["Knows the field.", "Carl is ill."])
            #expect(history.items[0]["until"] == "2026-01-05T16:01:00Z" && history.items[1]["until"] == .null)
            #expect(history.items[1]["assignedBy"] == .text("\(intake.accountID)"))
            #expect(try await world.count("from inquiry_assignments where position('ill'::bytea in reason) > 0") == 0)
            let page = try await world.request(.get, path + "/assignments?limit=1", as: intake)
            let cursor = try #require(page["next"].text)
            let rest = try await world.request(.get, path + "/assignments?limit=1&cursor=\(cursor)", as: intake)
            #expect(page.all("name") + rest.all("name") == [carl.name, nora.name])
            let released = try await world.request(.delete, path + "/assignment", as: intake, ifMatch: 3)
            #expect(released.status == 204)
            #expect(try await world.request(.get, path, as: intake)["assignedTo"] == .null)
            #expect(try await world.request(.get, path, as: nora).status == 404)
            #expect(try await world.count("from inquiry_assignments where until is null") == 0)
        }
    }

    @Test func `of two who hand it over at once one is told that it has changed`() async throws {
        try await withWorld { world in
            async let first = assign(world.mesa.counselor, ifMatch: 1, world)
            async let second = assign(world.mesa.newcomer, ifMatch: 1, world)
            let statuses = try await [first.status, second.status]
            #expect(statuses.sorted() == [200, 412])
            let winner = statuses[0] == 200 ? world.mesa.counselor : world.mesa.newcomer
            let path = "/v1/inquiries/\(world.mesa.inquiry)"
            #expect(
                try await world.request(.get, path + "/assignments", as: world.mesa.intake).all("name") == [winner.name]
            )
            #expect(try await world.request(.get, path, as: winner).status == 200)
        }
    }

    @Test func `only who assigns sees who could be assigned, and only they assign`() async throws {
        try await withWorld { world in
            let (path, carl) = ("/v1/inquiries/\(world.mesa.inquiry)", world.mesa.counselor)
            #expect(try await assign(carl, ifMatch: 1, world).status == 200)
            #expect(try await world.request(.get, path + "/counselors", as: carl).status == 403)
            let passed = try await world.request(
                .put, path + "/assignment", as: carl, json: ["counselorId": .text("\(world.mesa.newcomer.accountID)")],
                ifMatch: 2)
            #expect(passed.status == 403)
            #expect(try await world.request(.delete, path + "/assignment", as: carl, ifMatch: 2).status == 403)
            for person in [world.mesa.newcomer, world.tempe.intake] {
                #expect(try await world.request(.get, path + "/counselors", as: person).status == 404)
                #expect(try await world.request(.get, path + "/assignments", as: person).status == 404)
            }
            for person in [world.mesa.client, world.mesa.auditor] {
                #expect(try await world.request(.get, path + "/counselors", as: person).status == 403)
            }
            let foreign = try await assign(world.tempe.counselor, ifMatch: 2, world)
            #expect(foreign.faults == ["/counselorId no_such_staff"])
            let front = try await assign(world.mesa.intake, ifMatch: 2, world)
            #expect(front.status == 409 && front.code == "not_a_counselor")
            #expect(try await world.request(.get, path, as: carl).status == 200)
        }
    }

    @Test func `a license for where the person lives is needed, an intern's is the supervisor's`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.seed(house) { seed in
                for (person, region, until) in [
                    (house.counselor, "AZ", nil), (house.newcomer, "AZ", "2026-01-04"),
                    (house.supervisor, "AZ", "2026-01-05"),
                    (house.facilitator, "NM", nil),
                ] as [(Person, String, String?)] {
                    seed.add(
                        """
                        insert into staff_licenses (practice_id, account_id, region, number, valid_until)
                        values (\(house.id), \(person.accountID), \(region), '1', \(until)::text::date)
                        """)
                }
                seed.add("update inquiries set region = 'AZ', version = 2 where inquiry_id = \(house.inquiry)")
            }
            let list = try await world.request(
                .get, "/v1/inquiries/\(house.inquiry)/counselors", as: house.intake)
            #expect(list.all("name") == ["Carl Cohen", "Ian Ives", "Susan Shaw", "Fay Flores", "Nora Novak"])
            #expect(list.items.map { $0["licensed"] } == [true, true, true, false, false])
            #expect(list.items.map { $0["assignable"] } == [true, true, true, false, false])
            #expect(list.items[3]["regions"] == ["NM"] && list.items[4]["regions"] == [])
            let page = try await world.request(
                .get, "/v1/inquiries/\(house.inquiry)/counselors?limit=3", as: house.intake)
            let cursor = try #require(page["next"].text)
            let rest = try await world.request(
                .get, "/v1/inquiries/\(house.inquiry)/counselors?limit=3&cursor=\(cursor)", as: house.intake)
            #expect(page.all("name") + rest.all("name") == list.all("name"))
            for (person, status) in [(house.newcomer, 409), (house.facilitator, 409), (house.intern, 200)] {
                let answer = try await assign(person, ifMatch: 2, world)
                #expect(answer.status == status && (status == 200 || answer.code == "counselor_not_licensed"))
            }
        }
    }

    @Test func `a full caseload takes nobody more`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/staff/\(house.counselor.accountID)"
            #expect(
                try await world.request(.patch, path, as: house.admin, json: ["maximumCaseload": 3], ifMatch: 1).status
                    == 200)
            let list = try await world.request(
                .get, "/v1/inquiries/\(house.inquiry)/counselors", as: house.intake)
            let carl = try #require(list.items.first { $0["name"] == "Carl Cohen" })
            // Adam and Cole alone, Adam and Beth as a couple: three people.
            #expect(carl["caseload"] == 3 && carl["maximumCaseload"] == 3 && carl["assignable"] == false)
            let full = try await assign(house.counselor, ifMatch: 1, world)
            #expect(full.status == 409 && full.code == "caseload_full")
            // Cole is treated by another since today.
            try await world.run(
                """
                update care_team_memberships set during = daterange(lower(during), '2026-01-05')
                where account_id = \(house.counselor.accountID) and client_id = \(house.minor.clientID)
                """)
            let fewer = try await world.request(
                .get, "/v1/inquiries/\(house.inquiry)/counselors", as: house.intake)
            #expect(fewer.items.first { $0["name"] == "Carl Cohen" }?["caseload"] == 2)
            #expect(try await assign(house.counselor, ifMatch: 1, world).status == 200)
        }
    }

    @Test func `who treats a partner of now or before is in conflict, and nobody is told with whom`() async throws {
        try await withWorld { world in
            let house = world.mesa
            // Adam asks again. Beth, his partner, is treated by Ian.
            let known = try await world.request(
                .patch, "/v1/inquiries/\(house.inquiry)", as: house.intake,
                json: ["knownClientId": .text("\(house.client.clientID)")], ifMatch: 1)
            #expect(known.status == 200)
            for end in [false, true] {
                if end {
                    try await world.run(
                        "update couples set during = daterange(lower(during), \(world.clock.now)::date), version = version + 1"
                    )
                    try await world.run(
                        "update couple_members set during = daterange(lower(during), \(world.clock.now)::date)")
                }
                let list = try await world.request(
                    .get, "/v1/inquiries/\(house.inquiry)/counselors", as: house.intake)
                #expect(list.items.filter { $0["conflict"] == true }.map { $0["name"] } == ["Ian Ives"])
                #expect(!list.text.contains("Beth") && !list.text.contains("\(house.partner.clientID)"))
                let refused = try await assign(house.intern, ifMatch: 2, world)
                #expect(refused.status == 409 && refused.code == "counselor_in_conflict")
            }
            #expect(try await assign(house.counselor, ifMatch: 2, world).status == 200)
        }
    }

    @Test func `a closed inquiry is assigned to nobody, and an assignment without history is refused`() async throws {
        try await withWorld { world in
            let house = world.mesa
            do {
                try await world.seed(house) { seed in
                    seed.add(
                        """
                        update inquiries set assigned_to = \(house.counselor.accountID), version = 2
                        where inquiry_id = \(house.inquiry)
                        """)
                }
                Issue.record("an assignment without history was taken")
            } catch {
                #expect((error as? PostgresError)?.sqlState == "PC409")
            }
            let closed = try await world.request(
                .patch, "/v1/inquiries/\(house.inquiry)", as: house.intake,
                json: ["state": "withdrawn", "reason": "Moved away."], ifMatch: 1)
            #expect(closed.status == 200)
            let late = try await assign(house.counselor, ifMatch: 2, world)
            #expect(late.status == 409 && late.code == "inquiry_is_closed")
            #expect(late["detail"].text?.contains("received, screening, offered or waitlisted") == true)
            let shapeless = try await world.request(
                .put, "/v1/inquiries/\(house.inquiry)/assignment", as: house.intake,
                json: ["counselorId": 4, "why": "x"], ifMatch: 2)
            #expect(Set(shapeless.faults) == ["/counselorId wrong_type", "/why unknown_member"])
        }
    }

    private func assign(
        _ person: Person, reason: String? = nil, ifMatch version: Int, _ world: World
    ) async throws -> TestAnswer {
        try await world.request(
            .put, "/v1/inquiries/\(world.mesa.inquiry)/assignment", as: world.mesa.intake,
            json: ["counselorId": .text("\(person.accountID)"), "reason": reason.map { .text($0) } ?? .null],
            ifMatch: version)
    }
}
