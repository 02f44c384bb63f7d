import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What could be offered to who asks.
@Suite struct SuggestionTests {
    @Test func `programs that fit by age, with the groups that have a seat, what was asked for first`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await furnish(world)
            let list = try await suggestions(world)
            #expect(list.items.map { $0["program"]?["name"] } == ["Adults", "SABR", "Young", "Full"])
            #expect(list.items.map { $0["ageKnown"] } == [false, false, false, false])
            #expect(groups(list, 0) == ["Roomy", "Small", "Later"] && groups(list, 1) == ["Valor", "Tuesday"])
            #expect(groups(list, 3) == [])
            #expect(list.items[1]["groups"]?.list.map { $0["seats"] } == [11, 10])
            for person in [house.client, house.loner, house.minor] {
                #expect(!list.text.contains(person.name.prefix { $0 != " " }))
                #expect(!list.text.contains("\(person.clientID)"))
            }
            let asked = try await world.request(
                .patch, "/v1/inquiries/\(house.inquiry)", as: house.intake,
                json: ["programId": .text("\(house.program)"), "track": "Partners", "birthDate": "1990-01-01"],
                ifMatch: 1)
            #expect(asked.status == 200)
            let preferred = try await suggestions(world)
            #expect(preferred.items.map { $0["program"]?["name"] } == ["SABR", "Adults"])
            #expect(preferred.items.map { $0["preferred"] } == [true, false])
            #expect(preferred.items.map { $0["ageKnown"] } == [true, true])
            #expect(groups(preferred, 1) == ["Small", "Roomy", "Later"])
            #expect(preferred.items[1]["groups"]?.list.map { $0["preferredTrack"] } == [true, false, false])
        }
    }

    @Test func `ages are those of the birth date, and of the kind where it is not known`() async throws {
        try await withWorld { world in
            let path = "/v1/inquiries/\(world.mesa.inquiry)"
            try await furnish(world)
            try await world.seed(world.mesa) { seed in
                seed.add(
                    "update inquiries set kind = 'minor', version = 2 where inquiry_id = \(world.mesa.inquiry)")
            }
            #expect(try await names(world) == ["SABR", "Young", "Full"])
            // The limits belong to the range: 14 on the day, and 13 the day before.
            for (version, birthDate, expected) in [
                (2, "2012-01-05", ["SABR", "Young", "Full"]), (3, "2012-01-06", ["SABR"]),
                (4, "2007-01-06", ["SABR", "Adults", "Young", "Full"]), (5, "2007-01-05", ["SABR", "Adults"]),
            ] {
                let set = try await world.request(
                    .patch, path, as: world.mesa.intake, json: ["birthDate": .text(birthDate)], ifMatch: version)
                #expect(set.status == 200)
                #expect(try await names(world).sorted() == expected.sorted(), "\(birthDate)")
            }
        }
    }

    @Test func `a group where a partner sits is not suggested, and nobody is told why`() async throws {
        try await withWorld { world in
            let house = world.mesa
            _ = try await world.request(
                .patch, "/v1/inquiries/\(house.inquiry)", as: house.intake,
                json: ["knownClientId": .text("\(house.partner.clientID)")], ifMatch: 1)
            let list = try await suggestions(world)
            #expect(groups(list, 0) == ["Valor"])
            #expect(!list.text.contains("Tuesday") && !list.text.contains("Adam"))
        }
    }

    @Test func `a group whose last seat is paused is not suggested: who pauses comes back`() async throws {
        try await withWorld { world in
            try await world.run(
                "update groups set capacity = 2, version = version + 1 where group_id = \(world.mesa.group)")
            #expect(groups(try await suggestions(world), 0) == ["Valor"])
            try await world.run(
                "update enrollment_spans set status = 'paused' where enrollment_id = \(world.mesa.enrollment)")
            #expect(groups(try await suggestions(world), 0) == ["Valor"])
            try await world.run(
                "update enrollment_spans set status = 'withdrawn' where enrollment_id = \(world.mesa.enrollment)")
            #expect(groups(try await suggestions(world), 0) == ["Valor", "Tuesday"])
        }
    }

    @Test func `a group is not suggested to whom it is not placeable, nor for a seat that is offered`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let eve = try await world.clients(1)[0]
            for (other, kind) in [(house.loner, "relative"), (house.minor, "do_not_place")] {
                let noted = try await world.request(
                    .post, "/v1/clients/\(eve.clientID)/conflicts", as: house.intake,
                    json: ["kind": .text(kind), "otherId": .text("\(other.clientID)")])
                #expect(noted.status == 201)
            }
            let (free, full) = (try await world.group("Free", seats: 2), try await world.group("Offered", seats: 1))
            let waiting = try await world.enrolled(house.partner, in: full, status: "waitlisted")
            #expect(try await world.step(waiting, "offered").status == 200)
            _ = try await world.request(
                .patch, "/v1/inquiries/\(house.inquiry)", as: house.intake,
                json: ["knownClientId": .text("\(eve.clientID)")], ifMatch: 1)
            let list = try await suggestions(world)
            #expect(groups(list, 0) == ["Free"], "\(free)")
            #expect(!list.text.contains("Dan") && !list.text.contains("Cole"))
        }
    }

    @Test func `whom it is assigned to is told, and nobody else`() async throws {
        try await withWorld { world in
            let (house, path) = (world.mesa, "/v1/inquiries/\(world.mesa.inquiry)/suggestions")
            #expect(try await world.request(.get, path, as: house.counselor).status == 404)
            let assigned = try await world.request(
                .put, "/v1/inquiries/\(house.inquiry)/assignment", as: house.intake,
                json: ["counselorId": .text("\(house.counselor.accountID)")], ifMatch: 1)
            #expect(assigned.status == 200)
            let own = try await world.request(.get, path, as: house.counselor)
            let whole = try await suggestions(world)
            #expect(own.text == whole.text && !own.items.isEmpty)
            #expect(try await world.request(.get, path, as: house.newcomer).status == 404)
            #expect(try await world.request(.get, path, as: world.tempe.intake).status == 404)
            #expect(try await world.request(.get, path, as: house.client).status == 403)
            #expect(try await world.request(.get, path + "?limit=2", as: house.intake).status == 400)
        }
    }

    private func suggestions(_ world: World) async throws -> TestAnswer {
        try await world.request(.get, "/v1/inquiries/\(world.mesa.inquiry)/suggestions", as: world.mesa.intake)
    }

    private func names(_ world: World) async throws -> [String] {
        try await suggestions(world).items.compactMap { $0["program"]?["name"]?.text }
    }

    private func groups(_ answer: TestAnswer, _ index: Int) -> [String] {
        answer.items[index]["groups"]?.list.compactMap { $0["name"]?.text } ?? []
    }

    /// Beside SABR, for everybody: one program for adults with groups of every sort, two for the young, of which one has
    /// a full group alone, and one that is not published.
    private func furnish(_ world: World) async throws {
        let house = world.mesa
        try await world.seed(house) { seed in
            let (adults, young) = (seed.program("Adults"), seed.program("Young"))
            let (crowded, secret) = (seed.program("Full"), seed.program("Secret"))
            let small = seed.group("Small", in: adults, capacity: 2)
            _ = seed.group("Roomy", in: adults)
            let (closed, ended, later) = (
                seed.group("Closed", in: adults), seed.group("Ended", in: adults),
                seed.group("Later", in: adults, capacity: 1)
            )
            _ = seed.group("New", in: young)
            _ = seed.enrollment(of: house.minor, in: seed.group("Crowded", in: crowded, capacity: 1))
            _ = seed.group("Hidden", in: secret)
            let track = seed.id(Track.self)
            seed.add(
                """
                insert into tracks (practice_id, track_id, program_id, name, position)
                values (\(house.id), \(track), \(adults), 'Partners', 1)
                """)
            seed.add("update groups set track_id = \(track), version = 2 where group_id = \(small)")
            seed.add("update groups set open = false, version = 2 where group_id = any (\([closed, later]))")
            seed.add("update groups set starts_on = '2026-01-05', version = 3 where group_id = \(later)")
            seed.add("update groups set ends_on = '2026-01-04', version = 2 where group_id = \(ended)")
            seed.add("update programs set minimum_age = 18, version = 2 where program_id = \(adults)")
            seed.add(
                """
                update programs set minimum_age = 14, maximum_age = 18, version = 2
                where program_id = any (\([young, crowded]))
                """)
            seed.add("update programs set published = false, version = 2 where program_id = \(secret)")
        }
    }
}
