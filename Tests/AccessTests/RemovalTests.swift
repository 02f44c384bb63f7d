import Postgres
import Practice
import TestSupport
import Testing

/// What may be taken out at all goes only as long as nobody relies on it, whatever the statement says.
@Suite struct RemovalTests {
    @Test func `the worker takes away pieces that nobody has begun, and no others`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let (fresh, begun) = (mesa.groupHomework[1], mesa.groupHomework[0])
            try await world.database.superuser.run(
                "update homework set state = 'draft', version = version + 1 where homework_id = \(begun)")
            let scope: SQL = """
                select from access.set_scope(
                    \(mesa.id), null, null, 'worker', 'any', 'homework.plan', '{all}', 'practice', '{}', '{}', '{}', null, false)
                """
            let outcome = await world.refusal(
                in: mesa, of: scope, "set local role cairn_worker",
                "delete from homework where homework_id = any (array[\(fresh), \(begun)]::uuid[])")
            #expect(outcome == nil)
            let left = try await world.database.superuser.pipeline(
                Query.rows(
                    "select homework_id from homework where homework_id = any (array[\(fresh), \(begun)]::uuid[])"
                ) {
                    try $0.next(ID<Homework>.self)
                })
            #expect(left == [begun])
        }
    }

    @Test func `a client takes out own files that were never handed in, and no others`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let ids: [ID<Void>] = (0..<4).map { _ in world.surroundings.id() }
            let states: [SQL] = ["null, null", "1, null", "1, 1", "null, null"]
            for (place, homework) in [mesa.homework, mesa.homework, mesa.homework, mesa.minorHomework].enumerated() {
                try await world.database.superuser.run(
                    """
                    insert into attachments (practice_id, attachment_id, homework_id, client_id, key, name, size, created_at,
                        submission, handed_in_with)
                    select practice_id, \(ids[place]), homework_id, client_id, 'letter', '\\x00', 1, \(world.clock.now),
                        \(states[place])
                    from homework where homework_id = \(homework)
                    """)
            }
            let client = mesa.client
            let scope: SQL = """
                select from access.set_scope(
                    \(mesa.id), \(client.accountID), \(client.clientID), 'client', 'self', 'homework.submit', '{all}', 'client',
                    array[\(client.clientID)]::uuid[], '{}', '{}', \(world.clock.now.utcDay), false)
                """
            #expect(
                await world.refusal(in: mesa, of: scope, "set local role cairn_server", "delete from attachments")
                    == nil)
            let left = try await world.database.superuser.pipeline(
                Query.rows("select attachment_id from attachments") { try $0.next(ID<Void>.self) })
            #expect(Set(left) == Set(ids.dropFirst()))
        }
    }
}
