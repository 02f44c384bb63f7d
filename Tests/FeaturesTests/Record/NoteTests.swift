import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Progress notes: written, signed, cosigned, added to, and never changed after that.
@Suite struct NoteTests {
    @Test func `a counselor writes a note, changes it, signs it, and only adds to it then`() async throws {
        try await withWorld { world in
            let (house, path) = (world.mesa, "/v1/clients/\(world.mesa.client.clientID)/notes")
            let made = try await world.request(.post, path, as: house.counselor, json: Self.text("He called her."))
            #expect(made.status == 201 && made["state"] == "draft" && made["minutes"] == .null)
            let note = made.headers["location"] ?? ""
            let changed = try await world.request(
                .patch, note, as: house.counselor, json: ["body": "He called his wife.", "minutes": 50], ifMatch: 1)
            #expect(changed["body"] == "He called his wife." && changed["minutes"] == 50)
            #expect(
                try await world.request(.patch, note, as: house.counselor, json: ["minutes": 1], ifMatch: 1).status
                    == 412)
            #expect(
                try await world.request(.put, note + "/signature", as: house.counselor, ifMatch: 1).status == 412)
            let early = try await world.request(
                .post, note + "/addenda", as: house.counselor, json: ["body": "Later."])
            #expect(early.status == 409 && early.code == "note_is_a_draft")
            let signed = try await world.request(.put, note + "/signature", as: house.counselor, ifMatch: 2)
            #expect(signed["state"] == "signed")
            #expect(
                signed["signature"] == ["name": "Carl Cohen", "credentials": "LPC", "at": "2026-01-05T16:00:00Z"])
            let again = try await world.request(.put, note + "/signature", as: house.counselor, ifMatch: 2)
            #expect(again.body == signed.body && again.version == 3)
            let late = try await world.request(.patch, note, as: house.counselor, json: ["minutes": 1], ifMatch: 3)
            #expect(late.status == 409 && late.code == "note_is_signed")
            let added = try await world.request(
                .post, note + "/addenda", as: house.counselor, json: ["body": "It was on Sunday."])
            #expect(added.status == 201 && added["signature"]["name"] == "Carl Cohen")
            let whole = try await world.request(.get, note, as: house.counselor)
            #expect(whole["addenda"].asArray.map { $0["body"] } == ["It was on Sunday."])
            #expect(whole["body"] == "He called his wife." && whole["addendumCount"] == 1)
        }
    }

    @Test func `the database refuses to change what is signed, and holds no readable text`() async throws {
        try await withWorld { world in
            let house = world.mesa
            await #expect(throws: PostgresError.self) {
                try await world.run(
                    """
                    update progress_notes set minutes = 5, version = version + 1 where note_id = \(house.signedNote)
                    """)
            }
            let made = try await world.request(
                .post, "/v1/clients/\(house.client.clientID)/notes", as: house.counselor,
                json: Self.text("Boundaries held."))
            let id = try #require(made["id"].text.flatMap { ID<ProgressNote>($0) })
            let readable = try await world.database.superuser.pipeline(
                Query.row(
                    """
                    select position('Boundaries'::bytea in body) from progress_notes where note_id = \(id)
                    """
                ) { row in try row.next(Int.self) })
            #expect(readable == 0)
        }
    }

    @Test func `a chart shows all notes on the client to who treats, also those of a colleague`() async throws {
        try await withWorld { world in
            let house = world.mesa
            _ = try await world.seed(house) { seed in
                seed.careTeam(of: house.client, house.newcomer)
                return try seed.note(on: house.client, by: house.newcomer, "A second view.", isSigned: true)
            }
            let path = "/v1/clients/\(house.client.clientID)/notes"
            #expect(try await world.request(.get, path, as: house.counselor).items.count == 3)
            let first = try await world.request(.get, path + "?limit=2", as: house.supervisor)
            let cursor = first["next"].text ?? ""
            let second = try await world.request(.get, path + "?limit=2&cursor=\(cursor)", as: house.supervisor)
            #expect(Set((first.items + second.items).map { $0["id"] }).count == 3)
            for person in [house.intern, house.facilitator, world.tempe.counselor] {
                #expect(try await world.request(.get, path, as: person).status == 404)
                #expect(try await world.request(.post, path, as: person, json: Self.text("x")).status == 404)
                #expect(try await world.request(.get, "/v1/notes/\(house.signedNote)", as: person).status == 404)
            }
            for person in [house.client, house.guardian, house.owner, house.intake] {
                #expect(try await world.request(.get, path, as: person).status == 403)
            }
        }
    }

    @Test func `a couple's notes are the couple's counselors' alone`() async throws {
        try await withWorld { world in
            let (house, path) = (world.mesa, "/v1/couples/\(world.mesa.couple)/notes")
            let made = try await world.request(.post, path, as: house.counselor, json: Self.text("They listened."))
            #expect(made.status == 201 && made["kind"] == "couple" && made["clientId"] == .null)
            #expect(try await world.request(.get, path, as: house.counselor).items.count == 2)
            // Ian treats Beth, one of the two; that is not enough.
            #expect(try await world.request(.get, path, as: house.intern).status == 404)
            let chart = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/notes", as: house.counselor)
            #expect(chart.items.allSatisfy { $0["kind"] == "individual" })
        }
    }

    @Test func `an intern's note is final when the supervisor has cosigned it`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.partner.clientID)/notes", as: house.intern, json: Self.text("She slept."))
            #expect(made["needsCosignature"] == true)
            let note = made.headers["location"] ?? ""
            let early = try await world.request(.put, note + "/cosignature", as: house.supervisor)
            #expect(early.status == 409 && early.code == "note_is_not_signed")
            _ = try await world.request(.put, note + "/signature", as: house.intern)
            #expect(try await world.request(.put, note + "/cosignature", as: house.counselor).status == 403)
            #expect(try await world.request(.put, note + "/cosignature", as: world.tempe.supervisor).status == 404)
            let cosigned = try await world.request(.put, note + "/cosignature", as: house.supervisor)
            #expect(cosigned["state"] == "cosigned" && cosigned["cosignature"]["name"] == "Susan Shaw")
            let again = try await world.request(.put, note + "/cosignature", as: house.supervisor)
            #expect(again.body == cosigned.body)
            let own = try await world.request(
                .put, "/v1/notes/\(house.signedNote)/cosignature", as: house.supervisor)
            #expect(own.status == 409 && own.code == "note_needs_no_cosignature")
        }
    }

    @Test func `with a cosignature nothing else of a note changes, and no draft changes whose it is`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/clients/\(house.partner.clientID)/notes", as: house.intern, json: Self.text("She slept."))
            let path = made.headers["location"] ?? ""
            let note = try #require(made["id"].text.flatMap { ID<ProgressNote>($0) })
            func refusal(_ change: SQL, of other: ID<ProgressNote>? = nil) async -> String? {
                do {
                    try await world.run(
                        "update progress_notes set \(change), version = version + 1 where note_id = \(other ?? note)")
                    return nil
                } catch { return (error as? PostgresError)?.refusal?.raisedCode ?? "\(error)" }
            }
            for change in [
                "author_id = \(house.counselor.accountID)", "created_at = created_at - interval '1 day'",
                "kind = 'couple'",
            ] as [SQL] {
                #expect(await refusal(change) == "note_is_signed")
            }
            #expect(await refusal("client_id = \(house.client.clientID)") == "never_changes")
            let moved = await refusal("couple_id = \(world.tempe.couple)", of: house.coupleNote)
            #expect(moved == "note_is_signed")
            #expect(try await world.request(.put, path + "/signature", as: house.intern).status == 200)
            let cosigned: SQL = """
                state = 'cosigned', cosigned_at = now(), cosigner_id = \(house.supervisor.accountID), cosigner_name = 'Susan Shaw'
                """
            for change in [
                "body = '\\x00'", "minutes = 7", "held_at = held_at - interval '1 day'", "signer_name = 'Nobody'",
                "signed_at = signed_at + interval '1 day'", "needs_cosignature = false",
            ] as [SQL] {
                #expect(await refusal("\(cosigned), \(change)") == "note_is_signed")
            }
            #expect(await refusal("state = 'draft', signed_at = null, signer_name = null") == "note_is_signed")
            #expect(await refusal(cosigned) == nil, "the cosignature alone")
            #expect(await refusal("cosigner_name = 'Nobody'") == "note_is_signed")
            #expect(await refusal(cosigned, of: house.signedNote) == "note_needs_no_cosignature")
            #expect(try await world.request(.get, path, as: house.supervisor)["body"] == "She slept.")
        }
    }

    @Test func `no note is deleted, no addendum changed, and nobody adds to the note of somebody else`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let added = try await world.request(
                .post, "/v1/notes/\(house.signedNote)/addenda", as: house.counselor, json: ["body": "On Sunday."])
            #expect(added.status == 201)
            func add(by author: Person) -> SQL {
                """
                insert into note_addenda
                    (practice_id, addendum_id, note_id, client_id, author_id, body, signed_at, signer_name)
                select practice_id, gen_random_uuid(), note_id, client_id, \(author.accountID), body, signed_at, signer_name
                from note_addenda where note_id = \(house.signedNote) limit 1
                """
            }
            let draft = try await world.request(
                .post, "/v1/clients/\(house.client.clientID)/notes", as: house.counselor, json: Self.text("Not yet."))
            let id = try #require(draft["id"].text.flatMap { ID<ProgressNote>($0) })
            for note in [house.signedNote, id] {
                let deleted = await world.refusal(
                    in: house, of: "delete from progress_notes where note_id = \(note)")
                #expect(deleted == "note_cannot_be_deleted")
            }
            #expect(
                await world.refusal(in: house, of: "update note_addenda set signer_name = 'Nobody'") == "never_changes")
            #expect(await world.refusal(in: house, of: "delete from note_addenda") == "never_changes")
            #expect(await world.refusal(in: house, of: add(by: house.newcomer)) == "42501")
            #expect(await world.refusal(in: house, of: add(by: house.counselor)) == nil, "the author's own")
        }
    }

    @Test func `a note that cannot be is refused with all its faults`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let refused = try await world.request(
                .post, "/v1/clients/\(house.client.clientID)/notes", as: house.counselor,
                json: ["heldAt": "yesterday", "minutes": 0, "modality": "dream", "body": " ", "secret": true])
            #expect(
                refused.faults == [
                    "/heldAt not_an_instant", "/minutes out_of_range", "/modality not_a_choice", "/body blank",
                    "/secret unknown_member",
                ])
        }
    }

    static func text(_ body: String) -> JSONValue {
        ["heldAt": "2026-01-04T17:00:00Z", "body": .text(body)]
    }
}
