import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What lists tell beside ids, how many there are, and in which order.
@Suite struct ListNamesTests {
    @Test func `what people scroll carries names, for who may see them`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let tasks = try await world.request(.get, "/v1/tasks?total=true", as: house.intake)
            #expect(tasks.items.map { $0["clientName"] } == ["Adam Archer"] && tasks["total"] == 1)
            let path = "/v1/clients/\(house.client.clientID)"
            let enrollments = try await world.request(.get, path + "/enrollments", as: house.intake)
            #expect(enrollments.items.map { $0["groupName"] } == ["Tuesday"])
            #expect(enrollments.items.map { $0["programName"] } == ["SABR"])
        }
    }

    @Test func `clients and guardians are told what the groups are called in which there is a seat`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                seed.add("update programs set published = true, version = version + 1 where practice_id = \(house.id)")
            }
            let path = "/v1/clients/\(house.client.clientID)/enrollments"
            let own = try await world.request(.get, path, as: house.client)
            #expect(own.items.map { $0["groupName"] } == ["Tuesday"])
            #expect(own.items.map { $0["programName"] } == ["SABR"])
            let id = try #require(own.items.first?["id"]?.text)
            #expect(try await world.request(.get, "/v1/enrollments/\(id)", as: house.client)["groupName"] == "Tuesday")
            try await world.seed(house) { seed in
                seed.add("update programs set published = false, version = version + 1 where practice_id = \(house.id)")
            }
            let unpublished = try await world.request(.get, path, as: house.client)
            #expect(unpublished.items.map { $0["groupName"] } == ["Tuesday"])
            #expect(unpublished.items.map { $0["programName"] } == [nil])
            // A counselor who treats reads any group; without a seat the client reads none.
            let treating = try await world.request(.get, path, as: house.counselor)
            #expect(treating.items.map { $0["programName"] } == ["SABR"])
            let ended = try await world.request(
                .put, "/v1/enrollments/\(id)/status", as: house.intake, json: ["status": "withdrawn"],
                ifMatch: try await world.request(.get, "/v1/enrollments/\(id)", as: house.intake).version)
            #expect(ended.status == 200)
            let former = try await world.request(.get, path, as: house.client)
            #expect(former.items.map { $0["status"] } == ["withdrawn"] && former.items.map { $0["groupName"] } == [nil])
            let desk = try await world.request(.get, path, as: house.intake)
            #expect(desk.items.map { $0["groupName"] } == ["Tuesday"])
        }
    }

    @Test func `homework and consents name whose they are, and inquiries who follows them up and for which program`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            for (path, id, ownName) in [
                ("/v1/homework", "\(house.homework)", nil), ("/v1/consents", "\(house.consent)", "Adam Archer"),
            ] as [(String, String, String?)] {
                for (person, name) in [(house.counselor, "Adam Archer"), (house.client, ownName)] {
                    let item = try await world.request(.get, path, as: person).items.first { $0["id"]?.text == id }
                    #expect(try #require(item)["clientName"]?.text == name, "\(path) as \(person.email)")
                }
            }
            let programs = try await world.request(.get, "/v1/programs", as: house.intake)
            let program = try #require(programs.items.first { $0["name"] == "SABR" }?["id"])
            let (path, id) = ("/v1/inquiries/\(house.inquiry)", "\(house.inquiry)")
            let asking = try await world.request(
                .patch, path, as: house.intake, json: ["programId": program],
                ifMatch: try await world.request(.get, path, as: house.intake).version)
            #expect(asking.status == 200, "\(asking.text)")
            let assigned = try await world.request(
                .put, path + "/assignment", as: house.intake,
                json: ["counselorId": .text("\(house.counselor.accountID)")], ifMatch: asking.version)
            #expect(assigned.status == 200, "\(assigned.text)")
            let listed = try await world.request(.get, "/v1/inquiries", as: house.intake)
            let item = try #require(listed.items.first { $0["id"]?.text == id })
            #expect(item["assignedToName"]?.text == "Carl Cohen" && item["programName"]?.text == "SABR")
        }
    }

    @Test func `clients and groups are filtered, sorted and counted`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, intake) = (world.mesa, world.mesa.intake)
            let byName = try await world.request(.get, "/v1/clients?limit=100&total=true", as: intake)
            let count = byName.items.count
            #expect(count > 3 && byName["total"] == .number(JSONNumber(count)))
            let oldest = try await world.request(.get, "/v1/clients?sort=createdAt&limit=100", as: intake)
            let newest = try await world.request(
                .get, "/v1/clients?sort=-createdAt&limit=100", as: intake)
            #expect(oldest.items == newest.items.reversed() && oldest["total"] == .null)
            var (pages, cursor) = ([JSONValue](), "")
            repeat {
                let page = try await world.request(
                    .get, "/v1/clients?sort=-createdAt&limit=2" + cursor, as: intake)
                pages += page.items
                cursor = page["next"].text.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(pages == newest.items)
            #expect(try await world.request(.get, "/v1/clients?status=inactive", as: intake).items == [])
            let led = try await world.request(.get, "/v1/clients?status=active", as: house.facilitator)
            #expect(led.items == [], "whose status is not shown is not found by it")
            let groups = try await world.request(
                .get, "/v1/groups?sort=-startsOn&status=running&total=true", as: intake)
            let running = groups.items.count
            #expect(running > 0 && groups["total"] == .number(JSONNumber(running)))
            #expect(try await world.request(.get, "/v1/groups?status=ended", as: intake).items == [])
            #expect(
                try await world.request(.get, "/v1/groups?sort=size", as: intake).faults == [
                    "/sort not_a_choice"
                ])
        }
    }

    @Test func `who may change a professional reads all of it, and nobody else`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/staff/\(house.counselor.accountID)"
            for person in [house.owner, house.admin] {
                let read = try await world.request(.get, path, as: person)
                #expect(
                    read["email"].text != nil && read["licenses"] == [] && read["maximumCaseload"] == .null)
                let changed = try await world.request(
                    .patch, path, as: person, json: ["credentials": "LPC"], ifMatch: read.version)
                #expect(changed.text == (try await world.request(.get, path, as: person).text))
            }
            for person in [house.intake, house.facilitator, house.auditor] {
                let read = try await world.request(.get, path, as: person)
                #expect(read.status == 200 && read.json["email"] == nil && read.json["licenses"] == nil)
            }
        }
    }

    @Test func `an address that is taken in can want no reminders from the beginning`() async throws {
        try await withWorld { (world: World) async throws in
            let made = try await world.request(
                .post, "/v1/clients", as: world.mesa.intake,
                json: [
                    "givenName": "Noa", "familyName": "Begay",
                    "contact": [
                        "email": "noa@example.com", "safeChannels": ["email"], "homeworkReminders": false,
                    ],
                ])
            #expect(made.status == 201 && made["contact"]["homeworkReminders"] == false)
        }
    }

    @Test func `a calendar calls a group by its word for who leads it alone, and stands still`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            var calendars: [String: String] = [:]
            for (name, person) in [("leader", house.facilitator), ("member", house.client)] {
                let made = try await world.request(.post, "/v1/me/calendar-feeds", as: person, json: [:])
                let path: String = try #require(made["path"].text)
                calendars[name] = path
            }
            let (leader, member) = (try #require(calendars["leader"]), try #require(calendars["member"]))
            let before = try await world.request(.get, leader)
            #expect(before.text.contains("SUMMARY:Appointment\r\n"))
            try await world.advance(by: .seconds(3_600))
            let still = try await world.request(
                .get, leader, headers: ["If-None-Match": try #require(before.headers["etag"])])
            #expect(still.status == 304)
            let group = "/v1/groups/\(house.group)"
            let version = try await world.request(.get, group, as: house.owner).version
            let named = try await world.request(
                .patch, group, as: house.owner, json: ["calendarWord": "Tuesdays"], ifMatch: version)
            #expect(named["calendarWord"] == "Tuesdays")
            #expect(try await world.request(.get, group, as: house.client).json["calendarWord"] == nil)
            #expect(try await world.request(.get, leader).text.contains("SUMMARY:Tuesdays\r\n"))
            #expect(try await world.request(.get, member).text.contains("SUMMARY:Appointment\r\n"))
        }
    }

    @Test func `a limited route tells how much is left, whatever it answers`() async throws {
        try await withWorld { (world: World) async throws in
            let search = try await world.request(
                .post, "/v1/clients/search", as: world.mesa.intake, json: ["name": "Archer"])
            #expect(search.headers["ratelimit"] == "\"default\";r=299;t=601")
            #expect(search.headers["ratelimit-policy"] == "\"default\";q=300;w=600")
            let attempt: JSONValue = [
                "practice": "mesa", "email": "nobody@mesa.example", "password": "wrong wrong wrong",
            ]
            let wrong = try await world.request(.post, "/v1/sign-ins", json: attempt)
            #expect(
                wrong.status == 401 && wrong.headers["ratelimit"]?.hasPrefix("\"default\";r=99;") == true)
            let unknown = try await world.request(
                .get, "/v1/invitations/\(String(repeating: "A", count: 64))")
            #expect(
                unknown.status == 404
                    && unknown.headers["ratelimit"]?.hasPrefix("\"default\";r=29;") == true)
            #expect(
                try await world.request(.get, "/v1/me", as: world.mesa.intake).headers["ratelimit"] == nil)
        }
    }
}
