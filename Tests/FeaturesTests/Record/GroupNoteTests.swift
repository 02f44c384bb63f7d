import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// The note of a group meeting: one shared part, and one part for the chart of each who was there.
@Suite struct GroupNoteTests {
    @Test func `each attendee's chart has the shared part and the own, and nobody else's`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let made = try await write(house, [(house.client, "Adam spoke."), (house.loner, "Dan listened.")], world)
            #expect(made.status == 201 && made["kind"] == "group" && made["sharedBody"] == "They met.")
            #expect(made["attendees"].asArray.map { $0["body"] } == ["Adam spoke.", "Dan listened."])
            let chart = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/notes", as: house.counselor)
            let own = chart.items.filter { $0["kind"] == "attendee" }
            #expect(own.map { $0["body"] } == ["Adam spoke."] && own.map { $0["sharedBody"] } == ["They met."])
            #expect(!chart.text.contains("Dan") && !chart.text.contains("\(house.loner.clientID)"))
            let note = made.headers["location"] ?? ""
            #expect(try await world.request(.get, note, as: house.counselor).status == 404)
            let list = try await world.request(.get, "/v1/groups/\(house.group)/notes", as: house.facilitator)
            #expect(list.items.map { $0["kind"] } == ["group"])
        }
    }

    @Test func `a change of the shared part reaches every chart, and a signature makes all parts final`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let made = try await write(house, [(house.client, "Adam spoke."), (house.loner, "Dan listened.")], world)
            let note = made.headers["location"] ?? ""
            let changed = try await world.request(
                .patch, note, as: house.facilitator, json: ["sharedBody": "They met and laughed.", "minutes": 80],
                ifMatch: 1)
            #expect(changed["sharedBody"] == "They met and laughed.")
            let part = "/v1/notes/\(made["attendees"].asArray[0]["noteId"]?.text ?? "")"
            let read = try await world.request(.get, part, as: house.counselor)
            #expect(read["sharedBody"] == "They met and laughed." && read["minutes"] == 80)
            let misplaced = try await world.request(
                .patch, part, as: house.facilitator, json: ["sharedBody": "x", "minutes": 5], ifMatch: 2)
            #expect(misplaced.faults == ["/sharedBody of_another_part", "/minutes of_another_part"])
            let own = try await world.request(
                .patch, part, as: house.facilitator, json: ["body": "Adam spoke well."], ifMatch: 2)
            #expect(own["body"] == "Adam spoke well.")
            let alone = try await world.request(.put, part + "/signature", as: house.facilitator)
            #expect(alone.status == 409 && alone.code == "part_of_a_group_note")
            let signed = try await world.request(.put, note + "/signature", as: house.facilitator)
            #expect(signed["signature"]["credentials"] == "LMFT")
            let final = try await world.request(.get, part, as: house.counselor)
            #expect(final["state"] == "signed" && final["body"] == "Adam spoke well.")
            let late = try await world.request(
                .patch, part, as: house.facilitator, json: ["body": "No."], ifMatch: final.version)
            #expect(late.status == 409 && late.code == "note_is_signed")
        }
    }

    @Test func `a cosignature of an intern's group note makes all its parts final`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.seed(house) { seed in
                seed.add(
                    """
                    insert into group_facilitators (practice_id, group_id, account_id, during)
                    values (\(house.id), \(house.group), \(house.intern.accountID), '[2025-12-01,)')
                    """)
            }
            let people = [(house.client, "Adam spoke."), (house.loner, "Dan listened.")]
            let made = try await write(house, people, world, as: house.intern)
            #expect(made.status == 201 && made["needsCosignature"] == true, "\(made.text)")
            let note = made.headers["location"] ?? ""
            #expect(try await world.request(.put, note + "/signature", as: house.intern).status == 200)
            let cosigned = try await world.request(.put, note + "/cosignature", as: house.supervisor)
            #expect(cosigned["state"] == "cosigned", "\(cosigned.text)")
            let parts = made["attendees"].asArray.compactMap { $0["noteId"]?.text }
            #expect(parts.count == 2)
            for part in parts {
                let read = try await world.request(.get, "/v1/notes/\(part)", as: house.intern)
                #expect(read["state"] == "cosigned" && read["cosignature"]["name"] == "Susan Shaw", "\(read.text)")
            }
        }
    }

    @Test func `who was absent or is no member gets no note, and nothing is kept`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.run(
                """
                update attendance set mark = 'absent'
                where meeting_id = \(house.meeting) and client_id = \(house.client.clientID)
                """)
            let people = [(house.loner, "Dan."), (house.client, "Adam."), (house.minor, "Cole.")]
            let refused = try await write(house, people, world)
            #expect(
                refused.faults == ["/attendees/1/clientId not_present", "/attendees/2/clientId not_present"])
            #expect(try await world.request(.get, "/v1/groups/\(house.group)/notes", as: house.facilitator).items == [])
            let elsewhere = try await write(house, [(house.loner, "Dan.")], world, meeting: world.tempe.meeting)
            #expect(elsewhere.faults == ["/meetingId unknown"])
        }
    }

    @Test func `who does not lead the group writes no note about it`() async throws {
        try await withWorld { world in
            let house = world.mesa
            for stranger in [house.counselor, house.newcomer, world.tempe.facilitator] {
                let refused = try await write(house, [(house.client, "Adam.")], world, as: stranger)
                #expect(refused.status == 404)
            }
        }
    }

    private func write(
        _ house: House, _ parts: [(Person, String)], _ world: World, as person: Person? = nil,
        meeting: ID<Meeting>? = nil
    ) async throws -> TestAnswer {
        let attendees = parts.map { part -> JSONValue in
            ["clientId": .text("\(part.0.clientID)"), "body": .text(part.1)]
        }
        return try await world.request(
            .post, "/v1/groups/\(house.group)/notes", as: person ?? house.facilitator,
            json: [
                "heldAt": "2025-12-31T01:00:00Z", "minutes": 90, "meetingId": .text("\(meeting ?? house.meeting)"),
                "sharedBody": "They met.", "attendees": .array(attendees),
            ])
    }
}
