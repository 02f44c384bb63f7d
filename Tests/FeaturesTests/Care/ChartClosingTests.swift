import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What ends when somebody has died.
@Suite struct ChartClosingTests {
    @Test func `a death ends from its day what would go on, and the waitlist moves`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let small = try await world.group("Small", seats: 1)
            let seat = try await world.enrolled(house.client, in: small, startsOn: "2026-01-02")
            let waits = try await world.enrolled(house.loner, in: small, status: "waitlisted")
            let full = try await world.group("Full", seats: 1)
            _ = try await world.enrolled(house.loner, in: full)
            let place = try await world.enrolled(house.client, in: full, status: "waitlisted")
            try await world.plan(house)
            let assigned: SQL = "from homework where client_id = \(house.client.clientID) and state = 'assigned'"
            #expect(try await world.count(assigned) == 3)

            let died = try await world.change(house.client, ["diedOn": "2026-01-03"], as: house.intake)
            #expect(died.status == 200 && died["status"] == "deceased" && died["diedOn"] == "2026-01-03")

            #expect(try await world.days(of: "/v1/enrollments/\(house.enrollment)") == ["withdrawn", "2026-01-03"])
            #expect(try await world.days(of: seat) == ["withdrawn", "2026-01-03"])
            #expect(try await world.status(of: place) == "withdrawn")
            #expect(try await world.status(of: waits) == "offered")
            // Homework and what a couple was given, of both; reminders with it.
            #expect(try await world.count(assigned) == 0)
            #expect(
                try await world.count(
                    """
                    from homework where homework_id = any (\(house.coupleHomework)) and state = 'withdrawn'
                    """) == 2)
            #expect(
                try await world.count(
                    "from homework where client_id = \(house.client.clientID) and remind_at is not null") == 0)
            #expect(
                try await world.count(
                    "from homework_assignments where assignment_id = \(house.assignment) and ended_at is not null") == 1
            )
            // The sign-in, the couple and what is to come of appointments.
            #expect(try await world.request(.get, "/v1/me", as: house.client).status == 401)
            #expect(
                try await world.count(
                    "from accounts where account_id = \(house.client.accountID) and disabled_at is not null") == 1)
            let couple = try await world.request(.get, "/v1/couples/\(house.couple)", as: house.intake)
            #expect(couple["until"] == "2026-01-03", "\(couple.text)")
            #expect(try await world.count("from appointments where cancelled_at is null") == 0)
            // Nothing ends for the others, and who treated has the record to finish.
            #expect(try await world.request(.get, "/v1/me", as: house.partner).status == 200)
            #expect(try await world.days(of: "/v1/enrollments/\(house.lonerEnrollment)") == ["active", nil])
            #expect(
                try await world.request(.get, "/v1/clients/\(house.client.clientID)", as: house.counselor).status == 200
            )
        }
    }

    @Test func `a death opens a task for the desk, and what else was asked about the client is asked no more`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let before = try await world.request(.get, "/v1/tasks", as: house.intake)
            #expect(before.items.map { $0["kind"] } == ["renew_consents"])
            #expect(try await world.change(house.client, ["status": "deceased"], as: house.counselor).status == 200)
            let after = try await world.request(.get, "/v1/tasks", as: house.intake)
            #expect(after.items.map { $0["kind"] } == ["client_died"])
            #expect(after.items.map { $0["clientId"] } == [.text("\(house.client.clientID)")])
            #expect(try await world.request(.get, "/v1/tasks", as: house.facilitator).items == [])
            // To say it again ends nothing twice and opens no second task.
            let again = try await world.change(house.client, ["diedOn": "2026-01-02"], as: house.intake)
            #expect(again.status == 200)
            #expect(try await world.count("from tasks where kind = 'client_died'") == 1)
            #expect(try await world.count("from chart_closings where client_id = \(house.client.clientID)") == 1)
            #expect(try await world.days(of: "/v1/enrollments/\(house.enrollment)") == ["withdrawn", "2026-01-02"])
        }
    }

    @Test func `the keys of who has died open nothing, and their letters are not sent`() async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let invited = try await world.request(
                .post, "/v1/clients/\(nell)/invitation", as: world.mesa.intake, json: [:])
            let path = "/v1/invitations/\(try #require(invited["token"].text))"
            #expect(try await world.request(.get, path).status == 200)
            let died = try await world.request(
                .patch, "/v1/clients/\(nell)", as: world.mesa.intake, json: ["diedOn": "2026-01-05"], ifMatch: 1)
            #expect(died.status == 200)
            #expect(try await world.request(.get, path).status == 404)
            let password: JSONValue = ["password": "correct horse battery"]
            #expect(try await world.request(.put, path, json: password).status == 404)
            let anew = try await world.request(
                .post, "/v1/clients/\(nell)/invitation", as: world.mesa.intake, json: [:])
            #expect(anew.status == 409 && anew.code == "account_is_disabled")
        }
    }

    @Test(arguments: [
        ("diedOn", "1986-03-13"), ("diedOn", "2026-01-06"), ("diedOn", "2026-01-07"), ("diedOn", "0001-01-01"),
        ("diedOn", "9999-12-31"), ("birthDate", "2026-01-08"), ("birthDate", "1899-12-31"), ("birthDate", "2062-01-01"),
    ])
    func `a life lies between 1900 and today, and a death not before its birth`(member: String, day: String)
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let refused = try await world.change(
                house.client, .object([JSONMember(member, .text(day))]), as: house.intake)
            #expect(refused.status == 422 && refused.faults == ["/\(member) out_of_range"], "\(refused.text)")
            let chart = try await world.request(.get, "/v1/clients/\(house.client.clientID)", as: house.intake)
            #expect(chart["status"] == "active" && chart["diedOn"] == .null && chart["birthDate"] == "1986-03-14")
        }
    }

    @Test func `the sign-in of who works here too, and of who guards a child, is not the chart's to close`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            _ = try await world.guarding()
            try await world.seed(house) { seed in
                seed.add(
                    """
                    update accounts set roles = '{client,counselor}', version = version + 1
                    where practice_id = \(house.id) and account_id = \(house.partner.accountID)
                    """)
            }
            let open = try await world.request(
                .get, "/v1/clients/\(house.loner.clientID)/open-things", as: house.intake)
            #expect(open.items.allSatisfy { $0["area"] != "account" })
            #expect(try await world.change(house.loner, ["diedOn": "2026-01-04"], as: house.intake).status == 200)
            #expect(try await world.change(house.partner, ["diedOn": "2026-01-04"], as: house.intake).status == 200)
            #expect(
                try await world.count(
                    "from accounts where account_id = \(house.loner.accountID) and disabled_at is not null") == 1)
            #expect(
                try await world.count(
                    "from accounts where account_id = \(house.partner.accountID) and disabled_at is null") == 1)
        }
    }

    @Test func `whoever writes that somebody has died, a request or a file, has ended the rest too`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                seed.add(
                    """
                    update clients set status = 'deceased', died_on = '2026-01-03', version = version + 1
                    where client_id = \(house.client.clientID)
                    """)
            }
            #expect(try await world.days(of: "/v1/enrollments/\(house.enrollment)") == ["withdrawn", "2026-01-03"])
            #expect(try await world.request(.get, "/v1/me", as: house.client).status == 401)
            #expect(try await world.count("from tasks where kind = 'client_died' and done_at is null") == 1)
            let closings = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/closings", as: house.intake)
            #expect(closings.items.map { $0["closedBy"] } == [.null])
        }
    }

    @Test func `what was ended is shown to the practice and to who treats, and to nobody else`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.change(house.client, ["diedOn": "2026-01-04"], as: house.intake).status == 200)
            let path = "/v1/clients/\(house.client.clientID)/closings"
            for person in [house.owner, house.intake, house.counselor, house.supervisor] {
                #expect(try await world.request(.get, path, as: person).items.count == 1, "\(person.name)")
            }
            for person in [house.newcomer, house.partner, house.loner, house.guardian, world.tempe.intake] {
                #expect(try await world.request(.get, path, as: person).status == 404, "\(person.name)")
            }
            for person in [house.newcomer, house.loner, world.tempe.intake] {
                let open = path.replacing("/closings", with: "/open-things")
                #expect(try await world.request(.get, open, as: person).status == 404, "\(person.name)")
            }
        }
    }
}
