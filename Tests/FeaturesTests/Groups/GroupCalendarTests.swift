import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Groups in another time zone than the practice. In Phoenix it is Monday, 2026-01-05, 09:00; in Auckland it is Tuesday,
/// 2026-01-06, 05:00.
@Suite struct GroupCalendarTests {
    @Test func `who takes a seat without a day takes it on the day of the group`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let far = try await world.farGroup()
            let path = try await world.enrolled(house.partner, in: far)
            let made = try await world.request(.get, path, as: house.intake)
            #expect(made["startsOn"] == "2026-01-06" && made["status"] == "active", "\(made.text)")
            let near = try await world.request(
                .get, try await world.enrolled(house.partner, in: house.valorGroup), as: house.intake)
            #expect(near["startsOn"] == "2026-01-05")
            // A step today is one of the group's day; one on the practice's day lies before the beginning.
            let paused = try await world.step(path, "paused")
            #expect(paused.status == 200)
            let history = try await world.request(.get, path, as: house.intake)
            #expect(history["status"] == "paused")
            #expect(try await world.step(path, "withdrawn", from: "2026-01-05").status >= 409)
        }
    }

    @Test func `the roster and the seats are those of the group's day`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let far = try await world.farGroup(facilitatedBy: house.facilitator)
            _ = try await world.enrolled(house.partner, in: far, startsOn: "2026-01-06")
            _ = try await world.enrolled(house.loner, in: far, startsOn: "2026-01-07")
            let roster = try await world.request(.get, "/v1/groups/\(far)/roster", as: house.facilitator)
            #expect(roster["asOf"] == "2026-01-06")
            let members = roster["members"].list.filter { $0["status"] == "active" }.compactMap { $0["clientId"]?.text }
            #expect(members == ["\(house.partner.clientID)"], "\(roster.text)")
            let group = try await world.request(.get, "/v1/groups/\(far)", as: house.intake)
            #expect(group["seatsTaken"] == 1)
            let list = try await world.request(.get, "/v1/rosters", as: house.facilitator)
            #expect(list["asOf"] == "2026-01-05")
            let days = list.items.map { ["\($0["group"]?["name"]?.text ?? "")", $0["asOf"]?.text] }
            #expect(days == [["Far", "2026-01-06"], ["Tuesday", nil], ["Valor", nil]], "\(list.text)")
        }
    }

    @Test func `who leads and who sits in a group does so on its days`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let far = try await world.farGroup()
            let path = "/v1/groups/\(far)"
            func lead(_ person: Person, _ json: JSONValue) async throws {
                let put = try await world.request(
                    .put, "\(path)/facilitators/\(person.accountID)", as: house.admin, json: json)
                #expect([200, 201, 204].contains(put.status), "\(put.text)")
            }
            try await lead(house.facilitator, ["from": "2026-01-06"])
            try await lead(house.newcomer, ["from": "2025-12-01", "until": "2026-01-06"])
            #expect(try await world.request(.get, path + "/roster", as: house.facilitator).status == 200)
            #expect(try await world.request(.get, path + "/roster", as: house.newcomer).status == 404)
            _ = try await world.enrolled(house.loner, in: far, startsOn: "2026-01-06")
            #expect(try await world.request(.get, path, as: house.loner)["name"] == "Far")
            let groups = try await world.request(.get, "/v1/groups", as: house.facilitator)
            #expect(groups.items.contains { $0["name"] == "Far" })
            #expect(
                try await world.request(.get, "/v1/clients/\(house.loner.clientID)", as: house.facilitator).status
                    == 200)
        }
    }

    @Test func `the group's zone says which day a meeting is on, and so who belongs to it`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let far = try await world.farGroup(facilitatedBy: house.facilitator)
            let joins = try await world.enrolled(house.partner, in: far, startsOn: "2026-01-06")
            let leaves = try await world.enrolled(house.loner, in: far, startsOn: "2025-12-20")
            #expect(try await world.step(leaves, "withdrawn", from: "2026-01-06", reason: "Moves.").status == 200)
            // Tuesday at 05:30 in Auckland is Monday at 09:30 in Phoenix.
            let made = try await world.request(
                .post, path(far) + "/meetings", as: house.facilitator, json: ["startsAt": "2026-01-05T16:30:00Z"])
            let meeting = try #require(made.headers["location"])
            let attendance = try await world.request(.get, meeting + "/attendance", as: house.facilitator)
            #expect(attendance.all("clientId") == ["\(house.partner.clientID)"], "\(attendance.text)")
            let marks: JSONValue = [
                "marks": [
                    ["clientId": .text("\(house.partner.clientID)"), "mark": "present"],
                    ["clientId": .text("\(house.loner.clientID)"), "mark": "present"],
                ]
            ]
            let marked = try await world.request(.put, meeting + "/attendance", as: house.intake, json: marks)
            #expect(marked.faults == ["/marks/1/clientId not_a_member"])
            #expect(try await world.status(of: joins) == "active")
        }
    }

    @Test func `an offer ends with a day of the group`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let far = try await world.farGroup(seats: 1)
            let first = try await world.enrolled(house.partner, in: far)
            let second = try await world.enrolled(house.loner, in: far, status: "waitlisted")
            #expect(try await world.step(first, "withdrawn", reason: "Moves.").status == 200)
            let offered = try await world.request(.get, second, as: house.intake)
            #expect(offered["status"] == "offered")
            #expect(offered["offerExpiresAt"] == "2026-01-12T16:00:00Z", "\(offered.text)")
        }
    }

    @Test(arguments: [("[2025-12-01,2026-01-06)", 201), ("[2025-12-01,2026-01-07)", 409)])
    func `who sits in a group when two charts are made one does so on its day`(days: String, status: Int) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let far = try await world.farGroup()
            let (one, other) = (try await world.clients(1, "One")[0], try await world.clients(1, "Other")[0])
            try await world.seed(house) { seed in
                for person in [one, house.loner] {
                    _ = seed.enrollment(
                        of: person.clientID, in: far, status: "withdrawn", during: "\(days)::text::daterange")
                }
            }
            // Whom the one sits beside, the other is never placed with.
            #expect(
                try await noteConflict(
                    world, "do_not_place", of: other, ["otherId": .text("\(house.loner.clientID)")]
                ).status == 201)
            let merged = try await world.merge(other, into: one)
            #expect(merged.status == status, "\(merged.text)")
            if status == 409 { #expect(merged.faults == ["/duplicateId conflict_in_the_same_group"]) }
        }
    }

    @Test func `of two seats in one group the one that is there on its day stands`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let far = try await world.farGroup()
            let people = try await world.clients(2)
            let seats = try await world.seed(house) { seed in
                [
                    seed.enrollment(
                        of: people[0].clientID, in: far, status: "withdrawn",
                        during: "daterange('2025-12-01', '2026-01-06')"),
                    seed.enrollment(
                        of: people[1].clientID, in: far, status: "active", during: "daterange('2025-12-01', null)"),
                ]
            }
            #expect(try await world.merge(people[1], into: people[0]).status == 201)
            #expect(
                try await world.count(
                    "from enrollments where enrollment_id = \(seats[1]) and client_id = \(people[0].clientID)") == 1)
        }
    }

    @Test func `reports count who has a seat on the day of the group`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let program = try await world.seed(house) { $0.program("Far away") }
            try await world.seed(house) { seed in
                let far = seed.group("Far", in: program, timeZone: "Pacific/Auckland")
                _ = seed.enrollment(
                    of: house.loner.clientID, in: far, status: "active", during: "daterange('2026-01-06', null)")
            }
            for report in ["funnel", "retention"] {
                let answer = try await world.request(
                    .get, "/v1/reports/\(report)?programId=\(program)", as: house.owner)
                #expect(answer.status == 200 && answer.text.contains("Far away"), "\(answer.text)")
            }
        }
    }

    @Test func `weeks after a beginning have passed when they have in the group`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let program = try await world.seed(house) { $0.program("Far away") }
            try await world.seed(house) { seed in
                // Four weeks ago in Auckland, where it is tomorrow, and not yet here.
                let far = seed.group("Far", in: program, timeZone: "Pacific/Auckland")
                let near = seed.group("Near", in: program)
                for (client, group, day) in [
                    (house.loner, far, "2025-12-09"), (house.client, near, "2025-12-09"),
                    (house.partner, near, "2025-12-08"),
                ] {
                    _ = seed.enrollment(
                        of: client.clientID, in: group, status: "active", during: "daterange(\(day)::date, null)")
                }
            }
            let report = try await world.request(.get, "/v1/reports/retention?programId=\(program)", as: house.owner)
            let points = report["programs"].list.first?["points"]?.list ?? []
            #expect(points.first?["weeks"] == 4 && points.first?["atRisk"] == 2, "\(report.text)")
            #expect(points.first?["retained"] == 2)
        }
    }

    private func path(_ group: ID<Group>) -> String { "/v1/groups/\(group)" }
}

extension World {
    /// A group that meets in Auckland.
    fileprivate func farGroup(seats: Int = 12, facilitatedBy facilitator: Person? = nil) async throws -> ID<Group> {
        try await seed(mesa) {
            $0.group(
                "Far", in: mesa.program, capacity: seats, facilitatedBy: facilitator, timeZone: "Pacific/Auckland")
        }
    }
}
