import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// For what an exercise is meant.
@Suite struct ExerciseTagTests {
    @Test func `an exercise is found by the program, track and phase that it is meant for`() async throws {
        try await withWorld { world in
            let (mesa, paths) = (world.mesa, try await Paths(world))
            let path = "/v1/exercises/\(mesa.exercise)"
            let tagged = try await world.request(.put, "\(path)/tags", as: mesa.owner, json: paths.all, ifMatch: 1)
            #expect(tagged.status == 200 && tagged.version == 2)
            #expect(tagged["programIds"] == [.text(mesa.program.description)])
            #expect(tagged["trackIds"] == [paths.track] && tagged["phaseIds"] == [paths.phase])
            #expect(try await world.request(.get, path, as: mesa.counselor).body == tagged.body)
            _ = try await world.seed(mesa) { try $0.exercise("Untagged") }

            let (track, phase) = (paths.track.text ?? "", paths.phase.text ?? "")
            for query in [
                "programId=\(mesa.program)", "trackId=\(track)", "phaseId=\(phase)",
                "programId=\(mesa.program)&phaseId=\(phase)&shelf=library",
            ] {
                let found = try await world.request(.get, "/v1/exercises?\(query)", as: mesa.intern)
                #expect(found.all("title") == ["Daily check-in"], "\(query)")
                #expect(found.items.first?["phaseIds"] == [paths.phase])
            }
            for query in ["phaseId=\(track)", "programId=\(world.tempe.program)", "trackId=\(track)&shelf=mine"] {
                #expect(
                    try await world.request(.get, "/v1/exercises?\(query)", as: mesa.intern).items == [], "\(query)")
            }
            #expect(try await world.request(.get, "/v1/exercises?programId=SABR", as: mesa.intern).status == 400)
        }
    }

    @Test func `tags take the place of those that there are`() async throws {
        try await withWorld { world in
            let (mesa, paths) = (world.mesa, try await Paths(world))
            let path = "/v1/exercises/\(mesa.exercise)/tags"
            _ = try await world.request(.put, path, as: mesa.owner, json: paths.all, ifMatch: 1)
            let only: JSONValue = [
                "programIds": [], "trackIds": [paths.track, paths.track], "phaseIds": [],
            ]
            let changed = try await world.request(.put, path, as: mesa.admin, json: only, ifMatch: 2)
            #expect(changed["programIds"] == [] && changed["phaseIds"] == [] && changed["trackIds"] == [paths.track])
            #expect(changed.version == 3)
            #expect(try await world.count("from exercise_tags") == 1)
            #expect(try await world.request(.put, path, as: mesa.owner, json: only, ifMatch: 2).status == 412)
            #expect(try await world.request(.put, path, as: mesa.owner, json: only).status == 428)
        }
    }

    @Test func `all that is wrong with tags is told at once, and nothing is changed`() async throws {
        try await withWorld { world in
            let (mesa, path) = (world.mesa, "/v1/exercises/\(world.mesa.exercise)/tags")
            let foreign = JSONValue.text(world.tempe.program.description)
            let unknown = try await world.request(
                .put, path, as: mesa.owner,
                json: [
                    "programIds": [.text(mesa.program.description), foreign], "trackIds": [foreign],
                    "phaseIds": [.text(mesa.program.description)],
                ], ifMatch: 1)
            #expect(unknown.faults == ["/programIds/1 no_such_program", "/trackIds/0 unknown", "/phaseIds/0 unknown"])
            let strange = try await world.request(
                .put, path, as: mesa.owner, json: ["programIds": ["SABR"], "trackIds": [], "tags": []], ifMatch: 1)
            #expect(strange.faults == ["/programIds/0 not_an_id", "/phaseIds required", "/tags unknown_member"])
            #expect(try await world.count("from exercise_tags") == 0)
            #expect(try await world.request(.get, "/v1/exercises/\(mesa.exercise)", as: mesa.owner).version == 1)
        }
    }

    @Test func `the author tags an exercise of their own, and the practice its library`() async throws {
        try await withWorld { world in
            let (mesa, paths) = (world.mesa, try await Paths(world))
            let own = try await world.seed(mesa) { try $0.exercise("Walk", by: mesa.counselor).exercise }
            let tags = { (exercise: ID<Exercise>, person: Person) in
                try await world.request(
                    .put, "/v1/exercises/\(exercise)/tags", as: person, json: paths.all, ifMatch: 1
                ).status
            }
            for (person, status) in [
                (mesa.counselor, 404), (world.tempe.owner, 404), (mesa.intake, 403), (mesa.client, 403),
            ] {
                #expect(try await tags(mesa.exercise, person) == status, "\(person.name)")
            }
            for person in [mesa.owner, mesa.newcomer] { #expect(try await tags(own, person) == 404) }
            #expect(try await tags(own, mesa.counselor) == 200)
            #expect(try await world.count("from exercise_tags where author_id = \(mesa.counselor.accountID)") == 3)
        }
    }

    /// A track and a phase of the program of the default world.
    private struct Paths {
        let track: JSONValue
        let phase: JSONValue
        let all: JSONValue

        init(_ world: World) async throws {
            let path = "/v1/programs/\(world.mesa.program)"
            track = try await world.request(
                .post, "\(path)/tracks", as: world.mesa.admin, json: ["name": "Partners"])["id"]
            phase = try await world.request(
                .post, "\(path)/phases", as: world.mesa.admin, json: ["name": "Honesty"])["id"]
            all = [
                "programIds": [.text(world.mesa.program.description)], "trackIds": [track], "phaseIds": [phase],
            ]
        }
    }
}
