import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Where two checks guard one thing, each is asked alone: with the other one taken away, or behind it.
@Suite struct TwoChecksTests {
    @Test(arguments: ["expires_at", "accepted_at"])
    func `an invitation that is over is neither shown nor accepted`(condition: String) async throws {
        try await withWorld { (world: World) async throws in
            let path = try await Self.invitation(in: world)
            #expect(try await world.request(.get, path).status == 200)
            try await Self.end(path, by: condition, in: world)
            #expect(try await world.request(.get, path).status == 404)
            let choice: JSONValue = ["password": "another horse battery"]
            #expect(try await world.request(.put, path, json: choice).status == 404)
            let attempt: JSONValue = [
                "practice": "mesa", "email": .text(world.mesa.loner.email), "password": "another horse battery",
            ]
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt).status == 401)
        }
    }

    @Test func `reading and accepting ask one function: without its condition, what is over is shown and accepted`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let path = try await Self.invitation(in: world)
            try await Self.end(path, by: "expires_at", in: world)
            try await Self.forget("(i).expires_at > at", of: "key_opens", in: world)
            #expect(try await world.request(.get, path).status == 200)
            let choice: JSONValue = ["password": "another horse battery"]
            #expect(try await world.request(.put, path, json: choice).status == 204)
        }
    }

    @Test func `one key opens nothing, neither at the door, nor behind it, nor by its name`() async throws {
        try await withStage { (stage: Stage) async throws in
            for scene in stage.scenes where scene.tie.isPartner {
                let theirs = try #require(scene.things[.coupleHomework])
                let mine = try #require(scene.things[.partnersHomework])
                let isOpen = scene.tie == .sharesWithTheClient
                let entry = try await stage.enter(scene, "homework.read", .coupleHomework)
                #expect(entry.isAllowed == isOpen, "\(scene.name)")
                let (_, released, named) = try await stage.world.database.server.pipeline(
                    stage.world.enter(scene.caller, "homework.read"),
                    Query.row("select access.released()") { try $0.next([UUID].self) },
                    Query.row("select access.partner_homework(\(mine))") { try $0.next(UUID?.self) })
                #expect(released == (isOpen ? [theirs] : []), "\(scene.name)")
                if scene.tie == .sharedInACoupleThatEnded { continue }
                #expect(named == (isOpen ? theirs : nil), "\(scene.name)")
            }
        }
    }

    @Test func `a process note on somebody whom one does not treat is refused at the door, and behind that of another`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let (house, path) = (world.mesa, { (client: Person) in "/v1/clients/\(client.clientID)/process-notes" })
            let note: JSONValue = ["body": "x"]
            // Carl treats Adam. He treats the couple of Adam and Beth, and so not Beth; Fay leads the group that Adam is in.
            #expect(try await world.request(.post, path(house.client), as: house.counselor, json: note).status == 201)
            for (person, client) in [
                (house.counselor, house.partner), (house.counselor, house.loner), (house.facilitator, house.client),
                (house.supervisor, house.client), (house.newcomer, house.client),
            ] {
                #expect(try await world.request(.post, path(client), as: person, json: note).status == 404)
            }
            func insert(on client: Person, by author: Person) -> Query<Int> {
                .run(
                    """
                    insert into process.notes (practice_id, process_note_id, client_id, author_id, body, created_at)
                    values (\(house.id), gen_random_uuid(), \(client.clientID), \(author.accountID), '\\x00',
                            \(world.clock.now))
                    """)
            }
            for (client, author) in [
                (house.partner, house.counselor), (house.loner, house.counselor), (house.client, house.intern),
            ] {
                let error = await #expect(throws: PostgresError.self) {
                    try await world.database.server.pipeline(
                        world.enter(house.counselor, "process_note.create", "client", house.client.clientID.uuid),
                        insert(on: client, by: author))
                }
                #expect(error?.sqlState == "42501")
            }
            _ = try await world.database.server.pipeline(
                world.enter(house.counselor, "process_note.create", "client", house.client.clientID.uuid),
                insert(on: house.client, by: house.counselor))
        }
    }

    // MARK: Invitations

    /// Of an account that nobody has used: of one in use the link would go to its own address alone.
    private static func invitation(in world: World) async throws -> String {
        let account = world.mesa.loner.accountID
        _ = try await world.database.superuser.pipeline(
            Query.run("delete from sign_ins where account_id = \(account)"),
            Query.run("update accounts set password_hash = null, version = version + 1 where account_id = \(account)"))
        let invited = try await world.request(
            .post, "/v1/clients/\(world.mesa.loner.clientID)/invitation", as: world.mesa.intake, json: [:])
        return "/v1/invitations/\(try #require(invited["token"].text))"
    }

    /// Lets an invitation end: in time, or as it was used.
    private static func end(_ path: String, by condition: String, in world: World) async throws {
        if condition == "expires_at" { return world.clock.advance(by: .seconds(72 * 3_600)) }
        _ = try await world.database.superuser.pipeline(
            Query.run("update invitations set accepted_at = \(world.clock.now) where practice_id = \(world.mesa.id)"))
    }

    /// Takes a condition out of a function of the database of this test.
    private static func forget(_ condition: String, of function: String, in world: World) async throws {
        let definition = try await world.database.superuser.pipeline(
            Query.row("select pg_get_functiondef(\("access.\(function)")::regproc)") { try $0.next(String.self) })
        let slip = definition.replacing(condition, with: "true")
        try #require(slip != definition)
        try await world.database.superuser.transaction { tx in try await tx.script(slip) }
    }
}
