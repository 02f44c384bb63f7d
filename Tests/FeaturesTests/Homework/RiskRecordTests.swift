import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Who sees that a submission may speak of danger, and what they make of it.
@Suite struct RiskRecordTests {
    @Test func `those who may read the answers see the record, and nobody else learns that there is one`() async throws
    {
        try await withWorld { world in
            let mesa = world.mesa
            _ = try await world.submit(mesa.homework, hopeless)
            let risk = try await world.risk(of: mesa.homework)
            for person in [mesa.counselor, mesa.supervisor] {
                #expect(try await world.read(risk, as: person).status == 200, "\(person.name)")
            }
            let missing = try await world.read(.nil, as: mesa.counselor).withoutRequestID
            for stranger in [
                mesa.client, mesa.partner, mesa.loner, mesa.guardian, mesa.minor, mesa.newcomer, mesa.intern,
                mesa.facilitator, world.tempe.counselor, world.tempe.client,
            ] {
                let answer = try await world.read(risk, as: stranger)
                #expect(answer.status == 404 && answer.withoutRequestID == missing, "\(stranger.name)")
            }
            for office in [mesa.owner, mesa.admin, mesa.intake, mesa.auditor] {
                #expect(try await world.read(risk, as: office).status == 403, "\(office.name)")
            }
            #expect(try await world.request(.get, "/v1/risk-records/\(risk)").status == 401)
            let seen = try await world.database.superuser.pipeline(
                Query.row(
                    """
                    select array_agg(relation order by relation) from audit_events
                    where kind = 'risk' and resource_id = \(risk) and client_ids = array[\(mesa.client.clientID)]
                      and outcome = 'allowed' and role in ('counselor', 'supervisor')
                    """
                ) { try $0.next([String].self) })
            #expect(seen == ["oversees", "treats"])
        }
    }

    @Test func `the list is of those whom one treats and of the groups that one leads`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            _ = try await world.submit(mesa.homework, hopeless)
            _ = try await world.submit(mesa.groupHomework[1], hopeless, as: mesa.loner)
            _ = try await world.submit(mesa.coupleHomework[1], hopeless, as: mesa.partner)
            _ = try await world.submit(
                world.tempe.homework, hopeless, as: world.tempe.client, version: world.tempe.exerciseVersion)
            for (person, homework) in [
                (mesa.counselor, [mesa.homework]), (mesa.facilitator, [mesa.groupHomework[1]]),
                (mesa.intern, [mesa.coupleHomework[1]]), (world.tempe.counselor, [world.tempe.homework]),
                (mesa.newcomer, []), (mesa.supervisor, []),
            ] {
                let seen = try await world.risks(as: person).map { $0["homeworkId"] }
                #expect(seen == homework.map { .text($0.description) }, "\(person.name)")
            }
            for person in [
                mesa.owner, mesa.admin, mesa.intake, mesa.auditor, mesa.client, mesa.partner, mesa.guardian,
            ] {
                #expect(try await world.request(.get, "/v1/risk-records", as: person).status == 403, "\(person.name)")
            }
        }
    }

    @Test func `a partner who was shown the answers is not shown the record`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let (mine, theirs) = (mesa.coupleHomework[0], mesa.coupleHomework[1])
            _ = try await world.submit(mine, hopeless)
            _ = try await world.submit(theirs, as: mesa.partner)
            _ = try await world.share(mine, as: mesa.client, ifMatch: 2)
            _ = try await world.share(theirs, as: mesa.partner, ifMatch: 2)
            #expect(try await world.read(mine, as: mesa.partner).answers.count == 1)
            let risk = try await world.risk(of: mine)
            #expect(try await world.read(risk, as: mesa.partner).status == 404)
            #expect(try await world.read(risk, as: mesa.counselor).status == 200)
        }
    }

    @Test func `under no door of a client, guardian, partner or office is there a row`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            _ = try await world.submit(mesa.homework, hopeless)
            _ = try await world.submit(mesa.minorHomework, hopeless, as: mesa.minor)
            let count = Query.row(
                "select (select count(*) from risk_records) + (select count(*) from risk_assessments)"
            ) { try $0.next(Int.self) }
            let risk = try await world.risk(of: mesa.homework)
            #expect(try await world.assess(risk, ifMatch: 1).status == 200)
            for (person, action, homework) in [
                (mesa.client, "homework.read", mesa.homework), (mesa.client, "homework.submit", mesa.homework),
                (mesa.client, "homework.share", mesa.homework), (mesa.minor, "homework.read", mesa.minorHomework),
                (mesa.guardian, "homework.read", mesa.minorHomework),
            ] {
                let seen = try await world.asServer(person, action, "homework", homework) { count }
                #expect(seen == 0, "\(person.name) \(action)")
            }
            for (person, action) in [
                (mesa.owner, "practice.read"), (mesa.owner, "homework_report.read"), (mesa.admin, "client.search"),
                (mesa.intake, "roster.read"), (mesa.auditor, "audit.read"),
            ] {
                let (_, seen) = try await world.database.server.pipeline(world.enter(person, action), count)
                #expect(seen == 0, "\(person.name) \(action)")
            }
            #expect(try await world.asServer(mesa.counselor, "homework.read", "homework", mesa.homework) { count } == 2)
        }
    }

    @Test func `those that nobody has assessed come first, by age, in pages`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            for homework in [mesa.homework, mesa.groupHomework[0], mesa.coupleHomework[0]] {
                _ = try await world.submit(homework, hopeless)
                world.clock.advance(by: .seconds(60))
            }
            let risk = try await world.risk(of: mesa.homework)
            #expect(try await world.assess(risk, ifMatch: 1).status == 200)
            var pages: [[JSONValue?]] = []
            var cursor = ""
            repeat {
                let page = try await world.request(
                    .get, "/v1/risk-records?limit=1\(cursor)", as: mesa.counselor)
                pages.append(page.items.map { $0["homeworkId"] })
                cursor = page["next"].text.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(
                pages
                    == [mesa.groupHomework[0], mesa.coupleHomework[0], mesa.homework].map { [.text($0.description)] })
            #expect(try await world.risks(as: mesa.counselor, "?open=true").count == 2)
            #expect(try await world.risks(as: mesa.counselor, "?open=false").map { $0["outcome"] } == ["watch"])
            #expect(try await world.request(.get, "/v1/risk-records?opened=1", as: mesa.counselor).status == 400)
        }
    }
}
