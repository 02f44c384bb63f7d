import JSON
import Practice
import Testing
import TestSupport
import WebAPI

@testable import Postgres

/// Ids that a request names besides its path: what the caller may not see does not exist.
@Suite struct ReferenceTests {
    @Test func `the server names the kinds that the database judges, and no others`() async throws {
        try await withWorld { (world: World) async throws in
            let judged = try await world.database.superuser.pipeline(
                Query.rows("select distinct kind from access.judged order by 1") { try $0.next(String.self) })
            #expect(judged == ReferenceKind.allCases.map(\.rawValue).sorted())
        }
    }

    @Test func `a guardian of somebody else's child is nobody, and of a child whom one treats somebody`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (kim, lee, known) = try await world.seed(house) { seed in
                let kim = try seed.client("Kim Kane", born: "2011-02-03", treatedBy: house.counselor)
                let lee = try seed.client("Lee Lane", born: "2011-02-03")
                return (kim, seed.guardian("Lily Lane", of: lee), seed.guardian("Karl Kane", of: kim))
            }
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            func appoint(_ id: String, as person: Person) async throws -> TestAnswer {
                try await world.request(
                    .post, path, as: person, json: ["guardianId": .text(id), "scopes": ["attendance"]])
            }
            let hidden = try await appoint("\(lee.guardianID)", as: house.counselor)
            #expect(hidden.status == 422 && hidden.faults == ["/guardianId no_such_guardian"])
            #expect(!hidden.text.contains("Lily") && !hidden.text.contains("lily"))
            for id in ["\(world.tempe.guardian.guardianID)", "019b8ee3-0000-7000-8000-00000000dead"] {
                #expect(try await appoint(id, as: house.counselor).withoutRequestID == hidden.withoutRequestID)
            }
            let sibling = try await appoint("\(known.guardianID)", as: house.counselor)
            #expect(sibling.status == 201 && sibling["name"] == "Karl Kane")
            #expect(try await appoint("\(lee.guardianID)", as: house.intake).status == 201)
            #expect(kim.clientID != house.minor.clientID)
        }
    }

    @Test func `all that is not there is told at once, each where it stands`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let answer = try await world.request(
                .post, "/v1/couples", as: house.counselor,
                json: [
                    "clientIds": [.text("\(house.loner.clientID)"), .text("\(world.tempe.client.clientID)")],
                    "counselorIds": [.text("\(house.counselor.accountID)"), .text("\(house.client.accountID)")],
                ])
            #expect(
                answer.faults == [
                    "/clientIds/0 no_such_client", "/clientIds/1 no_such_client", "/counselorIds/1 no_such_staff",
                ])
            #expect(try await world.count("from couples where practice_id = \(house.id)") == 1)
            let audit = try await world.database.superuser.pipeline(
                Query.rows("select action, outcome from audit_events order by audit_event_id") { row in
                    "\(try row.next(String.self)) \(try row.next(String.self))"
                })
            #expect(audit == ["couple.create invalid"])
        }
    }

    @Test func `an appointment that who reviews may not see is none, whenever it is`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, homework) = (world.mesa, world.mesa.groupHomework[0])
            _ = try await world.submit(homework)
            // Adam's with Carl, to come and past; Fay leads his group, and reviews what the group was given.
            let (coming, past): (ID<Appointment>, ID<Appointment>) = try await world.seed(house) { seed in
                let ids: (ID<Appointment>, ID<Appointment>) = (seed.id(), seed.id())
                for (id, start) in [(ids.0, seed.now + .seconds(86_400)), (ids.1, seed.now)] {
                    seed.add(
                        """
                        insert into appointments (practice_id, appointment_id, kind, client_id, starts_at, minutes)
                        values (\(seed.practiceID), \(id), 'individual', \(house.client.clientID), \(start), 50)
                        """)
                }
                return ids
            }
            func discuss(_ id: String, _ homework: ID<Homework>, as person: Person) async throws -> TestAnswer {
                try await world.discuss(homework, ["appointmentId": .text(id)], as: person, ifMatch: 2)
            }
            let unknown = try await discuss("019b8ee3-0000-7000-8000-00000000dead", homework, as: house.facilitator)
            #expect(unknown.faults == ["/appointmentId unknown"])
            for id in [coming, past] {
                let hidden = try await discuss("\(id)", homework, as: house.facilitator)
                #expect(hidden.withoutRequestID == unknown.withoutRequestID)
            }
            // They are there, for who treats Adam.
            _ = try await world.submit(house.homework)
            #expect(
                try await discuss("\(coming)", house.homework, as: house.counselor).faults
                    == ["/appointmentId in_future"])
            #expect(try await discuss("\(past)", house.homework, as: house.counselor).status == 200)
        }
    }

    @Test func `a report about a program that is not there is no report, in whatever form`() async throws {
        try await withWorld { (world: World) async throws in
            for report in ["fill", "funnel", "attendance", "retention"] {
                let path = "/v1/reports/\(report)?programId="
                let foreign = try await world.request(.get, path + "\(world.tempe.program)", as: world.mesa.owner)
                #expect(foreign.status == 404 && foreign.code == "not_found", "\(report)")
                #expect(
                    try await world.request(.get, path + "\(world.mesa.program)", as: world.mesa.owner).status == 200)
            }
        }
    }
}
