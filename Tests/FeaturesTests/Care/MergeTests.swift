import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct MergeTests {
    @Test func `a merge leaves nothing of the duplicate behind, and its reversal nothing of the merge`() async throws {
        try await withWorld { (world: World) async throws in
            let charts = try await TwoCharts.make(in: world)
            let before = try await charts.everything()
            #expect(try await charts.traces().count >= 18)

            let merged = try await charts.merge()
            #expect(merged.status == 201 && merged["survivorId"] == .text("\(charts.survivor.clientID)"))
            #expect(merged["duplicate"]["givenName"] == "Adam" && merged["reversedAt"] == .null)
            #expect(try await charts.traces() == [])
            let after = try await charts.everything()
            #expect(after != before && after["process.notes"] != before["process.notes"])

            let id = try #require(merged["id"].text)
            world.clock.advance(by: .seconds(60))
            let reversed = try await world.request(.put, "\(charts.path)/\(id)/reversal", as: world.mesa.owner)
            #expect(reversed.status == 200 && reversed["reversedAt"] == "2026-01-05T16:01:00Z")
            let restored = try await charts.everything()
            for (table, rows) in before { #expect(restored[table] == rows, "\(table)") }
            let again = try await world.request(.put, "\(charts.path)/\(id)/reversal", as: world.mesa.owner)
            #expect(again.text == reversed.text)
            #expect(try await charts.everything() == restored)
        }
    }

    @Test func `what was written in the one chart is read in the other, by who treats it and by nobody else`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let charts = try await TwoCharts.make(in: world)
            #expect(try await charts.merge().status == 201)
            let path = "/v1/clients/\(charts.survivor.clientID)"
            let note = try await world.request(.get, "/v1/notes/\(house.signedNote)", as: house.counselor)
            #expect(
                note["body"] == "He kept his boundaries." && note["clientId"] == .text("\(charts.survivor.clientID)"))
            #expect(try await world.request(.get, "/v1/notes/\(house.signedNote)", as: house.newcomer).status == 404)
            let process = try await world.request(.get, "/v1/process-notes/\(house.processNote)", as: house.counselor)
            #expect(process.status == 200)
            let enrollments = try await world.request(.get, "\(path)/enrollments", as: house.intake)
            #expect(enrollments.items.map { $0["id"] } == [.text("\(house.enrollment)")])
            let roster = try await world.request(.get, "/v1/groups/\(house.group)/roster", as: house.facilitator)
            #expect(roster.text.contains("Archer-Two"))

            for person in [house.owner, house.intake, house.counselor, house.facilitator, house.supervisor] {
                let old = try await world.request(.get, "/v1/clients/\(house.client.clientID)", as: person)
                let none = try await world.request(.get, "/v1/clients/\(house.counselor.accountID)", as: person)
                #expect(old.status == 404 && old.withoutRequestID == none.withoutRequestID, "\(person.name)")
            }
            for search in [
                ["name": "archer", "birthDate": "1986-03-14"], ["identifier": ["value": "77"]],
                ["identifier": ["system": "urn:cairn:client", "value": .text("\(house.client.clientID)")]],
            ] as [JSONValue] {
                let found = try await world.request(.post, "/v1/clients/search", as: house.intake, json: search)
                #expect(found.items.map { $0["familyName"] } == ["Archer-Two"])
            }
            // The signature of a note that came along still holds it.
            let amended = try await world.request(
                .patch, "/v1/notes/\(house.signedNote)", as: house.counselor, json: ["body": "No."],
                ifMatch: note.version)
            #expect(amended.status == 409)
        }
    }

    @Test func `where both have the same counselor or guardian, the survivor's span stands and the other is cut`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let charts = try await TwoCharts.make(in: world)
            #expect(try await charts.merge().status == 201)
            let spans = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select 'team ' || during from care_team_memberships where client_id = \(charts.survivor.clientID)
                    union all
                    select 'guardian ' || during from guardianships where client_id = \(charts.survivor.clientID)
                    order by 1
                    """
                ) { try $0.next(String.self) })
            #expect(
                spans == [
                    "guardian [2025-03-11,2025-11-06)", "guardian [2025-11-06,)", "team [2025-11-06,)", "team empty",
                ])
        }
    }

    @Test func `the duplicate's account comes along where there is none, and is disabled where there is one`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let charts = try await TwoCharts.make(in: world, survivorSignsIn: false)
            let merge = try await charts.merge()
            let me = try await world.request(.get, "/v1/me", as: charts.duplicate)
            #expect(me.status == 200 && me.text.contains("\(charts.survivor.clientID)"))
            #expect(
                try await world.request(.get, "/v1/clients/\(charts.survivor.clientID)", as: charts.duplicate).status
                    == 200)
            let id = try #require(merge["id"].text)
            let undone = try await world.request(.put, "\(charts.path)/\(id)/reversal", as: world.mesa.admin)
            #expect(undone.status == 200)
            let own = try await world.request(.get, "/v1/clients/\(charts.duplicate.clientID)", as: charts.duplicate)
            #expect(own.status == 200)
        }
        try await withWorld { (world: World) async throws in
            let charts = try await TwoCharts.make(in: world)
            #expect(try await charts.merge().status == 201)
            #expect(try await world.request(.get, "/v1/me", as: charts.duplicate).status == 401)
            #expect(try await world.request(.get, "/v1/me", as: charts.survivor).status == 200)
            let attempt: JSONValue = [
                "practice": "mesa", "email": .text(charts.duplicate.email), "password": .text(World.password),
            ]
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt).status == 401)
        }
    }

    @Test func `what was added since goes back with what it hangs on, and what is new stays`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let charts = try await TwoCharts.make(in: world)
            let id = try #require(try await charts.merge()["id"].text)
            let addendum = try await world.request(
                .post, "/v1/notes/\(house.signedNote)/addenda", as: house.counselor, json: ["body": "Later."])
            #expect(addendum.status == 201)
            let new = try await world.request(
                .post, "/v1/clients/\(charts.survivor.clientID)/notes", as: house.counselor,
                json: ["heldAt": "2026-01-05T15:00:00Z", "body": "New."])
            #expect(new.status == 201, "\(new.text)")
            #expect(try await world.request(.put, "\(charts.path)/\(id)/reversal", as: house.admin).status == 200)
            let charted = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select client_id from note_addenda where note_id = \(house.signedNote)
                    union all select client_id from progress_notes where note_id = \(new["id"].text.flatMap { ID<ProgressNote>($0) })
                    """
                ) { try $0.next(ID<Client>.self) })
            #expect(charted == [house.client.clientID, house.client.clientID, charts.survivor.clientID])
        }
    }

    @Test func `days that a merge cut are as they were after its reversal, but those that somebody changed since`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let twin = try await world.seed(house) { seed in
                let twin = try seed.client("Cole Carter-Two", born: "2010-05-20")
                let gus = seed.guardian("Gus Carter", of: twin)
                for (guardian, client, since) in [(house.guardian, twin, -20), (gus, house.minor, -90)] {
                    seed.add(
                        """
                        insert into guardianships (practice_id, guardianship_id, guardian_id, client_id, scopes, during)
                        values (\(house.id), \(seed.id(Guardianship.self)), \(guardian.guardianID), \(client.clientID),
                                '{schedule}', daterange(\(seed.today.adding(days: since)), null))
                        """)
                }
                return twin
            }
            func paths(of client: Person) async throws -> [String] {
                let list = "/v1/clients/\(client.clientID)/guardians"
                return try await world.request(.get, list, as: house.intake).items.map {
                    "\(list)/\($0["id"]?.text ?? "")"
                }
            }
            let before = try await paths(of: house.minor)
            #expect(before.count == 2)
            let merged = try await world.merge(house.minor, into: twin)
            #expect(merged.status == 201, "\(merged.text)")
            // Grace has guarded the twin since the sixteenth: of the other chart's days those before are left.
            var changed = ""
            for path in try await paths(of: twin) where before.contains(where: { $0.hasSuffix(path.suffix(36)) }) {
                let read = try await world.request(.get, path, as: house.intake)
                guard read["name"] == "Grace Carter" else { continue }
                #expect(read["until"] == "2025-12-16", "\(read.text)")
                let ended = try await world.request(.delete, path, as: house.intake, ifMatch: read.version)
                #expect(ended.status == 204, "\(ended.text)")
                changed = String(path.suffix(36))
            }
            #expect(try await world.reverse(merged, into: twin).status == 200)
            for path in before {
                let read = try await world.request(.get, path, as: house.intake)
                #expect(read["until"] == (path.suffix(36) == changed ? "2026-01-05" : .null), "\(read.text)")
            }
        }
    }
}
