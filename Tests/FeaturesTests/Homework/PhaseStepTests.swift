import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Homework that belongs to a phase: who sees it, who sets it, and what is wrong with it.
@Suite struct PhaseStepTests {
    @Test func `a step is made, shown to who works here, and ended`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let path = try await world.steps()
            let made = try await world.request(.post, path, as: mesa.admin, json: world.step())
            let id = try #require(made["id"].text)
            #expect(made.status == 201 && made.headers["location"] == "\(path)/\(id)")
            let phase = path.split(separator: "/")[4]
            #expect(
                made.text == """
                    {"id":"\(id)","phaseId":"\(phase)","exerciseId":"\(mesa.exercise)","schedule":{"repeats":"afterJoining",\
                    "startsOn":"2026-01-05","daysAfter":7,"dueTime":"20:00","timeZone":"America/Phoenix"},"rrule":null,\
                    "remindMinutesBefore":180,"createdAt":"2026-01-05T16:00:00Z","version":1}
                    """)
            for person in [mesa.owner, mesa.counselor, mesa.intake, mesa.auditor] {
                #expect(try await world.request(.get, path, as: person).items == [made.json])
                #expect(try await world.request(.get, "\(path)/\(id)", as: person).text == made.text)
            }
            for person in [mesa.client, mesa.guardian] {
                #expect(try await world.request(.get, path, as: person).items == [])
                #expect(try await world.request(.get, "\(path)/\(id)", as: person).status == 404)
            }
            #expect(try await world.request(.delete, "\(path)/\(id)", as: mesa.owner).status == 428)
            #expect(try await world.request(.delete, "\(path)/\(id)", as: mesa.owner, ifMatch: 2).status == 412)
            #expect(try await world.request(.delete, "\(path)/\(id)", as: mesa.owner, ifMatch: 1).status == 204)
            #expect(try await world.request(.delete, "\(path)/\(id)", as: mesa.owner, ifMatch: 1).status == 404)
            #expect(try await world.request(.get, path, as: mesa.owner).items == [])
        }
    }

    @Test func `only owner and admin set steps, of phases of their own practice and program`() async throws {
        try await withWorld { world async throws in
            let mesa = world.mesa
            let path = try await world.steps()
            let made = try await world.request(.post, path, as: mesa.admin, json: world.step())
            let place = try #require(made.headers["location"])
            for (person, status) in [
                (mesa.counselor, 403), (mesa.intake, 403), (mesa.client, 403), (world.tempe.owner, 404),
            ] {
                let refused = try await world.request(.post, path, as: person, json: world.step())
                #expect(refused.status == status, "\(person.name)")
                #expect(
                    try await world.request(.delete, place, as: person, ifMatch: 1).status == status, "\(person.name)")
            }
            let other = try await world.request(.post, "/v1/programs", as: mesa.owner, json: ["name": "Valor"])
            let elsewhere = place.replacing("\(mesa.program)", with: other["id"].text ?? "")
            let foreign = path.replacing("\(mesa.program)", with: other["id"].text ?? "")
            #expect(try await world.request(.post, foreign, as: mesa.owner, json: world.step()).status == 404)
            #expect(try await world.request(.delete, elsewhere, as: mesa.owner, ifMatch: 1).status == 404)
            #expect(try await world.request(.get, elsewhere, as: mesa.owner).status == 404)
            #expect(try await world.count("from phase_steps where ended_at is null") == 1)
        }
    }

    @Test func `a step says what is wrong with it`() async throws {
        try await withWorld { world async throws in
            let path = try await world.steps()
            let unknown = try await world.request(
                .post, path, as: world.mesa.owner, json: world.step(exercise: world.tempe.exercise))
            #expect(unknown.status == 422 && unknown.faults == ["/exerciseId unknown"])
            let faulty = try await world.request(
                .post, path, as: world.mesa.owner,
                json: [
                    "exerciseId": "x", "remindMinutesBefore": -1, "phaseId": .null,
                    "schedule": [
                        "repeats": "beforeAppointments", "startsOn": "2026-01-05", "dueTime": "20:00",
                        "timeZone": "America/Phoenix",
                    ],
                ])
            #expect(
                faulty.faults == [
                    "/exerciseId not_an_id", "/remindMinutesBefore out_of_range", "/schedule not_for_groups",
                    "/phaseId unknown_member",
                ])
        }
    }
}

extension World {
    /// The steps of the phase in which both groups of the house are.
    fileprivate func steps() async throws -> String {
        let path = "/v1/programs/\(mesa.program)/phases"
        let phase = try #require(try await request(.get, path, as: mesa.owner).items.first?["id"]?.text)
        return "\(path)/\(phase)/steps"
    }

    fileprivate func step(exercise: ID<Exercise>? = nil) -> JSONValue {
        [
            "exerciseId": .text("\(exercise ?? mesa.exercise)"),
            "schedule": [
                "repeats": "afterJoining", "daysAfter": 7, "startsOn": "2026-01-05", "dueTime": "20:00",
                "timeZone": "America/Phoenix",
            ],
        ]
    }
}
