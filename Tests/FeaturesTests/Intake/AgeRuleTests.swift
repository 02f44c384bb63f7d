import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Rules that depend on an age ask for the day of birth where the year or the month does not tell, and only there. Today is
/// January 5, 2026: who was born in 2008 is 17 or 18.
@Suite struct AgeRuleTests {
    @Test func `when somebody comes of age is said in one place`() async throws {
        try await withWorld { (world: World) async throws in
            let said = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                    where n.nspname in ('public', 'access') and p.prokind = 'f'
                      and pg_get_functiondef(p.oid) ~ '18.{0,4} ?y(ea)?rs'
                    order by 1
                    """
                ) { try $0.next(String.self) })
            #expect(said == ["comes_of_age_on(date)"])
        }
    }

    private func bear(_ world: World, _ client: Person, _ birth: String?) async throws {
        let path = "/v1/clients/\(client.clientID)"
        let version = try await world.request(.get, path, as: world.mesa.intake).version
        let born: JSONValue = birth.map { .text($0) } ?? .null
        let changed = try await world.request(
            .patch, path, as: world.mesa.intake, json: ["birthDate": born], ifMatch: version)
        #expect(changed.status == 200, "\(changed.text)")
    }

    @Test(
        arguments: [
            ("2007", nil), ("2008", "birth_day_needed"), ("2008-01", "birth_day_needed"), ("2007-12", nil),
            ("2008-02", "not_eligible"), ("2008-01-05", nil), ("2008-01-06", "not_eligible"), (nil, "not_eligible"),
            ("1960", "not_eligible"), ("1975", "birth_day_needed"), ("1975-06", nil),
            // Of fifty-one today, and tomorrow.
            ("1975-01-05", "not_eligible"), ("1975-01-06", nil),
        ] as [(String?, String?)])
    func `a seat in a program for those of 18 to 50 is asked for by age`(birth: String?, code: String?) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let eve = try await world.seed(house) { try $0.client("Eve Ellis") }
            try await bear(world, eve, birth)
            try await world.run(
                """
                update programs set minimum_age = 18, maximum_age = 50, version = 2
                where program_id = \(house.program)
                """)
            // What counts is the age at the next meeting, which is today's.
            try await world.run(
                """
                insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes)
                values (\(house.id), gen_random_uuid(), \(house.group), \(world.clock.now), 90)
                """)
            let answer = try await world.enroll(eve, in: house.group, as: house.intake)
            #expect(answer.code == code && answer.status == (code == nil ? 201 : 409), "\(answer.text)")
            if code == "birth_day_needed" {
                #expect(answer["detail"].text?.contains("day of birth") == true)
                try await bear(world, eve, "1990-01-01")
                #expect(try await world.enroll(eve, in: house.group, as: house.intake).status == 201)
            }
        }
    }

    @Test(
        arguments: [
            ("adult", "2008", "birth_day_needed"), ("adult", "2007", nil), ("adult", "2009", "a_minor"),
            ("adult", nil, nil), ("minor", "2008", "birth_day_needed"), ("minor", "2009", nil),
            ("minor", "2007", "not_a_minor"), ("minor", nil, "required"),
        ] as [(String, String?, String?)])
    func `whoever is accepted is of age or is not`(kind: String, birth: String?, code: String?) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/inquiries/\(house.inquiry)"
            for (version, state) in [(1, "screening"), (2, "offered")] {
                let moved = try await world.request(
                    .patch, path, as: house.intake, json: ["state": .text(state)], ifMatch: version)
                #expect(moved.status == 200)
            }
            var members = [
                JSONMember("kind", .text(kind)), JSONMember("counselorId", .text("\(house.counselor.accountID)")),
                JSONMember(
                    "client",
                    [
                        "givenName": "Ivo", "birthDate": birth.map { .text($0) } ?? .null,
                        "contact": ["email": "ivo@example.com"],
                    ]),
            ]
            if kind == "minor" {
                let guardian: JSONValue = ["name": "Ivan Ilves", "scopes": ["consent"]]
                members.append(JSONMember("guardians", .array([guardian])))
            }
            let answer = try await world.request(.put, path + "/acceptance", as: house.intake, json: .object(members))
            #expect(answer.faults == (code.map { ["/client/birthDate \($0)"] } ?? []), "\(answer.text)")
            #expect(answer.status == (code == nil ? 200 : 422))
        }
    }

    @Test
    func `guardians are of who surely is a minor, and their rights end on the first day that may be the birthday`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let chart = "/v1/clients/\(house.minor.clientID)"
            let gus: JSONValue = ["guardian": ["name": "Gus Carter"], "scopes": ["schedule"]]
            for (birth, status) in [("2009", 201), ("2008", 409), ("2008-02", 201), ("2008-01", 409)] {
                try await bear(world, house.minor, birth)
                let made = try await world.request(.post, chart + "/guardians", as: house.intake, json: gus)
                #expect(made.status == status, "\(birth): \(made.text)")
                if status == 409 { #expect(made.code == "not_a_minor") }
                let seen = try await world.request(.get, chart, as: house.guardian)
                #expect(seen.status == (status == 201 ? 200 : 404), "\(birth)")
            }
        }
    }

    @Test func `who signs for whom depends on the day, which is asked for`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await bear(world, house.client, "2008")
            let asked = try await world.sign(house.consent, as: house.client)
            #expect(asked.status == 409 && asked.code == "birth_day_needed", "\(asked.text)")
            try await bear(world, house.client, "2009-06")
            #expect(try await world.sign(house.consent, as: house.client).code == "guardian_signs")
            try await bear(world, house.client, "2007")
            #expect(try await world.sign(house.consent, as: house.client)["state"] == "signed")
        }
    }

    @Test func `a roster shows an age where it is certain, and on paper both that it may be`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await bear(world, house.client, "1986")
            try await bear(world, house.loner, "1979-11")
            let path = "/v1/groups/\(house.group)/roster"
            let members = try await world.request(.get, path, as: house.intake)["members"].entries
            #expect(members.map { $0["age"] } == [.null, 46])
            let page = try await world.request(.get, path, as: house.intake, headers: ["Accept": "text/html"])
            #expect(page.text.contains("39 or 40") && page.text.contains("46"))
        }
    }
}
