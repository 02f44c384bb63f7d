import JSON
import Practice
import Testing
import TestSupport

@testable import Features
@testable import Postgres

/// The library of exercises.
@Suite struct ExerciseTests {
    @Test func `a counselor keeps exercises of their own, and new versions leave homework as it was given`()
        async throws
    {
        try await withWorld { world in
            let mesa = world.mesa
            let made = try await world.request(.post, "/v1/exercises", as: mesa.counselor, json: Self.text("Walk"))
            #expect(made.status == 201)
            #expect(made["authorId"] == .text(mesa.counselor.accountID.description))
            let path = try #require(made.headers["location"])
            #expect(made["number"] == 1)
            let next = try await world.request(
                .post, "\(path)/versions", as: mesa.counselor, json: Self.text("Walk again"))
            #expect(next["number"] == 2)
            #expect(next["title"] == "Walk again")
            #expect(next["exerciseVersionId"] != made["exerciseVersionId"])
            #expect(try await world.request(.get, path, as: mesa.owner).body == next.body)
            await #expect(throws: PostgresError.self) {
                try await world.run("update exercise_versions set title = 'x'")
            }
        }
    }

    @Test func `the practice's library is the owner's and the admin's, and each counselor's own is theirs`()
        async throws
    {
        try await withWorld { world in
            let mesa = world.mesa
            let library = try await world.request(.post, "/v1/exercises", as: mesa.admin, json: Self.text("Rest"))
            #expect(library["authorId"] == .null)
            let own = try await world.request(.post, "/v1/exercises", as: mesa.counselor, json: Self.text("Walk"))
            let (rest, walk) = (try #require(library.headers["location"]), try #require(own.headers["location"]))
            for (path, person, status) in [
                (rest, mesa.counselor, 404), (walk, mesa.newcomer, 404), (walk, mesa.owner, 404),
                (walk, world.tempe.counselor, 404), (walk, mesa.intake, 403), (walk, mesa.client, 403),
            ] {
                let answer = try await world.request(
                    .post, "\(path)/versions", as: person, json: Self.text("Mine now"))
                #expect(answer.status == status, "\(person.name)")
                let change = try await world.request(.patch, path, as: person, json: ["retired": true], ifMatch: 1)
                #expect(change.status == status, "\(person.name)")
            }
            #expect(try await world.request(.get, rest, as: mesa.client).status == 403)
            #expect(try await world.request(.get, rest, as: world.tempe.counselor).status == 404)
            #expect(try await world.request(.get, walk, as: mesa.counselor)["number"] == 1)
        }
    }

    @Test func `a retired exercise leaves the list and comes back`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let path = "/v1/exercises/\(mesa.exercise)"
            #expect(try await world.request(.patch, path, as: mesa.owner, json: ["retired": true]).status == 428)
            let retired = try await world.request(.patch, path, as: mesa.owner, json: ["retired": true], ifMatch: 1)
            #expect(retired["retiredAt"] == "2026-01-05T16:00:00Z")
            #expect(retired.version == 2)
            #expect(try await world.request(.get, "/v1/exercises", as: mesa.counselor).items == [])
            #expect(try await world.request(.get, "/v1/exercises?retired=true", as: mesa.counselor).items.count == 1)
            let version = try await world.request(
                .post, "\(path)/versions", as: mesa.owner, json: Self.text("Again"))
            #expect(version.code == "exercise_retired")
            #expect(
                try await world.request(.patch, path, as: mesa.owner, json: ["retired": false], ifMatch: 1).status
                    == 412)
            let back = try await world.request(.patch, path, as: mesa.owner, json: ["retired": false], ifMatch: 2)
            #expect(back["retiredAt"] == .null)
        }
    }

    @Test func `all that is wrong with an exercise is told at once`() async throws {
        try await withWorld { world in
            let answer = try await world.request(
                .post, "/v1/exercises", as: world.mesa.owner,
                json: [
                    "title": "", "minutes": 0, "colour": "red",
                    "fields": [
                        ["key": "A", "label": "", "type": "shortText"],
                        ["type": "sculpture", "key": "b", "label": "B"],
                    ],
                ])
            #expect(answer.status == 422)
            #expect(
                Set(answer.faults) == [
                    "/title too_short", "/minutes out_of_range", "/fields/0/label required",
                    "/fields/0/key wrong_format",
                    "/fields/1/type not_a_choice", "/colour unknown_member",
                ])
        }
    }

    @Test func `the library that is shipped is made of forms, and seeding puts it into a practice`() async throws {
        for entry in ExerciseLibrary.all {
            let form = try Form(entry.fields).watched(by: entry.risks)
            #expect(form.fields.contains { $0.isRequired }, "\(entry.title)")
            #expect((1...160).contains(entry.title.count) && entry.instructions.count <= 8_000)
        }
        #expect(ExerciseLibrary.all.map(\.title) == ExerciseLibrary.all.map(\.title).sorted())
        try await withWorld { world in
            let taken = ExerciseLibrary.all[0].title
            _ = try await world.seed(world.mesa) { try $0.exercise(taken) }
            for _ in 1...2 {
                let shipped = try ExerciseLibrary.insert(into: world.mesa.id, at: world.clock.now, world.surroundings)
                try await world.seed(world.mesa) { seed in
                    for entry in shipped { seed.add(entry.query.sql) }
                }
            }
            let list = try await world.request(.get, "/v1/exercises?shelf=library&limit=100", as: world.mesa.intern)
            #expect(list.all("title") == (ExerciseLibrary.all.map(\.title) + ["Daily check-in"]).sorted())
            #expect(try await world.request(.get, "/v1/exercises?shelf=mine", as: world.mesa.intern).items == [])
            for item in list.items where item["title"]?.text != taken && item["title"] != "Daily check-in" {
                let one = try await world.request(
                    .get, "/v1/exercises/\(item["id"]?.text ?? "")", as: world.mesa.counselor)
                let entry = try #require(ExerciseLibrary.all.first { .text($0.title) == one["title"] })
                let (read, shipped) = try (
                    Form(one["fields"]).watched(by: one["risks"]), Form(entry.fields).watched(by: entry.risks)
                )
                #expect(read == shipped)
            }
        }
    }

    private static func text(_ title: String) -> JSONValue {
        [
            "title": .text(title), "instructions": "Go for a walk.",
            "fields": [["key": "where", "label": "Where did you go?", "type": "shortText", "required": true]],
        ]
    }
}
