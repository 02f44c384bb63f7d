import JSON
import Practice
import Testing
import TestSupport

/// The way through a program: its tracks and phases, what a phase asks for, and who reads it.
@Suite struct PathTests {
    @Test func `a program shows its whole path in order, to clients too once it is published`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/programs/\(house.program)"
            let recovery = try await make(world, "\(path)/tracks", ["name": "Recovery"])
            let partners = try await make(world, "\(path)/tracks", ["name": "Partners", "description": "Beside them."])
            let first = try await make(world, "\(path)/phases", ["name": "Education", "trackId": partners])
            let second = try await make(
                world, "\(path)/phases",
                ["name": "Application", "trackId": partners, "requires": [first], "exitCriteria": "A letter."])
            for person in [house.client, house.counselor] {
                let program = try await world.request(.get, path, as: person)
                #expect(program["tracks"].asArray.map { $0["id"] } == [recovery, partners])
                #expect(program["tracks"].asArray.map { $0["position"] } == [1, 2])
                let phases = program["phases"].asArray
                #expect(phases.map { $0["name"] } == ["Education", "Education", "Application"])
                #expect(phases.map { $0["trackId"] } == [.null, partners, partners])
                #expect(phases.last?["requires"] == [first] && phases.last?["exitCriteria"] == "A letter.")
                #expect(phases.last?["id"] == second)
            }
            let hidden = try await world.request(
                .patch, path, as: house.admin, json: ["published": false], ifMatch: 1)
            #expect(hidden["phases"].asArray.count == 3)
            for place in ["", "/tracks", "/phases", "/tracks/\(partners.text ?? "")", "/phases/\(first.text ?? "")"] {
                #expect(try await world.request(.get, path + place, as: house.client).status == 404)
                #expect(try await world.request(.get, path + place, as: house.intake).status == 200)
                #expect(try await world.request(.get, path + place, as: world.tempe.admin).status == 404)
            }
        }
    }

    @Test func `a phase asks for phases of its own program and track, and never for itself`() async throws {
        try await withWorld { world in
            let path = "/v1/programs/\(world.mesa.program)"
            let other = try await make(world, "/v1/programs", ["name": "Valor"])
            let foreign = try await make(world, "/v1/programs/\(other.text ?? "")/phases", ["name": "Start"])
            let foreignTrack = try await make(world, "/v1/programs/\(other.text ?? "")/tracks", ["name": "Boys"])
            let partners = try await make(world, "\(path)/tracks", ["name": "Partners"])
            let recovery = try await make(world, "\(path)/tracks", ["name": "Recovery"])
            let common = try await make(world, "\(path)/phases", ["name": "Welcome"])
            let a = try await make(world, "\(path)/phases", ["name": "A", "trackId": partners, "requires": [common]])
            let b = try await make(world, "\(path)/phases", ["name": "B", "trackId": partners, "requires": [a, a]])
            let c = try await make(world, "\(path)/phases", ["name": "C", "trackId": partners, "requires": [b]])
            let elsewhere = try await make(world, "\(path)/phases", ["name": "A", "trackId": recovery])
            for (required, code) in [
                (c, "leads_back"), (a, "leads_back"), (elsewhere, "other_track"), (foreign, "unknown"),
            ] {
                let refused = try await change(world, "\(path)/phases/\(a.text ?? "")", ["requires": [required]], 1)
                #expect(refused.status == 422 && refused.faults == ["/requires \(code)"])
            }
            let ofATrack = try await change(world, "\(path)/phases/\(common.text ?? "")", ["requires": [elsewhere]], 1)
            #expect(ofATrack.faults == ["/requires other_track"])
            let badTrack = try await world.request(
                .post, "\(path)/phases", as: world.mesa.admin, json: ["name": "D", "trackId": foreignTrack])
            #expect(badTrack.faults == ["/trackId unknown"])
            #expect(try await world.request(.get, path, as: world.mesa.admin)["phases"].asArray.count == 6)

            let freed = try await change(world, "\(path)/phases/\(b.text ?? "")", ["requires": []], 1)
            #expect(freed["requires"] == [] && freed.version == 2)
            let turned = try await change(world, "\(path)/phases/\(a.text ?? "")", ["requires": [c]], 1)
            #expect(turned.status == 200 && turned["requires"] == [c])
        }
    }

    @Test func `two changes that would close a circle together do not both succeed`() async throws {
        try await withWorld { world in
            let path = "/v1/programs/\(world.mesa.program)"
            let a = try await make(world, "\(path)/phases", ["name": "A"])
            let b = try await make(world, "\(path)/phases", ["name": "B"])
            async let first = change(world, "\(path)/phases/\(a.text ?? "")", ["requires": [b]], 1)
            async let second = change(world, "\(path)/phases/\(b.text ?? "")", ["requires": [a]], 1)
            let statuses = try await [first.status, second.status].sorted()
            #expect(statuses == [200, 422])
        }
    }

    @Test func `names are taken once, versions are asked for, and only the practice makes paths`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/programs/\(house.program)"
            let track = try await make(world, "\(path)/tracks", ["name": "Partners"])
            let place = "\(path)/tracks/\(track.text ?? "")"
            let taken = try await world.request(.post, "\(path)/tracks", as: house.admin, json: ["name": "Partners"])
            #expect(taken.faults == ["/name taken"])
            let phase = try await world.request(.post, "\(path)/phases", as: house.admin, json: ["name": "Education"])
            #expect(phase.faults == ["/name taken"])
            #expect(try await world.request(.get, place, as: house.intake).version == 1)
            let changed = try await change(world, place, ["name": "Betrayed partners", "position": 7], 1)
            #expect(changed["name"] == "Betrayed partners" && changed["position"] == 7 && changed.version == 2)
            #expect(try await change(world, place, ["name": "Late"], 1).status == 412)
            #expect(try await change(world, place, ["name": "Late"], nil).status == 428)
            #expect(try await change(world, place, ["position": 1001, "colour": 1], 2).status == 422)
            for person in [house.counselor, house.intake, house.client] {
                let refused = try await world.request(.post, "\(path)/tracks", as: person, json: ["name": "Mine"])
                #expect(refused.status == 403)
            }
            let foreign = try await world.request(
                .post, "\(path)/tracks", as: world.tempe.admin, json: ["name": "Ours"])
            #expect(foreign.status == 404)
            // A track is found in its own program alone.
            let other = try await make(world, "/v1/programs", ["name": "Valor"])
            let wrong = "/v1/programs/\(other.text ?? "")/tracks/\(track.text ?? "")"
            #expect(try await change(world, wrong, ["name": "Stolen"], 2).status == 404)
            #expect(try await world.request(.get, place, as: house.admin)["name"] == "Betrayed partners")
        }
    }

    @Test func `a program asks for documents that the practice has`() async throws {
        try await withWorld { world in
            let path = "/v1/programs/\(world.mesa.program)"
            let asked = try await change(world, path, ["consents": ["treatment"]], 1)
            #expect(asked["consents"] == ["treatment"])
            let unknown = try await change(world, path, ["consents": ["treatment", "nothing_known"]], 2)
            #expect(unknown.faults == ["/consents unknown"])
            #expect(try await change(world, path, ["consents": []], 2)["consents"] == [])
        }
    }

    /// Makes something as the practice does, and gives its id.
    private func make(_ world: World, _ path: String, _ json: JSONValue) async throws -> JSONValue {
        let made = try await world.request(.post, path, as: world.mesa.admin, json: json)
        #expect(made.status == 201, "\(made.text)")
        return made["id"]
    }

    private func change(_ world: World, _ path: String, _ json: JSONValue, _ version: Int?) async throws -> TestAnswer {
        try await world.request(.patch, path, as: world.mesa.admin, json: json, ifMatch: version)
    }
}
