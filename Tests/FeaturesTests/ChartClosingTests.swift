import Postgres
import Practice
import TestSupport
import Testing

/// What ends when somebody has died, or is in care no more, and what comes back when that was a mistake.
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

    @Test
    func `a death that was a mistake gives back the account, the couple and the guardianships, and says what not`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.change(house.client, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            #expect(try await world.change(house.minor, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            #expect(
                try await world.request(.get, "/v1/clients/\(house.minor.clientID)", as: house.guardian).status == 404)
            let back = try await world.change(house.client, ["diedOn": .null], as: house.intake)
            #expect(back.status == 200 && back["status"] == "active" && back["diedOn"] == .null)
            #expect(try await world.change(house.minor, ["diedOn": .null], as: house.intake).status == 200)
            #expect(
                try await world.request(.get, "/v1/clients/\(house.minor.clientID)", as: house.guardian).status == 200)
            #expect(
                try await world.count("from couples where couple_id = \(house.couple) and upper_inf(during)") == 1)
            #expect(
                try await world.count(
                    "from couple_members where couple_id = \(house.couple) and upper_inf(during)") == 2)
            #expect(try await world.status(of: "/v1/enrollments/\(house.enrollment)") == "withdrawn")
            // The sign-ins of before stay ended; the password opens again.
            #expect(try await world.request(.get, "/v1/me", as: house.client).status == 401)
            let signedIn = try await world.request(
                .post, "/v1/sign-ins",
                json: ["practice": "mesa", "email": .text(house.client.email), "password": .text(World.password)])
            #expect(signedIn.status == 201)
            let tasks = try await world.request(.get, "/v1/tasks", as: house.intake)
            #expect(
                Set(tasks.items.map { "\($0["kind"]?.text ?? "") \($0["clientId"]?.text ?? "")" }) == [
                    "death_corrected \(house.client.clientID)", "death_corrected \(house.minor.clientID)",
                ])
            let closings = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/closings", as: house.intake)
            let ended = closings.items.first?["ended"]?.list ?? []
            let cameBack = Set(ended.filter { $0["cameBack"] == true }.compactMap { $0["kind"]?.text })
            let stayed = Set(ended.filter { $0["cameBack"] == false }.compactMap { $0["kind"]?.text })
            #expect(
                cameBack == ["account", "couple"] && stayed == ["active", "homework", "assignment"], "\(closings.text)")
            #expect(closings.items.first?["reopenedBy"] == .text("\(house.intake.accountID)"))
        }
    }

    @Test func `the sign-in of who works here too, and of who guards a child, is not the chart's to close`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                seed.add(
                    """
                    update accounts set roles = '{client,guardian}', version = version + 1
                    where practice_id = \(house.id) and account_id = \(house.loner.accountID)
                    """)
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

extension World {
    /// Changes a chart as it stands.
    fileprivate func change(_ client: Person, _ json: JSONValue, as person: Person) async throws -> TestAnswer {
        let path = "/v1/clients/\(client.clientID)"
        let version = try await request(.get, path, as: mesa.intake).version
        return try await request(.patch, path, as: person, json: json, ifMatch: version)
    }

    /// The last status of an enrollment as the desk reads it, and since when.
    fileprivate func days(of path: String) async throws -> [String?] {
        let answer = try await request(.get, path, as: mesa.intake)
        return [answer["status"].text, answer["endedOn"].text]
    }

    /// A reminder of the client's homework, an assignment that makes more, and an appointment to come.
    fileprivate func plan(_ house: House) async throws {
        try await seed(house) { seed in
            seed.add(
                """
                update homework set remind_at = due_at - interval '1 day', version = version + 1
                where practice_id = \(house.id) and homework_id = \(house.homework)
                """)
            seed.add(
                """
                insert into appointments (practice_id, appointment_id, kind, client_id, starts_at, minutes)
                values (\(house.id), \(seed.id(Appointment.self)), 'individual', \(house.client.clientID),
                        \(seed.now + .seconds(86_400)), 50)
                """)
        }
    }
}
