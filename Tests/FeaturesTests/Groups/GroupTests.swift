import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Programs, groups and who leads them.
@Suite struct GroupTests {
    @Test func `the practice makes a program and changes it, others read it`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/programs", as: house.admin, json: ["name": "Valor", "minimumAge": 14, "maximumAge": 17])
            #expect(made.status == 201)
            let path = made.headers["location"] ?? ""
            #expect(try await world.request(.get, path, as: house.counselor)["name"] == "Valor")
            #expect(try await world.request(.get, path, as: house.client).status == 404)
            let changed = try await world.request(
                .patch, path, as: house.admin, json: ["published": true, "maximumAge": .null], ifMatch: made.version)
            #expect(changed["published"] == true && changed["maximumAge"] == .null && changed.version == 2)
            #expect(try await world.request(.get, path, as: house.client)["name"] == "Valor")
            let names = try await world.request(.get, "/v1/programs", as: house.client).items.map { $0["name"] }
            #expect(names == ["SABR", "Valor"])
            let foreign = try await world.request(.get, path, as: world.tempe.admin)
            #expect(foreign.status == 404)
        }
    }

    @Test func `a program that cannot be is refused with all its faults`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let refused = try await world.request(
                .post, "/v1/programs", as: house.admin, json: ["name": "", "minimumAge": "old", "colour": "red"])
            #expect(refused.status == 422)
            #expect(refused.faults == ["/name too_short", "/minimumAge wrong_type", "/colour unknown_member"])
            let ages: JSONValue = ["name": "Backwards", "minimumAge": 20, "maximumAge": 10]
            #expect(
                try await world.request(.post, "/v1/programs", as: house.admin, json: ages).faults
                    == ["/maximumAge out_of_range"])
            let taken = try await world.request(.post, "/v1/programs", as: house.admin, json: ["name": "SABR"])
            #expect(taken.faults == ["/name taken"])
            #expect(try await world.request(.post, "/v1/programs", as: house.intake, json: ages).status == 403)
        }
    }

    @Test func `the practice makes a group, and its capacity never falls below its members`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let made = try await world.request(.post, "/v1/groups", as: house.owner, json: Self.group(house.program))
            #expect(made.status == 201)
            #expect(made["seatsTaken"] == 0 && made["program"]["name"] == "SABR" && made["minutes"] == 90)
            let path = "/v1/groups/\(house.group)"
            let small = try await world.request(.patch, path, as: house.owner, json: ["capacity": 1], ifMatch: 1)
            #expect(small.status == 409 && small.code == "capacity_below_members")
            let two = try await world.request(
                .patch, path, as: house.owner, json: ["capacity": 2, "offerDays": 3, "telehealth": true], ifMatch: 1)
            #expect(two["capacity"] == 2 && two["seatsTaken"] == 2 && two["offerDays"] == 3)
            #expect(two["telehealth"] == true && two["everyWeeks"] == 1)
            let stale = try await world.request(.patch, path, as: house.owner, json: ["capacity": 5], ifMatch: 1)
            #expect(stale.status == 412)
            #expect(try await world.request(.patch, path, as: house.owner, json: ["capacity": 5]).status == 428)
            let unknown = try await world.request(
                .post, "/v1/groups", as: house.owner, json: Self.group(world.tempe.program))
            #expect(unknown.faults == ["/programId no_such_program"])
        }
    }

    @Test func `a group stands in a phase of its program, in the track of that phase`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = try await path(world)
            var json = Self.group(house.program).with("phaseId", path.ofPartners).with("everyWeeks", 2)
            let made = try await world.request(.post, "/v1/groups", as: house.owner, json: json)
            #expect(made["phase"]["name"] == "Application" && made["track"]["name"] == "Partners")
            #expect(made["everyWeeks"] == 2)
            json = json.with("name", "Friday")
            for (member, id, fault) in [
                ("trackId", path.recovery, "/trackId other_phase"), ("phaseId", path.foreign, "/phaseId unknown"),
                ("phaseId", path.foreignTrack, "/phaseId unknown"),
            ] {
                let refused = try await world.request(
                    .post, "/v1/groups", as: house.owner, json: json.with(member, id))
                #expect(refused.faults == [fault])
            }
            let foreign = json.with("phaseId", .null).with("trackId", path.foreignTrack)
            #expect(
                try await world.request(.post, "/v1/groups", as: house.owner, json: foreign).faults
                    == ["/trackId unknown"])
            let place = made.headers["location"] ?? ""
            let moved = try await world.request(
                .patch, place, as: house.owner, json: ["phaseId": path.ofRecovery], ifMatch: 1)
            #expect(moved["track"]["name"] == "Recovery")
            let torn = try await world.request(
                .patch, place, as: house.owner, json: ["trackId": path.partners], ifMatch: 2)
            #expect(torn.faults == ["/trackId other_phase"])
            let free = try await world.request(
                .patch, place, as: house.owner, json: ["phaseId": .null, "trackId": .null], ifMatch: 2)
            #expect(free["phase"] == .null && free["track"] == .null)
        }
    }

    @Test func `a group in which somebody had a seat stays in its phase and track`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = try await path(world)
            let place = "/v1/groups/\(house.group)"
            for change in [["phaseId": path.ofPartners], ["phaseId": .null]] as [JSONValue] {
                let refused = try await world.request(.patch, place, as: house.owner, json: change, ifMatch: 1)
                #expect(refused.status == 409 && refused.code == "group_has_history")
            }
            // What was not said before may be said.
            let said = try await world.request(
                .patch, place, as: house.owner, json: ["trackId": path.recovery], ifMatch: 1)
            #expect(said["track"]["name"] == "Recovery")
            let refused = try await world.request(
                .patch, place, as: house.owner, json: ["trackId": path.partners], ifMatch: 2)
            #expect(refused.code == "group_has_history")
        }
    }

    private struct PathIDs {
        let recovery, partners, ofRecovery, ofPartners, foreign, foreignTrack: JSONValue
    }

    /// Two tracks with a phase each, and a phase and a track of another program.
    private func path(_ world: World) async throws -> PathIDs {
        func make(_ path: String, _ json: JSONValue) async throws -> JSONValue {
            try await world.request(.post, path, as: world.mesa.admin, json: json)["id"]
        }
        let program = "/v1/programs/\(world.mesa.program)"
        let recovery = try await make("\(program)/tracks", ["name": "Recovery"])
        let partners = try await make("\(program)/tracks", ["name": "Partners"])
        let other = "/v1/programs/\(try await make("/v1/programs", ["name": "Another"]).text ?? "")"
        return PathIDs(
            recovery: recovery, partners: partners,
            ofRecovery: try await make("\(program)/phases", ["name": "Application", "trackId": recovery]),
            ofPartners: try await make("\(program)/phases", ["name": "Application", "trackId": partners]),
            foreign: try await make("\(other)/phases", ["name": "Start"]),
            foreignTrack: try await make("\(other)/tracks", ["name": "Boys"]))
    }

    @Test func `a member sees the own group without its seats, and no other`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let list = try await world.request(.get, "/v1/groups", as: house.client)
            #expect(list.items.map { $0["name"] } == ["Tuesday"])
            #expect(list.items.allSatisfy { $0["capacity"] == nil && $0["seatsTaken"] == nil })
            #expect(try await world.request(.get, "/v1/groups/\(house.valorGroup)", as: house.client).status == 404)
            #expect(try await world.request(.get, "/v1/groups", as: house.partner).items == [])
            let staff = try await world.request(.get, "/v1/groups", as: house.newcomer)
            #expect(staff.items.map { $0["seatsTaken"] } == [2, 1])
        }
    }

    @Test func `groups come in pages, and a cursor fits its list alone`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let first = try await world.request(.get, "/v1/groups?limit=1", as: house.admin)
            let cursor = first["next"].text ?? ""
            let second = try await world.request(.get, "/v1/groups?limit=1&cursor=\(cursor)", as: house.admin)
            #expect((first.items + second.items).map { $0["name"] } == ["Tuesday", "Valor"])
            #expect(second["next"] == .null)
            let elsewhere = try await world.request(.get, "/v1/programs?cursor=\(cursor)", as: house.admin)
            #expect(elsewhere.status == 400 && elsewhere.code == "invalid_cursor")
        }
    }

    @Test func `who is made a facilitator sees the roster until it ends`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let roster = "/v1/groups/\(house.group)/roster"
            let path = "/v1/groups/\(house.group)/facilitators/\(house.newcomer.accountID)"
            #expect(try await world.request(.get, roster, as: house.newcomer).status == 404)
            for _ in 1...2 {
                let put = try await world.request(.put, path, as: house.admin, json: ["from": "2026-01-05"])
                #expect(put.status == 200 && put["name"] == "Nora Novak" && put["until"] == .null)
            }
            #expect(try await world.request(.get, roster, as: house.newcomer).status == 200)
            #expect(try await world.request(.delete, path, as: house.facilitator).status == 403)
            #expect(try await world.request(.delete, path, as: house.admin).status == 204)
            #expect(try await world.request(.get, roster, as: house.newcomer).status == 404)
            #expect(try await world.request(.delete, path, as: house.admin).status == 404)
            let fay = "/v1/groups/\(house.group)/facilitators/\(house.facilitator.accountID)"
            #expect(try await world.request(.delete, fay, as: house.admin).status == 204)
            #expect(try await world.request(.get, roster, as: house.facilitator).status == 404)
        }
    }

    @Test func `a substitute sees the group on the days of the span, and on no other`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let roster = "/v1/groups/\(house.group)/roster"
            let path = "/v1/groups/\(house.group)/facilitators"
            let put = try await world.request(
                .put, "\(path)/\(house.newcomer.accountID)", as: house.admin,
                json: ["from": "2026-01-06", "until": "2026-01-08", "role": "substitute"])
            #expect(put["role"] == "substitute")
            for expected in [404, 200, 200, 404] {
                #expect(try await world.request(.get, roster, as: house.newcomer).status == expected)
                try await world.advance(by: .seconds(86_400))
            }
            let list = try await world.request(.get, path, as: house.intern)
            #expect(list.items.map { $0["name"] } == ["Fay Flores", "Nora Novak"])
            #expect(list.items.map { $0["role"] } == ["facilitator", "substitute"])
            #expect(list.items.map { $0["until"] } == [.null, "2026-01-08"])
            #expect(try await world.request(.get, path, as: house.client).status == 200)
            for stranger in [house.partner, world.tempe.admin] {
                #expect(try await world.request(.get, path, as: stranger).status == 404)
            }
        }
    }

    @Test func `a span that overlaps others of the colleague becomes the one that is said`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/groups/\(house.group)/facilitators"
            let spans: [JSONValue] = [
                ["from": "2026-01-01", "until": "2026-01-10"],
                ["from": "2026-01-20", "until": "2026-02-01", "role": "substitute"],
                ["from": "2026-01-05", "until": "2026-01-25", "role": "co_facilitator"],
            ]
            for span in spans {
                let put = try await world.request(
                    .put, "\(path)/\(house.newcomer.accountID)", as: house.admin, json: span)
                #expect(put.status == 200)
            }
            let list = try await world.request(.get, path, as: house.admin).items.filter { $0["name"] == "Nora Novak" }
            #expect(list.map { $0["from"] } == ["2026-01-05"] && list.map { $0["role"] } == ["co_facilitator"])
            let group = try await world.request(.get, "/v1/groups/\(house.group)", as: house.admin)
            #expect(group["facilitators"].asArray.map { $0["role"] } == ["facilitator", "co_facilitator"])
            let wrong = try await world.request(
                .put, "\(path)/\(house.newcomer.accountID)", as: house.admin,
                json: ["from": "2026-01-05", "role": "boss"])
            #expect(wrong.faults == ["/role not_a_choice"])
        }
    }

    @Test func `only a professional of this practice leads a group`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let span: JSONValue = ["from": "2026-01-05", "until": "2026-02-01"]
            let path = "/v1/groups/\(house.group)/facilitators/"
            let desk = try await world.request(.put, path + "\(house.intake.accountID)", as: house.admin, json: span)
            #expect(desk.status == 409 && desk.code == "not_a_counselor")
            for stranger in [house.client.accountID, world.tempe.counselor.accountID] {
                #expect(try await world.request(.put, path + "\(stranger)", as: house.admin, json: span).status == 404)
            }
            let backwards: JSONValue = ["from": "2026-01-05", "until": "2026-01-05"]
            let counselor = path + "\(house.counselor.accountID)"
            #expect(
                try await world.request(.put, counselor, as: house.admin, json: backwards).faults
                    == ["/until before_start"])
            #expect(try await world.request(.put, counselor, as: house.facilitator, json: span).status == 403)
        }
    }

    @Test func `a facilitator plans meetings and does not change the group`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/groups/\(house.group)"
            let change = try await world.request(.patch, path, as: house.facilitator, json: ["capacity": 5], ifMatch: 1)
            #expect(change.status == 403)
            #expect(try await world.request(.get, path, as: house.admin).version == 1)
            let made = try await world.request(
                .post, "/v1/groups", as: house.facilitator, json: Self.group(house.program))
            #expect(made.status == 403)
        }
    }

    static func group(_ program: ID<Program>) -> JSONValue {
        [
            "programId": .text("\(program)"), "name": "Thursday", "capacity": 8, "startsOn": "2026-02-05",
            "weekday": "thursday", "meetsAt": "17:30", "timeZone": "America/Phoenix",
        ]
    }
}

extension JSONValue {
    /// The object with another value of a member.
    func with(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.name != name } + [JSONMember(name, value)])
    }
}
