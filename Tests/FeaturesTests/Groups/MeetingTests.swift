import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// When a group meets: what is planned besides the rule, and what people change of it.
@Suite struct MeetingTests {
    @Test func `a facilitator plans a meeting, once at one time`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/groups/\(house.group)/meetings"
            let start: JSONValue = ["startsAt": "2026-01-07T01:00:00Z"]
            let made = try await world.request(.post, path, as: house.facilitator, json: start)
            #expect(made.status == 201 && made["minutes"] == 90 && made["place"] == "Mesa")
            #expect(made["plannedOn"] == .null && made["telehealth"] == false)
            #expect(
                try await world.request(.post, path, as: house.facilitator, json: start).faults == ["/startsAt taken"])
            #expect(try await world.request(.get, path, as: house.client).items.count == 2)
            let place = made.headers["location"] ?? ""
            #expect(try await world.request(.get, place, as: house.client).body == made.body)
            for stranger in [house.partner, world.tempe.facilitator] {
                #expect(try await world.request(.get, path, as: stranger).status == 404)
                #expect(try await world.request(.get, place, as: stranger).status == 404)
            }
            #expect(try await world.request(.post, path, as: house.newcomer, json: start).status == 404)
        }
    }

    @Test func `who leads the group moves a meeting, cancels it and says where it is`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = try await meeting(world, "2026-01-07T01:00:00Z")
            let moved = try await world.request(
                .patch, path, as: house.facilitator,
                json: ["startsAt": "2026-01-08T02:00:00Z", "minutes": 60, "place": "Room 2", "telehealth": true],
                ifMatch: 1)
            #expect(moved["startsAt"] == "2026-01-08T02:00:00Z" && moved["minutes"] == 60)
            #expect(moved["place"] == "Room 2" && moved["telehealth"] == true && moved.version == 2)
            let back = try await world.request(
                .patch, path, as: house.owner, json: ["place": .null, "telehealth": .null, "cancelled": true],
                ifMatch: 2)
            #expect(back["place"] == "Mesa" && back["telehealth"] == false && back["cancelled"] == true)
            let again = try await world.request(
                .patch, path, as: house.facilitator, json: ["cancelled": false], ifMatch: 3)
            #expect(again["cancelled"] == false)
        }
    }

    @Test func `a meeting is changed by nobody else, not twice at one time, and not as it was before`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = try await meeting(world, "2026-01-07T01:00:00Z")
            _ = try await meeting(world, "2026-01-14T01:00:00Z")
            let change: JSONValue = ["cancelled": true]
            for (person, status) in [
                (house.newcomer, 404), (house.intern, 404), (house.counselor, 404), (house.intake, 403),
                (house.client, 403), (world.tempe.owner, 404), (world.tempe.facilitator, 404),
            ] {
                let refused = try await world.request(.patch, path, as: person, json: change, ifMatch: 1)
                #expect(refused.status == status, "\(person.name)")
            }
            func patch(_ json: JSONValue, _ version: Int?) async throws -> TestAnswer {
                try await world.request(.patch, path, as: house.facilitator, json: json, ifMatch: version)
            }
            #expect(try await patch(["startsAt": "2026-01-14T01:00:00Z"], 1).faults == ["/startsAt taken"])
            #expect(try await patch(change, nil).status == 428)
            #expect(try await patch(["minutes": 5, "startsAt": .null, "mood": 1], 1).faults.count == 3)
            #expect(try await patch(change, 1).version == 2)
            #expect(try await patch(change, 1).status == 412)
        }
    }

    @Test func `a meeting that somebody attended is neither cancelled nor moved`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/meetings/\(house.meeting)"
            for change in [["cancelled": true], ["startsAt": "2026-01-08T02:00:00Z"]] as [JSONValue] {
                let refused = try await world.request(.patch, path, as: house.facilitator, json: change, ifMatch: 1)
                #expect(refused.status == 409 && refused.code == "meeting_has_attendance")
            }
            let changed = try await world.request(
                .patch, path, as: house.facilitator, json: ["minutes": 75, "cancelled": false], ifMatch: 1)
            #expect(changed["minutes"] == 75)
        }
    }

    @Test func `the list is of the days that are asked for, in the group's own calendar`() async throws {
        try await withWorld { world in
            let house = world.mesa
            // 23:30 on the 5th and 00:30 on the 7th in Phoenix.
            _ = try await meeting(world, "2026-01-06T06:30:00Z")
            _ = try await meeting(world, "2026-01-07T07:30:00Z")
            let path = "/v1/groups/\(house.group)/meetings"
            func starts(_ query: String) async throws -> [JSONValue?] {
                try await world.request(.get, path + query, as: house.facilitator).items.map { $0["startsAt"] }
            }
            #expect(try await starts("").count == 3)
            #expect(try await starts("?from=2026-01-05&to=2026-01-05") == ["2026-01-06T06:30:00Z"])
            #expect(try await starts("?from=2026-01-06") == ["2026-01-07T07:30:00Z"])
            #expect(try await starts("?from=2026-01-06&to=2026-01-06") == [])
            #expect(try await starts("?to=2026-01-05").count == 2)
            let first = try await world.request(.get, path + "?from=2026-01-01&limit=1", as: house.facilitator)
            #expect(first.items.map { $0["version"] } == [1])
            let next = first["next"].text ?? ""
            #expect(try await starts("?from=2026-01-01&limit=1&cursor=\(next)") == ["2026-01-07T07:30:00Z"])
            let wrong = try await world.request(
                .get, path + "?from=2026-01-05&to=2026-01-04&until=2026-01-06", as: house.facilitator)
            #expect(wrong.status == 400 && wrong.faults == ["/to before_start", "/until unknown_parameter"])
        }
    }

    @Test func `the practice closes for some days, whose names the staff alone read`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/closures", as: house.admin, json: ["name": "MLK Day", "firstDay": "2026-01-19"])
            #expect(made.status == 201 && made["lastDay"] == "2026-01-19")
            let path = made.headers["location"] ?? ""
            for person in [house.client, house.guardian, house.intern, house.auditor] {
                let read = try await world.request(.get, path, as: person)
                #expect(read["firstDay"] == "2026-01-19" && read["lastDay"] == "2026-01-19")
                #expect(read["name"] == (person.roles.contains(where: \.isStaff) ? "MLK Day" : .null))
                #expect(read.text.contains("MLK") == person.roles.contains(where: \.isStaff))
                #expect(try await world.request(.get, "/v1/closures", as: person).items == [read.json])
                #expect(try await world.request(.delete, path, as: person, ifMatch: 1).status == 403)
            }
            // Who sits in no group, and whose child does not, is told no days.
            for person in [house.partner] {
                #expect(try await world.request(.get, path, as: person).status == 404)
                #expect(try await world.request(.get, "/v1/closures", as: person).items == [])
            }
            func patch(_ json: JSONValue, _ version: Int?) async throws -> TestAnswer {
                try await world.request(.patch, path, as: house.admin, json: json, ifMatch: version)
            }
            #expect(try await patch(["lastDay": "2026-01-18"], 1).faults == ["/lastDay before_start"])
            #expect(try await patch(["lastDay": "2027-01-20"], 1).faults == ["/lastDay too_long"])
            let longer = try await patch(["lastDay": "2026-01-20"], 1)
            #expect(longer["firstDay"] == "2026-01-19" && longer["lastDay"] == "2026-01-20" && longer.version == 2)
            #expect(try await patch(["name": "Late"], 1).status == 412)
            #expect(try await patch(["name": "Late"], nil).status == 428)
            #expect(try await world.request(.get, "/v1/closures?from=2026-01-20", as: house.intake).items.count == 1)
            #expect(try await world.request(.get, "/v1/closures?from=2026-01-21", as: house.intake).items == [])
            let backwards: JSONValue = ["name": "", "firstDay": "2026-01-19", "lastDay": "2026-01-18"]
            #expect(
                try await world.request(.post, "/v1/closures", as: house.admin, json: backwards).faults
                    == ["/name too_short", "/lastDay before_start"])
            #expect(try await world.request(.get, path, as: world.tempe.admin).status == 404)
            #expect(try await world.request(.delete, path, as: world.tempe.admin, ifMatch: 2).status == 404)
            #expect(try await world.request(.delete, path, as: house.admin, ifMatch: 1).status == 412)
            #expect(try await world.request(.delete, path, as: house.admin, ifMatch: 2).status == 204)
            #expect(try await world.request(.get, path, as: house.admin).status == 404)
        }
    }

    /// Plans a meeting of the group, and gives its path.
    private func meeting(_ world: World, _ startsAt: String) async throws -> String {
        let made = try await world.request(
            .post, "/v1/groups/\(world.mesa.group)/meetings", as: world.mesa.facilitator,
            json: ["startsAt": .text(startsAt)])
        return try #require(made.headers["location"])
    }
}

extension JSONValue {
    /// The elements of an array.
    var asArray: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}
